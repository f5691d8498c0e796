"""A check-in's life in Slack: the question whether to, the DM at the right minute, answers, and control."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.evidence import EntryStatus, PersonRole, SourceType
from bot.domain.schedule import Cadence
from bot.domain.tagging import Kind
from bot.slack.payloads import profile_of
from tests.running import RunningBot
from tests.scenario.checking_in import FRIDAY, NEXT_FRIDAY, at, checkins, meeting, say_yes, tick

ANSWER = "unblocked @priya on the expired certificate, she is deploying again"


async def kept(bot: RunningBot) -> list[str]:
    """The texts of sam's kept entries from check-ins."""
    entries = await bot.entries("sam")
    return [e.text for e in entries if e.source.type is SourceType.CHECKIN and e.status is EntryStatus.KEPT]


class TestFirstMeeting:
    async def test_says_in_five_lines_what_it_is_and_asks_once(self, bot: RunningBot) -> None:
        sam = bot.slack.person("sam")
        await sam.command("/evidence", "paired with @dana until her deploy went through", channel="#payments")
        await bot.settle()
        await sam.command("/evidence", "caught the missing index in review", channel="#payments")
        await bot.settle()

        text = meeting(bot).text
        assert "Only you see what you keep" in text
        assert "employer may be able to export" in text
        assert "read my database" in text
        assert "Lisbon time" in text
        await sam.press(meeting(bot), "Yes, once a week")
        (agreed,) = [each for each in sam.dm_with_bot() if "the first comes" in each.text]
        assert "employer may be able to export" in agreed.text, "what it said of itself stays"

    async def test_whoever_says_nothing_or_no_is_never_asked_anything(self, bot: RunningBot) -> None:
        for handle in ("sam", "dana"):
            person = bot.slack.person(handle)
            await person.command("/evidence", "paired with @mei until it went through", channel="#payments")
        await bot.settle()
        await bot.slack.person("dana").press(meeting(bot, "dana"), "No, thanks")

        for days in range(60):
            await at(bot, FRIDAY + timedelta(days=days))

        assert checkins(bot, "sam") == []
        assert checkins(bot, "dana") == []

    async def test_whom_an_admin_invites_is_met_once_and_asked_nothing_else(self, bot: RunningBot) -> None:
        people = bot.multiplier.services.people
        for _ in range(2):
            await people.invite(bot.workspace_id, [" " + bot.user_id("mei"), "", "not an id"])
            await bot.settle()
        assert "Shall I ask you" in meeting(bot, "mei").text
        await at(bot, NEXT_FRIDAY)
        assert checkins(bot, "mei") == []

    async def test_a_yes_is_answered_with_day_time_and_zone(self, bot: RunningBot) -> None:
        await say_yes(bot)
        assert "Friday 6 November at 15:00 (Lisbon time)" in bot.slack.person("sam").dm_with_bot()[0].text


