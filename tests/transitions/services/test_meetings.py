"""Meetings with the client: arranged, prepared, told; and never replaced by a phone call on the quiet."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts.models import Touchpoint
from accounts.models.base import StaleVersion
from tests.factories import NOW, make_account, make_contact, make_person, start_plan
from tests.transitions.conftest import hold
from transitions.models import ChangeSet, Concern, CustomerMeeting, Rehearsal, TalkingPoints
from transitions.selectors import meetings as selectors
from transitions.services import meetings, plans
from transitions.services.meetings import Raised


@pytest.fixture
def carla(account):
    return make_contact(account, "Carla Client", email="carla@client.example")


@pytest.fixture
def listen(plan) -> CustomerMeeting:
    return meeting(plan, "announce-meeting")


@pytest.fixture
def introduce(plan) -> CustomerMeeting:
    return meeting(plan, "intro-meeting")


def meeting(plan, key) -> CustomerMeeting:
    found = CustomerMeeting.objects.select_related("step", "plan__account").get(plan=plan, step__key=key)
    return found


def on(meeting, hour=15, days=0) -> datetime:
    day = meeting.step.due_on + timedelta(days=days)
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def arrange(meeting, cast, carla, **fields) -> CustomerMeeting:
    given = {
        "version": meeting.version,
        "starts_at": on(meeting),
        "minutes": 45,
        "place": "Their works",
        "people": [cast.olga, cast.vera],
        "contacts": [carla],
        "by": cast.olga,
        "now": NOW,
    }
    return plans.arrange_meeting(meeting=meeting, **{**given, **fields})


def refused(deed) -> list[tuple[str, str]]:
    with pytest.raises(plans.PlanRefused) as caught:
        deed()
    return [(field, str(message)) for field, message in caught.value.problems]


def test_every_meeting_step_with_a_purpose_is_a_meeting_with_the_client(plan, hard_plan):
    def rows(plan):
        return list(plan.meetings.order_by("step__position").values_list("step__key", "purpose", "channel"))

    assert rows(plan) == [
        ("announce-meeting", "listen", "face_to_face"),
        ("intro-meeting", "introduce", "face_to_face"),
        ("visit", "review", "face_to_face"),
        ("review", "review", ""),
    ]
    assert [key for key, purpose, channel in rows(hard_plan)] == [
        "first-talk",
        "packet-check",
        "intro-meeting",
        "visit",
        "review",
    ]
    assert plan.steps.filter(kind="meeting", meeting=None).values_list("key", flat=True)[0] == "walk-through"


def test_arranging_moves_the_step_to_that_day_and_pins_it(cast, introduce, carla):
    starts = on(introduce, days=1)

    arranged = arrange(introduce, cast, carla, starts_at=starts, people=[cast.olga, cast.ivan])

    step = arranged.step
    step.refresh_from_db()
    assert (step.due_on, step.pinned) == (starts.date(), True)
    assert {(one.person_id, one.contact_id) for one in arranged.attendees.all()} == {
        (cast.olga.pk, None),
        (cast.ivan.pk, None),
        (None, carla.pk),
    }
    assert ChangeSet.objects.get(plan=introduce.plan).verb == "arrange_meeting"


def test_the_day_is_that_of_the_clients_clock(cast, account, carla):
    account.tz = "Pacific/Auckland"
    account.save()
    plan = start_plan(make_account("Kiwi", team=cast.east, owner=cast.olga, tz="Pacific/Auckland"), cast.vera)
    found = meeting(plan, "intro-meeting")
    kiwi = make_contact(plan.account, "Kiri")
    wall = datetime.combine(
        found.step.due_on, datetime.min.time(), tzinfo=ZoneInfo("Pacific/Auckland")
    ) + timedelta(hours=9)

    arranged = arrange(found, cast, kiwi, starts_at=wall.astimezone(UTC), people=[cast.olga])

    arranged.step.refresh_from_db()
    assert wall.astimezone(UTC).date() != wall.date()
    assert arranged.step.due_on == wall.date()


def test_no_meeting_lies_before_the_announcement(cast, listen, carla):
    found = refused(lambda: arrange(listen, cast, carla, starts_at=on(listen, days=-1)))

    assert [field for field, message in found] == ["starts_at"]
    assert found[0][1].startswith("The client is told of the change on ")


def test_nobody_is_introduced_before_the_first_meeting(cast, listen, introduce, carla):
    arrange(listen, cast, carla, starts_at=on(listen, days=3))

    found = refused(lambda: arrange(introduce, cast, carla, starts_at=on(listen, days=1), people=[cast.olga]))

    assert [message.startswith("First comes") for field, message in found] == [True]


def test_the_successor_is_not_at_the_first_meeting(cast, listen, carla):
    found = refused(lambda: arrange(listen, cast, carla, people=[cast.olga, cast.ivan]))

    assert found == [
        ("people", "Ivan Ilic is not introduced yet: this meeting is for explaining and listening.")
    ]


def test_a_meeting_needs_somebody_on_either_side_and_of_this_client(cast, listen, carla):
    stranger = make_contact(make_account("Other"), "Otto Other")

    assert [
        field for field, message in refused(lambda: arrange(listen, cast, carla, people=[], contacts=[]))
    ] == [
        "people",
        "contacts",
    ]
    assert refused(lambda: arrange(listen, cast, stranger)) == [
        ("contacts", "This is not somebody at this client.")
    ]


def test_an_arranged_meeting_is_moved_by_arranging_it_anew(cast, listen, carla):
    arranged = arrange(listen, cast, carla)
    step = arranged.step
    step.refresh_from_db()

    with pytest.raises(plans.StepRefused, match="Arrange it anew"):
        plans.move_step(step=step, to=on(listen, days=7).date(), version=step.version, by=cast.olga, now=NOW)
    with pytest.raises(plans.StepRefused, match="Arrange it anew"):
        plans.unpin_step(step=step, version=step.version, by=cast.olga, now=NOW)

    plans.call_off_meeting(meeting=arranged, version=arranged.version, by=cast.olga, now=NOW)
    plans.unpin_step(step=step, version=step.version, by=cast.olga, now=NOW)


def test_an_arranged_meeting_stays_when_the_cutover_moves(cast, plan, introduce, carla):
    arranged = arrange(introduce, cast, carla, people=[cast.olga])
    plan.refresh_from_db()

    plans.move_anchor(
        plan=plan,
        key="cutover",
        to=plan.cutover_on + timedelta(days=7),
        version=plan.version,
        by=cast.vera,
        now=NOW,
        why="Their fair.",
    )

    arranged.step.refresh_from_db()
    assert arranged.step.due_on == on(introduce).date()


def test_telling_completes_the_step_and_fills_the_ledger(cast, plan, listen, carla):
    raised = [
        Raised("Who answers at night?", "red", cast.olga, carla, on(listen, days=3).date()),
        Raised("Do prices change?", "green", cast.olga),
    ]

    held = hold(listen, by=cast.olga, people=[cast.olga, cast.vera], raised=raised, subject="Meeting 1")

    held.step.refresh_from_db()
    assert (held.step.done_by, held.step.done_at is not None) == (cast.olga, True)
    assert list(
        Concern.objects.order_by("pk").values_list("words", "seriousness", "raised_by", "meeting")
    ) == [
        ("Who answers at night?", "red", carla.pk, held.pk),
        ("Do prices change?", "green", carla.pk, held.pk),
    ]
    touch = Touchpoint.objects.get()
    assert (touch.contact, touch.channel, touch.subject) == (carla, "face_to_face", "Meeting 1")
    assert selectors.held(plan) == {"announce-meeting"}


def test_telling_is_all_or_nothing(cast, listen, carla):
    bad = Raised("", "red", cast.olga, carla)

    assert refused(lambda: hold(listen, by=cast.olga, raised=[bad]))

    listen.refresh_from_db()
    assert (listen.held_at, listen.step.done_at, Concern.objects.count()) == (None, None, 0)
    assert listen.attendees.count() == 0


def test_a_call_does_not_stand_for_a_visit_unless_a_leader_allowed_it(cast, plan, listen, carla):
    assert refused(lambda: hold(listen, by=cast.olga, channel_held="phone")) == [
        ("channel_held", "Asked for: Face to face. A leader can allow another channel, with a reason.")
    ]

    waived = meetings.waive_channel(
        meeting=listen, version=listen.version, why="Their works are closed.", by=cast.vera, now=NOW
    )
    held = hold(waived, by=cast.olga, channel_held="phone")

    assert (held.channel_held, held.waived_by, held.waived_why) == (
        "phone",
        cast.vera,
        "Their works are closed.",
    )
    assert selectors.held(plan) == {"announce-meeting"}
    assert "waive_channel" in ChangeSet.objects.filter(plan=plan).values_list("verb", flat=True)


def test_a_channel_is_allowed_once_and_for_a_reason(cast, listen):
    def waive(why):
        return meetings.waive_channel(meeting=listen, version=listen.version, why=why, by=cast.vera, now=NOW)

    assert [field for field, message in refused(lambda: waive(" "))] == ["why"]
    listen.version = waive("Snow.").version
    assert [field for field, message in refused(lambda: waive("More snow."))] == [""]


def test_what_has_not_happened_cannot_be_told(cast, listen):
    assert refused(lambda: hold(listen, by=cast.olga, held_at=on(listen, days=400))) == [
        ("held_at", "This hour has not come yet.")
    ]


def test_a_tick_does_not_hold_a_meeting(cast, listen):
    with pytest.raises(plans.NotTold) as caught:
        plans.complete_step(step=listen.step, version=listen.step.version, by=cast.olga, now=NOW)

    assert caught.value.meeting == listen
    listen.step.refresh_from_db()
    assert listen.step.done_at is None


def test_a_meeting_that_was_not_held_after_all_shuts_its_gate_again(cast, plan, listen):
    held = hold(listen, by=cast.olga)
    step = held.step
    step.refresh_from_db()

    plans.reopen_step(step=step, version=step.version, by=cast.vera, now=NOW, note="Wrong plan.")

    listen.refresh_from_db()
    assert (listen.held_at, listen.said) == (None, "Forty minutes, friendly.")
    assert selectors.held(plan) == frozenset()
    assert hold(listen, by=cast.olga).held_at is not None


def test_told_again_it_is_corrected(cast, plan, listen):
    held = hold(listen, by=cast.olga, subject="Meeting 1")

    again = hold(held, by=cast.olga, said="An hour.", mood_after=4, subject="Meeting 1")

    assert (again.said, again.mood_after, Touchpoint.objects.count()) == ("An hour.", 4, 1)
    assert list(ChangeSet.objects.filter(plan=plan).order_by("pk").values_list("verb", flat=True)) == [
        "hold_meeting",
        "correct_debrief",
    ]


def test_the_later_of_two_who_tell_is_told(cast, listen):
    hold(listen, by=cast.olga)

    with pytest.raises(StaleVersion):
        hold(listen, by=cast.vera)


def test_talking_points_are_versions_that_never_change(cast, listen):
    def write(version, agenda, by=cast.olga):
        return meetings.write_points(
            meeting=listen, version=version, agenda=agenda, points="Say it.", questions="", by=by, now=NOW
        )

    first = write(0, "Why we came")
    assert write(1, "Why we came") == first
    second = write(1, "Why we came\nWhat stays")

    with pytest.raises(StaleVersion) as caught:
        write(1, "Mine", by=cast.vera)
    assert caught.value.row == second
    assert list(TalkingPoints.objects.order_by("version").values_list("version", "agenda")) == [
        (1, "Why we came"),
        (2, "Why we came\nWhat stays"),
    ]
    assert [field for field, message in refused(lambda: write(2, " - "))] == ["agenda"]


def test_rehearsing_twice_is_once(cast, listen):
    points = meetings.write_points(
        meeting=listen, version=0, agenda="Why", points="", questions="", by=cast.olga, now=NOW
    )

    meetings.rehearse(points=points, by=cast.olga, now=NOW)
    meetings.rehearse(points=points, by=cast.olga, now=NOW + timedelta(days=1))

    assert list(Rehearsal.objects.values_list("person", "rehearsed_at")) == [(cast.olga.pk, NOW)]


def test_the_clients_agenda_holds_nothing_of_ours(cast, plan, listen, carla):
    silent = make_person("Nora Noaddress", team=cast.east, email="")
    arranged = arrange(listen, cast, carla, people=[cast.olga, silent])
    meetings.write_points(
        meeting=arranged,
        version=0,
        agenda="Why we came",
        points="Do not mention the audit.",
        questions="Why?\nSecret reasons.",
        by=cast.olga,
        now=NOW,
    )
    hold(listen_of(plan), by=cast.olga, raised=[Raised("You never call.", "red", cast.olga, carla)])

    ours = selectors.agenda_of(arranged, "internal")
    theirs = selectors.agenda_of(arranged, "client")

    assert (ours.points, [one.answer for one in ours.questions], [one.words for one in ours.worries]) == (
        ("Do not mention the audit.",),
        ["Secret reasons."],
        ["You never call."],
    )
    assert (theirs.points, theirs.questions, theirs.worries, theirs.topics) == ((), (), (), ("Why we came",))
    assert {(one.name, one.role, one.reachable) for one in theirs.attendees} >= {
        (cast.olga.name, "", True),
        (carla.name, "", True),
    }


def listen_of(plan) -> CustomerMeeting:
    return meeting(plan, "announce-meeting")
