"""Installing by OAuth in several workspaces, renewing tokens, and stopping at once; with the sandbox as Slack."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlparse

import pytest
import yaml
from aiohttp import ClientSession
from pydantic import SecretStr
from yarl import URL

from bot.bootstrap import Multiplier, assemble
from bot.domain.errors import NotFound, TryLater
from bot.domain.installations import Installation
from bot.sandbox import ManualClock, Sandbox, WorkspaceSpec
from bot.sandbox.spec import DEFAULT_WORKSPACE
from bot.services.clock import SystemClock
from bot.settings import Settings
from bot.slack.manifest import load_manifest
from bot.tagger.reading import TextTagger
from bot.web.app import create_web_app
from bot.web.installing import install_pages
from bot.web.server import serving
from storage.keyring import KeyringError, new_key
from tests.running import PATIENCE

# The SDK gives its client secret in a form that the newest aiohttp is about to drop.
pytestmark = pytest.mark.filterwarnings("ignore:.*BasicAuth.*:DeprecationWarning")

ACME = WorkspaceSpec(**{**vars(DEFAULT_WORKSPACE), "name": "Acme", "domain": "acme"})


class Site:
    """The bot's HTTP server with two workspaces that may install it."""

    def __init__(self, multiplier: Multiplier, slack: Sandbox, url: str) -> None:
        self.multiplier, self.slack, self.url = multiplier, slack, url
        self.service = multiplier.services.installations

    async def begin(self, session: ClientSession) -> tuple[str, str]:
        """Open the install page: where it leads, and the state in it."""
        async with session.get(f"{self.url}/slack/install") as page:
            text, cookie = await page.text(), page.cookies["slack-app-oauth-state"].value
        address = text.split('<a href="')[1].split('"')[0].replace("&amp;", "&")
        state = parse_qs(urlparse(address).query)["state"][0]
        assert state == cookie
        return address, state

    async def consent(self, session: ClientSession, address: str, team: str) -> str:
        """Say yes at Slack; the address it sends back to."""
        where = urlparse(address)
        query = {**{name: values[0] for name, values in parse_qs(where.query).items()}, "team": team, "approve": "1"}
        consent = f"{where.scheme}://{where.netloc}{where.path}?{urlencode(query)}"
        async with session.get(URL(consent, encoded=True), allow_redirects=False) as answer:
            assert answer.status in (302, 303), await answer.text()
            return answer.headers["Location"]

    async def come_back(self, session: ClientSession, address: str, state: str) -> tuple[int, str]:
        cookies = {"Cookie": f"slack-app-oauth-state={state}"}
        async with session.get(URL(address, encoded=True), headers=cookies) as answer:
            return answer.status, await answer.text()

    async def install(self, team: str) -> tuple[int, str]:
        async with ClientSession() as session:
            address, state = await self.begin(session)
            back = await self.consent(session, address, team)
            return await self.come_back(session, back, state)

    def team(self, name: str) -> str:
        return self.slack.workspace(name).id


@pytest.fixture(params=[False, True], ids=["lasting", "rotating"])
async def site(
    request: pytest.FixtureRequest, clock: ManualClock, tagger: TextTagger, tmp_path: Path
) -> AsyncIterator[Site]:
    manifest = yaml.safe_load(yaml.safe_dump(load_manifest()))
    manifest["settings"]["token_rotation_enabled"] = request.param
    async with AsyncExitStack() as stack:
        seed = [DEFAULT_WORKSPACE, ACME]
        sandbox = Sandbox(manifest=manifest, seed=seed, clock=clock, answer_timeout=PATIENCE)
        slack = await stack.enter_async_context(sandbox)
        settings = Settings(
            _env_file=None,  # type: ignore[call-arg]
            slack_api_url=slack.api_url,
            slack_signing_secret=SecretStr(slack.signing_secret),
            slack_client_id=slack.client_id,
            slack_client_secret=SecretStr(slack.client_secret),
            encryption_keys=SecretStr(new_key()),
            database_url=f"sqlite:///{tmp_path}/bot.db",
        )
        multiplier = await assemble(settings, clock=clock, tagger=tagger, patience=PATIENCE)
        stack.push_async_callback(multiplier.close)
        flow = multiplier.oauth_flow()
        assert flow
        app = create_web_app(multiplier.entrance, slack.signing_secret, SystemClock(), pages=install_pages(flow))
        url = await stack.enter_async_context(serving(app, "127.0.0.1", 0))
        flow.settings.redirect_uri = flow.redirect_uri = f"{url}/slack/oauth_redirect"
        flow.settings.authorize_url_generator.redirect_uri = flow.redirect_uri
        await slack.use_http(f"{url}/slack/events")
        yield Site(multiplier, slack, url)


