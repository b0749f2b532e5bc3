// How long something takes, as people and ISO 8601 write it.

const [MINUTE, HOUR, DAY] = [60, 3600, 86_400];
const UNITS = {
  s: 1,
  sec: 1,
  second: 1,
  m: MINUTE,
  min: MINUTE,
  minute: MINUTE,
  h: HOUR,
  hr: HOUR,
  hour: HOUR,
  d: DAY,
  day: DAY,
  w: 7 * DAY,
  week: 7 * DAY,
};
const PLAIN = /^\+?\s*(\d+(?:\.\d+)?)\s*([a-z]+)$/;
const ISO = /^p(?=.)(?:(\d+)w)?(?:(\d+)d)?(?:t(?=.)(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?)?$/;
const TIME = /^\d{4}-\d\d-\d\d/;

/** Return the seconds that a text means: a duration, or the time from `now` (ISO 8601) on; null when it means none. */
export function secondsOf(text, now) {
  const written = text.trim().toLowerCase();
  if (TIME.test(written)) return positive((new Date(text.trim()) - new Date(now)) / 1000);
  const [, number, unit] = PLAIN.exec(written) ?? [];
  if (number) return positive(number * (UNITS[unit] ?? UNITS[unit.replace(/s$/, '')] ?? NaN));
  const parts = ISO.exec(written);
  if (!parts) return null;
  const [weeks, days, hours, minutes, seconds] = parts.slice(1).map(each => Number(each ?? 0));
  return positive((weeks * 7 + days) * DAY + hours * HOUR + minutes * MINUTE + seconds);
}

function positive(seconds) {
  return seconds > 0 ? seconds : null;
}
