"""Invitations by mail: asked, changed, called off, each told once; and the mail that carries them."""

import email
import email.policy
from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import Delivery
from accounts.rendering.deliveries import bytes_of
from accounts.services import deliveries
from tests.calendars import parsed, read_by_khal
from tests.factories import NOW, make_contact, make_person
from transitions.models import CalendarInvite, CustomerMeeting, PlanReader
from transitions.selectors.feeds import uid_of
from transitions.services import feeds, meetings, plans

FROM = "care@northwind.example"


@pytest.fixture(autouse=True)
def sender(settings):
    settings.DEFAULT_FROM_EMAIL = f"Northwind Care <{FROM}>"


@pytest.fixture
def carla(account):
    return make_contact(account, "Carla Client", email="carla@client.example")


@pytest.fixture
def meeting(plan) -> CustomerMeeting:
    return CustomerMeeting.objects.select_related("step", "plan__account").get(
        plan=plan, step__key="announce-meeting"
    )


def hour(meeting, *, days=0, at=15) -> datetime:
    day = meeting.step.due_on + timedelta(days=days)
    return datetime(day.year, day.month, day.day, at, tzinfo=UTC)


def arrange(meeting, cast, carla, **fields) -> CustomerMeeting:
    meeting = CustomerMeeting.objects.select_related("step", "plan__account").get(pk=meeting.pk)
    given = {
        "version": meeting.version,
        "starts_at": hour(meeting),
        "minutes": 45,
        "place": "Their works",
        "people": [cast.olga, cast.vera],
        "contacts": [carla],
        "invited": [carla],
        "by": cast.olga,
        "now": NOW,
    }
    return plans.arrange_meeting(meeting=meeting, **{**given, **fields})


def tick(now=NOW) -> list[tuple[str, str, int]]:
    """What is new in the outbox after the clock has asked: to whom, with which method and number."""
    known = set(Delivery.objects.values_list("pk", flat=True))
    feeds.send_changes(now=now)
    rows = Delivery.objects.exclude(pk__in=known).order_by("address")
    told = []
    for row in rows:
        calendar = parsed(row.calendar)
        told.append((row.address, str(calendar["method"]), int(calendar.events[0]["sequence"])))
    return told


def methods(told) -> dict[str, str]:
    return {address: method for address, method, _number in told}


def test_everybody_who_comes_is_asked_once(cast, meeting, carla):
    arrange(meeting, cast, carla)

    first, second = tick(), tick()

    assert methods(first) == {
        "carla@client.example": "REQUEST",
        "olga.ortiz@example.com": "REQUEST",
        cast.vera.email: "REQUEST",
    }
    assert second == []


def test_a_contact_whom_nobody_ticked_gets_no_mail(cast, meeting, carla):
    arrange(meeting, cast, carla, invited=[])

    assert "carla@client.example" not in methods(tick())


def test_a_contact_without_an_address_cannot_be_ticked(cast, meeting, account):
    mute = make_contact(account, "Mute Client", email="")

    with pytest.raises(plans.PlanRefused) as refusal:
        arrange(meeting, cast, mute)

    assert [(field, str(said)) for field, said in refusal.value.problems] == [
        ("invited", "Mute Client has no email address. Add one on the account’s people map first.")
    ]


def test_one_of_ours_without_an_address_is_left_out_and_the_others_are_asked(cast, meeting, carla):
    mute = make_person("Mute Mann", team=cast.east, email="")
    arrange(meeting, cast, carla, people=[cast.olga, mute], invited=[])

    assert methods(tick()) == {"olga.ortiz@example.com": "REQUEST"}


def test_a_moved_meeting_is_the_same_entry_with_a_higher_number(cast, meeting, carla):
    arrange(meeting, cast, carla)
    before = tick()
    arrange(meeting, cast, carla, starts_at=hour(meeting, days=1))

    after = tick()

    assert methods(after) == methods(before)
    assert all(new[2] > old[2] for old, new in zip(before, after, strict=True))
    uids = {str(parsed(row.calendar).events[0]["uid"]) for row in Delivery.objects.all()}
    assert uids == {uid_of(meeting.step)}
    assert all(row.subject.startswith("Changed: ") for row in Delivery.objects.order_by("-pk")[:3])


