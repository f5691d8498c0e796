"""`multiplier sandbox`: the bot in a small Slack of its own, in the browser."""

from __future__ import annotations

import webbrowser
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from bot.bootstrap import Multiplier, assemble
from bot.cli.run import connect, install, run_loop, stopped
from bot.cli.say import fail, tell
from bot.content.sample import sample_year
from bot.domain.record import Record
from bot.language_model import LanguageModelUnusable
from bot.sandbox import Sandbox
from bot.sandbox.page import Page
from bot.sandbox.seed import load_seed
from bot.settings import Settings
from bot.slack.manifest import load_manifest
from bot.telemetry.logging import configure_logging

#: A database of its own: what is tried here never mixes with a real workspace's.
DATABASE = "sqlite:///multiplier-sandbox.db"
#: Whose record the sample year is.
SAM = "sam"


def sandbox(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the page; 0 takes any free one.")] = 8000,
    http: Annotated[bool, typer.Option("--http", help="Connect over signed HTTP in place of Socket Mode.")] = False,
    browser: Annotated[bool, typer.Option(help="Open the page in the browser.")] = True,
    year: Annotated[bool, typer.Option(help="Start with a year of evidence that Sam has kept.")] = True,
) -> None:
    """Try the bot with six colleagues and a dozen threads, on this machine only."""
    settings = Settings()
    configure_logging(settings.log_level, as_json=settings.log_json)
    try:
        run_loop(_try_out(settings, port=port, http=http, browser=browser, year=year))
    except LanguageModelUnusable as error:
        fail(str(error))


async def _try_out(settings: Settings, *, port: int, http: bool, browser: bool, year: bool) -> None:
    started = datetime.now(UTC)
    seed = load_seed(started)
    async with AsyncExitStack() as stack:
        # The database remembers earlier runs, so what happens in this one must not have their ids.
        slack = Sandbox(manifest=load_manifest(), seed=seed.workspace, port=port, id_run=started.isoformat())
        slack.add_routes(Page(seed.hints).routes())
        try:
            await stack.enter_async_context(slack)
        except OSError:
            fail(f"port {port} is taken (by another sandbox?); choose another with --port")
        multiplier = await assemble(_settings_for(slack, settings, http=http))
        stack.push_async_callback(multiplier.close)
        await install(multiplier)
        if year:
            await _keep_a_year(multiplier, slack, started)
        await stack.enter_async_context(multiplier.working())
        address = await connect(multiplier, stack)
        if address:
            await slack.use_http(address)
        tell(f"Your sandbox: {slack.url}  (Ctrl-C stops it)")
        if browser:
            webbrowser.open(slack.url)
        await stopped()


async def _keep_a_year(multiplier: Multiplier, slack: Sandbox, started: datetime) -> None:
    """Have Sam keep the sample year, up to yesterday, unless Sam has kept something already."""
    sam, services = slack.person(SAM), multiplier.services
    if (await services.evidence.page(sam.team_id, sam.id)).total:
        return
    year = sample_year(
        sam.team_id,
        sam.id,
        user_of=lambda handle: slack.person(handle).id,
        last_day=started.date() - timedelta(days=1),
    )
    await services.record.restore(
        Record(
            exported_at=started,
            workspace_id=sam.team_id,
            user_id=sam.id,
            entries=year.entries,
            projects=year.projects,
            bets=year.bets,
        ),
        sam.team_id,
        sam.id,
    )
    people = {person.user for entry in year.entries for person in entry.people}
    await services.people.names(sam.team_id, people)


def _settings_for(slack: Sandbox, settings: Settings, *, http: bool) -> Settings:
    """The settings of a real workspace, with the sandbox as its Slack."""
    environment = {name.lower(): value for name, value in slack.env(socket=not http).items()}
    chosen = settings.model_fields_set & {"database_url"}
    own_database = {} if chosen else {"database_url": DATABASE}
    changed = {**settings.model_dump(), **environment, **own_database}
    if http:
        changed |= {"slack_app_token": "", "port": 0, "host": "127.0.0.1"}
    return Settings(_env_file=None, **changed)
