// Times for people.

/** Return a time of day; the date, too, when it is not today. */
export function clock(iso) {
  const time = new Date(iso);
  const style = time.toDateString() === new Date().toDateString() ? {} : { dateStyle: 'medium' };
  return time.toLocaleString('en-GB', { timeStyle: 'short', ...style });
}