class TestAsking:
    async def test_comes_at_their_own_minute_with_three_questions_their_reasons_and_the_week(
        self, bot: RunningBot
    ) -> None:
        await say_yes(bot)
        await at(bot, FRIDAY - timedelta(minutes=1))
        assert checkins(bot) == []

        await at(bot, FRIDAY)
        (message,) = checkins(bot)
        assert "Lisbon time" in message.text
        assert "one of the four" in message.text
        assert "nothing on" in message.text
        assert "helped @dana out of the stuck migration, which had blocked her since Monday" in message.text
        assert message.buttons.count("Answer") == 3
        for button in ("Nothing this week", "Skip", "Change day or time", "Add outcome"):
            assert button in message.buttons

    async def test_each_in_their_own_zone(self, bot: RunningBot) -> None:
        for handle in ("sam", "mei", "aisha"):
            await say_yes(bot, handle)
        # Tokyo is nine hours ahead of UTC, Los Angeles eight behind.
        for handle, utc in (("mei", FRIDAY.replace(hour=6)), ("sam", FRIDAY), ("aisha", FRIDAY.replace(hour=23))):
            await at(bot, utc - timedelta(minutes=1))
            assert checkins(bot, handle) == []
            await at(bot, utc)
            assert len(checkins(bot, handle)) == 1

    async def test_is_asked_once_however_often_it_ticks(self, bot: RunningBot) -> None:
        await say_yes(bot)
        await at(bot, FRIDAY)
        for _ in range(3):
            await tick(bot)
        await at(bot, FRIDAY + timedelta(hours=1))
        assert len(checkins(bot)) == 1

    async def test_a_move_told_by_slack_moves_the_check_in(self, bot: RunningBot) -> None:
        await say_yes(bot)
        await bot.slack.person("sam").set_timezone("America/New_York")
        await at(bot, FRIDAY)
        assert checkins(bot) == []
        await at(bot, FRIDAY + timedelta(hours=5))
        assert "New York time" in checkins(bot)[0].text

    async def test_a_move_that_slack_did_not_tell_of_is_found_at_the_send(self, bot: RunningBot) -> None:
        await say_yes(bot)
        user = bot.slack.person("sam")._user
        user.tz = "America/New_York"
        await at(bot, FRIDAY)
        assert checkins(bot) == []
        await at(bot, FRIDAY + timedelta(hours=5))
        assert len(checkins(bot)) == 1

    async def test_nobody_is_asked_while_their_status_says_they_are_away(self, bot: RunningBot) -> None:
        await say_yes(bot)
        await bot.slack.person("sam").set_status("On vacation until Monday", ":palm_tree:")
        await at(bot, FRIDAY)
        assert checkins(bot) == []
        await bot.slack.person("sam").set_status("")
        await at(bot, NEXT_FRIDAY)
        assert len(checkins(bot)) == 1

    async def test_a_bot_that_was_down_asks_late_within_their_hours(self, bot: RunningBot) -> None:
        await say_yes(bot)
        await at(bot, FRIDAY + timedelta(hours=4))
        assert len(checkins(bot)) == 1

    async def test_a_bot_that_was_down_too_long_says_so_on_home_only(self, bot: RunningBot) -> None:
        await say_yes(bot)
        await at(bot, FRIDAY + timedelta(days=3))
        assert checkins(bot) == []
        sam = bot.slack.person("sam")
        await sam.open_home()
        await bot.settle()
        assert "I was down when your check-in of 6 November was due" in sam.home().text

    async def test_a_message_that_waited_in_the_outbox_is_not_sent_at_night(self, bot: RunningBot) -> None:
        await say_yes(bot)
        bot.slack.faults.error("chat.postMessage", "internal_error", times=3)
        await at(bot, FRIDAY)
        await bot.slack.advance(hours=7)
        await bot.settle()
        assert checkins(bot) == []

    async def test_a_person_who_left_is_not_asked_again(self, bot: RunningBot) -> None:
        await say_yes(bot)
        await bot.slack.person("sam").deactivate()
        await at(bot, FRIDAY)
        view = await bot.multiplier.services.plans.view(bot.workspace_id, bot.user_id("sam"))
        assert not view.plan.is_on

    @pytest.mark.parametrize("zone", [None, "", "Mars/Olympus_Mons", "../../etc/passwd"])
    async def test_without_a_zone_it_knows_it_goes_by_utc_and_says_so(
        self, bot: RunningBot, monkeypatch: pytest.MonkeyPatch, zone: str | None
    ) -> None:
        monkeypatch.setattr(
            "bot.slack.gateway.profile_of", lambda told: profile_of({"user": {**told["user"], "tz": zone}})
        )
        await say_yes(bot)
        await at(bot, FRIDAY)
        assert "Slack gives me no time zone for you, so I go by UTC" in checkins(bot)[0].text


class TestCrashes:
    async def test_after_a_crash_between_sending_and_recording_it_looks_before_it_sends_again(
        self, bot: RunningBot
    ) -> None:
        await say_yes(bot)
        # Slack posts the message, and its answer never arrives.
        bot.slack.faults.error("chat.postMessage", "internal_error", after_effect=True)
        await at(bot, FRIDAY)
        assert len(checkins(bot)) == 1
        await bot.slack.advance(minutes=10)
        await bot.settle()
        assert len(checkins(bot)) == 1
        assert bot.slack.journal.calls("conversations.history")

        await bot.slack.person("sam").press(checkins(bot)[0], "Nothing this week")
        assert "Nothing this week: good to know" in checkins(bot)[0].text


