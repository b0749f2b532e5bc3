// The menus for appending, creating and replacing: our activities come before what BPMN has.

const LAST = 100;
const IS_ACTIVITY = /^(append|create|replace)\.template-/;

class ActivitiesFirst {
  constructor(popupMenu) {
    for (const menu of ['bpmn-append', 'bpmn-create', 'bpmn-replace']) popupMenu.registerProvider(menu, LAST, this);
  }

  getPopupMenuEntries() {
    return entries =>
      Object.fromEntries(
        Object.entries(entries).sort(([one], [other]) => IS_ACTIVITY.test(other) - IS_ACTIVITY.test(one)),
      );
  }
}

ActivitiesFirst.$inject = ['popupMenu'];

export default { __init__: ['activitiesFirst'], activitiesFirst: ['type', ActivitiesFirst] };
