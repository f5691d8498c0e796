// Messages: the list, each one's words, files, reactions, and what can be done with it.

import { blocks } from "./blocks.js";
import { h, reconcile } from "./dom.js";
import { EMOJI, OFFERED, emoji } from "./emoji.js";
import { mrkdwn } from "./mrkdwn.js";
import { ask, menu, popup } from "./popup.js";
import { clock, day, moment, whole } from "./time.js";

/** Messages of the same author closer than this stand under one name. */
const TOGETHER_SECONDS = 300;

/** Show messages in `list`; `app` is what app.js offers. `inThread` leaves thread summaries out. */
export function showMessages(list, messages, app, { inThread = false } = {}) {
  const items = messages.map((message, index) => ({ message, ...standing(messages, index, app.tz), me: app.person, inThread }));
  reconcile(list, items, ({ message }) => message.ts, (item) => one(item, app));
}

function standing(messages, index, tz) {
  const message = messages[index];
  const before = messages[index - 1];
  const today = day(moment(message.ts), tz);
  const newDay = !before || day(moment(before.ts), tz) !== today;
  const follows =
    !newDay && before.author_id === message.author_id && before.ephemeral === message.ephemeral &&
    Number(message.ts) - Number(before.ts) < TOGETHER_SECONDS;
  return { heading: newDay ? today : null, follows };
}

function one({ message, heading, follows, inThread }, app) {
  const { names, tz } = app;
  const author = names.people.get(message.author_id);
  const sent = moment(message.ts);
  const classes = ["message", follows && "follows", message.ephemeral && "ephemeral"].filter(Boolean).join(" ");
  return h(
    "li",
    { "data-ts": message.ts },
    heading ? h("h2", { class: "day" }, heading) : null,
    h(
      "article",
      { class: classes, "aria-label": `${author?.real_name ?? message.author}, ${clock(sent, tz)}` },
      h("div", { class: "gutter" }, follows ? h("time", {}, clock(sent, tz)) : names.avatar(message.author_id)),
      h(
        "div",
        { class: "body" },
        message.ephemeral ? h("p", { class: "only-you" }, "Only visible to you") : null,
        follows ? null : byline(message, author, sent, app),
        content(message, app),
        files(message, app),
        reactions(message, app),
        inThread ? null : threadSummary(message, app),
      ),
      toolbar(message, app, inThread),
    ),
  );
}

function byline(message, author, sent, { tz }) {
  return h(
    "header",
    {},
    h("strong", {}, author?.real_name ?? message.author),
    author?.is_bot ? h("span", { class: "badge" }, "APP") : null,
    author?.status ? h("span", { class: "status" }, author.status) : null,
    h("time", { datetime: sent.toISOString(), title: whole(sent, tz) }, clock(sent, tz)),
  );
}

function content(message, app) {
  const { names } = app;
  const { raw } = message;
  const edited = message.edited ? h("small", { class: "edited" }, "(edited)") : null;
  if (raw.subtype === "tombstone") return h("p", { class: "gone" }, "This message was deleted.");
  // What people type comes with blocks made from the text, which lack its bold and code: the text says more.
  const typed = !raw.bot_id && (raw.blocks ?? []).every((block) => block.type === "rich_text");
  if (!raw.blocks?.length || typed) return h("div", {}, raw.text ? mrkdwn(raw.text, names) : null, attachments(raw, app), edited);
  const context = { names, values: {}, press: (block, element, value) => app.press({ message }, block, element, value) };
  return h("div", {}, blocks(raw.blocks, context), attachments(raw, app), edited);
}

function attachments(raw, { names }) {
  return (raw.attachments ?? []).map((attachment) =>
    h("blockquote", {},
      [attachment.pretext, attachment.title, attachment.text].filter(Boolean).map((words) => mrkdwn(words, names)),
      attachment.blocks ? blocks(attachment.blocks, { names, press: () => {} }) : null));
}

function files(message, app) {
  if (!message.raw.files?.length) return null;
  return h("ul", { class: "files" }, message.raw.files.map((file) => h("li", {}, fileCard(file, app))));
}

/** A file to download. */
export function fileCard(file) {
  const path = new URL(file.url_private_download).pathname;
  return h(
    "a",
    { class: "file", href: path, download: file.name },
    h("span", { class: "kind" }, file.filetype.slice(0, 4).toUpperCase()),
    h("span", { class: "grow" }, h("strong", {}, file.title || file.name), h("small", {}, `${file.name} · ${bytes(file.size)}`)),
    h("span", { "aria-hidden": "true" }, "↓"),
  );
}