class TestAnswering:
    async def asked(self, bot: RunningBot) -> None:
        await say_yes(bot)
        await at(bot, FRIDAY)

    async def test_by_form_becomes_tagged_evidence_with_people(self, bot: RunningBot) -> None:
        await self.asked(bot)
        sam = bot.slack.person("sam")
        await sam.press(checkins(bot)[0], "Answer")
        text = f"unblocked <@{bot.user_id('priya')}> on the expired certificate, she is deploying again"
        await sam.fill_and_submit(sam.modal(), {sam.modal().fields[0]: text})
        await bot.settle()

        (entry,) = [each for each in await bot.entries("sam") if each.source.type is SourceType.CHECKIN]
        assert entry.kind is Kind.UNBLOCK
        assert entry.people_as(PersonRole.HELPED) == (bot.user_id("priya"),)
        assert "Thank you" in checkins(bot)[0].text
        assert "Edit my answer" in checkins(bot)[0].buttons
        (told,) = [each for each in sam.dm_with_bot() if each.thread_ts == checkins(bot)[0].ts and each.buttons]
        assert "Kept." in told.text
        assert "Change" in told.buttons

    async def test_by_replying_in_the_thread_in_several_messages(self, bot: RunningBot) -> None:
        await self.asked(bot)
        sam, thread = bot.slack.person("sam"), checkins(bot)[0].ts
        await sam.dm(f"1. {ANSWER}", thread_ts=thread)
        await sam.dm("2. the schema will hurt in 18 months, wrote that down for the platform team", thread_ts=thread)
        await bot.settle()

        assert len(await kept(bot)) == 2
        (entry,) = [each for each in await bot.entries("sam") if each.text.startswith("unblocked")]
        assert entry.kind is Kind.UNBLOCK
        assert entry.people_as(PersonRole.HELPED) == (bot.user_id("priya"),)
        assert any("first evidence of" in message.text for message in sam.dm_with_bot())

    async def test_by_writing_below_it_without_a_thread(self, bot: RunningBot) -> None:
        await self.asked(bot)
        sam = bot.slack.person("sam")
        await sam.dm("what is a staff engineer?")
        await bot.settle()
        assert await kept(bot) == [], "a question is no answer"
        await sam.dm("unblocked the release by finding the stale flag")
        await bot.settle()
        told = sam.dm_with_bot()[-1]
        assert "Kept." in told.text
        assert told.thread_ts is None
        second = await sam.dm("and caught a data loss in review")
        await bot.settle()
        await sam.edit(second, "and caught a data loss in the migration's review")
        await bot.settle()
        assert sorted(await kept(bot)) == [
            "and caught a data loss in the migration's review",
            "unblocked the release by finding the stale flag",
        ]
        await bot.slack.advance(minutes=45)
        await sam.dm("the team went with the smaller schema")
        await bot.settle()
        assert len(await kept(bot)) == 2
        assert "Keep it" in sam.dm_with_bot()[-1].buttons or "Keep this" in sam.dm_with_bot()[-1].buttons

    async def test_a_message_days_later_is_no_answer_unless_it_stands_in_the_thread(self, bot: RunningBot) -> None:
        await self.asked(bot)
        await bot.slack.advance(days=3)
        await bot.slack.person("sam").dm(ANSWER)
        await bot.settle()
        assert await kept(bot) == []

    async def test_one_message_may_answer_all_three(self, bot: RunningBot) -> None:
        await self.asked(bot)
        await bot.slack.person("sam").dm(f"1. {ANSWER}\n2. caught a data loss in review", thread_ts=checkins(bot)[0].ts)
        await bot.settle()
        first = ANSWER.replace("@priya", f"<@{bot.user_id('priya')}>")
        assert sorted(await kept(bot)) == sorted([first, "caught a data loss in review"])

    async def test_editing_the_reply_edits_the_entry_and_deleting_takes_it_back(self, bot: RunningBot) -> None:
        await self.asked(bot)
        sam = bot.slack.person("sam")
        reply = await sam.dm("helped the release along", thread_ts=checkins(bot)[0].ts)
        await bot.settle()
        await sam.edit(reply, "unblocked the release by finding the stale flag")
        await bot.settle()
        assert await kept(bot) == ["unblocked the release by finding the stale flag"]

        assert "finding the stale flag" in checkins(bot)[0].text, "the check-in shows it as it is now"

        await sam.delete(reply)
        await bot.settle()
        assert await kept(bot) == []
        assert "stale flag" not in checkins(bot)[0].text
        assert checkins(bot)[0].buttons.count("Answer") == 3
        assert "Nothing this week" in checkins(bot)[0].buttons

    async def test_the_same_event_again_changes_nothing(self, bot: RunningBot) -> None:
        await self.asked(bot)
        await bot.slack.person("sam").dm(ANSWER, thread_ts=checkins(bot)[0].ts)
        await bot.settle()
        for _ in range(3):
            await bot.slack.redeliver(bot.slack.deliveries[-1], new_event_id=True)
            await bot.settle()
        assert len(await kept(bot)) == 1

    async def test_can_be_edited_after_sending(self, bot: RunningBot) -> None:
        await self.asked(bot)
        sam = bot.slack.person("sam")
        await sam.press(checkins(bot)[0], "Answer")
        await sam.fill_and_submit(sam.modal(), {sam.modal().fields[0]: "helped the release"})
        await bot.settle()
        await sam.press(checkins(bot)[0], "Edit my answer")
        await sam.fill_and_submit(sam.modal(), {sam.modal().fields[0]: "unblocked the release by finding the flag"})
        await bot.settle()
        assert await kept(bot) == ["unblocked the release by finding the flag"]

    async def test_can_be_for_oneself_only_and_become_evidence_after_all(self, bot: RunningBot) -> None:
        await self.asked(bot)
        sam = bot.slack.person("sam")
        await sam.dm(ANSWER, thread_ts=checkins(bot)[0].ts)
        await bot.settle()
        (told,) = [message for message in sam.dm_with_bot() if "For myself only" in message.buttons]
        await sam.press(told, "For myself only")
        assert await kept(bot) == []
        (told,) = [message for message in sam.dm_with_bot() if "As evidence" in message.buttons]
        await sam.press(told, "As evidence")
        assert len(await kept(bot)) == 1

    async def test_nothing_this_week_costs_one_tap_and_can_still_be_answered(self, bot: RunningBot) -> None:
        await self.asked(bot)
        sam = bot.slack.person("sam")
        await sam.press(checkins(bot)[0], "Nothing this week")
        assert "good to know" in checkins(bot)[0].text
        await sam.dm(ANSWER, thread_ts=checkins(bot)[0].ts)
        await bot.settle()
        assert len(await kept(bot)) == 1

    @pytest.mark.parametrize("word", ["nothing this week", "none", "Nope."])
    async def test_nothing_can_be_said_in_words(self, bot: RunningBot, word: str) -> None:
        await self.asked(bot)
        await bot.slack.person("sam").dm(word, thread_ts=checkins(bot)[0].ts)
        await bot.settle()
        assert await kept(bot) == []
        assert any("good to know" in message.text for message in bot.slack.person("sam").dm_with_bot())

    @pytest.mark.parametrize("text", ["   ", ":tada:", "\u200b"])
    async def test_an_answer_that_says_nothing_stays_in_the_form(self, bot: RunningBot, text: str) -> None:
        await self.asked(bot)
        sam = bot.slack.person("sam")
        await sam.press(checkins(bot)[0], "Answer")
        answer = await sam.fill_and_submit(sam.modal(), {sam.modal().fields[0]: text})
        assert answer.field_errors
        assert sam.modal() is not None
        assert await kept(bot) == []

    async def test_an_answer_of_thirty_thousand_characters_is_kept_whole(self, bot: RunningBot) -> None:
        await self.asked(bot)
        text = "unblocked the release " + "and explained the flag again " * 1_000
        await bot.slack.person("sam").dm(text, thread_ts=checkins(bot)[0].ts)
        await bot.settle()
        assert await kept(bot) == [text.strip()]

    async def test_a_reply_to_a_check_in_of_last_month_counts(self, bot: RunningBot) -> None:
        await self.asked(bot)
        for week in range(1, 6):
            await at(bot, FRIDAY + timedelta(weeks=week))
        await bot.slack.person("sam").dm(ANSWER, thread_ts=checkins(bot)[0].ts)
        await bot.settle()
        assert len(await kept(bot)) == 1


