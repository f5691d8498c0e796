"""From entries to a case: summary, check, finding, the packet, confirming; through the real app."""

from __future__ import annotations

import csv
import io

from bot.domain.evidence import ConfirmationState
from bot.domain.strength import Strength, strength_of
from tests.running import RunningBot
from tests.sample import with_sample_year


async def test_the_summary_shows_two_charts_and_says_the_same_in_words(bot: RunningBot) -> None:
    await with_sample_year(bot)
    answer = await bot.slack.person("sam").command("/evidence", "summary year", channel="#payments")

    (shown,) = answer.shown
    charts = [block for block in shown.raw["blocks"] if block["type"] == "data_visualization"]
    assert [chart["title"] for chart in charts] == ["Entries by dimension", "Producing and multiplying"]
    for name in ("Scope of ownership", "Time horizon", "Defining problems", "Multiplying others", "Ambiguity"):
        assert name in shown.text
    assert "multiplying, " in shown.text
    assert "One step further" in shown.text


async def test_a_summary_of_nothing_says_how_to_begin(bot: RunningBot) -> None:
    answer = await bot.slack.person("sam").command("/evidence", "summary 2019", channel="#payments")

    assert "Nothing kept between" in answer.shown[0].text
    assert "ten seconds" in answer.shown[0].text


async def test_a_note_that_begins_like_a_command_is_still_kept(bot: RunningBot) -> None:
    sam = bot.slack.person("sam")
    text = "packet loss between the regions found with @dana, her deploys go through again"
    answer = await sam.command("/evidence", text, channel="#payments")

    assert "Kept." in answer.shown[0].text
    assert len(await bot.entries("sam")) == 1


async def test_an_unknown_period_is_refused_with_examples(bot: RunningBot) -> None:
    answer = await bot.slack.person("sam").command("/evidence", "summary 31 june", channel="#payments")

    assert "I don't know which days" in answer.shown[0].text
    assert "2026-Q3" in answer.shown[0].text


async def test_the_check_names_tests_places_and_fixes(bot: RunningBot) -> None:
    await with_sample_year(bot)
    answer = await bot.slack.person("sam").command("/evidence", "check year principal", channel="#payments")

    (shown,) = answer.shown
    assert "Principal Engineer" in shown.text
    assert "Is it past-tense evidence?" in shown.text
    assert "Its reach is less than this level asks for." in shown.text
    assert "Change" in shown.buttons


async def test_finding_takes_words_meaning_and_filters_together(bot: RunningBot) -> None:
    await with_sample_year(bot)
    sam = bot.slack.person("sam")

    by_words = await sam.command("/evidence", "find expired intermediate", channel="#payments")
    assert "expired intermediate" in by_words.shown[0].text.split("\n")[1]
    filtered = await sam.command("/evidence", "find kind:mentoring strength:confirmed @dana", channel="#payments")
    assert "1 found" in filtered.shown[0].text
    assert "Handed @dana the rollout" in filtered.shown[0].text
    # Dana has met the bot, so it knows what she is called.
    await bot.multiplier.services.people.known(bot.workspace_id, bot.user_id("dana"))
    by_name = await sam.command("/evidence", "find kind:mentoring strength:confirmed person:dana", channel="#payments")
    assert by_name.shown[0].text.splitlines()[1:] == filtered.shown[0].text.splitlines()[1:]
    unknown = await sam.command("/evidence", "find person:zaphod", channel="#payments")
    assert "I know nobody called “zaphod”" in unknown.shown[0].text
    nothing = await sam.command("/evidence", "find kind:mentoring in:2019", channel="#payments")
    assert "Nothing found" in nothing.shown[0].text
    wrong = await sam.command("/evidence", "find kind:heroics", channel="#payments")
    assert "It can be: unblock" in wrong.shown[0].text


async def test_nobody_finds_another_persons_entries(bot: RunningBot) -> None:
    await with_sample_year(bot)
    answer = await bot.slack.person("dana").command("/evidence", "find queue", channel="#payments")

    assert "Nothing found" in answer.shown[0].text


