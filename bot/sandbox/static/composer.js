// Where one writes: Enter sends, Shift+Enter starts a line; `/`, `@`, `#` and `:` suggest as one types.

import { h } from "./dom.js";
import { EMOJI } from "./emoji.js";

const MOST_SUGGESTIONS = 8;
const LAST_WORD = /(^|\s)([@#:/][\w+-]*)$/;

/** What was begun and not sent, by place. */
const drafts = new Map();

/**
 * A field to write in. `place` tells drafts apart, `send(text)` answers whether it went, `suggest` gives
 * {commands, people, channels}. `extra` stands beside the field.
 */
export function composer({ place, label, send, suggest, extra = null }) {
  const id = `suggestions-${place.replace(/\W/g, "-")}`;
  const list = h("ul", { class: "suggestions", role: "listbox", id, "aria-label": "Suggestions", hidden: true });
  const field = h("textarea", {
    rows: 1,
    placeholder: label,
    "aria-label": label,
    "aria-autocomplete": "list",
    "aria-controls": id,
    value: drafts.get(place) ?? "",
  });
  const fit = () => {
    field.style.height = "auto";
    field.style.height = `${Math.min(field.scrollHeight, 200)}px`;
  };
  const menu = suggestions(field, list, suggest);

  async function submit() {
    const text = field.value;
    if (!text.trim()) return;
    field.value = "";
    drafts.delete(place);
    menu.close();
    fit();
    if (!(await send(text)) && !field.value) {
      field.value = text;
      drafts.set(place, text);
      fit();
    }
  }

  field.addEventListener("input", () => {
    drafts.set(place, field.value);
    fit();
    menu.update();
  });
  field.addEventListener("keydown", (event) => {
    if (event.isComposing || menu.key(event)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      submit();
    }
  });
  field.addEventListener("blur", () => setTimeout(menu.close, 150));

  const form = h(
    "form",
    { class: "composer", onsubmit: (event) => { event.preventDefault(); submit(); } },
    list,
    h("div", { class: "writing" }, extra, field, h("button", { class: "primary", "aria-label": "Send", title: "Send (Enter)" }, "➤")),
  );
  requestAnimationFrame(fit);
  return form;
}

/** Put words into the field that belongs to `place`, when it is shown next. */
export function draft(place, text) {
  drafts.set(place, text);
}

function suggestions(field, list, suggest) {
  let found = [];
  let at = 0;

  function update() {
    const before = field.value.slice(0, field.selectionStart);
    const word = LAST_WORD.exec(before)?.[2] ?? "";
    found = word ? matches(word, before, suggest()) : [];
    at = 0;
    draw();
  }

  function draw() {
    list.hidden = !found.length;
    list.replaceChildren(
      ...found.map((entry, index) =>
        h(
          "li",
          {
            role: "option",
            id: `${list.id}-${index}`,
            "aria-selected": String(index === at),
            onpointerdown: (event) => { event.preventDefault(); take(entry); },
          },
          h("strong", {}, entry.shown),
          h("small", {}, entry.about),
        )),
    );
    if (found.length) field.setAttribute("aria-activedescendant", `${list.id}-${at}`);
    else field.removeAttribute("aria-activedescendant");
  }

  function take(entry) {
    const end = field.selectionStart;
    const word = LAST_WORD.exec(field.value.slice(0, end))[2];
    field.setRangeText(`${entry.text} `, end - word.length, end, "end");
    field.dispatchEvent(new Event("input"));
    close();
  }

  function close() {
    found = [];
    draw();
  }

  /** Whether the key was for the suggestions. */
  function key(event) {
    if (!found.length) return false;
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) {
      at = (at + steps[event.key] + found.length) % found.length;
      draw();
    } else if (event.key === "Tab" || (event.key === "Enter" && !event.shiftKey)) take(found[at]);
    else if (event.key === "Escape") close();
    else return false;
    event.preventDefault();
    return true;
  }

  return { update, close, key };
}

function matches(word, before, { commands, people, channels }) {
  const begins = word.slice(1).toLowerCase();
  const fits = (...names) => names.some((name) => name.toLowerCase().startsWith(begins));
  const entry = (text, about, shown = text) => ({ text, about, shown });
  let all = [];
  if (word[0] === "/" && before === word) {
    all = commands.filter((one) => fits(one.name.slice(1)) && one.name !== word).map((one) => entry(one.name, one.description));
  } else if (word[0] === "@") {
    all = people.filter((one) => fits(one.name, ...one.real_name.split(" "))).map((one) => entry(`@${one.name}`, one.real_name));
  } else if (word[0] === "#") {
    all = channels.filter((one) => fits(one.name)).map((one) => entry(`#${one.name}`, one.topic ?? ""));
  } else if (word[0] === ":" && begins.length > 1) {
    all = Object.keys(EMOJI).filter((name) => fits(name)).map((name) => entry(`:${name}:`, name, EMOJI[name]));
  }
  return all.slice(0, MOST_SUGGESTIONS);
}
