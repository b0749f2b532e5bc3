// Requests to the server.

/** The server could not be reached, or could not do it now: trying again may help. */
export class Unreachable extends Error {}

/** The server will not do it, whatever is tried again; the message is for people, `code` (stable) for programs. */
export class Refused extends Error {
  constructor(message, code = null) {
    super(message);
    this.code = code;
  }
}

// What a conflict and a form with errors bring along; without it, they are refusals like others.
const TOLD = { 409: answer => 'revision' in answer, 422: answer => Array.isArray(answer.problems) };
const KEEPALIVE = 60_000;
/* Browsers refuse requests that outlive their page above 64 KiB, all together (Fetch, 4.6). */

/** Send JSON; return the status and the JSON of the answer, also when it is a conflict or a list of problems. */
export async function send(method, url, csrf, body, { keepalive = false } = {}) {
  const text = JSON.stringify(body);
  const response = await ask(url, {
    method,
    headers: { 'Content-Type': 'application/json', 'X-CSRFToken': csrf, Accept: 'application/json' },
    body: text,
    keepalive: keepalive && new Blob([text]).size < KEEPALIVE,
  });
  const answer = await response.json().catch(() => ({}));
  if (response.ok || TOLD[response.status]?.(answer)) return { status: response.status, ...answer };
  throw refusal(response, answer);
}

/** Return a file that the server makes: its name, and a Blob. */
export async function fetchFile(url) {
  const response = await ask(url, {});
  if (!response.ok) throw refusal(response, await response.json().catch(() => ({})));
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

function refusal({ status }, { detail, title, code }) {
  const reason = detail ?? title;
  if (status >= 500 || status === 429) return new Unreachable(reason ?? `The server answered ${status}.`);
  if (status === 401) return new Refused('You are signed out. Sign in in another tab, then try again.', code);
  return new Refused(reason ?? `The server answered ${status}.`, code);
}
