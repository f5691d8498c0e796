// People, channels and permalinks by their ids, as nodes.

import { h } from "./dom.js";

const PERMALINK = /^https:\/\/([a-z0-9-]+)\.slack\.com\/archives\/([A-Z0-9]+)\/p(\d+)(\d{6})(?:\?thread_ts=([\d.]+))?/;
const TINTS = 6;

/** What stands behind ids, in one workspace. `visit` opens a conversation, `visitMessage` a message. */
export function namesOf(workspace, { visit, visitMessage }) {
  const people = new Map(workspace.people.map((person) => [person.id, person]));
  const channels = new Map(workspace.channels.map((channel) => [channel.id, channel]));
  const order = workspace.people.filter((person) => !person.is_bot).map((person) => person.id);

  return {
    people,
    channels,

    person(id, label) {
      return h("span", { class: "mention" }, `@${people.get(id)?.name ?? label ?? "unknown"}`);
    },

    channel(id, label) {
      const known = channels.get(id);
      if (!known) return h("span", { class: "mention" }, `#${label ?? "unknown"}`);
      return h("button", { class: "mention link", onclick: () => visit(id) }, `#${known.name}`);
    },

    /** What a click on a permalink of this workspace does; nothing for other addresses. */
    permalink(address) {
      const found = PERMALINK.exec(address.replaceAll("&amp;", "&"));
      if (!found || found[1] !== workspace.domain) return null;
      return () => visitMessage(found[2], `${found[3]}.${found[4]}`, found[5]);
    },

    /** A small picture: initials, or the app's sign. */
    avatar(id) {
      if (id === workspace.bot_user) return h("img", { class: "avatar", src: "/static/sprout.svg", alt: "" });
      const person = people.get(id);
      const initials = (person?.real_name ?? "?").split(" ").map((word) => word[0]).slice(0, 2).join("");
      const tint = person?.is_bot ? "app" : Math.max(order.indexOf(id), 0) % TINTS;
      return h("span", { class: `avatar tint-${tint}`, "aria-hidden": "true" }, initials);
    },
  };
}
