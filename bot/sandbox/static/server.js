// Talking to the sandbox: /_sandbox/… (see bot/sandbox/control.py).

async function read(path, query = {}) {
  const answer = await fetch(`/_sandbox/${path}?${new URLSearchParams(query)}`);
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.error ?? answer.statusText);
  return body;
}

export const server = {
  state: () => read("state"),
  hints: () => read("hints"),
  see: (person) => read("see", { person }),
  messages: (person, channel, thread) => read("messages", thread ? { person, channel, thread } : { person, channel }),

  /** Do something as a person. Never throws: what went wrong is in `error`. */
  async act(person, what) {
    try {
      const answer = await fetch("/_sandbox/act", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ person, ...what }),
      });
      return await answer.json();
    } catch {
      return { ok: false, error: "The sandbox does not answer. Is it still running?" };
    }
  },
};

/** Hear of every change; reconnects for as long as the page is open. */
export function watch(onChange, onConnection) {
  const socket = new WebSocket(`ws://${location.host}/_sandbox/changes`);
  socket.onopen = () => onConnection(true);
  socket.onmessage = (event) => onChange(JSON.parse(event.data));
  socket.onclose = () => {
    onConnection(false);
    setTimeout(() => watch(onChange, onConnection), 1000);
  };
}
