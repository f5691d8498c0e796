// Modals: the topmost view of the person's stack, as a dialog that keeps what was typed while it is redrawn.

import { blocks, text } from "./blocks.js";
import { h } from "./dom.js";
import { control, words } from "./elements.js";

let shown = null;

/** Show the topmost of `modals` (or none); `app` is what app.js offers. */
export function showModal(modals, app) {
  const view = modals.at(-1);
  if (!view) {
    shown?.dialog.remove();
    shown = null;
    return;
  }
  const same = shown?.view.id === view.id && shown.person === app.person;
  if (same && shown.view.raw.hash === view.raw.hash) {
    shown.view = view;
    showErrors(view);
    return;
  }
  const focused = same ? document.activeElement?.closest("[data-block]")?.dataset.block : null;
  shown?.dialog.remove();
  shown = draw(view, modals.length, app);
  document.body.append(shown.dialog);
  shown.dialog.showModal();
  showErrors(view);
  (shown.fields.get(focused) ?? [...shown.fields.values()][0])?.focus?.focus();
}

function draw(view, depth, app) {
  const fields = new Map();
  const act = (what) => app.act({ view: view.id, ...what });
  const values = () => Object.fromEntries([...fields].map(([blockId, field]) => [blockId, field.read()]));

  const context = {
    names: app.names,
    values: view.raw.state.values,
    input: (block) => input(block, view, app, fields),
    async press(block, element, value) {
      // What was typed must be there when the bot answers with an update.
      if (fields.size) await act({ do: "fill", values: values() });
      await app.press({ view }, block, element, value);
    },
  };

  const submit = async (event) => {
    event.preventDefault();
    const button = form.querySelector("footer .primary");
    if (!button || button.disabled) return;
    button.disabled = true;
    const answer = await act({ do: "fill_and_submit", values: values() });
    button.disabled = false;
    if (!answer.ok) firstWrong()?.focus();
  };
  const close = (all) => act({ do: "close", all_views: all });

  const form = h(
    "form",
    { novalidate: true, onsubmit: submit },
    h(
      "header",
      {},
      h("img", { src: "/static/sprout.svg", alt: "", class: "avatar" }),
      h("h1", { id: "modal-title" }, view.title),
      h("button", { type: "button", class: "quiet", "aria-label": "Close this window", onclick: () => close(depth > 1) }, "×"),
    ),
    h("div", { class: "scroll" }, blocks(view.raw.blocks, context)),
    h(
      "footer",
      {},
      h("button", { type: "button", onclick: () => close(false) }, view.close),
      view.submit ? h("button", { class: "primary" }, view.submit) : null,
    ),
  );
  for (const button of form.querySelectorAll(".scroll button")) button.type = "button";
  const dialog = h("dialog", { class: "modal", "aria-labelledby": "modal-title" }, form);
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    close(false);
  });
  return { dialog, view, fields, person: app.person };
}

function input(block, view, app, fields) {
  const { element } = block;
  const id = `field-${block.block_id}`;
  const made = control(element, view.raw.state.values[block.block_id]?.[element.action_id], app.names, {
    id,
    "aria-describedby": `${id}-hint ${id}-error`,
    "aria-labelledby": `${id}-label`,
    "aria-required": block.optional ? null : "true",
  });
  fields.set(block.block_id, made);
  if (block.dispatch_action) {
    made.node.addEventListener("change", () =>
      app.act({ do: "fill", view: view.id, values: { [block.block_id]: made.read() } }));
  }
  const single = made.focus === made.node;
  return h(
    "div",
    { class: "field", "data-block": block.block_id },
    h(single ? "label" : "span", { id: `${id}-label`, for: single ? id : null, class: "label" }, words(block.label),
      block.optional ? h("small", {}, "(optional)") : null),
    made.node,
    h("p", { id: `${id}-hint`, class: "hint" }, block.hint ? text(block.hint, { names: app.names }) : null),
    h("p", { id: `${id}-error`, class: "error", role: "alert" }),
  );
}

function showErrors(view) {
  for (const block of view.raw.blocks.filter((one) => one.type === "input")) {
    const line = document.getElementById(`field-${block.block_id}-error`);
    const said = view.errors[words(block.label)] ?? "";
    if (line.textContent !== said) line.textContent = said;
    shown.fields.get(block.block_id)?.focus?.toggleAttribute("aria-invalid", Boolean(said));
  }
}

function firstWrong() {
  return [...(shown?.fields.values() ?? [])].map((field) => field.focus).find((node) => node?.hasAttribute("aria-invalid"));
}
