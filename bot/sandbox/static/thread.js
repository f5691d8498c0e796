// The right side: one thread.

import { composer } from "./composer.js";
import { h } from "./dom.js";
import { showMessages } from "./messages.js";
import { scroller, suggestions } from "./place.js";

/** Show the open thread, if there is one. */
export function showThread(aside, app) {
  const { thread } = app;
  aside.hidden = !thread;
  document.body.classList.toggle("thread-open", Boolean(thread));
  if (!thread) {
    aside.replaceChildren();
    delete aside.dataset.thread;
    return;
  }
  const key = `${app.person} ${thread.channel} ${thread.ts}`;
  if (aside.dataset.thread !== key) {
    aside.dataset.thread = key;
    aside.replaceChildren(...frame(app));
  }
  showMessages(aside.querySelector("ol"), app.replies, app, { inThread: true });
}

function frame(app) {
  const { thread } = app;
  const channel = app.names.channels.get(thread.channel);
  return [
    h(
      "header",
      { class: "top" },
      h("div", { class: "grow" }, h("h1", {}, "Thread"), h("p", {}, channel ? `# ${channel.name}` : app.botName)),
      h("button", { class: "quiet", "aria-label": "Close thread", onclick: () => app.closeThread() }, "×"),
    ),
    scroller("Thread"),
    composer({
      place: `${thread.channel} ${thread.ts}`,
      label: "Reply…",
      send: async (text) => (await app.act({ do: "say", channel: thread.channel, text, thread_ts: thread.ts })).ok,
      suggest: () => ({ ...suggestions(app), commands: [] }),
    }),
  ];
}
