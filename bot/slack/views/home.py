"""The App Home: what waits, the month at a glance, the latest, and the way to everything else."""

from __future__ import annotations

from bot.content.document_words import document_words
from bot.content.messages import Words
from bot.domain.glance import PlanView
from bot.domain.home import Overview
from bot.domain.tagging import Dimension
from bot.domain.text import shortened
from bot.domain.workspaces import Workspace
from bot.slack import ids
from bot.slack.views.blocks import (
    Block,
    Blocks,
    actions,
    button,
    context,
    divider,
    header,
    home,
    mention,
    section,
    to_mrkdwn,
)
from bot.slack.views.capture import credit_buttons, day
from bot.slack.views.insight import gap_line
from bot.slack.views.lists import line
from bot.slack.views.plan import on_home

_LONGEST_BAR = 12


def home_view(words: Words, facts: Overview, workspace: Workspace, plan: PlanView) -> Block:
    """The whole Home; good when there is nothing on it yet."""
    blocks = [*_to_do(words, facts), *on_home(words, plan)]
    if facts.count:
        blocks += _month(words, facts)
    if facts.latest:
        blocks += _standing(words, facts)
        blocks += [header(words("home.latest")), *(line(words, entry, facts.today) for entry in facts.latest)]
        blocks.append(context(words("home.more")))
    else:
        blocks.append(section(words("home.empty", keep=workspace.keep_emoji)))
    blocks += [
        divider(),
        actions(
            button(words("buttons.new_evidence"), ids.ENTRY_NEW, style="primary"),
            button(words("case_buttons.packet"), ids.PACKET_OPEN),
            button(words("case_buttons.check"), ids.CHECK_OPEN),
            button(words("case_buttons.summary"), ids.SUMMARY_OPEN),
            button(words("buttons.export"), ids.EXPORT),
            button(words("buttons.settings"), ids.SETTINGS_OPEN),
        ),
    ]
    return home(blocks)


def _standing(words: Words, facts: Overview) -> Blocks:
    """One thin spot with one suggestion, and the balance of the last three months."""
    blocks: Blocks = []
    if facts.gaps:
        gap, say = facts.gaps[0], document_words()
        last = day(words, gap.standing.last_on, facts.today) if gap.standing.last_on else ""
        suggestion = say(f"suggestion.{gap.dimension}.{gap.spot}")
        blocks.append(section(words("summary.home_gap", gap=gap_line(say, gap, last), suggestion=suggestion)))
    if facts.balance.total:
        balance = {"multiplying": facts.balance.multiplying, "producing": facts.balance.producing}
        blocks.append(context(words("summary.home_balance", **balance)))
    return blocks


def _to_do(words: Words, facts: Overview) -> Blocks:
    if not facts.drafts and not facts.credits:
        return []
    blocks: Blocks = [header(words("home.headline_now"))]
    for draft in facts.drafts:
        blocks.append(section(words("home.draft", text=to_mrkdwn(shortened(draft.text, 200)))))
        blocks.append(
            actions(
                button(words("buttons.tell_part"), ids.PART_TELL, draft.id),
                button(words("buttons.discard"), ids.PART_DISCARD, draft.id),
            )
        )
    for credit in facts.credits:
        text = to_mrkdwn(shortened(credit.text, 200))
        blocks.append(section(words("home.credit", by=mention(credit.by_user), text=text)))
        blocks.append(actions(*credit_buttons(words, credit)))
    return blocks


def _month(words: Words, facts: Overview) -> Blocks:
    key = "home.month_one" if facts.count == 1 else "home.month"
    most = max(facts.by_dimension.values(), default=0)
    lines = []
    for dimension in Dimension:
        count = facts.by_dimension.get(dimension, 0)
        filled = round(_LONGEST_BAR * count / most) if most else 0
        bar = "`" + "█" * filled + "░" * (_LONGEST_BAR - filled) + "`"
        lines.append(words("home.dimension_line", bar=bar, dimension=words.dimension(dimension), count=count))
    return [
        header(words(key, month=f"{facts.today:%B}", count=facts.count)),
        section("\n".join(lines)),
    ]
