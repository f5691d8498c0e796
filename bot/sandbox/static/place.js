// The middle: a channel, or the app's home, direct messages and files.

import { blocks } from "./blocks.js";
import { composer } from "./composer.js";
import { h, reconcile } from "./dom.js";
import { markdown } from "./markdown.js";
import { fileCard, showMessages } from "./messages.js";
import { menu } from "./popup.js";

/** Near enough to the end to follow new messages. */
const AT_END = 80;

/** A place's name for drafts and comparison. */
export function placeKey({ kind, id }) {
  return id ?? kind;
}

/** Show where the person is; what is there already is kept unless they went elsewhere (or `anew`). */
export function showPlace(main, app, { anew = false } = {}) {
  const key = `${app.person} ${placeKey(app.place)} ${facts(app)}`;
  const moved = main.dataset.place !== key;
  if (moved || anew) {
    main.dataset.place = key;
    main.replaceChildren(...PLACES[app.place.kind](app));
  }
  PLACES_UPDATE[app.place.kind](main, app, moved);
}

/** What the frame around the messages depends on. */
function facts(app) {
  const { is_member: joined, bot_is_member: bot, members } = channelOf(app) ?? {};
  return [joined, bot, members?.length].join(" ");
}

function channelOf(app) {
  return app.channels.find((channel) => channel.id === app.place.id);
}

const PLACES = {
  channel(app) {
    const channel = channelOf(app);
    return [
      heading(app, `# ${channel.name}`, [channel.topic || channel.purpose, membersOf(app, channel)]),
      scroller(`Messages in #${channel.name}`),
      channel.bot_is_member
        ? null
        : h("p", { class: "aside-note" }, `${app.botName} is not a member here and sees nothing. Its shortcut in a message's ⋮ menu works all the same, or type `,
            h("code", {}, `/invite @${botHandle(app)}`), "."),
      channel.is_member ? writing(app, channel.id, `Message #${channel.name}`) : joinBar(app, channel),
    ].filter(Boolean);
  },
  dm(app) {
    return [
      heading(app, app.botName, ["Direct messages with the app"], tabs(app)),
      scroller(`Direct messages with ${app.botName}`),
      writing(app, app.seen.dm, `Message ${app.botName}`),
    ];
  },
  home(app) {
    return [heading(app, app.botName, ["Only you see this page"], tabs(app)), h("div", { class: "scroll" }, h("div", { class: "home" }))];
  },
  files(app) {
    return [heading(app, app.botName, ["What the app has handed over"], tabs(app)), h("div", { class: "scroll" }, h("div", { class: "home" }))];
  },
};

function membersOf(app, channel) {
  const people = channel.members.filter((id) => !app.names.people.get(id)?.is_bot);
  return `${people.length} people`;
}

const PLACES_UPDATE = {
  channel: updateMessages,
  dm: updateMessages,
  home(main, app) {
    const home = main.querySelector(".home");
    const view = app.seen.home;
    reconcile(home, [view ?? "waiting"], (one) => one.id ?? one, (one) =>
      view
        ? blocks(one.raw.blocks, {
            names: app.names,
            values: one.raw.state.values,
            press: (block, element, value) => app.press({ view: one }, block, element, value),
          })
        : h("p", { class: "gone" }, `Waiting for ${app.botName} to publish its Home…`));
  },
  files(main, app) {
    const { files, canvases } = app.seen;
    const items = [...files.map((file) => ({ file })), ...canvases.map((canvas) => ({ canvas }))];
    reconcile(main.querySelector(".home"), items.length ? items : ["none"], (one) => (one.file ?? one.canvas)?.id ?? one, (one) => {
      if (one.file) return fileCard(asFile(one.file, app));
      if (one.canvas) return h("details", { class: "canvas" }, h("summary", {}, one.canvas.title), markdown(one.canvas.text, app.names));
      return h("p", { class: "gone" }, "Nothing yet. `/evidence export` makes a file.");
    });
  },
};

