// A work-around: see whether it is still needed when bpmn-js-element-templates is newer than 2.37.0.
import CommandInterceptor from 'diagram-js/lib/command/CommandInterceptor';

const FIRST = 10_000;

/**
 * `UpdateTemplatePropertiesOrder` makes a new command of the context of another one, with what that had kept for its
 * undoing; undone, it writes properties of one extension into another. A new command must come without.
 */
class FreshContext extends CommandInterceptor {
  constructor(eventBus) {
    super(eventBus);
    this.preExecute(
      ['element.updateModdleProperties'],
      FIRST,
      context => {
        delete context.oldProperties;
        delete context.changed;
      },
      true,
    );
  }
}

FreshContext.$inject = ['eventBus'];

export default { __init__: ['freshContext'], freshContext: ['type', FreshContext] };