def test_arranging_the_same_again_tells_nobody(cast, meeting, carla):
    arrange(meeting, cast, carla)
    tick()
    arrange(meeting, cast, carla)

    assert tick() == []


def test_a_meeting_called_off_is_taken_out_of_every_calendar(cast, meeting, carla):
    arrange(meeting, cast, carla)
    asked = tick()
    fresh = CustomerMeeting.objects.get(pk=meeting.pk)
    plans.call_off_meeting(meeting=fresh, version=fresh.version, by=cast.olga, now=NOW)

    off = tick()

    assert set(methods(off).values()) == {"CANCEL"}
    assert methods(off).keys() == methods(asked).keys()
    assert all(new[2] > old[2] for old, new in zip(asked, off, strict=True))
    event = parsed(Delivery.objects.order_by("-pk").first().calendar).events[0]
    assert (event["status"], event.start) == ("CANCELLED", hour(meeting))
    assert tick() == []


def test_who_no_longer_comes_is_told_so_and_who_comes_now_is_asked(cast, meeting, carla):
    arrange(meeting, cast, carla, people=[cast.olga], invited=[])
    tick()
    arrange(meeting, cast, carla, people=[cast.vera], invited=[])

    assert methods(tick()) == {"olga.ortiz@example.com": "CANCEL", cast.vera.email: "REQUEST"}


def test_a_meeting_arranged_again_after_it_was_called_off_is_asked_anew(cast, meeting, carla):
    arrange(meeting, cast, carla)
    first = tick()
    fresh = CustomerMeeting.objects.get(pk=meeting.pk)
    plans.call_off_meeting(meeting=fresh, version=fresh.version, by=cast.olga, now=NOW)
    off = tick()
    arrange(meeting, cast, carla)

    again = tick()

    assert set(methods(again).values()) == {"REQUEST"}
    for one, two, three in zip(first, off, again, strict=True):
        assert one[2] < two[2] < three[2]


def test_a_cancelled_plan_calls_its_meetings_off(cast, plan, meeting, carla):
    arrange(meeting, cast, carla)
    asked = tick()
    plan.refresh_from_db()
    plans.cancel(
        plan=plan, version=plan.version, why="No.", told_client="All of it.", put_right="A call.",
        by=cast.vera, now=NOW,
    )  # fmt: skip

    off = tick()

    assert set(methods(off).values()) == {"CANCEL"}
    assert all(new[2] > old[2] for old, new in zip(asked, off, strict=True))
    assert tick() == []


def test_nothing_of_a_confidential_plan_goes_to_who_may_not_read_it(cast, plan, meeting, carla):
    plan.released_at = None
    plan.save()
    PlanReader.objects.filter(plan=plan).delete()
    PlanReader.objects.create(plan=plan, person=cast.vera)
    arrange(meeting, cast, carla)

    secret = methods(tick())
    plan.released_at = NOW
    plan.save()
    released = methods(tick())

    assert secret == {cast.vera.email: "REQUEST"}
    assert released == {"carla@client.example": "REQUEST", "olga.ortiz@example.com": "REQUEST"}


def test_the_client_reads_neither_what_the_plan_calls_it_nor_our_address(cast, meeting, carla):
    arrange(meeting, cast, carla)
    tick()

    theirs = Delivery.objects.get(address="carla@client.example")
    ours = Delivery.objects.get(address="olga.ortiz@example.com")

    assert str(parsed(theirs.calendar).events[0]["summary"]) == "Northwind Care and Acme"
    assert "/meetings/" not in theirs.calendar + theirs.text + theirs.html
    assert meeting.step.title not in theirs.subject + theirs.text
    assert "/meetings/" in ours.text
    assert [str(one) for one in parsed(theirs.calendar).events[0].attendees] == [
        "mailto:carla@client.example"
    ]


