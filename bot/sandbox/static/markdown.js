// Standard Markdown, as `markdown` blocks and canvases carry it: enough to read a document by.

import { h } from "./dom.js";
import { emoji } from "./emoji.js";
import { link } from "./mrkdwn.js";

const INLINE = new RegExp(
  [
    "`(?<code>[^`]+)`",
    "!?\\[(?<label>[^\\]]*)\\]\\((?<address>[^)\\s]+)[^)]*\\)",
    "<(?<auto>https?://[^>\\s]+)>",
    "\\*\\*(?<bold>.+?)\\*\\*",
    "~~(?<strike>.+?)~~",
    "(?<![\\w*])\\*(?<italic>[^*\\s](?:[^*]*[^*\\s])?)\\*(?![\\w*])",
    "(?<![\\w_])_(?<under>[^_\\s](?:[^_]*[^_\\s])?)_(?![\\w_])",
    ":(?<emoji>[a-z0-9_+\\-]+):",
  ].join("|"),
  "g",
);

const KINDS = [
  ["fence", /^```/],
  ["heading", /^#{1,6}\s/],
  ["rule", /^(-{3,}|\*{3,})\s*$/],
  ["table", /^\|.*\|\s*$/],
  ["quote", /^>\s?/],
  ["list", /^\s*([-*+]|\d+[.)])\s+/],
  ["blank", /^\s*$/],
];

/** A document as nodes. */
export function markdown(text, names) {
  const lines = text.split("\n");
  const parts = [];
  while (lines.length) {
    const kind = kindOf(lines[0]);
    const taken = kind === "fence" ? takeFence(lines) : takeWhile(lines, kind);
    parts.push(DRAW[kind](taken, names));
  }
  return h("div", { class: "markdown" }, parts);
}

function kindOf(line) {
  return KINDS.find(([, pattern]) => pattern.test(line))?.[0] ?? "paragraph";
}

function takeWhile(lines, kind) {
  const single = kind === "heading" || kind === "rule";
  let count = 1;
  while (!single && count < lines.length && kindOf(lines[count]) === kind) count += 1;
  return lines.splice(0, count);
}

function takeFence(lines) {
  const end = lines.findIndex((line, index) => index > 0 && line.startsWith("```"));
  const taken = lines.splice(0, end < 0 ? lines.length : end + 1);
  return taken.slice(1, end < 0 ? undefined : -1);
}

const DRAW = {
  blank: () => null,
  fence: (lines) => h("pre", {}, lines.join("\n")),
  rule: () => h("hr"),
  heading: ([line], names) => {
    const [, marks, words] = /^(#+)\s+(.*)$/.exec(line) ?? [null, "#", line];
    return h(`h${Math.min(marks.length + 2, 6)}`, {}, inline(words, names));
  },
  paragraph: (lines, names) => h("p", {}, inline(lines.join("\n"), names)),
  quote: (lines, names) => h("blockquote", {}, inline(lines.map((line) => line.replace(/^>\s?/, "")).join("\n"), names)),
  list: (lines, names) => {
    const ordered = /^\s*\d/.test(lines[0]);
    return h(
      ordered ? "ol" : "ul",
      {},
      lines.map((line) => {
        const [, indent, words] = /^(\s*)(?:[-*+]|\d+[.)])\s+(.*)$/.exec(line);
        return h("li", { class: indent.length > 1 ? "deeper" : null }, inline(box(words), names));
      }),
    );
  },
  table: (lines, names) => {
    const rows = lines.filter((line) => !/^\|[\s:|-]+\|\s*$/.test(line)).map(cells);
    const row = (tag) => (one) => h("tr", {}, one.map((cell) => h(tag, {}, inline(cell, names))));
    return h("table", {}, h("thead", {}, rows.slice(0, 1).map(row("th"))), h("tbody", {}, rows.slice(1).map(row("td"))));
  },
};

function box(words) {
  return words.replace(/^\[ \]\s/, "☐ ").replace(/^\[x\]\s/i, "☑ ");
}

function cells(line) {
  return line.trim().replace(/^\||\|$/g, "").split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));
}

function inline(text, names) {
  const parts = [];
  let at = 0;
  for (const found of text.matchAll(INLINE)) {
    parts.push(unescaped(text.slice(at, found.index)), marked(found.groups, names));
    at = found.index + found[0].length;
  }
  parts.push(unescaped(text.slice(at)));
  return parts;
}

function marked(groups, names) {
  if (groups.code !== undefined) return h("code", {}, groups.code);
  if (groups.address !== undefined) return link(groups.address, unescaped(groups.label), names);
  if (groups.auto !== undefined) return link(groups.auto, groups.auto, names);
  if (groups.bold !== undefined) return h("strong", {}, inline(groups.bold, names));
  if (groups.strike !== undefined) return h("s", {}, inline(groups.strike, names));
  if (groups.emoji !== undefined) return emoji(groups.emoji);
  return h("em", {}, inline(groups.italic ?? groups.under, names));
}

function unescaped(text) {
  return text.replace(/\\([\\`*_{}[\]()#+\-.!|~<>])/g, "$1");
}
