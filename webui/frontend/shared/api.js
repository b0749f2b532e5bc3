// Requests to the server that change something.

/** The server could not be reached, or could not do it now: trying again may help. */
export class Unreachable extends Error {}

/** Nobody is signed in any more: as soon as somebody is, in any tab, trying again helps. */
export class SignedOut extends Unreachable {
  trouble = 'signed-out';
}

/** The server will not do it, whatever is tried again; the message is for people. */
export class Refused extends Error {}

/** What the request is about is no longer there. */
export class Gone extends Refused {
  trouble = 'gone';
}

// What a conflict and a form with errors bring along; without it, they are refusals like others.
const TOLD = { 409: answer => 'revision' in answer, 422: answer => Array.isArray(answer.problems) };
const KEEPALIVE = 60_000;
/* Browsers refuse requests that outlive their page above 64 KiB, all together (Fetch, 4.6). */

let renewed = null;
/* The token of the session that somebody has begun after the page was opened. */

/** Send JSON; return the status and the JSON of the answer, also when it is a conflict or a list of problems. */
export async function send(method, url, csrf, body, { keepalive = false, isAgain = false } = {}) {
  const text = JSON.stringify(body);
  let response;
  try {
    response = await fetch(url, {
      method,
      headers: { 'Content-Type': 'application/json', 'X-CSRFToken': renewed ?? csrf, Accept: 'application/json' },
      body: text,
      credentials: 'same-origin',
      keepalive: keepalive && new Blob([text]).size < KEEPALIVE,
    });
  } catch {
    throw new Unreachable('The server cannot be reached.');
  }
  const answer = await response.json().catch(() => ({}));
  if (response.ok || TOLD[response.status]?.(answer)) return { status: response.status, ...answer };
  if (answer.code === 'csrf' && !isAgain) {
    // The page is older than the session.
    renewed = (await send('GET', sessionOf(url), csrf, undefined, { isAgain: true })).csrf;
    return send(method, url, csrf, body, { keepalive, isAgain: true });
  }
  const reason = answer.detail ?? answer.title;
  if (response.status >= 500 || response.status === 429)
    throw new Unreachable(reason ?? `The server answered ${response.status}.`);
  if (response.status === 401) throw new SignedOut('You are signed out.');
  if (response.status === 404) throw new Gone(reason ?? 'It is no longer there.');
  throw new Refused(reason ?? `The server answered ${response.status}.`);
}

/** Return the address that tells about the session, beside the one of a request. */
function sessionOf(url) {
  return `${url.slice(0, url.indexOf('/api/'))}/api/session`;
}
