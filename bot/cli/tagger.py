"""`multiplier tag` and `multiplier tagger …`: use, train, measure and roll back the tagger."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.domain.tagging import Decision, decide
from bot.tagger import load_tagger
from bot.tagger.artifact import SHIPPED, ArtifactError, ArtifactStore
from bot.tagger.texts import TRAINING_TEXTS, TextsError, load_targeted, load_texts

tagger_app = typer.Typer(
    help="Train the tagger, measure it, and choose which of its versions is in use.", no_args_is_help=True
)

FAILED, WRONG_USAGE = 1, 2

TextArgument = Annotated[str | None, typer.Argument(help="The text to read. Leave it out with --jsonl.")]
JsonlOption = Annotated[bool, typer.Option("--jsonl", help='Read lines {"id","text"} and write one line for each.')]
ModelsOption = Annotated[Path, typer.Option("--models", help="Folder with the versions of the model.")]
TextsOption = Annotated[Path, typer.Option("--texts", help="Labelled texts: a JSONL file or a folder of them.")]


def tag_command(text: TextArgument = None, jsonl: JsonlOption = False, models: ModelsOption = SHIPPED) -> None:
    """Say what a text is evidence of; with --jsonl, for thousands of lines from standard input.

    Exit code 0: all fine; 1: a line could not be read, or the model is damaged; 2: wrong usage.
    """
    if jsonl == (text is not None):
        typer.echo(
            'Give either a text or --jsonl: multiplier tag "some text"  or  multiplier tag --jsonl < in',
            err=True,
        )
        raise typer.Exit(WRONG_USAGE)
    try:
        if text is not None:
            _show(text, models)
        else:
            _stream(models)
    except ArtifactError as error:
        _fail(error)


def _show(text: str, models: Path) -> None:
    tagger = load_tagger(models)
    tag = tagger.tag(text, explain=True)
    decision = decide(tag, tagger.thresholds)
    first, second = tag.ranked[0], tag.ranked[1]
    if decision is Decision.ASK:
        typer.echo(f"Not sure: {first.kind.value} ({first.p:.0%}) or {second.kind.value} ({second.p:.0%})?")
    elif decision is Decision.NOT_EVIDENCE:
        typer.echo(f"Not evidence ({first.p:.0%}); next best {second.kind.value} ({second.p:.0%})")
    else:
        typer.echo(f"{first.kind.value} ({first.p:.0%}); next best {second.kind.value} ({second.p:.0%})")
    if tag.dimensions:
        typer.echo("Shows: " + ", ".join(dimension.value for dimension in tag.dimensions))
    if tag.why:
        typer.echo("Because of: " + " · ".join(f"“{cue.text}” (+{cue.weight:.1f})" for cue in tag.why))
    typer.echo(f"Model {tag.tagger_version}")


def _stream(models: Path) -> None:
    from bot.tagger.jsonl import tag_lines

    try:
        result = tag_lines(load_tagger(models), sys.stdin.buffer, _Output())
    except BrokenPipeError:  # whoever read our answers has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(FAILED) from None
    if result.failed:
        typer.echo(f"{result.failed} of {result.lines} lines could not be read.", err=True)
        raise typer.Exit(FAILED)


class _Output:
    """Standard output as UTF-8, whatever the terminal's encoding."""

    def write(self, text: str) -> None:
        sys.stdout.buffer.write(text.encode("utf-8", "replace"))
        sys.stdout.buffer.flush()


def _fail(error: Exception) -> None:
    typer.echo(str(error), err=True)
    raise typer.Exit(FAILED) from error


@tagger_app.command()
def train(
    texts: TextsOption = TRAINING_TEXTS,
    models: ModelsOption = SHIPPED,
    version: Annotated[str | None, typer.Option(help="Name of the new version (default: the next number).")] = None,
    use: Annotated[bool, typer.Option("--use/--no-use", help="Put the new version to use.")] = True,
) -> None:
    """Train a version from labelled texts. The same texts give the same weights, so the same hash."""
    from bot.tagger.release import build
    from bot.tagger.training import TrainingUnavailable

    try:
        meta = build(load_texts(texts), ArtifactStore(models), version, targeted=load_targeted(texts))
        if use:
            ArtifactStore(models).activate(meta.version)
    except (TextsError, TrainingUnavailable, ArtifactError) as error:
        _fail(error)
    typer.echo(json.dumps({"version": meta.version, "sha256": meta.sha256, "figures": meta.figures}, indent=2))