async def settle(site: Site) -> None:
    services = site.multiplier.services
    for _ in range(50):
        await site.slack.settled()
        if not await services.inbox.work_once() + await services.outbox.work_once():
            return


async def test_two_workspaces_install_it_and_each_is_served_with_its_own_token(site: Site) -> None:
    for name in ("sandbox", "acme"):
        status, page = await site.install(site.team(name))
        assert status == 200, page
    tokens = {await site.service.token_of(site.team(name)) for name in ("sandbox", "acme")}
    assert len(tokens) == 2
    for name in ("sandbox", "acme"):
        sam = site.slack.person("sam", workspace=name)
        await sam.command("/evidence", f"helped @dana ship it at {name}", channel="#payments")
        await settle(site)
        assert any("Hello" in message.text for message in sam.dm_with_bot())
        entries = [each async for each in site.multiplier.services.evidence.everything(site.team(name), sam.id)]
        assert [name in entry.text for entry in entries] == [True]


async def test_a_state_is_good_once_for_its_browser_and_for_ten_minutes(site: Site, clock: ManualClock) -> None:
    team = site.team("acme")
    async with ClientSession() as session:
        address, state = await site.begin(session)
        back = await site.consent(session, address, team)
        assert (await site.come_back(session, back, "another"))[0] == 400
        assert (await site.come_back(session, back, state))[0] == 200
        assert (await site.come_back(session, back, state))[0] == 401
        address, state = await site.begin(session)
        back = await site.consent(session, address, team)
        clock.advance(timedelta(minutes=11))
        assert (await site.come_back(session, back, state))[0] == 401
        invented = f"{site.url}/slack/oauth_redirect?code=x&state=invented"
        assert (await site.come_back(session, invented, "invented"))[0] == 401


async def test_what_slack_refuses_installs_nothing_and_echoes_nothing_live(site: Site) -> None:
    async with ClientSession() as session:
        _, state = await site.begin(session)
        odd = f"{site.url}/slack/oauth_redirect?" + urlencode({"code": "<script>", "state": state})
        status, page = await site.come_back(session, odd, state)
        assert (status, "<script>" in page) == (401, False)
        odd = f"{site.url}/slack/oauth_redirect?" + urlencode({"error": "<script>alert(1)</script>"})
        _, page = await site.come_back(session, odd, "x")
        assert "<script>alert" not in page
    with pytest.raises(NotFound):
        await site.service.token_of(site.team("acme"))


async def test_a_rotating_token_is_renewed_before_it_ends_and_once(site: Site, clock: ManualClock) -> None:
    team = site.team("acme")
    await site.install(team)
    first = await site.service.token_of(team)
    clock.advance(timedelta(hours=9, minutes=30))
    assert await site.service.token_of(team) == first
    clock.advance(timedelta(hours=1))
    renewed = await site.service.refresh_due() + await site.service.refresh_due()
    rotates = site.slack.manifest.token_rotation
    assert renewed == (1 if rotates else 0)
    assert (await site.service.token_of(team) != first) == rotates
    clock.advance(timedelta(hours=3))
    sam = site.slack.person("sam", workspace="acme")
    await sam.command("/evidence", "helped @dana ship it after lunch", channel="#payments")
    await settle(site)
    assert sam.dm_with_bot()


async def test_an_ended_token_that_cannot_be_renewed_now_waits_for_later(site: Site, clock: ManualClock) -> None:
    if not site.slack.manifest.token_rotation:
        pytest.skip("lasting tokens don't end")
    team = site.team("acme")
    await site.install(team)
    clock.advance(timedelta(hours=13))
    site.slack.faults.error("oauth.v2.access", "internal_error", times=1)
    with pytest.raises(TryLater):
        await site.service.token_of(team)
    clock.advance(timedelta(minutes=2))
    assert await site.service.token_of(team)


