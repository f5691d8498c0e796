"""A Slack of its own: a small, strict Slack server that a bot reaches over the wire alone.

It is what ``multiplier sandbox`` shows a newcomer and the double that the project's tests run
against.  It imports nothing of the bot.  It binds 127.0.0.1 only.

Start one (an async context manager; ``async with await Sandbox.start() as slack`` works too)::

    async with Sandbox(manifest="manifest.yml") as slack:
        env = slack.env()            # SLACK_API_URL, SLACK_BOT_TOKEN, SLACK_APP_TOKEN, SLACK_SIGNING_SECRET
        ...                          # start the bot with it (Socket Mode), or:
        await slack.use_http("http://127.0.0.1:3000/slack/events")   # signed HTTP; verifies the address as Slack does
        await slack.connected()      # a bot is on the socket, or an address is set

``Sandbox(manifest=None, seed=None, port=0, clock=None, id_seed=0, id_run="",
answer_timeout=3.0, real_rate_limits=False, keep_bodies=True, journal_limit=10_000)``.
``manifest`` is a path or a dict: scopes, subscribed events
, commands and shortcuts are enforced; without one everything is allowed.
``seed`` is a ``WorkspaceSpec`` or several (see ``bot.sandbox.spec``); without one there is one workspace,
"sandbox", with sam, dana, priya, mei, tom and aisha in #general, #payments, #incidents and #platform,
where the bot is a member of all but #platform.  ``clock`` is anything with ``now() -> datetime`` (aware);
``id_run`` sets the ids
of what happens (not those of people and channels) apart from another run's, for a bot that keeps its database.
``ManualClock`` is one that tests move: ``await slack.advance(minutes=5)`` also runs what has become due
(event retries).

Acting, as a person would (typed text is escaped and resolved as Slack's own client does; ``raw=True``
passes wire text through)::

    sam = slack.person("sam")                       # by handle or id; workspace="…" when there are several
    message = await sam.say("#payments", "thanks @dana", thread_ts=None)
    await sam.dm("note: paired with Dana")          # to the bot; thread_ts= to reply in the thread
    await sam.edit(message, "…"); await sam.delete(message)
    await sam.react(message, "seedling"); await sam.unreact(message, "seedling")
    answer = await sam.command("/evidence", "paired with @dana", channel="#payments")
    answer = await sam.message_shortcut("capture_message", message)
    answer = await sam.global_shortcut("new_evidence")
    answer = await sam.open_home()                  # also tab="messages"
    answer = await sam.press(shown, "Undo")         # by button text or action_id; value= for selects, pickers…
    await sam.fill(view, {"What happened?": "…"})   # by label, block_id or action_id; people and options by name
    answer = await sam.submit(view); answer = await sam.fill_and_submit(view, {...})
    answer = await sam.close(view)                  # all_views=True closes the stack
    await sam.set_timezone("Asia/Tokyo"); await sam.set_status("on leave", emoji=":palm_tree:")
    await sam.join("#platform"); await sam.leave("#platform")
    await sam.invite_bot("#platform"); await sam.remove_bot("#platform")

An ``Answer`` says what the person was shown at once: ``ok``, ``error`` (Slack's own wording when the bot was late or
failed), ``shown`` (messages that came with the acknowledgement) and ``field_errors`` of a form ({label: words}).

Reading what *this* person sees, now::

    sam.messages("#payments")   # [SeenMessage]; with the ephemerals meant for sam; thread=ts for one thread
    sam.dm_with_bot()           # [SeenMessage], threads included, oldest first
    sam.home(); sam.modal()     # SeenView | None (modal: the topmost)
    sam.files(); sam.canvases() # [SeenFile]: name, title, content
    shown.text                  # all words a person reads, blocks flattened, mentions as @name
    shown.buttons; shown.fields # what can be pressed or filled, by the words on it
    shown.live                  # what Slack makes live in it: ["!channel", "@U…", "https://…"]
    shown.raw                   # as Slack would return it

The other side of the wire::

    call = await slack.journal.wait_for("chat.postMessage", lambda c: "Kept" in c.text, timeout=2)
    slack.journal.calls("chat.postMessage"); slack.journal.refused(); slack.journal.clear()
    slack.faults.rate_limit("chat.postMessage", retry_after=1, times=2)     # also error, status, delay,
    slack.faults.error("views.publish", "internal_error", after_effect=True) # garbage, hang, drop; workspace=
    slack.deliveries            # [Delivery]: what was sent to the bot, each attempt and its outcome
    await slack.redeliver(delivery, new_event_id=False); await slack.deliver_raw("events_api", {...})
    await slack.disconnect("refresh_requested")     # Socket Mode: tells the bot to reconnect
    await slack.settled()       # every delivery acknowledged and the bot quiet (best effort)
    await slack.revoke_tokens(); await slack.uninstall()
    slack.on_change(callback)   # told of every change: dicts as on the control socket

Growing: ``await slack.add_person(PersonSpec(…))``, ``slack.add_channel(ChannelSpec(…))``, ``await slack.emit(event)``.
Several workspaces: ``slack.workspace("acme")``, ``slack.bot_token("acme")``; ``SLACK_BOT_TOKEN`` is the first
one's.  ``slack.url`` is the address; Web API at ``/api/<method>``, OAuth at ``/oauth/v2/authorize``, the same
acting and reading for other processes and for the page under ``/_sandbox/…`` (see ``bot.sandbox.control``).

Errors: acting on what is not there (no such button, channel or open form) raises ``NotSeen``; what Slack refuses the
person (say, a slash command in a thread) raises ``NotPossible``.  What it refuses the bot is an ordinary Slack error
reply, with the rule named in ``response_metadata.messages``.
"""

from __future__ import annotations

from bot.sandbox.clock import Clock, ManualClock, SystemClock
from bot.sandbox.errors import NotPossible, NotSeen, SandboxError
from bot.sandbox.server import Sandbox
from bot.sandbox.spec import ChannelSpec, MessageSpec, PersonSpec, WorkspaceSpec

__all__ = [
    "ChannelSpec",
    "Clock",
    "ManualClock",
    "MessageSpec",
    "NotPossible",
    "NotSeen",
    "PersonSpec",
    "Sandbox",
    "SandboxError",
    "SystemClock",
    "WorkspaceSpec",
]
