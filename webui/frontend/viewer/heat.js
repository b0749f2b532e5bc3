// The diagram of a version as a heat map: at which steps people give up, how many came, how long they stayed.
import { drawAlone } from './alone.js';
import { begin, centre } from './controls.js';
import { element } from './html.js';

const LABEL = 'Diagram of the process with figures at its steps. They are also in the table below.';
const LEVELS = ['low', 'some', 'much', 'most']; // also the names of their colours
const HOUR = 3600;

/* What is shown: the value of a place, what its badge says, the upper limits of the levels but the last. */
const KINDS = {
  gaveUp: {
    text: 'Gave up',
    value: each => each.share,
    says: each => `${percent(each.share)} gave up`,
    limits: [0.05, 0.15, 0.3],
    legend: ['up to 5 % gave up', 'up to 15 %', 'up to 30 %', 'more'],
  },
  reached: {
    text: 'Reached',
    value: (each, instances) => each.reached / instances,
    says: each => each.reached.toLocaleString('en'),
    limits: [0.25, 0.5, 0.75],
    legend: ['up to a quarter came here', 'up to a half', 'up to three quarters', 'more'],
  },
  time: {
    text: 'Time',
    value: each => (each.seconds === null ? 0 : Math.max(1, each.seconds)),
    says: each => each.took,
    limits: [60, 300, HOUR],
    legend: ['a stay of up to a minute', 'up to 5 minutes', 'up to an hour', 'longer'],
  },
};

/** Draw into `parent`; return `select(id)`, which also marks the row of an element, and `destroy()`. */
export async function drawHeat(parent, { content, instances, places, flows }) {
  const drawn = await drawAlone(parent, { content, label: LABEL });
  const { canvas, region } = drawn;
  if (!canvas) return { ...drawn, select: markRow };
  const key = element('ul', { class: 'd-legend', 'aria-label': 'What the signs mean' });
  const said = element('p', { class: 'visually-hidden', role: 'status' });
  const show = name => {
    const kind = KINDS[name];
    canvas.clearBadges();
    for (const each of places) {
      const level = levelOf(kind.value(each, instances), kind.limits);
      canvas.paint(each.element, 'var(--text)', level ? `var(--heat-${level})` : 'var(--surface)');
      if (level) canvas.badge(each.element, `heat-${level}`, kind.says(each));
    }
    for (const [id, taken] of Object.entries(flows)) {
      canvas.mark(id, 'd-never', name === 'reached' && !taken);
      canvas.mark(id, 'd-often', name === 'reached' && taken > instances / 2);
      if (name === 'reached' && taken) canvas.badge(id, 'flow', taken.toLocaleString('en'));
    }
    key.replaceChildren(...entries(kind, name === 'reached'));
  };
  region.prepend(choices(show));
  region.append(key, said);
  show('gaveUp');
  begin([canvas], places.map(each => each.element));
  canvas.onClick(id => {
    canvas.select(id);
    markRow(id);
    said.textContent = sentence(places.find(each => each.element === id));
  });
  return {
    ...drawn,
    select(id) {
      canvas.select(id);
      markRow(id);
      if (canvas.has(id)) centre([canvas], [canvas.box(id)]);
    },
  };
}

/** The switch between what is shown. */
function choices(show) {
  const made = Object.entries(KINDS).map(([name, { text }], number) => {
    const input = element('input', { type: 'radio', name: 'heat', value: name, id: `heat-${name}` });
    input.checked = !number;
    input.addEventListener('change', () => show(name));
    return element('label', { for: input.id }, input, text);
  });
  return element('fieldset', { class: 'd-choices' }, element('legend', {}, 'Show'), ...made);
}

function entries({ legend }, withFlows) {
  const made = legend.map((text, number) => [`heat-${LEVELS[number]}`, text]);
  if (withFlows) made.push(['often', 'taken by more than half'], ['never', 'never taken']);
  return made.map(([kind, text]) => element('li', {}, element('span', { class: `d-sign d-${kind}` }), text));
}

function levelOf(value, limits) {
  if (!value) return null;
  const found = limits.findIndex(limit => value <= limit);
  return found < 0 ? LEVELS.at(-1) : LEVELS[found];
}

/** Mark the row of an element in the tables, and bring it into view. */
function markRow(id) {
  for (const row of document.querySelectorAll('[data-row]')) {
    const same = row.dataset.row === id;
    if (same) row.setAttribute('aria-current', 'true');
    else row.removeAttribute('aria-current');
    if (same) row.scrollIntoView({ block: 'nearest' });
  }
}

function sentence(place) {
  if (!place) return 'Nobody came here.';
  return `${place.name}: ${place.reached} came, ${place.gaveUp} gave up.`;
}

function percent(share) {
  return share < 0.01 ? 'under 1 %' : `${Math.round(100 * share)} %`;
}
