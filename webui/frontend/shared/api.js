// Requests to the server.

/** The server could not be reached, or could not do it now: trying again may help. */
export class Unreachable extends Error {}

/** Nobody is signed in any more: as soon as somebody is, in any tab, trying again helps. */
class SignedOut extends Unreachable {
  trouble = 'signed-out';
}

/** The server will not do it, whatever is tried again; the message is for people, `code` (stable) for programs. */
export class Refused extends Error {
  constructor(message, code = null) {
    super(message);
    this.code = code;
  }
}

/** What the request is about is no longer there. */
class Gone extends Refused {
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
  const response = await ask(url, {
    method,
    headers: { 'Content-Type': 'application/json', 'X-CSRFToken': renewed ?? csrf, Accept: 'application/json' },
    body: text,
    keepalive: keepalive && new Blob([text]).size < KEEPALIVE,
  });
  const answer = await answerOf(response);
  if (response.ok || TOLD[response.status]?.(answer)) return { status: response.status, ...answer };
  if (answer.code === 'csrf' && !isAgain) {
    // The page is older than the session.
    renewed = (await send('GET', sessionOf(url), csrf, undefined, { isAgain: true })).csrf;
    return send(method, url, csrf, body, { keepalive, isAgain: true });
  }
  throw refusal(response, answer);
}

/** Return a file that the server makes: its name, and a Blob. */
export async function fetchFile(url) {
  const response = await ask(url, {});
  if (!response.ok) throw refusal(response, await answerOf(response));
  const [, name] = /filename="([^"]+)"/.exec(response.headers.get('Content-Disposition')) ?? [];
  return { name, blob: await response.blob() };
}

async function ask(url, options) {
  try {
    return await fetch(url, { ...options, credentials: 'same-origin' });
  } catch {
    throw new Unreachable('The server cannot be reached.');
  }
}

function answerOf(response) {
  return response.json().catch(() => ({}));
}

function refusal({ status }, { detail, title, code }) {
  const reason = detail ?? title;
  if (status >= 500 || status === 429) return new Unreachable(reason ?? `The server answered ${status}.`);
  if (status === 401) return new SignedOut('You are signed out.');
  if (status === 404) return new Gone(reason ?? 'It is no longer there.', code);
  return new Refused(reason ?? `The server answered ${status}.`, code);
}

/** Return the address that tells about the session, beside the one of a request. */
function sessionOf(url) {
  return `${url.slice(0, url.indexOf('/api/'))}/api/session`;
}
