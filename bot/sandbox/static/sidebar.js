// The left side: who one is, where one can go, and what to try.

import { h } from "./dom.js";
import { hintPanel } from "./hints.js";
import { city, clock } from "./time.js";

/** The side bar anew. */
export function showSidebar(side, app) {
  const folded = document.activeElement?.dataset?.focus;
  side.replaceChildren(
    h(
      "header",
      {},
      h("h1", {}, app.workspace.name),
      h("small", {}, app.connected ? "A Slack of its own, on this machine" : "Not connected: is the sandbox running?"),
    ),
    acting(app),
    channels(app),
    apps(app),
    ...[hintPanel(app)].filter(Boolean),
  );
  if (folded) side.querySelector(`[data-focus="${CSS.escape(folded)}"]`)?.focus();
}

function acting(app) {
  const me = app.names.people.get(app.person);
  return h(
    "section",
    { "aria-labelledby": "acting-label" },
    h("h2", { id: "acting-label" }, "Acting as"),
    h(
      "div",
      { class: "people", role: "group", "aria-labelledby": "acting-label" },
      app.everybody.map((person) =>
        h(
          "button",
          {
            "aria-pressed": String(person.id === app.person),
            "aria-label": `Act as ${person.real_name}${app.news(person.id) ? " (new messages)" : ""}`,
            title: `${person.real_name}, ${person.title}`,
            "data-focus": `person-${person.id}`,
            class: app.news(person.id) ? "news" : null,
            onclick: () => app.become(person.id),
          },
          app.names.avatar(person.id),
        )),
    ),
    h("p", { class: "me" }, h("strong", {}, me.real_name), h("span", {}, me.title),
      h("span", {}, `${clock(app.now(), me.tz)} in ${city(me.tz)}`)),
  );
}

function channels(app) {
  return h(
    "section",
    { "aria-labelledby": "channels-label" },
    h("h2", { id: "channels-label" }, "Channels"),
    h(
      "ul",
      {},
      app.channels.map((channel) =>
        h("li", {}, link(app, { kind: "channel", id: channel.id }, `${channel.kind === "group" ? "🔒" : "#"} ${channel.name}`,
          app.unread(app.person, channel.id),
          channel.bot_is_member ? null : h("small", { title: `${app.botName} is not a member here` }, `no ${app.botName}`)))),
    ),
  );
}

function apps(app) {
  return h(
    "section",
    { "aria-labelledby": "apps-label" },
    h("h2", { id: "apps-label" }, "App"),
    h(
      "ul",
      {},
      h("li", {}, link(app, { kind: "home" }, `${app.botName} · Home`)),
      h("li", {}, link(app, { kind: "dm" }, `${app.botName} · Messages`, app.unread(app.person, "dm"))),
      h("li", {}, link(app, { kind: "files" }, `${app.botName} · Files`)),
    ),
  );
}

function link(app, place, words, isNew = false, extra = null) {
  const key = `${place.kind}-${place.id ?? ""}`;
  return h(
    "button",
    {
      class: isNew ? "place new" : "place",
      "aria-current": app.isAt(place) ? "page" : null,
      "data-focus": key,
      onclick: () => app.go(place),
    },
    h("span", { class: "grow" }, words),
    isNew ? h("span", { class: "unseen" }, "(new)") : null,
    extra,
  );
}
