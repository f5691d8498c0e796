"""Bets: making one, being asked about it, and the list with how often one was right."""

from __future__ import annotations

from datetime import date

from bot.content.messages import Words
from bot.domain.bets import LONGEST_EXPECTATION, LOOK_AGAIN_AFTER, Bet, BetsPage, BetState
from bot.domain.evidence import Entry
from bot.domain.text import shortened
from bot.slack import ids
from bot.slack.metadata import FormMetadata
from bot.slack.views.blocks import (
    Block,
    Blocks,
    actions,
    button,
    context,
    date_picker,
    field,
    modal,
    option,
    section,
    select,
    text_field,
    to_mrkdwn,
)
from bot.slack.views.capture import EXCERPT, WHOLE, Shown, day
from bot.slack.views.checkin import FAILED, HELD, TOO_EARLY, month

#: In the form: look again on the day that is picked.
ON_DAY = "day"
_SHOWN = 12


def bet_form(words: Words, entry: Entry, metadata: FormMetadata) -> Block:
    """What one expects, how sure one is, and when to look again."""
    periods = [option(words("bets.in_days", days=period.days), str(period.days)) for period in LOOK_AGAIN_AFTER]
    blocks = [
        context(to_mrkdwn(shortened(entry.text, EXCERPT))),
        field(
            words("bets.expects"),
            ids.FIELD_EXPECTS,
            text_field(multiline=True, longest=LONGEST_EXPECTATION),
            optional=False,
            hint=words("bets.expects_hint"),
        ),
        field(
            words("bets.sure"),
            ids.FIELD_SURE,
            text_field(longest=4, placeholder="70"),
            optional=False,
            hint=words("bets.sure_hint"),
        ),
        field(
            words("bets.look_again"),
            ids.FIELD_LOOK_AGAIN,
            select([*periods, option(words("bets.on_day"), ON_DAY)], initial="90"),
            optional=False,
        ),
        field(words("bets.other_day"), ids.FIELD_DAY, date_picker()),
    ]
    return modal(
        words("bets.title"),
        ids.VIEW_BET,
        blocks,
        submit=words("buttons.save"),
        close="Cancel",
        metadata=metadata.packed(),
    )


def what_came_form(words: Words, bet: Bet, metadata: FormMetadata) -> Block:
    """What came of a bet."""
    blocks = [
        context(to_mrkdwn(shortened(bet.expects, EXCERPT))),
        field(
            words("bets.came"),
            ids.FIELD_OUTCOME,
            text_field(bet.what_came, multiline=True),
            optional=False,
            hint=words("bets.came_hint"),
        ),
    ]
    return modal(
        words("bets.came_title"),
        ids.VIEW_WHAT_CAME,
        blocks,
        submit=words("buttons.save"),
        close="Cancel",
        metadata=metadata.packed(),
    )


def made(words: Words, bet: Bet) -> Shown:
    """A bet just made."""
    sentence = words("bets.made", day=day(words, bet.look_again_on, bet.made_on))
    return Shown(sentence, [section(sentence), section("&gt; " + to_mrkdwn(shortened(bet.expects, EXCERPT)))])


def due(words: Words, bet: Bet, today: date) -> Shown:
    """A bet whose day has come."""
    when = day(words, bet.made_on, today)
    expects = to_mrkdwn(shortened(bet.expects, WHOLE)).replace("\n", "\n&gt; ")
    sentence = words("bets.due", when=when[:1].upper() + when[1:], sure=bet.sure, expects=expects)
    return Shown(words("bets.due_fallback"), [section(sentence), actions(*settle_buttons(words, bet))])


def settled(words: Words, bet: Bet, today: date) -> Shown:
    """What became of a bet."""
    if bet.state is BetState.OPEN:
        sentence = words("bets.settled_early", day=day(words, bet.look_again_on, today))
    else:
        sentence = words(f"bets.settled_{bet.state}")
    blocks: Blocks = [section(sentence), section("&gt; " + to_mrkdwn(shortened(bet.expects, EXCERPT)))]
    if bet.what_came:
        blocks.append(context(words("bets.what_came", text=to_mrkdwn(shortened(bet.what_came, EXCERPT)))))
    blocks.append(actions(button(words("bets.tell"), ids.BET_TELL, bet.id)))
    return Shown(sentence, blocks)


def settle_buttons(words: Words, bet: Bet) -> list[Block]:
    """It held, it didn't, too early."""
    return [
        button(words(f"checkin_buttons.{outcome}"), f"{ids.BET_SETTLE}:{outcome}", f"{bet.id} {outcome}")
        for outcome in (HELD, FAILED, TOO_EARLY)
    ]


def bets_page(words: Words, page: BetsPage) -> Shown:
    """All bets, and how often one was right once there are enough."""
    if not page.open and not page.settled:
        sentence = words("bets.empty")
        return Shown(sentence, [section(sentence)])
    blocks: Blocks = []
    if page.open:
        blocks.append(section(words("bets.open")))
    for bet in page.open[:_SHOWN]:
        again = day(words, bet.look_again_on, page.today)
        blocks.append(section(words("bets.line", sure=bet.sure, day=again, expects=_short(bet))))
        if bet.is_due(page.today):
            blocks.append(actions(*settle_buttons(words, bet)))
    if page.settled:
        blocks.append(section(words("bets.settled")))
    for bet in page.settled[:_SHOWN]:
        made_in = month(bet.made_on, page.today)
        line = words(f"bets.line_{bet.state}", sure=bet.sure, month=made_in, expects=_short(bet))
        blocks.append(section(line))
    return Shown(words("bets.open"), [*blocks, *_calibration(words, page)])


def _calibration(words: Words, page: BetsPage) -> Blocks:
    if not page.bands:
        return [context(words("bets.not_enough"))]
    lines = [
        words(
            "bets.band",
            least=band.least,
            most=band.most,
            held=band.held,
            settled=band.settled,
            percent=band.held_percent,
        )
        for band in page.bands
    ]
    return [section("\n".join([words("bets.calibration"), *lines]))]


def _short(bet: Bet) -> str:
    return to_mrkdwn(shortened(bet.expects, EXCERPT))
