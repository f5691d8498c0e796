// Blocks as nodes. `context` says who shows them: {names, press, values, input}.
//   press(block, element, value?)  what was pressed or picked
//   values                         state.values, for what is preset or was picked before
//   input(block)                   draws an input block (modals)

import { chart } from "./charts.js";
import { h, kept } from "./dom.js";
import { control, holdsValue, words } from "./elements.js";
import { emoji } from "./emoji.js";
import { markdown } from "./markdown.js";
import { mrkdwn } from "./mrkdwn.js";
import { ask, menu } from "./popup.js";
import { richText, table } from "./rich_text.js";

/** All of them. */
export function blocks(list, context) {
  return h("div", { class: "blocks" }, list.map((block) => draw(block, context)));
}

function draw(block, context) {
  return (DRAW[block.type] ?? anything)(block, context);
}

/** A text object, formatted where it is mrkdwn. */
export function text(given, { names }) {
  if (!given) return null;
  if (given.type === "mrkdwn") return mrkdwn(given.text, names);
  return h("div", { class: "words" }, withEmoji(given.text));
}

/** Plain text with its emoji drawn. */
export function withEmoji(given) {
  return given.replace(/:([a-z0-9_+\-]+):/g, (_, name) => emoji(name));
}

const DRAW = {
  divider: () => h("hr"),
  header: (block) => h("h3", { class: "header" }, withEmoji(words(block.text))),
  section: (block, context) =>
    h(
      "div",
      { class: "section" },
      h(
        "div",
        { class: "grow" },
        text(block.text, context),
        block.fields ? h("div", { class: "fields" }, block.fields.map((field) => text(field, context))) : null,
      ),
      block.accessory ? element(block, block.accessory, context) : null,
    ),
  context: (block, context) =>
    h("div", { class: "context" }, block.elements.map((one) => (one.type === "image" ? image(one) : text(one, context)))),
  actions: (block, context) => h("div", { class: "actions" }, block.elements.map((one) => element(block, one, context))),
  context_actions: (block, context) => DRAW.actions(block, context),
  input: (block, context) => context.input?.(block) ?? null,
  image: (block) => h("figure", {}, block.title ? h("figcaption", {}, words(block.title)) : null, image(block)),
  markdown: (block, { names }) => markdown(block.text, names),
  rich_text: (block, { names }) => richText(block.elements, names),
  table: (block, { names }) => table(block, names),
  data_table: (block, { names }) => table(block, names),
  data_visualization: (block) => chart(block),
  alert: (block, context) => h("div", { class: `alert ${block.level ?? "default"}` }, text(block.text, context)),
};

/** Cards, containers, carousels: their words, what is inside, their buttons. */
function anything(block, context) {
  const heads = [block.title, block.subtitle, block.body].map((one) => (typeof one === "string" ? one : text(one, context)));
  const inside = (block.child_blocks ?? block.elements ?? []).filter((one) => one.type in DRAW || one.title);
  const parts = kept([heads, inside.map((one) => draw(one, context))]);
  if (block.actions) parts.push(DRAW.actions({ ...block, elements: block.actions }, context));
  return h("div", { class: "card" }, parts.length ? parts : `(${block.type})`);
}

/** Pictures from elsewhere are not fetched: the page asks nothing of other addresses. */
function image(given) {
  const here = given.image_url && new URL(given.image_url, location.href).origin === location.origin;
  if (here) return h("img", { src: given.image_url, alt: given.alt_text });
  return h("span", { class: "picture" }, given.alt_text || "Picture");
}

function element(block, given, context) {
  if (given.type === "image") return image(given);
  if (given.type === "overflow") return overflow(block, given, context);
  if (holdsValue(given)) return picker(block, given, context);
  return button(block, given, context);
}

function button(block, given, context) {
  const node = h(
    "button",
    { class: given.style ?? null, "aria-label": given.accessibility_label ?? null, onclick: () => pressed() },
    withEmoji(words(given.text)) || given.type,
  );
  const pressed = async () => {
    if (!(await agreed(given))) return;
    if (given.url?.startsWith("http")) window.open(given.url, "_blank", "noopener,noreferrer");
    node.disabled = true;
    await context.press(block, given);
    node.disabled = false;
  };
  return node;
}

function overflow(block, given, context) {
  const node = h("button", { class: "quiet", "aria-label": "More", "aria-haspopup": "menu", onclick: () => open() }, "⋯");
  const pick = async (option) => (await agreed(given)) && context.press(block, given, option.value);
  const open = () => menu(node, "More", given.options.map((option) => [words(option.text), () => pick(option)]));
  return node;
}

function picker(block, given, context) {
  const label = words(given.placeholder) || words(block.text) || given.action_id;
  const made = control(given, context.values?.[block.block_id]?.[given.action_id], context.names, { "aria-label": label });
  made.node.addEventListener("change", async () => {
    if (await agreed(given)) await context.press(block, given, made.read());
  });
  return made.node;
}

async function agreed({ confirm }) {
  if (!confirm) return true;
  return ask({
    title: words(confirm.title),
    text: words(confirm.text),
    confirm: words(confirm.confirm),
    deny: words(confirm.deny),
    danger: confirm.style === "danger",
  });
}
