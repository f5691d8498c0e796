"""Entries as CSV for a spreadsheet: nothing in it is taken for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from bot.domain.evidence import ConfirmationState, Entry, PersonRole
from bot.domain.statement import NameOf
from bot.domain.strength import strength_of
from bot.domain.text import with_names
from bot.render.document import writable

#: The columns, in order.
COLUMNS = (
    *(
        "id",
        "happened",
        "captured",
        "kind",
        "dimensions",
        "strength",
        "what",
        "outcome",
        "number",
        "baseline",
    ),
    *("otherwise", "role", "reach", "helped", "witnesses", "confirmed_by", "links", "source", "sensitivity"),
)
# A spreadsheet runs a cell that begins with one of these, also in full width and after blanks.
_RISKY = frozenset("=+-@＝＋－＠|%")


def csv_text(entries: Iterable[Entry], name_of: NameOf) -> str:
    """One row an entry, with a byte-order mark so that spreadsheets read it as UTF-8."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for entry in entries:
        writer.writerow([safe_cell(value) for value in _row(entry, name_of)])
    return "\ufeff" + buffer.getvalue()


def safe_cell(value: str) -> str:
    """The value as text a spreadsheet only shows: an apostrophe goes before what could start a formula."""
    value = writable(value).replace("\r\n", "\n").replace("\r", "\n")
    bare = value.lstrip()
    return f"'{value}" if bare[:1] in _RISKY or (value[:1] in "\t\n" and value) else value


def _row(entry: Entry, name_of: NameOf) -> tuple[str, ...]:
    def said(text: str | None) -> str:
        return with_names(text, name_of) if text else ""

    def people(role: PersonRole) -> str:
        return ", ".join(name_of(user) for user in entry.people_as(role))

    yes = (ConfirmationState.CONFIRMED, ConfirmationState.QUOTED)
    return (
        entry.id,
        entry.occurred_on.isoformat(),
        entry.created_at.isoformat(),
        entry.kind,
        ", ".join(entry.dimensions),
        strength_of(entry).name.lower(),
        said(entry.text),
        said(entry.outcome),
        said(entry.number),
        said(entry.baseline),
        said(entry.otherwise),
        entry.role or "",
        entry.reach or "",
        people(PersonRole.HELPED),
        people(PersonRole.WITNESS),
        ", ".join(name_of(each.by) for each in entry.confirmations if each.state in yes),
        " ".join(link.url for link in entry.links),
        entry.source.permalink or "",
        entry.sensitivity,
    )
