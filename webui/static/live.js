// Keeps parts of a page as they are on the server while somebody looks at it, and shows another tab without loading all
// of it anew. Without this script the page is as it was when it was opened, and its links load pages.
"use strict";

{
  const EVERY = 4000; // milliseconds from one look to the next
  const SLOWEST = 60000; // the most that this becomes while the server does not answer
  const UNUSED = 10 * 60 * 1000; // after that without a hand on the page it is left alone, so that a session can end
  const OFTEN = 400; // how soon what was held back is shown, once nothing moves under the pointer any more
  const OVER = [401, 403, 404, 410]; // nothing will come of asking again

  const root = document.querySelector("[data-live]");
  const notice = document.querySelector("[data-live-notice]");
  const said = document.querySelector("[data-live-said]");
  const isList = root?.hasAttribute("data-live-list");
  let etag = null;
  let held = null;
  let wait = EVERY;
  let used = Date.now();
  let visits = 0;

  const keyOf = (part) => part.dataset.part ?? part.id;
  const parts = (within) => [...within.querySelectorAll("[data-part], #diagram-data")];
  const address = (search) => (isList ? root.dataset.live : root.dataset.live + search);

  // Other scripts add this to what they have found.
  const plain = (part) => {
    const copy = part.cloneNode(true);
    for (const each of copy.querySelectorAll("[aria-haspopup]")) each.removeAttribute("aria-haspopup");
    return copy;
  };

  async function fetched(search, known) {
    const headers = known ? { "If-None-Match": known } : {};
    const response = await fetch(address(search), { headers, cache: "no-store" });
    if (response.status === 304) return null;
    if (!response.ok || response.redirected) throw Object.assign(new Error(response.status), { status: response.status });
    const template = document.createElement("template");
    template.innerHTML = await response.text();
    return { etag: response.headers.get("ETag"), parts: parts(template.content) };
  }

  function differing(fresh) {
    const here = new Map(parts(root).map((each) => [keyOf(each), each]));
    return fresh.filter((each) => here.has(keyOf(each)) && !plain(here.get(keyOf(each))).isEqualNode(each));
  }

  function isBusy() {
    if (document.querySelector("dialog[open]")) return true;
    const selection = getSelection();
    if (!selection.isCollapsed && root.contains(selection.anchorNode)) return true;
    if (!isList) return false;
    return Boolean(root.querySelector("tbody:hover, tbody input:checked, tbody :focus"));
  }

  const status = () => root.querySelector(".title .state")?.textContent ?? "";

  function show(fresh) {
    const focused = root.contains(document.activeElement) ? document.activeElement : null;
    const again = focused?.id ? `#${CSS.escape(focused.id)}` : focused?.href && `a[href="${CSS.escape(focused.getAttribute("href"))}"]`;
    const picked = [...root.querySelectorAll("tbody input:checked")].map((each) => each.value);
    const before = status();
    for (const each of fresh) parts(root).find((part) => keyOf(part) === keyOf(each))?.replaceWith(each);
    for (const each of root.querySelectorAll("tbody input[type=checkbox]")) each.checked = picked.includes(each.value);
    if (again && !root.contains(document.activeElement)) root.querySelector(again)?.focus({ preventScroll: true });
    if (said && status() !== before) said.textContent = `Status: ${status()}`;
    held = null;
    notice.hidden = true;
    document.dispatchEvent(new Event("idflow:shown"));
  }

  function offer(fresh) {
    const changed = differing(fresh);
    held = changed.length ? changed : null;
    notice.hidden = !held;
    if (held && !isBusy()) show(held);
  }

  async function look() {
    const visit = visits;
    try {
      const found = await fetched(location.search, etag);
      wait = EVERY;
      // Meanwhile another tab may have been opened.
      if (!found || visit !== visits) return true;
      etag = found.etag;
      offer(found.parts);
    } catch (error) {
      if (OVER.includes(error.status)) return false;
      wait = Math.min(2 * wait, SLOWEST);
    }
    return true;
  }

  function watch() {
    setTimeout(async () => {
      const seen = document.visibilityState === "visible" && Date.now() - used < UNUSED;
      if (!seen || (await look())) watch();
    }, wait);
  }

  async function visit(url, push) {
    const target = new URL(url, location.href);
    visits += 1;
    try {
      const found = await fetched(target.search, null);
      if (push) history.pushState(null, "", target.pathname + target.search);
      etag = found.etag;
      show(differing(found.parts));
    } catch {
      location.assign(target);
    }
  }

  function pickAll() {
    const all = root.querySelector("[data-pick-all]");
    if (!all) return;
    all.hidden = false;
    const box = all.querySelector("input");
    const boxes = () => [...root.querySelectorAll("tbody input[type=checkbox]")];
    box.addEventListener("change", () => boxes().forEach((each) => (each.checked = box.checked)));
    root.addEventListener("change", () => (box.checked = boxes().every((each) => each.checked)));
  }

  if (root) {
    for (const event of ["pointerdown", "pointermove", "keydown", "wheel"]) {
      addEventListener(event, () => (used = Date.now()), { passive: true });
    }
    notice.querySelector("[data-live-show]").addEventListener("click", () => held && show(held));
    setInterval(() => held && !isBusy() && show(held), OFTEN);
    pickAll();
    if (!isList) {
      root.addEventListener("click", (event) => {
        const link = event.target.closest("a[data-visit]");
        if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        visit(link.href, true);
      });
      addEventListener("popstate", () => visit(location.href, false));
      // Somebody chose an element of the diagram; the same one again is none.
      document.addEventListener("idflow:element", ({ detail }) => {
        const url = new URL(location.href);
        url.searchParams.delete("done");
        if (url.searchParams.get("element") === detail) url.searchParams.delete("element");
        else url.searchParams.set("element", detail);
        visit(url, true);
      });
    }
    watch();
  }
}