class TestControl:
    async def asked(self, bot: RunningBot) -> None:
        await say_yes(bot)
        await at(bot, FRIDAY)

    async def test_snooze_by_an_hour(self, bot: RunningBot) -> None:
        await self.asked(bot)
        await bot.slack.person("sam").press(checkins(bot)[0], "Snooze…", value="In an hour")
        assert "I'll ask again Friday 6 November at 16:00" in checkins(bot)[0].text
        await at(bot, FRIDAY + timedelta(minutes=59))
        assert len(checkins(bot)) == 1
        await at(bot, FRIDAY + timedelta(minutes=60))
        assert len(checkins(bot)) == 2
        assert checkins(bot)[1].buttons.count("Answer") == 3

    async def test_snooze_until_tomorrow_means_the_next_working_day(self, bot: RunningBot) -> None:
        await self.asked(bot)
        await bot.slack.person("sam").press(checkins(bot)[0], "Snooze…", value="Tomorrow")
        assert "Monday 9 November at 08:00" in checkins(bot)[0].text

    async def test_snooze_to_a_picked_time(self, bot: RunningBot) -> None:
        await self.asked(bot)
        sam = bot.slack.person("sam")
        await sam.press(checkins(bot)[0], "Snooze…", value="Pick a time…")
        await sam.fill_and_submit(sam.modal(), {"On which day?": "2026-11-10", "At what time?": "10:30"})
        await at(bot, datetime(2026, 11, 10, 10, 30, tzinfo=UTC))
        assert len(checkins(bot)) == 2

    async def test_a_picked_time_that_has_passed_is_refused_in_the_form(self, bot: RunningBot) -> None:
        await self.asked(bot)
        sam = bot.slack.person("sam")
        await sam.press(checkins(bot)[0], "Snooze…", value="Pick a time…")
        answer = await sam.fill_and_submit(sam.modal(), {"On which day?": "2026-11-01", "At what time?": "10:30"})
        assert "passed" in str(answer.field_errors)

    async def test_skip(self, bot: RunningBot) -> None:
        await self.asked(bot)
        await bot.slack.person("sam").press(checkins(bot)[0], "Skip")
        assert "Skipped" in checkins(bot)[0].text
        await at(bot, NEXT_FRIDAY)
        assert len(checkins(bot)) == 2

    async def test_settings_change_day_time_cadence_hours_and_level(self, bot: RunningBot) -> None:
        await say_yes(bot)
        sam = bot.slack.person("sam")
        await sam.command("/evidence", "settings", channel="#payments")
        await sam.fill_and_submit(
            sam.modal(),
            {
                "On which day?": "Wednesday",
                "At what time?": "10:30",
                "How often?": "every two weeks",
                "The level I'm working towards": "Principal Engineer",
            },
        )
        assert sam.modal() is None
        view = await bot.multiplier.services.plans.view(bot.workspace_id, bot.user_id("sam"))
        assert view.plan.rhythm.cadence is Cadence.FORTNIGHTLY
        assert view.member.target_level == "principal"
        await at(bot, datetime(2026, 11, 4, 10, 30, tzinfo=UTC))
        await at(bot, datetime(2026, 11, 11, 10, 30, tzinfo=UTC))
        assert len(checkins(bot)) == 1
        await at(bot, datetime(2026, 11, 18, 10, 30, tzinfo=UTC))
        assert len(checkins(bot)) == 2

    async def test_settings_refuse_a_time_in_the_quiet_hours_at_its_field(self, bot: RunningBot) -> None:
        await say_yes(bot)
        sam = bot.slack.person("sam")
        await sam.command("/evidence", "settings", channel="#payments")
        answer = await sam.fill_and_submit(sam.modal(), {"At what time?": "23:00"})
        assert "outside the hours" in str(answer.field_errors["At what time?"])

    async def test_pause_until_a_day(self, bot: RunningBot) -> None:
        await say_yes(bot)
        sam = bot.slack.person("sam")
        await sam.command("/evidence", "settings", channel="#payments")
        await sam.fill_and_submit(sam.modal(), {"Pause until": "2026-11-20"})
        for day in (FRIDAY, NEXT_FRIDAY):
            await at(bot, day)
        assert checkins(bot) == []
        await at(bot, NEXT_FRIDAY + timedelta(days=7))
        assert len(checkins(bot)) == 1

    async def test_stop_from_home(self, bot: RunningBot) -> None:
        await say_yes(bot)
        sam = bot.slack.person("sam")
        await sam.open_home()
        await bot.settle()
        assert "Next check-in: Friday 6 November at 15:00 (Lisbon time), every week" in sam.home().text
        await sam.press(sam.home(), "Stop check-ins")
        await at(bot, FRIDAY)
        assert checkins(bot) == []

    async def test_skip_the_next_one_from_home(self, bot: RunningBot) -> None:
        await say_yes(bot)
        sam = bot.slack.person("sam")
        await sam.open_home()
        await bot.settle()
        await sam.press(sam.home(), "Skip the next one")
        await at(bot, FRIDAY)
        assert checkins(bot) == []
        await at(bot, NEXT_FRIDAY)
        assert len(checkins(bot)) == 1

    @pytest.mark.parametrize(("choice", "days"), [("Ask me every two weeks", 14), ("Ask me once a month", 21)])
    async def test_less_often_from_the_menu_of_the_check_in(self, bot: RunningBot, choice: str, days: int) -> None:
        await self.asked(bot)
        await bot.slack.person("sam").press(checkins(bot)[0], choice)
        assert any("Next check-in: Friday" in each.text for each in bot.slack.person("sam").ephemerals())
        assert checkins(bot)[0].buttons.count("Answer") == 3, "the check-in stays as it is"
        for week in range(1, 5):
            await at(bot, FRIDAY + timedelta(weeks=week))
            assert len(checkins(bot)) == 1 + (week * 7 >= days) + (week * 7 >= 2 * days)

    async def test_pause_and_stop_from_the_menu_of_the_check_in(self, bot: RunningBot) -> None:
        await self.asked(bot)
        sam = bot.slack.person("sam")
        await sam.press(checkins(bot)[0], "Pause until…")
        refused = await sam.fill_and_submit(sam.modal(), {"Pause until": "2026-11-01"})
        assert "isn't ahead" in str(refused.field_errors)
        await sam.fill_and_submit(sam.modal(), {"Pause until": "2026-11-20"})
        await bot.settle()
        assert any("pause until 20 November" in each.text for each in sam.dm_with_bot())
        await at(bot, NEXT_FRIDAY)
        assert len(checkins(bot)) == 1
        await at(bot, NEXT_FRIDAY + timedelta(weeks=1))
        assert len(checkins(bot)) == 2
        await sam.press(checkins(bot)[1], "Stop check-ins")
        for week in range(2, 6):
            await at(bot, NEXT_FRIDAY + timedelta(weeks=week))
        assert len(checkins(bot)) == 2

    async def test_pause_from_home_and_back(self, bot: RunningBot) -> None:
        await say_yes(bot)
        sam = bot.slack.person("sam")
        await self.home(bot)
        await sam.press(sam.home(), "Pause until…")
        await sam.fill_and_submit(sam.modal(), {"Pause until": "2026-11-20"})
        await bot.settle()
        assert "Check-ins pause until 20 November" in sam.home().text
        await sam.press(sam.home(), "Ask me again")
        assert "Next check-in: Friday 6 November" in sam.home().text

    async def test_snooze_and_skip_a_waiting_one_from_home(self, bot: RunningBot) -> None:
        await self.asked(bot)
        sam = bot.slack.person("sam")
        await self.home(bot)
        await sam.press(sam.home(), "Snooze…", "In an hour")
        assert "I'll ask again Friday 6 November at 16:00" in checkins(bot)[0].text
        await at(bot, FRIDAY + timedelta(hours=1))
        assert len(checkins(bot)) == 2
        await self.home(bot)
        await sam.press(sam.home(), "Skip")
        assert "Skipped" in checkins(bot)[1].text
        assert "waits in our direct messages" not in sam.home().text

    async def test_settings_have_the_same_controls_above_the_form(self, bot: RunningBot) -> None:
        await self.asked(bot)
        sam = bot.slack.person("sam")
        await sam.command("/evidence", "settings", channel="#payments")
        for button in ("Ask me now", "Skip the next one", "Skip", "Nothing this week"):
            assert button in sam.modal().buttons
        await sam.press(sam.modal(), "Skip the next one")
        assert "the next one is left out" in sam.modal().text
        await at(bot, NEXT_FRIDAY)
        assert len(checkins(bot)) == 1

    async def home(self, bot: RunningBot) -> None:
        await bot.slack.person("sam").open_home()
        await bot.settle()

    @pytest.mark.parametrize("in_thread", [True, False])
    @pytest.mark.parametrize(
        ("words", "said", "then"),
        [
            ("stop", "I won't ask you anything any more", 1),
            ("skip this week", "Skipped", 2),
            ("later", "I'll ask again Friday 6 November at 16:00", 3),
            ("ask me tomorrow", "I'll ask again Monday 9 November", 3),
            ("pause", "three dots", 2),
        ],
    )
    async def test_in_words_which_are_never_taken_for_an_answer(
        self, bot: RunningBot, words: str, said: str, then: int, in_thread: bool
    ) -> None:
        await self.asked(bot)
        sam = bot.slack.person("sam")
        await sam.dm(words, thread_ts=checkins(bot)[0].ts if in_thread else None)
        await bot.settle()
        assert any(said in each.text for each in sam.dm_with_bot())
        assert await kept(bot) == []
        for moment in (FRIDAY + timedelta(hours=1), datetime(2026, 11, 9, 8, 0, tzinfo=UTC), NEXT_FRIDAY):
            await at(bot, moment)
        assert len(checkins(bot)) == then

    async def test_ask_me_now_in_words(self, bot: RunningBot) -> None:
        await bot.slack.person("sam").dm("ask me now")
        await bot.settle()
        assert len(checkins(bot)) == 1

    async def test_who_steps_back_by_itself_can_be_brought_back_from_home(self, bot: RunningBot) -> None:
        await say_yes(bot)
        for week in range(4):
            await at(bot, FRIDAY + timedelta(weeks=week))
        sam = bot.slack.person("sam")
        await self.home(bot)
        assert "every two weeks" in sam.home().text
        await sam.press(sam.home(), "Ask me again")
        assert "every week" in sam.home().text

    async def test_ask_me_now_takes_the_place_of_this_weeks(self, bot: RunningBot) -> None:
        await say_yes(bot)
        await bot.slack.person("sam").command("/evidence", "checkin", channel="#payments")
        await bot.settle()
        assert len(checkins(bot)) == 1
        await at(bot, FRIDAY)
        assert len(checkins(bot)) == 1
        await at(bot, NEXT_FRIDAY)
        assert len(checkins(bot)) == 2

    async def test_ask_me_now_works_for_whoever_did_not_say_yes(self, bot: RunningBot) -> None:
        await bot.slack.person("sam").command("/evidence", "checkin", channel="#payments")
        await bot.settle()
        assert len(checkins(bot)) == 1
        await at(bot, NEXT_FRIDAY)
        assert len(checkins(bot)) == 1

    async def test_ignored_three_times_it_steps_back_says_so_once_and_comes_back(self, bot: RunningBot) -> None:
        await say_yes(bot)
        for week in range(5):
            await at(bot, FRIDAY + timedelta(weeks=week))
        assert len(checkins(bot)) == 4
        said = [message for message in checkins(bot) if "every two weeks" in message.text]
        assert said == [checkins(bot)[3]]

        sam = bot.slack.person("sam")
        await sam.press(checkins(bot)[3], "Nothing this week")
        await at(bot, FRIDAY + timedelta(weeks=5))
        assert len(checkins(bot)) == 5, "weekly again"