async def test_removed_it_stops_at_once_and_reinstalled_it_finds_everything(site: Site, clock: ManualClock) -> None:
    team, services = site.team("acme"), site.multiplier.services
    await site.install(team)
    sam = site.slack.person("sam", workspace="acme")
    await sam.command("/evidence", "helped @dana ship it", channel="#payments")
    await site.slack.uninstall("acme")
    for _ in range(3):
        await site.slack.settled()
        await services.inbox.work_once()
    with pytest.raises(NotFound):
        await site.service.token_of(team)
    async with site.multiplier.storage.machinery_reading() as work:
        assert await work.installations.serving(team, None) is None
    site.slack.journal.clear()
    assert await services.outbox.work_once() == 0
    assert site.slack.journal.calls("chat.postMessage") == []
    clock.advance(timedelta(days=29))
    assert await site.service.forget_removed() == 0
    site.slack.workspace("acme").installed = True
    assert (await site.install(team))[0] == 200
    assert [entry.text async for entry in services.evidence.everything(team, sam.id)]
    clock.advance(timedelta(days=60))
    assert await site.service.forget_removed() == 0


async def test_after_the_grace_time_a_removed_workspace_is_forgotten_and_others_stay(
    site: Site, clock: ManualClock
) -> None:
    services = site.multiplier.services
    for name in ("sandbox", "acme"):
        await site.install(site.team(name))
        sam = site.slack.person("sam", workspace=name)
        await sam.command("/evidence", f"helped @dana ship it at {name}", channel="#payments")
    await settle(site)
    await site.service.removed(site.team("acme"), whole_organisation=False)
    clock.advance(timedelta(days=31))
    assert await site.service.forget_removed() == 1
    async with site.multiplier.storage.engine.connect() as connection:
        dump = "\n".join(str(line) for line in await connection.run_sync(_everything))
    assert site.team("acme") not in dump
    assert "at sandbox" in dump
    sam = site.slack.person("sam", workspace="sandbox")
    assert [entry.text async for entry in services.evidence.everything(site.team("sandbox"), sam.id)]


async def test_an_organisations_installation_serves_each_of_its_workspaces_as_it_is_met(site: Site) -> None:
    service, now = site.service, site.multiplier.services.clock.now()
    of_all = Installation(
        enterprise_id="E1", bot_user_id="UBOT", bot_token=SecretStr("xoxb-org"), name="Org", installed_at=now
    )
    await service.install(of_all)
    assert (await service.workspace("T1", "E1")).enterprise_id == "E1"
    assert await service.token_of("T1") == "xoxb-org"
    with pytest.raises(NotFound):
        await service.workspace("T9", "E2")
    with pytest.raises(NotFound):
        await service.workspace("", "E1")
    own = of_all.model_copy(update={"team_id": "T2", "bot_token": SecretStr("xoxb-own")})
    await service.install(own)
    assert await service.token_of("T2") == "xoxb-own"
    await service.removed("T1", "E1", whole_organisation=True)
    with pytest.raises(NotFound):
        await service.token_of("T1")
    assert await service.token_of("T2") == "xoxb-own"
    await service.install(of_all)
    assert await service.token_of("T1") == "xoxb-org"


async def test_tokens_are_sealed_in_the_file_and_never_shown(site: Site, tmp_path: Path) -> None:
    await site.install(site.team("acme"))
    token = await site.service.token_of(site.team("acme"))
    files = b"".join(path.read_bytes() for path in tmp_path.iterdir())  # noqa: ASYNC240
    assert token.encode() not in files
    async with site.multiplier.storage.machinery_reading() as work:
        installation = await work.installations.serving(site.team("acme"), None)
    assert token not in repr(installation)


async def test_without_a_key_no_token_is_stored(clock: ManualClock, tagger: TextTagger, tmp_path: Path) -> None:
    settings = Settings(_env_file=None, database_url=f"sqlite:///{tmp_path}/bot.db")  # type: ignore[call-arg]
    multiplier = await assemble(settings, clock=clock, tagger=tagger, patience=PATIENCE)
    try:
        installation = Installation(
            team_id="T1", bot_user_id="UBOT", bot_token=SecretStr("xoxb-1"), installed_at=clock.now()
        )
        with pytest.raises(Exception, match="ENCRYPTION_KEYS") as caught:
            await multiplier.services.installations.install(installation)
        assert isinstance(caught.value, KeyringError) or isinstance(caught.value.__cause__, KeyringError)
        assert "xoxb-1" not in str(caught.value)
    finally:
        await multiplier.close()


def _everything(connection: object) -> list[object]:
    from sqlalchemy import Connection, select

    from storage.models import Base

    assert isinstance(connection, Connection)
    return [row for table in Base.metadata.sorted_tables for row in connection.execute(select(table)).all()]
