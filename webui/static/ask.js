// What a page asks opens as a dialog over the page that leads there. Without this script it is a page of its own.
"use strict";

async function ask(link) {
  let content;
  try {
    const response = await fetch(link.href, { headers: { Accept: "text/html" } });
    // Elsewhere: whoever is not signed in any more signs in first.
    if (!response.ok || response.redirected) throw new Error(response.status);
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    content = document.adoptNode(page.querySelector("[data-ask-content]"));
  } catch {
    location.assign(link.href);
    return;
  }
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  dialog.setAttribute("aria-labelledby", "ask-title");
  dialog.append(content);
  dialog.addEventListener("close", () => {
    dialog.remove();
    link.focus();
  });
  for (const close of dialog.querySelectorAll("[data-ask-close]")) {
    close.addEventListener("click", (event) => {
      event.preventDefault();
      dialog.close();
    });
  }
  document.body.append(dialog);
  dialog.querySelectorAll("form[data-once]").forEach(sendOnce);
  dialog.querySelectorAll("[data-token-form]").forEach(enhanceTokenForm);
  dialog.querySelectorAll("[data-pairs]").forEach(enhancePairs);
  dialog.showModal();
}

function offerDialogs() {
  for (const link of document.querySelectorAll("a[data-ask]:not([aria-haspopup])")) {
    link.setAttribute("aria-haspopup", "dialog");
    link.addEventListener("click", (event) => {
      // A new tab or window is what the person asked for.
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      ask(link);
    });
  }
}

offerDialogs();
// Parts of a page can be shown anew.
document.addEventListener("idflow:shown", offerDialogs);

// The form for a process token: only what belongs to its type, another name, more rows.
function enhanceTokenForm(form) {
  const only = () => {
    const type = form.querySelector("[name=type]:checked")?.value;
    for (const part of form.querySelectorAll("[data-only]")) part.hidden = part.dataset.only !== type;
  };
  form.addEventListener("change", only);
  only();

  const another = form.querySelector("[data-make-name]");
  if (!another) return;
  another.hidden = false;
  another.addEventListener("click", async () => {
    const response = await fetch(form.dataset.tokenForm, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!response?.ok) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const name = page.querySelector("[data-token-form] [name=name]");
    if (name) form.elements.name.value = name.value;
  });
}

// Rows of names and values: more of them.
function enhancePairs(group) {
  const noun = group.dataset.pairs;
  const add = group.querySelector("[data-add-pair]");
  add.hidden = false;
  add.addEventListener("click", () => {
    const rows = group.querySelectorAll(".pair");
    const row = rows[rows.length - 1].cloneNode(true);
    const renumbered = (text) => text.replace(new RegExp(`^${noun}-\\d+`), `${noun}-${rows.length}`);
    row.querySelector(".error")?.remove();
    row.classList.remove("invalid");
    for (const control of row.querySelectorAll("input, select")) {
      control.id = renumbered(control.id);
      control.value = control.matches("select") ? "text" : "";
      control.removeAttribute("aria-invalid");
    }
    for (const label of row.querySelectorAll("label")) {
      label.htmlFor = renumbered(label.htmlFor);
      label.querySelector("span").textContent = ` of ${noun} ${rows.length + 1}`;
    }
    add.before(row);
    row.querySelector("input").focus();
  });
}

document.querySelectorAll("[data-token-form]").forEach(enhanceTokenForm);
document.querySelectorAll("[data-pairs]").forEach(enhancePairs);
