// Makes the end user's pages more comfortable; each of them is complete without it.
"use strict";

const HIDE_AFTER_MS = 60_000;
const COPIED_FOR_MS = 5_000;
const SEND_AGAIN_AFTER_MS = 8_000;
const LOOK_AFTER_MS = 400;
const SEARCH_FROM = 9;

// The page says what the script says, in its own language.
const texts = document.currentScript.dataset;

const hideSecrets = () => document.querySelectorAll("details[data-secret]").forEach((secret) => { secret.open = false; });

// A secret that was shown is hidden again: after a while, and when the page is left.
function enhanceSecret(secret) {
  let timer;
  secret.addEventListener("toggle", () => {
    clearTimeout(timer);
    if (secret.open) timer = setTimeout(() => { secret.open = false; }, HIDE_AFTER_MS);
  });
}
addEventListener("pagehide", hideSecrets);
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  // The browser kept the page alive: what it shows may be over.
  hideSecrets();
  location.reload();
});

// Outside of HTTPS browsers have no clipboard for scripts; a selection can still be copied.
function copySelected(text) {
  const area = document.createElement("textarea");
  area.value = text;
  area.readOnly = true;
  area.className = "visually-hidden";
  document.body.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  return copied;
}

async function copy(text) {
  if (!navigator.clipboard) return copySelected(text);
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelected(text);
  }
}

function enhanceCopy(button) {
  const status = button.parentElement.querySelector("[role=status]");
  let timer;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const copied = await copy(button.dataset.copy);
    button.focus();
    button.classList.toggle("done", copied);
    status.textContent = copied ? texts.copied : texts.notCopied;
    clearTimeout(timer);
    timer = setTimeout(() => {
      button.classList.remove("done");
      if (copied) status.textContent = "";
    }, COPIED_FOR_MS);
  });
}

function enhanceNotification(notification) {
  const close = notification.querySelector("[data-close]");
  if (close) {
    close.hidden = false;
    close.addEventListener("click", () => notification.remove());
  }
  const seconds = Number(notification.dataset.hideAfter);
  if (!seconds) return;
  // Not while it is being read or used.
  const hide = () => {
    if (notification.matches(":hover, :focus-within")) setTimeout(hide, 1000);
    else notification.remove();
  };
  setTimeout(hide, seconds * 1000);
}

// A long table is turned over page by page; without the script all of it is there.
function enhanceTable(box) {
  const rows = [...box.querySelectorAll("tbody > tr")];
  const size = Number(box.dataset.rows);
  const pages = Math.ceil(rows.length / size);
  if (!(pages > 1)) return;
  const bar = document.createElement("nav");
  bar.className = "pager";
  const [previous, where, next] = ["button", "span", "button"].map((name) => bar.appendChild(document.createElement(name)));
  previous.textContent = box.dataset.previous;
  next.textContent = box.dataset.next;
  where.setAttribute("role", "status");
  let page = 0;
  const show = (number) => {
    page = number;
    rows.forEach((row, index) => { row.hidden = Math.floor(index / size) !== page; });
    where.textContent = box.dataset.page.replace("{page}", page + 1).replace("{pages}", pages);
    previous.disabled = page === 0;
    next.disabled = page === pages - 1;
  };
  for (const [button, step] of [[previous, -1], [next, 1]]) {
    button.type = "button";
    button.className = "button quiet";
    button.addEventListener("click", () => show(page + step));
  }
  box.append(bar);
  show(0);
}

// A long list of options can be searched.
function enhanceSearch(box) {
  const options = [...box.querySelectorAll(".option")];
  if (options.length < SEARCH_FROM) return;
  const search = document.createElement("input");
  search.type = "search";
  search.autocomplete = "off";
  search.setAttribute("aria-label", texts.search);
  search.placeholder = texts.search;
  search.addEventListener("input", () => {
    const wanted = search.value.trim().toLocaleLowerCase();
    for (const option of options) {
      option.hidden = !option.textContent.toLocaleLowerCase().includes(wanted) && !option.querySelector(":checked");
    }
  });
  search.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  box.before(search);
}

// A form is sent once. Its buttons are not disabled: a disabled button would not send its value.
function sendOnce(form) {
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if (form.classList.contains("sent")) event.preventDefault();
    form.classList.add("sent");
    // Nothing came back, or the person stopped it: they may try again.
    setTimeout(() => form.classList.remove("sent"), SEND_AGAIN_AFTER_MS);
  });
}

function enhance(root) {
  root.querySelectorAll("details[data-secret]").forEach(enhanceSecret);
  root.querySelectorAll("button[data-copy]").forEach(enhanceCopy);
  root.querySelectorAll(".notification").forEach(enhanceNotification);
  root.querySelectorAll("[data-rows]").forEach(enhanceTable);
  root.querySelectorAll("[data-search]").forEach(enhanceSearch);
}
enhance(document);

for (const zone of document.querySelectorAll("[data-time-zone]")) {
  zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone || "";
}

// What the server decides anew when answers change: which elements are there, their options, values and limits.
// Only the server works out conditions; the page is sent to it, and what comes back takes the place of what was there.
const ACTION = "form-action";

