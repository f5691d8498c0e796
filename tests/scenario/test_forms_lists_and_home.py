"""The form, the lists, the direct message, Home and the export, as a person meets them."""

from __future__ import annotations

import json
from datetime import date

from bot.domain.evidence import MyRole, PersonRole, Reach, SourceType
from bot.domain.tagging import Kind
from tests.running import RunningBot


async def test_the_form_takes_every_field_and_says_so_where_it_was_opened(bot: RunningBot) -> None:
    sam = bot.slack.person("sam")
    await sam.command("/evidence", "", channel="#payments")
    await sam.fill_and_submit(
        sam.modal(),
        {
            "What happened?": "Got both teams to agree on one retry policy",
            "When did it happen?": "2026-10-30",
            "Kind": "Aligned people",
            "Who was helped?": ["@dana", "@priya"],
            "What came of it?": "one policy in both services",
            "A number, if there is one": "2 incidents a month",
            "Compared with what?": "9 incidents a month",
            "Links": "https://github.com/acme/rfcs/pull/7\nhttps://docs.google.com/document/d/1",
            "My role": "I led it",
            "Who benefited?": "several teams",
        },
    )
    await bot.settle()

    (entry,) = await bot.entries("sam")
    assert entry.kind is Kind.ALIGNMENT
    assert entry.occurred_on == date(2026, 10, 30)
    assert set(entry.people_as(PersonRole.HELPED)) == {bot.user_id("dana"), bot.user_id("priya")}
    assert (entry.outcome, entry.number, entry.baseline) == (
        "one policy in both services",
        "2 incidents a month",
        "9 incidents a month",
    )
    assert len(entry.links) == 2
    assert (entry.role, entry.reach) == (MyRole.LED, Reach.SEVERAL_TEAMS)
    assert "Aligned people" in sam.ephemerals()[-1].text


async def test_a_form_with_mistakes_stays_open_and_names_each(bot: RunningBot) -> None:
    sam = bot.slack.person("sam")
    await sam.command("/evidence", "", channel="#payments")
    answer = await sam.fill_and_submit(
        sam.modal(),
        {"What happened?": ":tada:", "When did it happen?": "2026-12-24", "Links": "not a link"},
    )

    assert set(answer.field_errors) == {"What happened?", "When did it happen?", "Links"}
    assert sam.modal() is not None
    assert await bot.entries("sam") == []


async def test_new_evidence_from_the_global_shortcut(bot: RunningBot) -> None:
    sam = bot.slack.person("sam")
    await sam.global_shortcut("new_evidence")
    await sam.fill_and_submit(sam.modal(), {"What happened?": "caught the missing index in the design review"})
    await bot.settle()

    assert any("Kept." in message.text for message in sam.dm_with_bot())


async def test_a_note_in_the_direct_message_is_kept_and_editing_it_corrects_the_entry(bot: RunningBot) -> None:
    sam = bot.slack.person("sam")
    said = await sam.dm("note: helped @dana find the flaky test, her build is green")
    await bot.settle()
    assert any("Kept." in message.text for message in sam.dm_with_bot())

    await sam.edit(said, "note: helped @dana find the flaky test, her build and the nightly are green")
    await bot.settle()
    (entry,) = await bot.entries("sam")
    assert entry.text.endswith("her build and the nightly are green")
    assert entry.source.type is SourceType.DM


async def test_other_words_in_the_direct_message_are_offered_to_be_kept(bot: RunningBot) -> None:
    sam = bot.slack.person("sam")
    await sam.dm("showed the data team why the second pipeline was not needed, they dropped it")
    await bot.settle()
    assert await bot.entries("sam") == []

    offer = next(message for message in sam.dm_with_bot() if "Shall I keep this" in message.text)
    await sam.press(offer, "Keep this")
    (entry,) = await bot.entries("sam")
    assert entry.text.startswith("showed the data team")


async def test_list_shows_pages_and_find_finds(bot: RunningBot) -> None:
    sam = bot.slack.person("sam")
    for number in range(11):
        await sam.command("/evidence", f"unblocked team number {number} with the deploy flag", channel="#payments")

    shown = (await sam.command("/evidence", "list", channel="#payments")).shown[0]
    assert "1–8 of your 11 entries" in shown.text
    await sam.press(shown, "Earlier")
    assert any("9–11 of your 11 entries" in message.text for message in sam.ephemerals())

    found = (await sam.command("/evidence", "find number 7", channel="#payments")).shown[0]
    assert "number 7" in found.text
    nothing = (await sam.command("/evidence", "find zeppelin", channel="#payments")).shown[0]
    assert "zeppelin" in nothing.text


async def test_details_show_everything_and_why_it_was_tagged_so(bot: RunningBot) -> None:
    sam = bot.slack.person("sam")
    await sam.command("/evidence", "paired with @dana until her deploy went through", channel="#payments")
    listed = (await sam.command("/evidence", "list", channel="#payments")).shown[0]
    await sam.press(listed, "Details")

    assert "until her deploy went through" in sam.modal().text
    assert "Why:" in sam.modal().text


async def test_home_is_good_when_empty_and_shows_the_month_when_not(bot: RunningBot) -> None:
    sam = bot.slack.person("sam")
    await sam.open_home()
    await bot.settle()
    assert "Start with one thing you did for someone" in sam.home().text

    await sam.command("/evidence", "paired with @dana until her deploy went through", channel="#payments")
    await sam.open_home()
    await bot.settle()
    assert "until her deploy went through" in sam.home().text
    assert "multiplying" in sam.home().text.lower()


async def test_an_export_is_a_file_in_the_direct_message_with_everything_in_it(bot: RunningBot) -> None:
    sam = bot.slack.person("sam")
    await sam.command("/evidence", "paired with @dana until her deploy went through", channel="#payments")
    await sam.command("/evidence", "export", channel="#payments")
    await bot.settle()

    exported = next(file for file in sam.files() if file.name.endswith(".json"))
    record = json.loads(exported.content)
    (entry,) = record["entries"]
    assert {"id", "text", "kind", "dimensions", "occurred_on", "created_at", "source", "people", "links"} <= set(entry)
    assert {"outcome", "status"} <= set(entry)
    assert entry["people"] == [{"user": bot.user_id("dana"), "role": "helped"}]


async def test_an_unknown_word_after_the_command_is_a_note_like_any_other(bot: RunningBot) -> None:
    sam = bot.slack.person("sam")
    answer = await sam.command(
        "/evidence", "list the owners of each queue, so on-call knows whom to ask", channel="#payments"
    )

    assert "Kept." in answer.shown[0].text


async def test_people_never_see_each_others_entries(bot: RunningBot) -> None:
    sam, dana = bot.slack.person("sam"), bot.slack.person("dana")
    answer = await sam.command("/evidence", "paired with @dana until her deploy went through", channel="#payments")
    (entry,) = await bot.entries("sam")

    assert "Nothing kept yet" in (await dana.command("/evidence", "list", channel="#payments")).shown[0].text
    await sam.press(answer.shown[0], "Undo")
    press = next(each for each in bot.slack.deliveries if each.type == "block_actions")
    forged = json.loads(json.dumps(press.payload).replace(sam.id, dana.id))
    forged["actions"][0]["action_id"] = "entry_bring_back"
    await bot.slack.deliver_raw("interactive", forged)
    await bot.settle()

    (after,) = await bot.entries("sam")
    assert after.id == entry.id
    assert after.status == "withdrawn"
