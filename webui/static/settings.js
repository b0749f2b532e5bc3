// Branding: what is typed is shown at once, in the frame and beside the colours. Without this script, by a button.
"use strict";

const SHOW_AFTER_MS = 400;

function enhanceBranding(section) {
  const form = document.querySelector("[data-branding]");
  const show = section.querySelector("[data-show]");
  const frame = section.querySelector("iframe");
  const width = section.querySelector("[data-width]");
  let timer;
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(() => show.form.requestSubmit(show), SHOW_AFTER_MS);
  };
  section.querySelector("[data-controls]").addEventListener("change", later);
  width.hidden = false;
  width.addEventListener("change", () => frame.classList.toggle("phone", width.querySelector("select").value === "phone"));
  // Whoever may only look has nothing to type.
  if (show.form !== form) return;
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  enhanceColours(form, later);
}

// A picker beside each colour, and what the server says of both.
function enhanceColours(form, later) {
  const contrast = form.querySelector("[data-contrast]");
  let asked = 0;
  const ask = async () => {
    const mine = ++asked;
    const address = new URL(form.dataset.branding, location.href);
    for (const name of ["accent", "dark_accent"]) address.searchParams.set(name, form.elements[name].value);
    const response = await fetch(address, { headers: { Accept: "text/html" } }).catch(() => null);
    if (mine !== asked || !response?.ok || response.redirected) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    if (mine !== asked) return;
    contrast.replaceChildren(...page.body.childNodes);
    offer();
  };
  const offer = () => {
    for (const button of contrast.querySelectorAll("[data-use]")) button.hidden = false;
  };
  for (const part of form.querySelectorAll("[data-colour]")) {
    const text = part.querySelector("input");
    const picker = document.createElement("input");
    picker.type = "color";
    picker.setAttribute("aria-label", `Choose: ${part.querySelector("label").textContent}`);
    const follow = () => {
      if (/^#[0-9a-f]{6}$/i.test(text.value)) picker.value = text.value;
    };
    text.after(picker);
    follow();
    picker.addEventListener("input", () => {
      text.value = picker.value;
      ask();
    });
    text.addEventListener("input", () => {
      follow();
      ask();
    });
  }
  contrast.addEventListener("click", (event) => {
    const button = event.target.closest("[data-use]");
    if (!button) return;
    const text = form.elements[button.dataset.for];
    text.value = button.dataset.use;
    text.dispatchEvent(new Event("input", { bubbles: true }));
    text.focus();
  });
  offer();
}

document.querySelectorAll(".looks").forEach(enhanceBranding);