async def test_a_packet_is_chosen_written_and_handed_over_as_files(bot: RunningBot) -> None:
    await with_sample_year(bot)
    sam = bot.slack.person("sam")
    await sam.command("/evidence", "packet year staff", channel="#payments")
    form = sam.modal()
    assert form is not None
    await sam.fill_and_submit(
        form,
        {
            "Thesis in two sentences": "I make several teams' systems add up.",
            "Files": ["PDF", "Web page (HTML)", "Word", "Markdown, with pictures", "Slack canvas", "Spreadsheet (CSV)"],
        },
    )
    await bot.settle()

    said = [call.text for call in bot.slack.journal.calls("chat.update")]
    assert [text for text in said if "5 of 6 files are ready" in text]
    files = {file.name.rsplit(".", 1)[-1]: file for file in sam.files()}
    assert {"pdf", "html", "docx", "md", "csv", "png"} <= set(files)
    assert files["pdf"].content.startswith(b"%PDF")
    assert "I make several teams' systems add up." in files["md"].content.decode()
    rows = list(csv.reader(io.StringIO(files["csv"].content.decode("utf-8-sig"))))
    assert len(rows) > 50
    (canvas,) = sam.canvases()
    assert "## 13. Full log and provenance" in canvas.content.decode()
    said = sam.dm_with_bot()[-1].text
    assert "Here is your packet for" in " ".join(message.text for message in sam.dm_with_bot()), said


async def test_what_cannot_be_made_a_packet_of_is_said_in_its_window(bot: RunningBot) -> None:
    sam = bot.slack.person("sam")
    await sam.command("/evidence", "packet 2019", channel="#payments")
    assert "there is nothing kept that may stand in a packet" in sam.modal().text
    await sam.command("/evidence", "packet year 2026-13", channel="#payments")
    assert "I don't know which days" in sam.modal().text


async def test_an_entry_left_out_is_in_no_file(bot: RunningBot) -> None:
    await with_sample_year(bot)
    sam = bot.slack.person("sam")
    await sam.command("/evidence", "packet year staff", channel="#payments")
    form = sam.modal()
    assert form is not None
    field = next(block for block in form.raw["blocks"] if block.get("block_id") == "left_out")
    names = [option["text"]["text"] for option in field["element"]["options"]]
    body = next(block for block in form.raw["blocks"] if block.get("block_id") == "items")
    ticked = [option["text"]["text"] for option in body["element"]["initial_options"]]
    both = await sam.fill_and_submit(form, {"Leave out altogether": [ticked[0]]})
    assert "ticked for the body and left out" in str(both.field_errors)
    secret = next(name for name in names if "runbook" in name and name not in ticked)
    await sam.fill_and_submit(form, {"Leave out altogether": [secret], "Files": ["Markdown, with pictures"]})
    await bot.settle()

    text = next(file for file in sam.files() if file.name.endswith(".md")).content.decode()
    assert "Wrote the runbook" not in text
    assert any("Wrote the runbook" in entry.text for entry in await bot.entries("sam"))


async def test_more_than_eight_items_are_refused_in_the_form(bot: RunningBot) -> None:
    year = await with_sample_year(bot)
    sam = bot.slack.person("sam")
    await sam.command("/evidence", "packet year", channel="#payments")
    form = sam.modal()
    assert form is not None
    field = next(block for block in form.raw["blocks"] if block.get("block_id") == "items")
    too_many = [option["text"]["text"] for option in field["element"]["options"][:9]]
    answer = await sam.fill_and_submit(form, {"What stands in the body (3 to 8)": too_many})

    assert "At most 8 are read" in str(answer.field_errors)
    assert year.entries


async def test_an_edited_sentence_stands_in_the_packet_and_the_entry_stays(bot: RunningBot) -> None:
    await with_sample_year(bot)
    sam = bot.slack.person("sam")
    await sam.command("/evidence", "packet year", channel="#payments")
    await sam.press(sam.modal(), "Edit the wording")
    wording = sam.modal()
    assert wording is not None
    first = wording.fields[0]
    await sam.fill_and_submit(wording, {first: "I made the deploy path one."})
    await sam.fill_and_submit(sam.modal(), {"Files": ["Markdown, with pictures"]})
    await bot.settle()

    text = next(file for file in sam.files() if file.name.endswith(".md")).content.decode()
    assert "I made the deploy path one." in text
    assert all(entry.text != "I made the deploy path one." for entry in await bot.entries("sam"))


