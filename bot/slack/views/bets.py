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
    overflow,
    section,
    select,
    text_field,
    to_mrkdwn,
)
from bot.slack.views.capture import EXCERPT, WHOLE, Shown, day
from bot.slack.views.checkin import FAILED, HELD, TOO_EARLY, month

#: In the form: look again on the day that is picked.
ON_DAY = "day"
ASK, ASK_NOTHING = "ask", "ask_nothing"
#: So many bets are on one page.
PAGE = 12


def bet_form(words: Words, entry: Entry, metadata: FormMetadata, *, has_checkins: bool) -> Block:
    """What one expects, how sure one is, when to look again, and whether to be asked then.

    Whoever has check-ins finds the yes chosen already; everyone else says it themselves.
    """
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
        _asks_field(words, has_checkins=has_checkins),
    ]
    return modal(
        words("bets.title"),
        ids.VIEW_BET,
        blocks,
        submit=words("buttons.save"),
        close="Cancel",
        metadata=metadata.packed(),
    )


def _asks_field(words: Words, *, has_checkins: bool) -> Block:
    asks = [option(words("bets.asks_yes"), ASK), option(words("bets.asks_no"), ASK_NOTHING)]
    chosen = select(asks, initial=ASK if has_checkins else None)
    return field(words("bets.asks"), ids.FIELD_ASKS, chosen, optional=False, hint=words("bets.asks_hint"))


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
    key = "bets.made" if bet.asks else "bets.made_quiet"
    sentence = words(key, day=day(words, bet.look_again_on, bet.made_on))
    return Shown(sentence, [section(sentence), section("&gt; " + to_mrkdwn(shortened(bet.expects, EXCERPT)))])


def due(words: Words, bet: Bet, today: date) -> Shown:
    """A bet whose day has come."""
    when = day(words, bet.made_on, today)
    expects = to_mrkdwn(shortened(bet.expects, WHOLE)).replace("\n", "\n&gt; ")
    sentence = words("bets.due", when=when[:1].upper() + when[1:], sure=bet.sure, expects=expects)
    quiet = button(words("bets.dont_ask"), ids.BET_ASKS, f"{bet.id} {ASK_NOTHING}")
    return Shown(words("bets.due_fallback"), [section(sentence), actions(*settle_buttons(words, bet), quiet)])


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


def asks_changed(words: Words, bet: Bet, today: date) -> Shown:
    """Whether the bot asks about a bet on its day was changed."""
    key = "bets.will_ask" if bet.asks else "bets.wont_ask"
    sentence = words(key, day=day(words, bet.look_again_on, today))
    return Shown(sentence, [section(sentence), section("&gt; " + _short(bet))])


def bets_page(words: Words, page: BetsPage, offset: int = 0) -> Shown:
    """A page of bets, the open ones first, and how often one was right once there are enough."""
    bets = [*page.open, *page.settled]
    if not bets:
        sentence = words("bets.empty")
        return Shown(sentence, [section(sentence)])
    blocks: Blocks = []
    headline = ""
    for bet in bets[offset : offset + PAGE]:
        key = "bets.open" if bet.state is BetState.OPEN else "bets.settled"
        if key != headline:
            headline = key
            blocks.append(section(words(key)))
        blocks += _open(words, bet, page.today) if bet.state is BetState.OPEN else [_settled(words, bet, page.today)]
    around = []
    if offset > 0:
        around.append(_turn(words("bets.page_before"), max(offset - PAGE, 0)))
    if offset + PAGE < len(bets):
        around.append(_turn(words("bets.page_after", count=len(bets) - offset - PAGE), offset + PAGE))
    blocks += [actions(*around)] if around else []
    return Shown(words("bets.open"), [*blocks, *_calibration(words, page)])


def _open(words: Words, bet: Bet, today: date) -> Blocks:
    """An open bet; what can be done about it stands beside it, or below once its day has come."""
    again = day(words, bet.look_again_on, today)
    key = "bets.line" if bet.asks else "bets.line_quiet"
    choices = [option(words(f"checkin_buttons.{outcome}"), f"{bet.id} {outcome}") for outcome in (HELD, FAILED)]
    toggle = (words("bets.dont_ask"), ASK_NOTHING) if bet.asks else (words("bets.ask_then"), ASK)
    choices.append(option(toggle[0], f"{bet.id} {toggle[1]}"))
    line = words(key, sure=bet.sure, day=again, expects=_short(bet))
    blocks = [section(line, accessory=overflow(choices, f"{ids.BET_MORE}:{bet.id}"))]
    return [*blocks, actions(*settle_buttons(words, bet))] if bet.is_due(today) else blocks


def _settled(words: Words, bet: Bet, today: date) -> Block:
    made_in = month(bet.made_on, today)
    line = words(f"bets.line_{bet.state}", sure=bet.sure, month=made_in, expects=_short(bet))
    return section(line, accessory=button(words("bets.tell"), f"{ids.BET_TELL}:{bet.id}", bet.id))


def _turn(label: str, offset: int) -> Block:
    return button(label, f"{ids.BETS_PAGE}:{offset}", str(offset))


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
