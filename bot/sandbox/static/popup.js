// Small things that open beside a button: menus, the emoji picker. And questions that need a yes.

import { h } from "./dom.js";

let closeOpen = null;

/** Show `content` beside `anchor` until something else is clicked or Escape is pressed. Returns what closes it. */
export function popup(anchor, content, { label, role = "menu" }) {
  closeOpen?.();
  const box = h("div", { class: "popup", role, "aria-label": label }, content);
  (anchor.closest("dialog") ?? document.body).append(box);
  place(box, anchor);
  anchor.setAttribute("aria-expanded", "true");

  const close = () => {
    if (closeOpen !== close) return;
    closeOpen = null;
    document.removeEventListener("pointerdown", outside, true);
    anchor.removeAttribute("aria-expanded");
    const focused = box.contains(document.activeElement);
    box.remove();
    if (focused && anchor.isConnected) anchor.focus();
  };
  const outside = (event) => {
    if (!box.contains(event.target) && !anchor.contains(event.target)) close();
  };
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      event.preventDefault();
      close();
    } else if (event.key === "Tab") close();
    else move(box, event);
  });
  document.addEventListener("pointerdown", outside, true);
  closeOpen = close;
  box.querySelector("button")?.focus();
  return close;
}

/** A menu of `[words, act, attributes]`. */
export function menu(anchor, label, entries) {
  const close = popup(
    anchor,
    entries.filter(Boolean).map(([words, act, attributes]) =>
      h("button", { role: "menuitem", ...attributes, onclick: () => { close(); act(); } }, words)),
    { label },
  );
}

/** Ask before something counts; resolves to whether they said yes. */
export function ask({ title, text, confirm, deny, danger = false }) {
  return new Promise((resolve) => {
    const dialog = h(
      "dialog",
      { class: "question", "aria-label": title },
      h("h2", {}, title),
      h("p", {}, text),
      h(
        "footer",
        {},
        h("button", { onclick: () => dialog.close("no") }, deny),
        h("button", { class: danger ? "danger" : "primary", onclick: () => dialog.close("yes") }, confirm),
      ),
    );
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

function place(box, anchor) {
  const near = anchor.getBoundingClientRect();
  const { width, height } = box.getBoundingClientRect();
  const below = near.bottom + 4 + height < innerHeight;
  box.style.left = `${Math.max(8, Math.min(near.right - width, innerWidth - width - 8))}px`;
  box.style.top = `${Math.max(8, below ? near.bottom + 4 : near.top - height - 4)}px`;
}

function move(box, event) {
  const steps = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };
  if (!(event.key in steps)) return;
  const buttons = [...box.querySelectorAll("button")];
  const at = buttons.indexOf(document.activeElement);
  buttons[(at + steps[event.key] + buttons.length) % buttons.length]?.focus();
  event.preventDefault();
}
