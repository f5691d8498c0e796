// The page: who is acting, where they are, and keeping what they see up to date.

import { draft } from "./composer.js";
import { noteAct, useHints } from "./hints.js";
import { showModal } from "./modal.js";
import { namesOf } from "./names.js";
import { notice } from "./notices.js";
import { placeKey, showPlace } from "./place.js";
import { server, watch } from "./server.js";
import { showSidebar } from "./sidebar.js";
import { showThread } from "./thread.js";
import { Unread } from "./unread.js";

const side = document.getElementById("sidebar");
const main = document.getElementById("main");
const aside = document.getElementById("thread");

const state = { person: "", place: { kind: "home" }, thread: null, world: null, seen: null, messages: [], replies: [] };
const unread = new Unread();

/** What the parts of the page see and may do. */
const app = {
  connected: false,
  names: null,
  draw,
  get person() { return state.person; },
  get handle() { return app.names.people.get(state.person).name; },
  get tz() { return app.names.people.get(state.person).tz; },
  get workspace() { return state.world.workspaces[0]; },
  get everybody() { return app.workspace.people.filter((person) => !person.is_bot && !person.deleted); },
  get channels() { return state.seen.channels.filter((channel) => ["channel", "group"].includes(channel.kind)); },
  get botName() { return app.names.people.get(app.workspace.bot_user).real_name; },
  get commands() { return state.world.app.commands; },
  get seen() { return state.seen; },
  get place() { return state.place; },
  get thread() { return state.thread; },
  get messages() { return state.messages; },
  get replies() { return state.replies; },
  now: () => new Date(Date.now() + state.world.ahead),
  shortcuts: (kind) => state.world.app.shortcuts.filter((shortcut) => shortcut.kind === kind),
  unread: (person, where) => unread.has(person, where),
  news: (person) => person !== state.person && unread.has(person, "dm"),
  isAt: (place) => placeKey(place) === placeKey(state.place),

  /** Do something as the acting person; says what went wrong. The answer is given back. */
  async act(what) {
    const answer = await server.act(state.person, what);
    if (answer.error) notice(answer.error);
    if (answer.ok && noteAct(what)) showSidebar(side, app);
    await refresh();
    return answer;
  },

  /** Press or pick in a `{message}` or `{view}`. */
  press({ message, view }, block, element, value) {
    const target = view ? { view: view.id } : { message: { channel: message.channel, ts: message.ts } };
    const what = element.type === "overflow" ? value : element.action_id;
    return app.act({ do: "press", ...target, what, block_id: block.block_id, value });
  },

  /** Be somebody else, in the same place where they can see it. */
  async become(person) {
    if (person === state.person) return;
    state.person = person;
    await app.go(state.place, { thread: state.thread });
  },

  /** Go to a channel, or to the app's home, direct messages or files. */
  async go(place, { thread = null } = {}) {
    Object.assign(state, { place, thread });
    document.body.classList.remove("menu-open");
    unread.read(state.person, place.kind === "dm" ? "dm" : place.id);
    if (place.kind === "home") {
      const answer = await server.act(state.person, { do: "open_home" });
      if (answer.ok) noteAct({ do: "open_home" });
    }
    remember();
    await refresh();
  },

  async openThread(channel, ts, { write = false } = {}) {
    state.thread = { channel, ts };
    remember();
    await refresh();
    if (write) aside.querySelector("textarea")?.focus();
    else aside.querySelector("button")?.focus();
  },

  closeThread() {
    const { ts } = state.thread;
    state.thread = null;
    remember();
    draw();
    main.querySelector(`li[data-ts="${ts}"] .thread-summary`)?.focus();
  },

  /** Show a message, in its thread if it has one. */
  async goToMessage(channel, ts, threadTs) {
    const place = channel === state.seen.dm ? { kind: "dm" } : { kind: "channel", id: channel };
    await app.go(place, { thread: threadTs && threadTs !== ts ? { channel, ts: threadTs } : null });
    const found = document.querySelector(`#thread li[data-ts="${ts}"], #main li[data-ts="${ts}"]`);
    if (!found) return notice("That message is gone, or not for these eyes.");
    found.scrollIntoView({ block: "center" });
    found.classList.add("found");
  },

  /** Go where a hint begins. */
  async follow(show) {
    state.person = app.everybody.find((person) => person.name === show.person).id;
    const channel = app.workspace.channels.find((one) => one.name === show.channel);
    const place = show.home ? { kind: "home" } : { kind: "channel", id: channel.id };
    if (show.type) draft(placeKey(place), show.type);
    await app.go(place);
    const begun = show.thread && state.messages.find((message) => message.text.startsWith(show.thread));
    if (begun) await app.openThread(channel.id, begun.ts);
    else if (show.type) showPlace(main, app, { anew: true });
    if (show.type) main.querySelector("textarea").focus();
  },
};

