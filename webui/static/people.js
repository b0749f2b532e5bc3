// Identity stores, users and policies: what follows from a choice is shown at once. Without this script every page is complete.
"use strict";

const ASK_AFTER_MS = 250;

// The name of an attribute is only asked for when an attribute is looked for.
function enhanceSearch(form) {
  const only = () => {
    const part = form.querySelector("[data-only-attribute]");
    part.hidden = form.elements.in.value !== "attribute";
    part.querySelector("input").required = !part.hidden;
  };
  form.elements.in.addEventListener("change", only);
  only();
}

// What a policy means follows its settings; the server says it. An answer that comes too late is dropped.
function enhancePolicy(form) {
  const meaning = document.querySelector("[data-meaning]");
  const said = document.querySelector("[data-said]");
  let timer;
  let asked = 0;
  const ask = async () => {
    const mine = ++asked;
    const fields = new FormData(form);
    for (const name of ["csrf_token", "version", "name", "reason"]) fields.delete(name);
    const address = new URL(form.dataset.policy, location.href);
    for (const [name, value] of fields) address.searchParams.set(name, value);
    const response = await fetch(address, { headers: { Accept: "text/html" } }).catch(() => null);
    // Whoever is not signed in any more is told so by the buttons.
    if (mine !== asked || !response?.ok || response.redirected) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    if (mine !== asked) return;
    meaning.replaceChildren(...page.body.childNodes);
    said.textContent = meaning.querySelector("[data-summary], .notice")?.textContent ?? "";
  };
  form.querySelector("[data-preview]")?.remove();
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, ASK_AFTER_MS);
  });
}

document.querySelectorAll("[data-user-search]").forEach(enhanceSearch);
document.querySelectorAll("[data-policy]").forEach(enhancePolicy);