@tagger_app.command()
def retrain(
    corrections: Annotated[Path, typer.Argument(help='Lines {"text","kind"}: texts with the kind people gave them.')],
    models: Annotated[Path, typer.Option("--models", help="Folder for the workspace's own versions.")],
    texts: TextsOption = TRAINING_TEXTS,
) -> None:
    """Train a version that knows a workspace's corrections; it is used only if it is no worse for everybody."""
    from bot.tagger.release import retrain as train_candidate
    from bot.tagger.training import TrainingUnavailable

    try:
        outcome = train_candidate(
            load_texts(texts), load_texts(corrections), ArtifactStore(models), targeted=load_targeted(texts)
        )
    except (TextsError, TrainingUnavailable, ArtifactError) as error:
        _fail(error)
    before, after = outcome.before["macro_f1"], outcome.after["macro_f1"]
    said = "Not used" if outcome.version is None else f"In use: {outcome.version}"
    typer.echo(f"{said}. Macro-F1 on the shared texts {before:.4f} without, {after:.4f} with the corrections.")


@tagger_app.command()
def evaluate(
    texts: TextsOption = TRAINING_TEXTS,
    held_out: Annotated[Path | None, typer.Option(help="Labelled texts kept apart: measure the model in use.")] = None,
    export: Annotated[Path | None, typer.Option(help="Unpacked Slack export: share of its messages found.")] = None,
    learning: Annotated[bool, typer.Option("--learning", help="What corrections teach, too.")] = False,
    plot: Annotated[Path | None, typer.Option(help="Write the reliability plot (SVG) here.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Everything as one JSON object.")] = False,
    models: ModelsOption = SHIPPED,
) -> None:
    """Measure the tagger: on writers it has not seen, on texts kept apart, on a real export.

    Without --held-out, every training text is read by a model trained without its writer (some
    minutes). With it, the model in use reads the given texts.
    """
    from bot.tagger.training import TrainingUnavailable

    try:
        _evaluate(texts, held_out, export, learning, plot, as_json, models)
    except (TextsError, TrainingUnavailable, ArtifactError) as error:
        _fail(error)


def _evaluate(
    texts: Path,
    held_out: Path | None,
    export: Path | None,
    learning: bool,
    plot: Path | None,
    as_json: bool,
    models: Path,
) -> None:
    from bot.tagger import evaluation
    from bot.tagger.agreement import agreement_on
    from bot.tagger.learning import lessons
    from bot.tagger.tables import lesson_lines, reliability_svg, report_lines, workspace_lesson_lines
    from bot.tagger.training import Settings, prepare
    from bot.tagger.workspace_lessons import workspace_lessons

    tagger = load_tagger(models)
    labelled = load_texts(held_out or texts)
    data = None if held_out else prepare(labelled)
    if data is None:
        found = evaluation.read_by(tagger, labelled)
    else:
        found = evaluation.cross_validated(data, Settings(), prepare(load_targeted(texts)))
    report = evaluation.report_on(found, labelled)
    result: dict[str, object] = {"model": tagger.version, **report.as_dict()}
    lines = [
        f"Model {tagger.version}" if data is None else "Models that have not seen the writer",
        *report_lines(report),
    ]
    if (agreement := agreement_on(found, labelled)) is not None:
        result["second_reader"] = vars(agreement)
        lines += ["", *agreement.lines()]
    if export is not None:
        shares = evaluation.export_shares(tagger, list(evaluation.export_texts(export)))
        result["export"] = shares
        lines += ["", "Slack export: " + ", ".join(f"{name} {value:g}" for name, value in shares.items())]
    if learning:
        prepared = data or prepare(load_texts(texts))
        taught = list(lessons(prepared, Settings(), tagger.meta, tagger.model))
        together = list(workspace_lessons(prepared, Settings(), tagger.meta, tagger.model))
        result["learning"] = [vars(lesson) for lesson in taught]
        result["workspace_learning"] = [vars(lesson) for lesson in together]
        lines += ["", *lesson_lines(taught), "", *workspace_lesson_lines(together)]
    lines += ["", "Speed, memory and loading: python -m benchmarks.tagger"]
    if plot is not None:
        plot.write_text(reliability_svg(report), "utf-8")
    typer.echo(json.dumps(result, ensure_ascii=False, indent=2) if as_json else "\n".join(lines))


@tagger_app.command()
def versions(models: ModelsOption = SHIPPED) -> None:
    """List the versions of the model; the one in use has a star."""
    try:
        store = ArtifactStore(models)
        current = store.current()
        for meta in store.versions():
            star = "*" if meta.version == current else " "
            score = meta.figures.get("macro_f1", float("nan"))
            typer.echo(f"{star} {meta.label}  {meta.texts} texts by {meta.writers} writers, macro-F1 {score:.3f}")
    except ArtifactError as error:
        _fail(error)


@tagger_app.command()
def rollback(models: ModelsOption = SHIPPED) -> None:
    """Go back to the version that was in use before."""
    try:
        typer.echo(f"In use again: {ArtifactStore(models).rollback()}")
    except ArtifactError as error:
        _fail(error)