function bytes(size) {
  if (size < 1000) return `${size} bytes`;
  return size < 1_000_000 ? `${Math.round(size / 1000)} KB` : `${(size / 1_000_000).toFixed(1)} MB`;
}

function reactions(message, app) {
  const entries = Object.entries(message.reactions);
  if (!entries.length) return null;
  const handle = app.names.people.get(app.person).name;
  return h(
    "div",
    { class: "reactions" },
    entries.map(([name, people]) => {
      const mine = people.includes(handle);
      return h(
        "button",
        {
          "aria-pressed": String(mine),
          "aria-label": `${name}: ${people.join(", ")}`,
          title: `${people.map((person) => `@${person}`).join(", ")} reacted with :${name}:`,
          onclick: () => app.act({ do: mine ? "unreact" : "react", message: where(message), emoji: name }),
        },
        h("span", { class: "glyph" }, emoji(name)),
        ` ${people.length}`,
      );
    }),
  );
}

function threadSummary(message, app) {
  const { reply_count: count, reply_users: people = [], latest_reply: latest } = message.raw;
  if (!count) return null;
  return h(
    "button",
    { class: "thread-summary", onclick: () => app.openThread(message.channel, message.ts) },
    people.map((id) => app.names.avatar(id)),
    h("strong", {}, `${count} ${count === 1 ? "reply" : "replies"}`),
    h("small", {}, `last ${day(moment(latest), app.tz)} at ${clock(moment(latest), app.tz)}`),
  );
}

function toolbar(message, app, inThread) {
  if (message.ephemeral) {
    return h("div", { class: "toolbar" }, tool("×", "Dismiss", () => app.act({ do: "delete", message: where(message) })));
  }
  if (message.raw.subtype === "tombstone") return null;
  const react = (name) => app.act({ do: message.reactions[name]?.includes(app.handle) ? "unreact" : "react", message: where(message), emoji: name });
  return h(
    "div",
    { class: "toolbar", role: "toolbar", "aria-label": "Message actions" },
    tool("🌱", "React with seedling", () => react("seedling")),
    tool("☺", "Add reaction…", (event) => pickEmoji(event.currentTarget, react), { "aria-haspopup": "dialog" }),
    inThread ? null : tool("💬", "Reply in thread", () => app.openThread(message.channel, message.ts, { write: true })),
    tool("⋮", "More actions", (event) => more(event.currentTarget, message, app), { "aria-haspopup": "menu" }),
  );
}

function tool(glyph, label, onclick, attributes = {}) {
  return h("button", { "aria-label": label, title: label, onclick, ...attributes }, glyph);
}

function more(anchor, message, app) {
  const mine = message.author_id === app.person;
  const shortcuts = app.shortcuts("message").map((shortcut) => [
    shortcut.name,
    () => app.act({ do: "message_shortcut", callback_id: shortcut.callback_id, message: where(message) }),
    { class: "shortcut", title: shortcut.description },
  ]);
  menu(anchor, "More actions", [
    ...shortcuts,
    mine && ["Edit message", () => edit(message, app)],
    mine && ["Delete message…", () => remove(message, app), { class: "danger" }],
  ]);
}

async function remove(message, app) {
  const sure = await ask({ title: "Delete this message?", text: message.text, confirm: "Delete", deny: "Cancel", danger: true });
  if (sure) app.act({ do: "delete", message: where(message) });
}

function edit(message, app) {
  const body = document.querySelector(`li[data-ts="${message.ts}"] .body`);
  const field = h("textarea", { "aria-label": "Edit message", rows: 3, value: message.text });
  const form = h(
    "form",
    { class: "editing", onsubmit: save },
    field,
    h("button", { type: "button", onclick: () => form.remove() }, "Cancel"),
    h("button", { class: "primary" }, "Save"),
  );
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") form.remove();
    if (event.key === "Enter" && !event.shiftKey) save(event);
  });
  async function save(event) {
    event.preventDefault();
    const answer = await app.act({ do: "edit", message: where(message), text: field.value });
    if (answer.ok) form.remove();
  }
  body.append(form);
  field.focus();
}

function pickEmoji(anchor, react) {
  const grid = h("div", { class: "emoji-grid" }, OFFERED.map((name) =>
    h("button", { "aria-label": name, title: `:${name}:`, onclick: () => { close(); react(name); } }, EMOJI[name])));
  const close = popup(anchor, grid, { label: "Pick a reaction", role: "dialog" });
}

function where({ channel, ts }) {
  return { channel, ts };
}