class TestTheWeek:
    async def test_is_what_was_captured_since_whenever_it_happened(self, bot: RunningBot) -> None:
        await say_yes(bot)
        await at(bot, FRIDAY)
        sam = bot.slack.person("sam")
        await sam.command("/evidence", "caught the missing index in review on 3 March", channel="#payments")
        await bot.settle()
        (entry,) = [each for each in await bot.entries("sam") if each.text.startswith("caught")]
        assert entry.occurred_on == date(2026, 3, 3)
        await at(bot, NEXT_FRIDAY)
        assert "You kept one thing since we last spoke" in checkins(bot)[1].text
        assert "caught the missing index" in checkins(bot)[1].text

    async def test_a_thread_that_went_on_is_shown_with_add_outcome(self, bot: RunningBot) -> None:
        await say_yes(bot)
        sam, priya = bot.slack.person("sam"), bot.slack.person("priya")
        question = await priya.say("#payments", "our deploys fail with x509 certificate expired, any idea?")
        answer = await sam.say(
            "#payments", "rotate it with `certctl renew`, the runbook is pinned", thread_ts=question.ts
        )
        await sam.react(answer, "seedling")
        await bot.settle()
        await priya.say("#payments", "that worked, we're deploying again, thanks @sam!", thread_ts=question.ts)
        await at(bot, FRIDAY)

        (message,) = checkins(bot)
        assert "@priya wrote: “that worked, we're deploying again" in message.text

    async def test_a_draft_that_waits_can_be_told_from_there(self, bot: RunningBot) -> None:
        await say_yes(bot)
        sam = bot.slack.person("sam")
        message = await bot.slack.person("mei").say("#payments", "We settled on one queue for both teams.")
        await sam.react(message, "seedling")
        await bot.settle()
        await at(bot, FRIDAY)
        assert "Tell my part" in checkins(bot)[0].buttons

    async def test_an_entry_without_outcome_is_followed_up_and_the_answer_becomes_its_outcome(
        self, bot: RunningBot
    ) -> None:
        await say_yes(bot)
        await at(bot, FRIDAY)
        (message,) = checkins(bot)
        assert 'You kept "helped' in message.text
        sam = bot.slack.person("sam")
        await sam.dm("3. she now ships three times a day", thread_ts=message.ts)
        await bot.settle()
        (entry,) = [each for each in await bot.entries("sam") if each.text.startswith("helped")]
        assert entry.outcome == "she now ships three times a day"
        assert entry.occurred_on == date(2026, 11, 2)
        assert await kept(bot) == []


