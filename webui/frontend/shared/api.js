// Requests to the server that change something.

/** The server could not be reached, or could not do it now: trying again may help. */
export class Unreachable extends Error {}

/** The server will not do it, whatever is tried again; the message is for people. */
export class Refused extends Error {}

// What a conflict and a form with errors bring along; without it, they are refusals like others.
const TOLD = { 409: answer => 'revision' in answer, 422: answer => Array.isArray(answer.problems) };
const KEEPALIVE = 60_000;
/* Browsers refuse requests that outlive their page above 64 KiB, all together (Fetch, 4.6). */

/** Send JSON; return the status and the JSON of the answer, also when it is a conflict or a list of problems. */
export async function send(method, url, csrf, body, { keepalive = false } = {}) {
  const text = JSON.stringify(body);
  let response;
  try {
    response = await fetch(url, {
      method,
      headers: { 'Content-Type': 'application/json', 'X-CSRFToken': csrf, Accept: 'application/json' },
      body: text,
      credentials: 'same-origin',
      keepalive: keepalive && new Blob([text]).size < KEEPALIVE,
    });
  } catch {
    throw new Unreachable('The server cannot be reached.');
  }
  const answer = await response.json().catch(() => ({}));
  if (response.ok || TOLD[response.status]?.(answer)) return { status: response.status, ...answer };
  const reason = answer.detail ?? answer.title;
  if (response.status >= 500 || response.status === 429)
    throw new Unreachable(reason ?? `The server answered ${response.status}.`);
  if (response.status === 401) throw new Refused('You are signed out. Sign in in another tab, then save again.');
  throw new Refused(reason ?? `The server answered ${response.status}.`);
}
