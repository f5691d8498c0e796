"""Reading from a Slack status that a person is away, so that they are left in peace."""

from __future__ import annotations

import re
from datetime import datetime

from bot.domain.people import Profile

#: What Slack's own suggestions and calendar apps set while somebody is away.
_EMOJI = frozenset(
    {
        *("palm_tree", "desert_island", "beach_with_umbrella", "umbrella_on_ground", "face_with_thermometer"),
        *("ooo", "out_of_office", "vacation", "pto", "baby_bottle", "beach", "holiday"),
    }
)

_AWAY = r"""(?:
      vacation(?:ing)? | (?:on\ )?holidays? | pto | ooo | out\ of\ (?:the\ )?office | (?:annual|on)\ leave
    | (?:parental|maternity|paternity|sick|medical|family|bereavement)\ leave | sabbatical | (?:out|off)\ sick
    | (?:day|days|week)\ off | (?:away|off)\ (?:until|till|from\ work|today) | off\ work
    | (?:im\ )?urlaub | krank | elternzeit | abwesend | au(?:ß|ss)er\ haus
    | (?:de\ )?vacaciones | de\ baja | fuera\ de\ la\ oficina | permiso\ (?:de\ )?(?:maternidad|paternidad)
    | (?:en\ )?cong[ée]s? | vacances | absente? | (?:de\ )?f[ée]rias | de\ licen[çc]a
)"""

#: English and the other languages the bot meets; each as whole words.
_IS_AWAY = re.compile(rf"\b{_AWAY}\b | 休暇 | 休み | 有給", re.IGNORECASE | re.VERBOSE)

#: Words beside one of those that turn it: it is over, still to come, or about something else.
_NOT_NOW = re.compile(
    rf"""\b(?:back\ from | before | after | planning | plan | no | not | needs? | needing | wants? | almost
      | upcoming | countdown\ to | days?\ (?:to|until|till) | next\ (?:week|month)(?:['’]s)? )
      \s+ (?:my\ |the\ |an?\ |on\ )? {_AWAY}\b
    | {_AWAY} \s+ (?:party|calendar|planning|soon|next\ (?:week|month)|tomorrow|countdown|start(?:s|ing)?
      |begins?)\b""",
    re.IGNORECASE | re.VERBOSE,
)


def is_away(profile: Profile, now: datetime) -> bool:
    """Whether the person's status says that they are away now.

    A status that has run out says nothing.
    """
    if profile.status_expires_at is not None and profile.status_expires_at <= now:
        return False
    if _NOT_NOW.search(profile.status_text):
        return False
    if _IS_AWAY.search(profile.status_text):
        return True
    return profile.status_emoji.strip(":").lower() in _EMOJI