class TestBadInput:
    async def test_a_person_slack_no_longer_knows_is_not_asked_again(self, bot: RunningBot) -> None:
        await say_yes(bot)
        bot.slack.faults.error("users.info", "user_not_found", times=1)
        await at(bot, FRIDAY)
        assert checkins(bot) == []
        view = await bot.multiplier.services.plans.view(bot.workspace_id, bot.user_id("sam"))
        assert not view.plan.is_on

    async def test_a_dm_is_opened_once_and_again_when_slack_takes_nothing_there(self, bot: RunningBot) -> None:
        await say_yes(bot)
        await at(bot, FRIDAY)
        await at(bot, NEXT_FRIDAY)
        assert len(checkins(bot)) == 2
        assert len(bot.slack.journal.calls("conversations.open")) == 1

        bot.slack.faults.error("chat.postMessage", "channel_not_found", times=1)
        await at(bot, NEXT_FRIDAY + timedelta(weeks=1))
        await at(bot, NEXT_FRIDAY + timedelta(weeks=2))
        assert len(checkins(bot)) == 3
        assert len(bot.slack.journal.calls("conversations.open")) == 2

    async def test_a_remembered_dm_that_stands_no_more_loses_no_check_in(self, bot: RunningBot) -> None:
        await say_yes(bot)
        async with bot.multiplier.storage.work(bot.workspace_id) as work:
            await work.members.set(bot.user_id("sam"), dm="D0BEFORE")
            await work.commit()
        await at(bot, FRIDAY)
        assert len(checkins(bot)) == 1
        assert await bot.multiplier.services.outbox.dead() == []

    async def test_a_dm_that_cannot_be_opened_is_given_up_with_its_reason_and_holds_up_nobody(
        self, bot: RunningBot
    ) -> None:
        await bot.slack.person("dana").set_timezone("Europe/Lisbon")
        for handle in ("sam", "dana"):
            await say_yes(bot, handle)
        # Both are due in the same minute; whoever comes first meets the closed door.
        bot.slack.faults.error("chat.postMessage", "channel_not_found", times=1)
        await at(bot, FRIDAY)
        assert len(checkins(bot, "sam")) + len(checkins(bot, "dana")) == 1
        (given_up,) = await bot.multiplier.services.outbox.dead()
        assert "channel_not_found" in (given_up.failure or "")
        await at(bot, NEXT_FRIDAY)
        assert len(checkins(bot, "sam")) + len(checkins(bot, "dana")) == 3

    async def test_a_revoked_token_loses_no_check_in_for_good(self, bot: RunningBot) -> None:
        await say_yes(bot)
        bot.slack.faults.error("users.info", "token_revoked", times=1)
        await at(bot, FRIDAY)
        assert checkins(bot) == []
        await at(bot, NEXT_FRIDAY)
        assert len(checkins(bot)) == 1

    async def test_a_reply_of_nothing_but_space_is_answered_and_not_kept(self, bot: RunningBot) -> None:
        await say_yes(bot)
        await at(bot, FRIDAY)
        await bot.slack.person("sam").dm("\u200b \u200b", thread_ts=checkins(bot)[0].ts, raw=True)
        await bot.settle()
        assert await kept(bot) == []

    async def test_an_answer_longer_than_slack_sends_is_refused_in_the_thread_and_nothing_is_lost(
        self, bot: RunningBot
    ) -> None:
        await say_yes(bot)
        await at(bot, FRIDAY)
        too_long = "unblocked the release " + "and explained the flag again " * 2_000
        await bot.slack.person("sam").dm(too_long, thread_ts=checkins(bot)[0].ts)
        await bot.settle()
        texts = await kept(bot)
        assert texts in ([], [too_long.strip()])
        if not texts:
            assert any(message.thread_ts == checkins(bot)[0].ts for message in bot.slack.person("sam").dm_with_bot())

    async def test_a_form_that_fails_stays_open_with_what_was_typed(
        self, bot: RunningBot, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await say_yes(bot)
        await at(bot, FRIDAY)
        sam = bot.slack.person("sam")
        await sam.press(checkins(bot)[0], "Answer")
        form = sam.modal()
        with monkeypatch.context() as broken:
            broken.setattr(bot.multiplier.services.checkins, "answer", _fails)
            await sam.fill_and_submit(form, {form.fields[0]: ANSWER})
        assert "Nothing you had kept is lost" in sam.modal().text
        await sam.close(sam.modal())
        await sam.submit(sam.modal())
        await bot.settle()
        assert len(await kept(bot)) == 1

    async def test_partial_answers_are_kept_when_another_is_refused(self, bot: RunningBot) -> None:
        await say_yes(bot)
        await at(bot, FRIDAY)
        sam = bot.slack.person("sam")
        await sam.press(checkins(bot)[0], "Skip")
        await sam.press(checkins(bot)[0], "Answer here")
        form = sam.modal()
        answer = await sam.fill_and_submit(form, {form.fields[0]: ANSWER, form.fields[1]: ":tada:"})
        assert list(answer.field_errors) == [form.fields[1]]
        assert len(await kept(bot)) == 1
        assert sam.modal() is not None


async def _fails(*_: object, **__: object) -> None:
    raise RuntimeError("the database is away")