function asFile(file, app) {
  const path = `/files-pri/${app.workspace.id}-${file.id}/download/${encodeURIComponent(file.name)}`;
  return { ...file, url_private_download: `${location.origin}${path}`, filetype: file.name.split(".").at(-1) };
}

function updateMessages(main, app, moved) {
  const scroll = main.querySelector(".scroll");
  if (moved) scroll.follow = true;
  showMessages(scroll.querySelector("ol"), app.messages, app);
  if (!app.messages.length && !scroll.querySelector(".gone")) scroll.prepend(h("p", { class: "gone" }, "Nothing here yet."));
  else if (app.messages.length) scroll.querySelector(".gone:not(li *)")?.remove();
}

function heading(app, title, facts, extra = null) {
  return h(
    "header",
    { class: "top" },
    h("button", {
      class: "quiet menu-button",
      "aria-label": "People and conversations",
      onclick: () => document.body.classList.toggle("menu-open"),
    }, "☰"),
    h("div", { class: "grow" }, h("h1", {}, title), h("p", {}, facts.filter(Boolean).join(" · "))),
    extra,
  );
}

function tabs(app) {
  return h(
    "div",
    { class: "tabs", role: "group", "aria-label": app.botName },
    [["home", "Home"], ["dm", "Messages"], ["files", "Files"]].map(([kind, words]) =>
      h("button", { "aria-pressed": String(app.place.kind === kind), onclick: () => app.go({ kind }) }, words)),
  );
}

/** Messages that scroll, also by keys. Who is at their end stays there when they grow or the window changes. */
export function scroller(label) {
  const list = h("ol", { class: "messages" });
  const node = h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": label }, list);
  node.follow = true;
  node.addEventListener("scroll", () => {
    node.follow = node.scrollHeight - node.scrollTop - node.clientHeight < AT_END;
  });
  const sizes = new ResizeObserver(() => {
    if (node.follow) node.scrollTop = node.scrollHeight;
  });
  sizes.observe(node);
  sizes.observe(list);
  return node;
}

function joinBar(app, channel) {
  return h("div", { class: "composer" }, h("p", {}, `You are not in #${channel.name}. `,
    h("button", { class: "primary", onclick: () => app.act({ do: "join", channel: channel.id }) }, "Join")));
}

function writing(app, channel, label) {
  return composer({
    place: placeKey(app.place),
    label,
    send: (text) => send(app, channel, text),
    suggest: () => suggestions(app),
    extra: shortcutsButton(app),
  });
}

/** What can be suggested while somebody writes. */
export function suggestions(app) {
  return { commands: app.commands, people: [...app.names.people.values()], channels: app.channels };
}

function shortcutsButton(app) {
  const node = h("button", {
    type: "button",
    class: "quiet",
    "aria-label": "Shortcuts",
    title: "Shortcuts",
    "aria-haspopup": "menu",
    onclick: () =>
      menu(node, "Shortcuts", app.shortcuts("global").map((one) => [
        one.name,
        () => app.act({ do: "global_shortcut", callback_id: one.callback_id }),
        { class: "shortcut", title: one.description },
      ])),
  }, "⚡");
  return node;
}

/** Send what was typed: a message, a command, or one of Slack's own few. Answers whether it went. */
async function send(app, channel, text) {
  const [, word, rest] = /^\s*(\S+)\s*([\s\S]*)$/.exec(text);
  const own = { "/invite": "invite_bot", "/remove": "remove_bot", "/join": "join", "/leave": "leave" }[word];
  if (own) return (await app.act({ do: own, channel: word === "/join" && rest ? rest.trim() : channel })).ok;
  if (word.startsWith("/")) return (await app.act({ do: "command", command: word, text: rest, channel })).ok;
  return (await app.act({ do: "say", channel, text })).ok;
}

function botHandle(app) {
  return app.names.people.get(app.workspace.bot_user).name;
}
