// `rich_text`, as Slack's own editor writes it, and tables, whose cells may hold it.

import { h } from "./dom.js";
import { emoji } from "./emoji.js";
import { link } from "./mrkdwn.js";

/** The block's elements as nodes. */
export function richText(elements, names) {
  return h("div", { class: "words" }, elements.map((element) => element_(element, names)));
}

function element_(element, names) {
  const parts = element.elements ?? [];
  switch (element.type) {
    case "rich_text_list":
      return h(element.style === "ordered" ? "ol" : "ul", { class: element.indent ? "deeper" : null },
        parts.map((item) => h("li", {}, inline(item.elements ?? [], names))));
    case "rich_text_quote":
      return h("blockquote", {}, inline(parts, names));
    case "rich_text_preformatted":
      return h("pre", {}, inline(parts, names));
    default:
      return h("div", {}, inline(parts, names));
  }
}

function inline(parts, names) {
  return parts.map((part) => styled(part, node(part, names)));
}

function node(part, names) {
  switch (part.type) {
    case "user":
      return names.person(part.user_id);
    case "channel":
      return names.channel(part.channel_id);
    case "emoji":
      return emoji(part.name);
    case "broadcast":
      return h("span", { class: "mention" }, `@${part.range}`);
    case "link":
      return link(part.url, part.text ?? part.url, names);
    case "date":
      return part.fallback ?? "";
    default:
      return part.text ?? "";
  }
}

function styled(part, content) {
  const style = part.style ?? {};
  const tags = [["code", "code"], ["bold", "strong"], ["italic", "em"], ["strike", "s"]];
  return tags.reduce((inner, [name, tag]) => (style[name] ? h(tag, {}, inner) : inner), content);
}

/** `table` and `data_table`; the first row is the header. */
export function table(block, names) {
  const align = (index) => block.column_settings?.[index]?.align ?? "left";
  const row = (tag) => (cells) =>
    h("tr", {}, cells.map((one, index) => h(tag, { class: `to-${align(index)}` }, cell(one, names))));
  return h(
    "div",
    { class: "scrolling" },
    h(
      "table",
      {},
      block.caption ? h("caption", {}, block.caption) : null,
      h("thead", {}, block.rows.slice(0, 1).map(row("th"))),
      h("tbody", {}, block.rows.slice(1).map(row("td"))),
    ),
  );
}

function cell(one, names) {
  if (one.type === "rich_text") return richText(one.elements ?? [], names);
  return one.text ?? String(one.value ?? "");
}
