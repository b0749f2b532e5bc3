// Makes the end user's pages more comfortable; each of them is complete without it.
"use strict";

const HIDE_AFTER_MS = 60_000;
const COPIED_FOR_MS = 5_000;
const SEND_AGAIN_AFTER_MS = 8_000;

// The page says what the script says, in its own language.
const texts = document.currentScript.dataset;

const secrets = document.querySelectorAll("details[data-secret]");
const hideSecrets = () => secrets.forEach((secret) => { secret.open = false; });

// A secret that was shown is hidden again: after a while, and when the page is left.
for (const secret of secrets) {
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

for (const button of document.querySelectorAll("button[data-copy]")) {
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

// A form is sent once. Its buttons are not disabled: a disabled button would not send its value.
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    if (form.classList.contains("sent")) event.preventDefault();
    form.classList.add("sent");
    // Nothing came back, or the person stopped it: they may try again.
    setTimeout(() => form.classList.remove("sent"), SEND_AGAIN_AFTER_MS);
  });
}

document.querySelector("[data-focus]")?.focus();
