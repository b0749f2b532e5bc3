// What happens in a run, in words.

const EVENTS = {
  started: 'Started',
  completed: 'Completed',
  waiting: 'Waits for the form',
  submitted: 'Form submitted',
  refused: 'Answers refused',
  incident: 'Incident',
  retried: 'Tried again',
  received: 'Received',
  thrown: 'Sent',
  cancelled: 'Cancelled',
  expired: 'Expired',
  ended: 'Ended',
};
const STATUSES = { SUSPENDED: 'Suspended.', CANCELLED: 'Cancelled.', EXPIRED: 'Expired.' };
const MOST = 3;
/* Places that are named in a sentence. */
const ENDED = ['COMPLETED', 'DECLINED'];

/** Return a time of the sandbox: that of day; the date, too, when it is another day than that of `now`. */
export function timeOf(iso, now, { isExact = false } = {}) {
  const time = new Date(iso);
  const isToday = time.toDateString() === new Date(now).toDateString();
  const style = { timeStyle: isExact ? 'medium' : 'short', ...(isToday ? {} : { dateStyle: 'medium' }) };
  return time.toLocaleString('en-GB', style);
}

/** Return what happened. */
export function eventOf(what) {
  return EVENTS[what] ?? what;
}

/** Return what a token waits for, as the words of a badge; `now` is what the clock says. */
export function waitsOf({ waitsFor, due, failed, event, key }, now) {
  if (failed) return 'Stopped';
  const name = event ? ` “${event}”` : '';
  switch (waitsFor) {
    case 'form':
      return 'Waits for a form';
    case 'timer':
      return due ? `Timer, due ${timeOf(due, now)}` : 'Timer';
    case 'message':
      return `Waits for the message${name}${key ? ` with the key “${key}”` : ''}`;
    case 'signal':
      return `Waits for the signal${name}`;
    case 'condition':
      return 'Waits for a condition';
    default:
      return 'Is here';
  }
}

/** Return where a run stands, as a sentence. */
export function whereOf(state, nameOf) {
  const { status, incident, end, clock, tokens } = state;
  if (incident) return `Stopped at ${nameOf(incident.element)}: ${incident.message}`;
  if (ENDED.includes(status)) return `Ended at ${end?.name || nameOf(endOf(state))}.`;
  if (status === 'WAITING') return 'Nothing has started it yet: it waits for an event.';
  if (STATUSES[status]) return STATUSES[status];
  // First what the end user can do, then what else waits: time limits, for example.
  const waiting = tokens.filter(each => each.waitsFor);
  const sorted = [...waiting.filter(each => each.waitsFor === 'form'), ...waiting.filter(each => each.waitsFor !== 'form')];
  if (!sorted.length) return 'Nothing waits.';
  const said = sorted.slice(0, MOST).map(each => `${waitsOf(each, clock)} at ${nameOf(each.element)}`);
  const rest = sorted.length - MOST;
  return `${said.join('. ')}.${rest > 0 ? ` ${rest} more.` : ''}`;
}

/** Return the id of the element at which a run has ended, or null. */
export function endOf({ status, timeline }) {
  if (!ENDED.includes(status)) return null;
  return timeline.findLast(each => each.what === 'ended')?.element ?? timeline.findLast(each => each.element)?.element ?? null;
}

/** Return what a service task was set to. */
export function resultOf(result) {
  switch (result?.kind) {
    case 'error':
      return `BPMN error ${result.code}`;
    case 'failure':
      return 'Failure';
    case 'value':
      return 'Value';
    default:
      return 'Runs for real';
  }
}
