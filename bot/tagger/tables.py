"""An evaluation as text to read, and its reliability as a picture."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.tagger.evaluation import Report
from bot.tagger.learning import Lesson
from bot.tagger.model import KINDS
from bot.tagger.workspace_lessons import WorkspaceLesson

#: What each figure is called, and what it should reach.
_NAMES = {
    "macro_f1": ("macro-F1 over the kinds", "≥ 0.85"),
    "accuracy": ("share right", ""),
    "top2": ("right kind among the two best", "≥ 0.95"),
    "recall_at_95": ("evidence found at 95 % precision", "≥ 0.90"),
    "dimensions_f1": ("dimensions, micro-F1", "≥ 0.85"),
    "ece": ("calibration error (ECE)", "≤ 0.05"),
}


def report_lines(report: Report) -> Iterable[str]:
    """The report, line by line."""
    yield f"{report.texts} texts by {report.writers} writers; 95 % ranges over writers"
    for name, value in report.figures.items():
        low, high = report.ranges[name]
        label, goal = _NAMES[name]
        yield f"  {label:34s} {value:.3f}  [{low:.3f} … {high:.3f}]  {goal}"
    yield from ("", "F1 by kind")
    for kind, value in report.f1_by_kind.items():
        yield f"  {kind:16s} {value:.3f}"
    for title, table in (("By language", report.by_language), ("By writer", report.by_writer)):
        yield from ("", title)
        for name, row in table.items():
            found = f"macro-F1 {row['macro_f1']:.3f}  share right {row['accuracy']:.3f}  top two {row['top2']:.3f}"
            yield f"  {name:8s} {row['texts']:5.0f} texts  {found}"
    yield from ("", "Confusion: a row is the label, a column what the tagger said")
    yield "  " + " " * 16 + " ".join(f"{k.value[:6]:>6s}" for k in KINDS)
    for kind, counts in zip(KINDS, report.confusion, strict=True):
        yield f"  {kind.value:16s}" + " ".join(f"{n or '·':>6}" for n in counts)
    yield from ("", "Reliability: confidence, share right, texts")
    for confidence, right, count in report.reliability:
        yield f"  {confidence:.2f}  {right:.2f}  {count}"
    yield from ("", "The wrong answers it was surest of")
    for wrong in report.worst:
        yield f"  {wrong['given']} ({wrong['p']:.2f}) for {wrong['kind']}: {wrong['text'][:160]!r}"


def lesson_lines(lessons: Sequence[Lesson]) -> Iterable[str]:
    """What corrections taught, line by line, with the mean of each kind of person."""
    for own, title in ((True, "People with words of their own"), (False, "The same people in plain words")):
        some = [lesson for lesson in lessons if lesson.own_words is own]
        if not some:
            continue
        yield f"{title}: errors on their other texts, macro-F1 for somebody else"
        for one in some:
            errors = f"{one.error_before:.3f} → {one.error_after:.3f} after {one.corrections} corrections"
            yield f"  {one.writer:6s} {errors};  general {one.general_before:.3f} → {one.general_after:.3f}"
        before, after = (sum(getattr(x, f"error_{when}") for x in some) / len(some) for when in ("before", "after"))
        change = sum(x.general_after - x.general_before for x in some) / len(some)
        yield f"  all    {before:.3f} → {after:.3f} ({after / max(before, 1e-9) - 1:+.0%});  general {change:+.4f}"


def workspace_lesson_lines(lessons: Sequence[WorkspaceLesson]) -> Iterable[str]:
    """What the corrections of three people taught their workspace, line by line."""
    for own, title in ((True, "Workspaces with words of their own"), (False, "The same workspaces in plain words")):
        some = [lesson for lesson in lessons if lesson.own_words is own]
        if some:
            yield f"{title}: errors of a colleague who corrected nothing, and of the three on what they had not read"
        for one in some:
            newcomer = f"{one.newcomer_before:.3f} → {one.newcomer_after:.3f}"
            teachers = f"{one.teachers_before:.3f} → {one.teachers_after:.3f}"
            used = f"{one.corrections} corrections, {'used' if one.is_used else 'refused'}"
            yield f"  {'+'.join(one.people)}: {newcomer}, {teachers} ({used})"
            yield (
                f"    shared evaluation set {one.shared_before:.4f} → {one.shared_after:.4f};  another writer "
                f"{one.general_before:.3f} → {one.general_after:.3f};  tags changed elsewhere: {one.others_changed}"
            )


def reliability_svg(report: Report) -> str:
    """The reliability plot: a dot for each step of confidence, as large as it has texts, beside the diagonal."""
    size, pad = 320, 44
    most = max((count for _, _, count in report.reliability), default=1)
    dots = "".join(
        f'<circle cx="{pad + c * size:.1f}" cy="{pad + (1 - r) * size:.1f}" r="{3 + 9 * (n / most) ** 0.5:.1f}" '
        f'fill="#2f6f4f" fill-opacity="0.75"><title>said {c:.2f}, right {r:.2f}, {n} texts</title></circle>'
        for c, r, n in report.reliability
    )
    ticks = "".join(
        f'<text x="{pad + t * size:.0f}" y="{pad + size + 16}" text-anchor="middle">{t:g}</text>'
        f'<text x="{pad - 8}" y="{pad + (1 - t) * size + 4:.0f}" text-anchor="end">{t:g}</text>'
        for t in (0, 0.2, 0.4, 0.6, 0.8, 1)
    )
    whole = size + 2 * pad
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole} {whole}" width="{whole}" height="{whole}" '
        'font-family="sans-serif" font-size="11" role="img" aria-label="Reliability of the tagger\'s confidence">'
        f'<rect width="{whole}" height="{whole}" fill="white"/>'
        f'<rect x="{pad}" y="{pad}" width="{size}" height="{size}" fill="none" stroke="#999"/>'
        f'<line x1="{pad}" y1="{pad + size}" x2="{pad + size}" y2="{pad}" stroke="#bbb" stroke-dasharray="4 3"/>'
        f"{dots}{ticks}"
        f'<text x="{whole / 2}" y="{whole - 6}" text-anchor="middle">confidence the tagger gives</text>'
        f'<text x="12" y="{whole / 2}" text-anchor="middle" transform="rotate(-90 12 {whole / 2})">share right</text>'
        "</svg>\n"
    )
