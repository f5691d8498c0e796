// Slack's mrkdwn as nodes. The text is escaped as it came over the wire; entities are undone last, in text nodes.

import { h } from "./dom.js";
import { emoji } from "./emoji.js";

const FENCE = /```([\s\S]*?)```/g;
const INLINE = new RegExp(
  [
    "`(?<code>[^`\\n]+)`",
    "<(?<live>[^<>\\n]+)>",
    ":(?<emoji>[a-z0-9_+'\\-]+):",
    "(?<![\\w*])\\*(?<bold>(?=\\S)[^*\\n]+?(?<=\\S))\\*(?![\\w*])",
    "(?<![\\w_])_(?<italic>(?=\\S)[^_\\n]+?(?<=\\S))_(?![\\w_])",
    "(?<![\\w~])~(?<strike>(?=\\S)[^~\\n]+?(?<=\\S))~(?![\\w~])",
  ].join("|"),
  "g",
);
const LINK = /^(https?:\/\/|mailto:)/;

/** A whole text: fenced code, quotes, and lines between them. `names` resolves ids (see names.js). */
export function mrkdwn(text, names) {
  const parts = [];
  let at = 0;
  for (const found of text.matchAll(FENCE)) {
    parts.push(...quotedAndNot(text.slice(at, found.index), names));
    parts.push(h("pre", {}, plain(found[1].replace(/^\n/, ""))));
    at = found.index + found[0].length;
  }
  parts.push(...quotedAndNot(text.slice(at), names));
  return h("div", { class: "words" }, parts);
}

function quotedAndNot(text, names) {
  if (!text.trim()) return [];
  const groups = [];
  for (const line of text.replace(/^\n|\n$/g, "").split("\n")) {
    const quote = /^(?:&gt;|>) ?/.exec(line);
    const last = groups.at(-1);
    const words = quote ? line.slice(quote[0].length) : line;
    if (last && last.quote === Boolean(quote)) last.lines.push(words);
    else groups.push({ quote: Boolean(quote), lines: [words] });
  }
  return groups.map((group) => h(group.quote ? "blockquote" : "div", {}, inline(group.lines.join("\n"), names)));
}

/** One line's worth of mrkdwn as nodes. */
export function inline(text, names) {
  const parts = [];
  let at = 0;
  for (const found of text.matchAll(INLINE)) {
    parts.push(plain(text.slice(at, found.index)), marked(found.groups, names));
    at = found.index + found[0].length;
  }
  parts.push(plain(text.slice(at)));
  return parts;
}

function marked({ code, live, emoji: name, bold, italic, strike }, names) {
  if (code !== undefined) return h("code", {}, plain(code));
  if (live !== undefined) return alive(live, names);
  if (name !== undefined) return emoji(name);
  if (bold !== undefined) return h("strong", {}, inline(bold, names));
  if (italic !== undefined) return h("em", {}, inline(italic, names));
  return h("s", {}, inline(strike, names));
}

function alive(inner, names) {
  const [target, label] = halves(inner);
  if (target.startsWith("@")) return names.person(target.slice(1), label);
  if (target.startsWith("#")) return names.channel(target.slice(1), label);
  if (target.startsWith("!date")) return plain(label ?? "");
  if (target.startsWith("!")) return h("span", { class: "mention" }, `@${target.slice(1)}`);
  return link(plain(target), plain(label ?? target.replace(/^mailto:/, "")), names);
}

function halves(inner) {
  const bar = inner.indexOf("|");
  return bar < 0 ? [inner, undefined] : [inner.slice(0, bar), inner.slice(bar + 1)];
}

/** A link; what is no web or mail address stays words, and a permalink of this workspace stays on the page. */
export function link(address, words, names) {
  if (!LINK.test(address)) return words;
  const inside = names.permalink(address);
  if (inside) return h("button", { class: "link", onclick: inside }, words);
  return h("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, words);
}

/** Entities undone. */
export function plain(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
