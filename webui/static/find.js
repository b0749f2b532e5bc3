// The key / leads to the search in the head of the page.
"use strict";

const TYPING = "input:not([type=checkbox], [type=radio], [type=button], [type=submit]), select, textarea, [role=textbox]";

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  // Where somebody types, it is a letter; an editor that is drawn on has keys of its own.
  const at = event.target;
  if (at.isContentEditable || at.matches(TYPING) || at.closest("dialog")) return;
  const find = document.getElementById("find");
  if (!find || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  find.focus();
  find.select();
});
