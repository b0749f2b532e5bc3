// What a journey page does better with a script; it is complete without one.
"use strict";

const SHOWN_FOR_MS = 60_000; // how long a secret stays in sight
const COPIED_FOR_MS = 5_000; // how long "Copied" is said

const all = (selector) => document.querySelectorAll(selector);

// Secrets: shown on demand, hidden again after a while and whenever the page is left or comes back.
const hideSecrets = () => all("details[data-secret]").forEach((details) => { details.open = false; });

all("details[data-secret]").forEach((details) => {
  let timer;
  details.addEventListener("toggle", () => {
    clearTimeout(timer);
    if (details.open) timer = setTimeout(() => { details.open = false; }, SHOWN_FOR_MS);
  });
});
addEventListener("pagehide", hideSecrets);
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload(); // the server decides what this page is by now
});

// Copy buttons.
async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // Without TLS a browser offers only the old way.
  const field = document.createElement("textarea");
  field.value = text;
  document.body.append(field);
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  if (!copied) throw new Error("copying is not allowed");
}

all("button[data-copy]").forEach((button) => {
  const status = button.parentElement.querySelector("[role=status]");
  let timer;
  button.hidden = false;
  button.addEventListener("click", async () => {
    clearTimeout(timer);
    try {
      await copy(button.dataset.copy);
      status.textContent = "Copied";
    } catch {
      status.textContent = "Your browser did not allow copying. Show the text and copy it by hand.";
    }
    timer = setTimeout(() => { status.textContent = ""; }, COPIED_FOR_MS);
  });
});

// A form is sent once. The button is disabled after the browser has taken its value.
all("form[data-once]").forEach((form) => {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
    setTimeout(() => form.querySelectorAll("button[type=submit]").forEach((button) => { button.disabled = true; }));
  });
});
addEventListener("pageshow", () => all("form[data-once]").forEach((form) => {
  delete form.dataset.sent;
  form.querySelectorAll("button[type=submit]").forEach((button) => { button.disabled = false; });
}));

// After a refused submission the reader is taken to what is wrong.
document.querySelector("[data-focus]")?.focus();