def test_a_meeting_that_has_begun_is_not_called_off_by_a_change(cast, meeting, carla):
    arrange(meeting, cast, carla)
    tick()
    fresh = CustomerMeeting.objects.get(pk=meeting.pk)
    meetings.waive_channel(meeting=fresh, version=fresh.version, why="Snow.", by=cast.vera, now=NOW)

    assert tick(hour(meeting) + timedelta(minutes=10)) == []


def test_check_ins_come_by_mail_to_whoever_wants_them_as_whole_days(cast, plan):
    step = plan.steps.filter(kind="check-in", owner=cast.ivan).order_by("due_on").first()
    now = datetime.combine(step.due_on, NOW.timetz()) - timedelta(days=3)
    nobody = tick(now)
    feeds.choose(person=cast.ivan, check_ins=True, now=now)

    asked = tick(now)

    assert nobody == []
    assert {address for address, *_rest in asked} == {cast.ivan.email}
    events = [parsed(row.calendar).events[0] for row in Delivery.objects.all()]
    assert step.due_on in [event.start for event in events]
    assert all(event.start <= (now + timedelta(days=28)).date() for event in events)


def test_a_moved_check_in_moves_in_the_calendar_and_one_kept_stays(cast, plan):
    step = plan.steps.filter(kind="check-in", owner=cast.ivan).order_by("due_on").first()
    now = datetime.combine(step.due_on, NOW.timetz()) - timedelta(days=3)
    feeds.choose(person=cast.ivan, check_ins=True, now=now)
    tick(now)
    step.refresh_from_db()
    later = step.due_on + timedelta(days=1)
    plans.move_step(step=step, version=step.version, to=later, by=cast.vera, now=now)

    moved = tick(now)

    assert cast.ivan.email in methods(moved)
    assert set(methods(moved).values()) == {"REQUEST"}
    assert tick(now) == []


def test_an_older_invitation_does_not_go_out_after_a_newer_one(cast, meeting, carla):
    arrange(meeting, cast, carla)
    tick()
    first = Delivery.objects.get(address="carla@client.example")
    fine = feeds.why_not(delivery=first, now=NOW)
    arrange(meeting, cast, carla, place="Our works")
    tick()

    assert (fine, feeds.why_not(delivery=first, now=NOW)) == ("", feeds.NEWER)


def test_the_mail_holds_the_invitation_as_a_part_that_names_its_method(cast, meeting, carla, tmp_path):
    arrange(meeting, cast, carla, place="Works; gate 3, left\\right")
    tick()
    row = Delivery.objects.get(address="olga.ortiz@example.com")

    letter = deliveries.letter_of(row)
    wire = bytes_of(letter)
    message = email.message_from_bytes(wire, policy=email.policy.default)

    assert bytes_of(letter) == wire
    part = list(message.iter_parts())[-1]
    assert part.get_content_type() == "text/calendar"
    assert (part.get_param("method"), part.get_param("charset")) == ("REQUEST", "utf-8")
    content = part.get_payload(decode=True)
    event = parsed(content).events[0]
    assert str(event["location"]) == "Works; gate 3, left\\right"
    assert str(event["organizer"]) == f"mailto:{FROM}"
    day = meeting.step.due_on
    shown = read_by_khal(content, tmp_path, since=str(day), until=str(day + timedelta(days=1)))
    assert len(shown) == 1
    assert shown[0].startswith(f"{day} 1")
    assert shown[0].endswith(str(event["uid"]))


def test_asking_the_clock_costs_the_same_for_one_invitation_and_for_many(
    cast, meeting, carla, django_assert_num_queries
):
    arrange(meeting, cast, carla)
    tick()
    invite = CalendarInvite.objects.get(address="carla@client.example")
    for number in range(50):
        invite.pk, invite.address = None, f"more{number}@client.example"
        invite.contact, invite.ends_at = carla, NOW - timedelta(days=1)
        invite.save()

    with django_assert_num_queries(4):
        assert feeds.send_changes(now=NOW) == 0
