// The first steps for a newcomer; ticked off as they are done, for as long as the browser's tab is open.

import { h } from "./dom.js";
import { mrkdwn } from "./mrkdwn.js";

const DONE = "sandbox-hints-done";
const FOLDED = "sandbox-hints-folded";

let hints = [];
const done = new Set(JSON.parse(sessionStorage.getItem(DONE) ?? "[]"));

/** The steps to suggest. */
export function useHints(given) {
  hints = given;
}

/** Tick off what this act completes; says whether any was. */
export function noteAct(act) {
  const met = hints.filter((hint) => !done.has(hint.title) && matches(hint.done, act));
  for (const hint of met) done.add(hint.title);
  if (met.length) sessionStorage.setItem(DONE, JSON.stringify([...done]));
  return met.length > 0;
}

function matches(wanted, act) {
  return Object.entries(wanted).every(([name, value]) => value === null || act[name] === value);
}

/** The panel; `app.follow(show)` goes where a step begins. */
export function hintPanel(app) {
  if (!hints.length) return null;
  const next = hints.find((hint) => !done.has(hint.title));
  const panel = h(
    "details",
    { class: "hints", open: sessionStorage.getItem(FOLDED) !== "yes" },
    h("summary", {}, "Try this", h("small", {}, `${done.size} of ${hints.length}`)),
    h("ol", {}, hints.map((hint) => step(hint, hint === next, app))),
    next ? null : h("p", {}, "That's all of it. The rest is yours to explore: `/evidence help` lists it."),
  );
  panel.addEventListener("toggle", () => sessionStorage.setItem(FOLDED, panel.open ? "no" : "yes"));
  return panel;
}

function step(hint, isNext, app) {
  const ticked = done.has(hint.title);
  return h(
    "li",
    { class: ticked ? "done" : isNext ? "next" : null },
    h("button", { class: "step", onclick: () => app.follow(hint.show) },
      h("span", { class: "tick", "aria-hidden": "true" }, ticked ? "✓" : ""),
      h("strong", {}, hint.title, ticked ? h("span", { class: "unseen" }, " (done)") : null)),
    isNext ? h("div", { class: "how" }, mrkdwn(hint.words, app.names),
      h("button", { class: "primary", onclick: () => app.follow(hint.show) }, "Show me")) : null,
  );
}