async def _entry_with_dana(bot: RunningBot) -> None:
    note = "paired with @dana until her deploy went through"
    await bot.slack.person("sam").command("/evidence", note, channel="#payments")


async def _ask_dana(bot: RunningBot) -> None:
    sam = bot.slack.person("sam")
    answer = await sam.command("/evidence", "summary", channel="#payments")
    details = await sam.command("/evidence", "list", channel="#payments")
    await sam.press(details.shown[0], "Details")
    await sam.press(sam.modal(), "Ask to confirm")
    await sam.submit(sam.modal())
    await bot.settle()
    assert answer.ok


async def test_a_confirmation_with_a_quote_lifts_the_entry_and_can_be_taken_back(bot: RunningBot) -> None:
    await _entry_with_dana(bot)
    await _ask_dana(bot)
    dana = bot.slack.person("dana")
    request = dana.dm_with_bot()[-1]
    assert "Was it so?" in request.text
    await dana.press(request, "Yes, in my words…")
    await dana.fill_and_submit(dana.modal(), {"Your words": "He stayed until it was green."})
    await bot.settle()

    (entry,) = await bot.entries("sam")
    assert strength_of(entry) is Strength.CONFIRMED
    assert entry.confirmations[0].quote == "He stayed until it was green."
    assert "He stayed until it was green." in bot.slack.person("sam").dm_with_bot()[-1].text

    await dana.press(dana.modal(), "Take it back")
    await bot.settle()
    (entry,) = await bot.entries("sam")
    assert entry.confirmations[0].state is ConfirmationState.WITHDRAWN
    assert entry.confirmations[0].quote is None
    assert "took their confirmation back" in bot.slack.person("sam").dm_with_bot()[-1].text


async def test_dont_ask_me_is_respected_from_the_first_message_on(bot: RunningBot) -> None:
    await _entry_with_dana(bot)
    await _ask_dana(bot)
    dana = bot.slack.person("dana")
    await dana.press(dana.dm_with_bot()[-1], "Don't ask me")
    await bot.settle()
    assert "would rather not say" in bot.slack.person("sam").dm_with_bot()[-1].text

    sam = bot.slack.person("sam")
    await sam.command("/evidence", "rebased the release branch for @dana, it merged", channel="#payments")
    listed = await sam.command("/evidence", "find rebased", channel="#payments")
    await sam.press(listed.shown[0], "Details")
    await sam.press(sam.modal(), "Ask to confirm")
    answer = await sam.submit(sam.modal())
    assert "I can't ask them" in str(answer.field_errors)


async def test_a_person_brings_their_own_levels_and_is_read_against_them(bot: RunningBot) -> None:
    await with_sample_year(bot)
    sam = bot.slack.person("sam")
    await sam.command("/evidence", "ladder", channel="#payments")
    form = sam.modal()
    assert form is not None
    second = next(name for name in form.fields if name.startswith("Level 2"))
    written = next(
        each["element"]["initial_value"] for each in form.raw["blocks"] if each.get("block_id") == "ladder_level_1"
    )
    wrong = await sam.fill_and_submit(form, {second: written.replace("strong: 4", "strong: many")})
    assert "line 7: dimensions.scope.strong" in str(wrong.field_errors)
    await sam.fill_and_submit(form, {second: written.replace("Staff Engineer", "Lead of Leads")})
    assert "Lead of Leads" in sam.modal().text

    check = await sam.command("/evidence", "check year lead of leads", channel="#payments")
    assert "Lead of Leads" in check.shown[0].text
    await sam.command("/evidence", "settings", channel="#payments")
    assert "Lead of Leads" in str(sam.modal().raw)
    other = await bot.slack.person("dana").command("/evidence", "check year lead of leads", channel="#payments")
    assert "I don't know which days" in other.shown[0].text or "no level" in other.shown[0].text

    await sam.command("/evidence", "ladder", channel="#payments")
    await sam.press(sam.modal(), "Back to the workspace's")
    again = await sam.command("/evidence", "check year staff", channel="#payments")
    assert "Staff Engineer" in again.shown[0].text