async function refresh(form, action) {
  const data = new FormData(form);
  data.set(ACTION, action);
  const turn = (form.turn ?? 0) + 1;
  form.turn = turn;
  // Files stay here: nothing on the page depends on what is in them.
  for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
  const body = form.enctype === "multipart/form-data" ? data : new URLSearchParams(data);
  let page;
  try {
    const response = await fetch(location.href, { method: "POST", body, headers: { Accept: "text/html" } });
    if (!response.ok || form.turn !== turn) return false;
    page = new DOMParser().parseFromString(await response.text(), "text/html");
  } catch {
    return false;
  }
  const [old, fresh] = [form, page].map((each) => each.querySelector("[data-elements]"));
  if (!fresh || form.turn !== turn) return false;
  const focused = document.activeElement;
  const [id, start, end] = [focused?.id, focused?.selectionStart, focused?.selectionEnd];
  if (action === "refresh") keepTyped(old, fresh);
  old.replaceWith(document.adoptNode(fresh));
  enhance(fresh);
  const again = id && document.getElementById(id);
  if (again && again !== document.activeElement) {
    again.focus({ preventScroll: true });
    if (typeof start === "number" && again.setSelectionRange) again.setSelectionRange(start, end);
  }
  return true;
}

// What was typed since, and what the server never sends back: passwords, codes, files.
function keepTyped(old, fresh) {
  for (const control of old.querySelectorAll("input[id], textarea[id], select[id]")) {
    const next = fresh.querySelector(`#${CSS.escape(control.id)}`);
    if (!next || next.readOnly || next.disabled || next.type !== control.type) continue;
    if (control.type === "file") next.replaceWith(control);
    else if (control.type === "checkbox" || control.type === "radio") next.checked = control.checked;
    else if (control.tagName !== "SELECT" || [...next.options].some((option) => option.value === control.value)) {
      next.value = control.value;
    }
  }
  for (const secret of old.querySelectorAll(".element details[data-secret][open]")) {
    const box = fresh.querySelector(`#${CSS.escape(secret.closest(".element").id)} details[data-secret]`);
    if (box) box.open = true;
  }
}

for (const form of document.querySelectorAll("form[data-live]")) {
  const live = new Set(form.dataset.live.split(" "));
  let timer;
  const changed = (event) => {
    const name = event.target.name ?? "";
    if (!name.split(/[.[]/, 1).some((first) => live.has(first))) return;
    clearTimeout(timer);
    timer = setTimeout(() => refresh(form, "refresh"), event.type === "change" ? 0 : LOOK_AFTER_MS);
  };
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
}

// What is plainly missing is told before the form is sent, all of it at once and in the words of the form: whoever
// forgets a field loses no try. The server checks everything again.
function tellErrors(form) {
  // Of a radio group all are invalid: the first stands for it.
  const wrong = [...form.querySelectorAll(":is(input, select, textarea):invalid")].filter(
    (control, place, all) => control.type !== "radio" || all.findIndex((other) => other.name === control.name) === place);
  form.querySelectorAll("[data-told]").forEach((old) => old.remove());
  document.querySelector(".error-summary")?.remove();
  form.querySelectorAll(".field").forEach((field) => {
    const invalid = wrong.some((control) => field.contains(control));
    field.classList.toggle("invalid", invalid);
    if (invalid) field.querySelectorAll(".error").forEach((error) => error.remove());
  });
  if (!wrong.length) return true;
  const summary = document.createElement("div");
  summary.className = "error-summary";
  summary.role = "alert";
  summary.tabIndex = -1;
  summary.append(Object.assign(document.createElement("h2"), { textContent: texts.problem }), document.createElement("ul"));
  for (const control of wrong) {
    const message = control.validity.valueMissing ? control.dataset.missing ?? control.validationMessage : control.validationMessage;
    const field = control.closest(".field");
    const label = field.querySelector("legend, label").firstChild.textContent.trim();
    const error = Object.assign(document.createElement("p"), { className: "error", id: `${control.id}-told`, textContent: message });
    error.dataset.told = "";
    if (field.tagName === "FIELDSET") field.querySelector("legend").after(error);
    else (control.closest(".adorned, .option") ?? control).before(error);
    control.setAttribute("aria-invalid", "true");
    control.setAttribute("aria-describedby", `${error.id} ${control.getAttribute("aria-describedby") ?? ""}`.trim());
    const link = Object.assign(document.createElement("a"), { href: `#${control.id}`, textContent: `${label}: ${message}` });
    summary.querySelector("ul").append(document.createElement("li"));
    summary.querySelector("li:last-of-type").append(link);
  }
  document.querySelector("main").prepend(summary);
  summary.focus();
  return false;
}

for (const form of document.querySelectorAll("form.form")) {
  form.noValidate = true;
  form.addEventListener("submit", (event) => {
    if (event.submitter?.name !== ACTION && !tellErrors(form)) event.preventDefault();
  });
}

// Items of a list come and go without leaving the page.
for (const form of document.querySelectorAll("form.form")) {
  form.addEventListener("submit", async (event) => {
    const button = event.submitter;
    if (button?.name !== ACTION) return;
    event.preventDefault();
    const list = button.closest("fieldset.list")?.id;
    if (!(await refresh(form, button.value))) return;
    const box = list && document.getElementById(list);
    const added = button.value.startsWith("add:") && box?.querySelector(":scope > .item:last-of-type input:not([type=hidden])");
    (added || box)?.focus();
  });
}

document.querySelectorAll("form[data-once]").forEach(sendOnce);

// The page is on a screen: whoever only gets it, as mail scanners and previews of links do, has not opened the link.
function tellOpened(form) {
  const tell = () => {
    if (document.visibilityState !== "visible") return;
    document.removeEventListener("visibilitychange", tell);
    fetch(form.dataset.opened, { method: "POST", body: new FormData(form), keepalive: true }).catch(() => {});
  };
  document.addEventListener("visibilitychange", tell);
  tell();
}
document.querySelectorAll("form[data-opened]").forEach(tellOpened);

document.querySelector("[data-focus]")?.focus();
