"""A workspace learns from its people's corrections by itself, for itself, and forgets with them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from threading import Event

from bot.cli.tagger_workspaces import shown
from bot.domain.capture import CaptureRequest
from bot.domain.evidence import Entry, Source, SourceType
from bot.domain.learning import FEWEST_CORRECTIONS, FEWEST_PEOPLE, CorrectedText, LayerState, Learned
from bot.domain.people import Profile
from bot.domain.tagging import Kind
from bot.domain.workspaces import Workspace
from bot.services.learning import LearningService
from tests.running import PATIENCE, RunningBot

TEACHERS = ("sam", "dana", "priya")
PLACES = (
    *("the ledger seam", "checkout retries", "our mobile pager", "the login page", "search ranking", "the billing job"),
    *("the build farm", "an old importer", "the feature flags", "the audit trail", "our chat widget", "two dashboards"),
)


async def corrected(bot: RunningBot, handle: str, places: tuple[str, ...] = PLACES) -> None:
    """This person keeps notes in the words of their workspace, and says what they are evidence of."""
    services, me = bot.multiplier.services, (bot.workspace_id, bot.user_id(handle))
    entries = [await kept(bot, handle, f"quazzed {place} with the group this morning") for place in places]
    for entry in entries:
        assert entry.kind is not Kind.LONG_TERM_BET
        await services.evidence.change_kind(*me, entry.id, Kind.LONG_TERM_BET)
        bot.clock.advance(timedelta(seconds=1))


async def kept(bot: RunningBot, handle: str, text: str) -> Entry:
    await bot.slack.person(handle).command("/evidence", text, channel="#payments")
    return next(entry for entry in await bot.entries(handle) if entry.text == text)


async def elsewhere(bot: RunningBot, text: str) -> Entry:
    """What another workspace of the same installation makes of a text."""
    services, now = bot.multiplier.services, bot.clock.now()
    await services.workspaces.install(Workspace(id="T0OTHER", bot_user_id="U0BOT", installed_at=now))
    await services.people.learn("T0OTHER", Profile(user_id="U0OTHER", name="ada", zone="UTC"))
    request = CaptureRequest(
        workspace_id="T0OTHER",
        user_id="U0OTHER",
        capture_key=f"{text}{now}",
        text=text,
        said_at=now,
        source=Source(type=SourceType.COMMAND),
    )
    return (await services.capture.capture(request)).entry


async def test_it_learns_after_enough_corrections_of_enough_people_and_only_for_itself(bot: RunningBot) -> None:
    learning = bot.multiplier.services.learning
    text = "quazzed the parser with the group this morning"
    before = await kept(bot, "mei", text)
    assert before.kind is not Kind.LONG_TERM_BET
    for handle in TEACHERS[: FEWEST_PEOPLE - 1]:
        await corrected(bot, handle, (*PLACES, "the archive", "a spare cluster", "the runner image"))
    assert await learning.tick() == 0, "enough corrections, but of too few people"
    await corrected(bot, TEACHERS[-1])

    assert await learning.tick() == 1
    (layer,) = await learning.versions(bot.workspace_id)
    assert layer.state is LayerState.IN_USE
    assert layer.corrections >= FEWEST_CORRECTIONS
    assert layer.people == FEWEST_PEOPLE
    assert layer.figures["shared_after"] >= layer.figures["shared_before"] > 0.8
    assert layer.figures["others_right_after"] > layer.figures["others_right_before"]
    assert await learning.tick() == 0, "nothing new to learn from"

    after = await kept(bot, "mei", "quazzed the scheduler with the group this morning")
    assert after.kind is Kind.LONG_TERM_BET, "mei corrected nothing, her colleagues did"
    assert after.tagger_version == f"{before.tagger_version}~w1"
    other = await elsewhere(bot, text)
    assert (other.kind, other.ranked, other.tagger_version) == (before.kind, before.ranked, before.tagger_version)

    assert shown(layer).startswith("* 1 ")
    assert f"{layer.corrections} corrections of 3 people" in shown(layer)

    assert await learning.go_back(bot.workspace_id) is None
    assert (await kept(bot, "mei", text + "!")).tagger_version == before.tagger_version
    assert (await learning.versions(bot.workspace_id))[0].state is LayerState.TAKEN_BACK
    assert await learning.tick() == 0, "what was taken back is not tried again without new corrections"


async def test_what_was_learned_goes_with_the_person_it_was_learned_from(bot: RunningBot) -> None:
    services = bot.multiplier.services
    for handle in TEACHERS:
        await corrected(bot, handle)
    await services.learning.tick()
    assert (await kept(bot, "mei", "quazzed the parser with the group this morning")).kind is Kind.LONG_TERM_BET

    dana = bot.slack.person("dana")
    asked = await dana.command("/evidence", "delete-my-data", channel="#payments")
    await dana.press(asked.shown[0], "Delete everything")
    await bot.settle()

    assert await services.learning.versions(bot.workspace_id) == []
    again = await kept(bot, "mei", "quazzed the renderer with the group this morning")
    assert again.kind is not Kind.LONG_TERM_BET
    assert "~w" not in again.tagger_version
    await services.learning.refresh()
    assert await services.learning.tick() == 0, "two people are too few"


async def test_deleting_one_corrected_entry_takes_what_it_taught_away(bot: RunningBot) -> None:
    services = bot.multiplier.services
    for handle in TEACHERS:
        await corrected(bot, handle)
    await services.learning.tick()
    entry = (await bot.entries("sam"))[0]
    await services.evidence.delete(bot.workspace_id, bot.user_id("sam"), entry.id)
    assert await services.learning.versions(bot.workspace_id) == []
    await services.learning.refresh()
    assert "~w" not in (await kept(bot, "mei", "quazzed the parser with the group")).tagger_version

    assert await services.learning.tick() == 1, "what is left is enough"
    (layer,) = await services.learning.versions(bot.workspace_id)
    assert layer.corrections == len(TEACHERS) * len(PLACES) - 1


class SlowLearner:
    """Another process's learner, which takes as long to lay something as the test likes."""

    can_learn = False

    def __init__(self, base: str) -> None:
        self.base = base
        self.begun, self.may_end = Event(), Event()
        self._laid: dict[str, int] = {}

    def learn(self, corrections: Sequence[CorrectedText], current: bytes | None) -> Learned:
        """It learns nothing."""
        raise NotImplementedError

    def use(self, workspace_id: str, version: int, numbers: bytes | None) -> None:
        """Lay it, once it may; take it away at once."""
        if numbers is None:
            self._laid.pop(workspace_id, None)
            return
        self.begun.set()
        self.may_end.wait(PATIENCE)
        self._laid[workspace_id] = version

    def in_use(self) -> Mapping[str, int]:
        """What lies there."""
        return self._laid


async def test_what_was_read_before_somebody_went_is_not_laid_after_it(bot: RunningBot) -> None:
    for handle in TEACHERS:
        await corrected(bot, handle)
    await bot.multiplier.services.learning.tick()
    (layer,) = await bot.multiplier.services.learning.versions(bot.workspace_id)
    learner = SlowLearner(layer.base)
    learning = LearningService(bot.multiplier.storage, learner, bot.clock)
    laying = asyncio.create_task(learning.refresh())
    await asyncio.to_thread(learner.begun.wait, PATIENCE)
    letting_go = asyncio.create_task(learning.let_go(bot.workspace_id, bot.user_id("dana")))
    await asyncio.wait([letting_go], timeout=0.1)
    learner.may_end.set()
    await asyncio.gather(laying, letting_go)
    assert learner.in_use() == {}