// --- what is seen -----------------------------------------------------------------------------------------------------

let refreshing = null;
let again = false;

/** Read anew what the person sees and draw it; calls while one is under way become one more. */
function refresh() {
  if (refreshing) {
    again = true;
    return refreshing;
  }
  refreshing = (async () => {
    do {
      again = false;
      await look();
    } while (again);
    draw();
  })()
    .catch((error) => notice(error.message))
    .finally(() => { refreshing = null; });
  return refreshing;
}

async function look() {
  const { person, place, thread } = state;
  const [world, seen] = await Promise.all([server.state(), server.see(person)]);
  const channel = place.kind === "channel" ? place.id : place.kind === "dm" ? seen.dm : null;
  const [messages, replies] = await Promise.all([
    channel ? server.messages(person, channel) : [],
    thread ? server.messages(person, thread.channel, thread.ts).catch(() => []) : [],
  ]);
  if (person !== state.person || place !== state.place || thread !== state.thread) {
    again = true;
    return;
  }
  world.ahead = new Date(world.now) - Date.now();
  unread.know(seen.dm, person);
  if (thread && !replies.length) state.thread = null;
  Object.assign(state, { world, seen, messages, replies });
  const workspace = { ...world.workspaces[0], channels: seen.channels.filter((one) => one.kind !== "im") };
  app.names = namesOf(workspace, {
    visit: (id) => app.go({ kind: "channel", id }),
    visitMessage: app.goToMessage,
  });
}

function draw() {
  showSidebar(side, app);
  showPlace(main, app);
  showThread(aside, app);
  showModal(state.seen.modals, app);
  document.title = `${app.workspace.name} sandbox: ${app.handle}`;
}

function heard(change) {
  if (change.type === "message") unread.hear(change, state.person, current());
  refresh();
}

function current() {
  return state.place.kind === "dm" ? "dm" : state.place.id;
}

// --- start ------------------------------------------------------------------------------------------------------------

/** Keep person and place in the address, so that loading the page again changes nothing. */
function remember() {
  const { kind, id } = state.place;
  const parts = [app.handle, id ?? kind, state.thread?.channel ?? "", state.thread?.ts ?? ""];
  history.replaceState(null, "", `#${parts.join("/").replace(/\/+$/, "")}`);
}

function recall(workspace) {
  const [handle, where, channel, ts] = location.hash.slice(1).split("/");
  const people = workspace.people.filter((person) => !person.is_bot);
  state.person = (people.find((person) => person.name === handle) ?? people[0]).id;
  const first = workspace.channels.find((one) => one.id === where) ?? workspace.channels[1] ?? workspace.channels[0];
  state.place = ["home", "dm", "files"].includes(where) ? { kind: where } : { kind: "channel", id: first.id };
  state.thread = ts ? { channel, ts } : null;
}

/** On narrow windows the side bar lies over the page; anything beside it, or Escape, closes it. */
function closeMenu(event) {
  const away = event.type === "keydown" ? event.key === "Escape" : !event.target.closest("#sidebar, .menu-button");
  if (away) document.body.classList.remove("menu-open");
}

async function start() {
  document.addEventListener("pointerdown", closeMenu);
  document.addEventListener("keydown", closeMenu);
  const [world, hints] = await Promise.all([server.state(), server.hints()]);
  useHints(hints);
  recall(world.workspaces[0]);
  const people = world.workspaces[0].people.filter((person) => !person.is_bot && !person.deleted);
  await Promise.all(people.map(async ({ id }) => unread.know((await server.see(id)).dm, id)));
  await refresh();
  await app.go(state.place, { thread: state.thread });
  watch(heard, (connected) => {
    app.connected = connected;
    if (connected) refresh();
    else showSidebar(side, app);
  });
  document.body.dataset.ready = "yes";
}

start().catch((error) => notice(error.message));
