// One line at the bottom when something could not be done.

import { h } from "./dom.js";

const SHOWN_FOR = 8000;

/** Say it, for a while. */
export function notice(words) {
  const line = h("div", { class: "notice" }, words, h("button", { "aria-label": "Dismiss", onclick: () => line.remove() }, "×"));
  document.getElementById("notices").append(line);
  setTimeout(() => line.remove(), SHOWN_FOR);
}
