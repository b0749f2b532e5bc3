// The menu on a phone, and the search: Lunr in a worker, both of which MkDocs brings.
"use strict";

const base = new URL(`${document.currentScript.dataset.base}/`, document.baseURI);
const MOST = 12;

function ready() {
  const menu = document.querySelector("button.menu");
  const list = document.getElementById("menu");
  menu.hidden = false;
  document.body.classList.add("scripted");
  menu.addEventListener("click", () => {
    menu.setAttribute("aria-expanded", String(list.classList.toggle("open")));
  });

  const form = document.querySelector("form.search");
  const field = document.getElementById("search");
  const found = document.getElementById("found");
  let worker;
  let able = false;
  form.hidden = false;

  // What is being typed is not a whole word yet: what begins so is found, too.
  function ask() {
    const words = field.value.toLowerCase().match(/[\p{L}\p{N}_]{2,}/gu) ?? [];
    document.querySelector("article").hidden = found.hidden = false;
    if (words.length === 0) {
      found.hidden = true;
    } else if (able) {
      document.querySelector("article").hidden = true;
      worker.postMessage({ query: words.map((word) => `+${word}*`).join(" ") });
    }
  }

  function show(results) {
    const heading = document.createElement("h1");
    heading.textContent = results.length === 0 ? "Nothing found" : `Found: ${field.value.trim()}`;
    const items = results.slice(0, MOST).map(({ location, title, text }) => {
      const item = document.createElement("li");
      const link = document.createElement("a");
      const summary = document.createElement("p");
      link.href = new URL(location, base);
      link.textContent = title;
      summary.textContent = text.length > 160 ? `${text.slice(0, 160)}…` : text;
      item.append(link, summary);
      return item;
    });
    const all = document.createElement("ol");
    all.append(...items);
    found.replaceChildren(heading, ...(items.length ? [all] : []));
  }

  // The index is large: only who searches fetches it.
  field.addEventListener("focus", () => {
    if (worker) return;
    worker = new Worker(new URL("search/worker.js", base));
    worker.addEventListener("message", ({ data }) => {
      if (data.allowSearch) {
        able = true;
        ask();
      } else if (data.results && !found.hidden) show(data.results);
    });
    worker.postMessage({ init: true });
  });
  field.addEventListener("input", ask);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    found.querySelector("a")?.focus();
  });
  found.addEventListener("click", (event) => {
    // A heading of this very page is behind the results.
    if (!event.target.closest("a")) return;
    field.value = "";
    ask();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && field.value) {
      field.value = "";
      ask();
    } else if (event.key === "/" && !event.target.matches("input") && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      field.focus();
    }
  });
}

ready();
