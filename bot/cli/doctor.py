"""`multiplier doctor`: what is set up, what isn't, and what to do about it."""

from __future__ import annotations

import asyncio
import email.utils
from dataclasses import dataclass
from datetime import UTC, datetime

import typer
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.bootstrap import language_model_from
from bot.cli.run import SAID_BY_SLACK, missing
from bot.content.messages import ContentError, load_words
from bot.language_model import LanguageModelUnusable
from bot.settings import Settings
from bot.slack.manifest import bot_scopes
from storage.engine import create_engine
from storage.migrate import current, newest

#: Slack refuses requests whose time is further off than five minutes; warn well before.
LARGEST_CLOCK_OFFSET = 60.0


@dataclass(frozen=True)
class Finding:
    """One thing that was checked; `remedy` is empty when it is well."""

    what: str
    state: str
    remedy: str = ""


def doctor() -> None:
    """Check tokens, scopes, database and clock, and say in plain words what to fix."""
    findings = asyncio.run(examine(Settings()))
    for finding in findings:
        mark = "✗" if finding.remedy else "✓"
        typer.echo(f"{mark} {finding.what}: {finding.state}")
        if finding.remedy:
            typer.echo(f"    → {finding.remedy}")
    if any(finding.remedy for finding in findings):
        raise typer.Exit(1)


async def examine(settings: Settings) -> list[Finding]:
    """Everything that can be checked with these settings."""
    findings = [_words(), await _database(settings), await _language_model(settings)]
    problem = missing(settings)
    if problem:
        return [*findings, Finding("settings", "incomplete", problem)]
    mode = "Socket Mode" if settings.slack_app_token.get_secret_value() else "HTTP"
    return [*findings, Finding("settings", f"complete, for {mode}"), *await _slack(settings)]


def _words() -> Finding:
    try:
        load_words()
    except ContentError as error:
        return Finding("words", "wrong", f"mend prompts/{error}")
    return Finding("words", "complete")


async def _database(settings: Settings) -> Finding:
    try:
        engine = create_engine(settings.database_url)
    except ValueError as error:
        return Finding("database", "not understood", str(error))
    try:
        revision = await current(engine)
    except Exception as error:
        # Whatever the driver raises, the person needs one sentence.
        return Finding("database", f"can't be opened ({type(error).__name__})", "check DATABASE_URL")
    finally:
        await engine.dispose()
    if revision != newest():
        state = f"at revision {revision}, {newest()} is needed" if revision else "new"
        return Finding("database", state, "run `multiplier db upgrade` (`multiplier run` does it by itself)")
    return Finding("database", f"up to date ({revision})")


async def _language_model(settings: Settings) -> Finding:
    try:
        model = language_model_from(settings)
    except LanguageModelUnusable as error:
        return Finding("language model", "can't be used", str(error))
    if model is None:
        return Finding("language model", "off: no text leaves the bot")
    await model.close()
    return Finding("language model", f"on: words of people who say yes go to {model.destination}")


async def _slack(settings: Settings) -> list[Finding]:
    client = AsyncWebClient(
        token=settings.slack_bot_token.get_secret_value(), base_url=settings.slack_api_url, timeout=10
    )
    try:
        identity = await client.auth_test()
    except SlackApiError as error:
        reason = str(error.response.get("error"))
        return [Finding("bot token", reason, SAID_BY_SLACK.get(reason, f"Slack says {reason}"))]
    except Exception as error:
        return [Finding("Slack", f"unreachable ({type(error).__name__})", f"check {settings.slack_api_url}")]
    findings = [Finding("bot token", f"works in {identity['team']}"), _scopes(identity), _clock(identity)]
    app_token = settings.slack_app_token.get_secret_value()
    if app_token:
        findings.append(await _app_token(app_token, settings.slack_api_url))
    return findings


async def _app_token(token: str, api_url: str) -> Finding:
    try:
        await AsyncWebClient(token=token, base_url=api_url, timeout=10).apps_connections_open(app_token=token)
    except SlackApiError as error:
        remedy = "Basic Information → App-Level Tokens: make one with connections:write, set SLACK_APP_TOKEN"
        return Finding("app token", str(error.response.get("error")), remedy)
    return Finding("app token", "opens a connection")


def _scopes(identity: AsyncSlackResponse) -> Finding:
    granted = _listed(identity.headers.get("x-oauth-scopes") or identity.headers.get("X-OAuth-Scopes") or "")
    lacking = [scope for scope in bot_scopes() if scope not in granted]
    if not granted:
        return Finding("scopes", "Slack did not say")
    if lacking:
        remedy = "paste manifest.yml into your app's App Manifest page, and install the app again"
        return Finding("scopes", f"lacking {', '.join(lacking)}", remedy)
    return Finding("scopes", "as the manifest says")


def _clock(identity: AsyncSlackResponse) -> Finding:
    stamp = identity.headers.get("date") or identity.headers.get("Date")
    if not stamp:
        return Finding("clock", "not compared: Slack sent no time")
    offset = abs((datetime.now(UTC) - email.utils.parsedate_to_datetime(stamp)).total_seconds())
    if offset > LARGEST_CLOCK_OFFSET:
        return Finding("clock", f"{offset:.0f} s off", "set this machine's clock (NTP); Slack refuses more than 300 s")
    return Finding("clock", "right")


def _listed(text: str) -> set[str]:
    return {scope.strip() for scope in text.split(",") if scope.strip()}
