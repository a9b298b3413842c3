"""Two people at once. PostgreSQL alone lets two transactions run side by side; SQLite lets one wait."""

import threading
from contextlib import suppress
from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import connection

from accounts.models import Delivery
from accounts.models.base import StaleVersion, VersionedQuerySet
from tests.calendars import parsed
from tests.factories import NOW, make_account, make_contact, start_plan
from tests.transitions.services.plans.test_races import PATIENCE, at_once
from transitions.models import CalendarInvite, ChangeSet, CustomerMeeting, HandoverPlan
from transitions.services import feeds, meetings, plans

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs two transactions side by side"),
]

ADDRESS = "carla@client.example"


@pytest.fixture
def plan(cast) -> HandoverPlan:
    account = make_account("Acme", team=cast.east, owner=cast.olga, tier="strategic")
    return start_plan(account, cast.vera, people={"sponsor": [cast.sam]})


@pytest.fixture
def meeting(plan) -> CustomerMeeting:
    return CustomerMeeting.objects.select_related("step", "plan__account").get(
        plan=plan, step__key="announce-meeting"
    )


@pytest.fixture
def carla(plan):
    return make_contact(plan.account, "Carla Client", email=ADDRESS)


def unlocked(plan_id, **_claim):
    return HandoverPlan.objects.select_related("account", "playbook", "created_by", "steward").get(pk=plan_id)


# --- How it went ------------------------------------------------------------------------------------


def let_both_read_before_either_writes(monkeypatch):
    barrier = threading.Barrier(2)
    clean_text = meetings.clean_text

    def slowly(text):
        # With the lock the second never comes this far, and the first goes on alone.
        with suppress(threading.BrokenBarrierError):
            barrier.wait(1)
        return clean_text(text)

    monkeypatch.setattr(meetings, "clean_text", slowly)


def tell(meeting, by, contact, said):
    on = meeting.plan.anchors.get(key="announcement").falls_on
    held_at = datetime.combine(on, time(15), tzinfo=UTC)

    return lambda: meetings.debrief(
        meeting=meeting,
        version=1,
        held_at=held_at,
        channel_held="face_to_face",
        people=[by],
        contacts=[contact],
        said=said,
        subject="The first meeting",
        by=by,
        now=held_at + timedelta(hours=2),
    )


def test_of_two_who_tell_of_one_meeting_at_once_one_is_told(cast, meeting, carla, monkeypatch):
    let_both_read_before_either_writes(monkeypatch)

    outcomes = at_once(
        tell(meeting, cast.olga, carla, "They were glad."), tell(meeting, cast.vera, carla, "They were not.")
    )

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["CustomerMeeting", "StaleVersion"]
    assert ChangeSet.objects.filter(verb="hold_meeting").count() == 1
    assert meeting.plan.account.touchpoints.count() == 1
    stale = next(outcome for outcome in outcomes if isinstance(outcome, StaleVersion))
    assert stale.row.said == CustomerMeeting.objects.get(pk=meeting.pk).said


def test_without_lock_and_claim_both_would_tell(cast, meeting, carla, monkeypatch):
    """The control: it shows that the test above would see the race."""
    monkeypatch.setattr(meetings, "opened", unlocked)
    monkeypatch.setattr(VersionedQuerySet, "claim", lambda rows, **_key: None)
    let_both_read_before_either_writes(monkeypatch)
    other = make_contact(meeting.plan.account, "Carl Client")

    outcomes = at_once(
        tell(meeting, cast.olga, carla, "They were glad."), tell(meeting, cast.vera, other, "They were not.")
    )

    assert [type(outcome) for outcome in outcomes] == [CustomerMeeting, CustomerMeeting]
    assert ChangeSet.objects.filter(verb="hold_meeting").count() == 2
    assert meeting.plan.account.touchpoints.count() == 2


# --- The number of an invitation ----------------------------------------------------------------------


@pytest.fixture
def arrange(cast, meeting, carla):
    """Agree on an hour, so many days later than is due."""

    def arranged(days):
        row = CustomerMeeting.objects.select_related("step", "plan__account").get(pk=meeting.pk)
        on = meeting.step.due_on + timedelta(days=days)
        return plans.arrange_meeting(
            meeting=row,
            version=row.version,
            starts_at=datetime.combine(on, time(15), tzinfo=UTC),
            minutes=45,
            place="Their works",
            people=[cast.olga],
            contacts=[carla],
            invited=[carla],
            by=cast.olga,
            now=NOW,
        )

    return arranged


def numbers() -> list[int]:
    """What the client's calendar was told, in the order in which it was written."""
    rows = Delivery.objects.filter(address=ADDRESS).order_by("pk")
    return [int(parsed(row.calendar).events[0]["sequence"]) for row in rows]


def two_moves(arrange, monkeypatch):
    """A tick that has read the first move, and somebody who moves again and whose tick goes ahead."""
    arrange(0)
    feeds.send_changes(now=NOW)
    arrange(1)
    read, moved, first = threading.Event(), threading.Event(), threading.local()
    wanted_of = feeds.selectors.wanted_of

    def slowly(*args):
        found = list(wanted_of(*args))
        if getattr(first, "one", False):
            read.set()
            moved.wait(1)  # with the lock nobody moves meanwhile, and this goes on alone
        return found

    monkeypatch.setattr(feeds.selectors, "wanted_of", slowly)

    def tick():
        first.one = True
        return feeds.send_changes(now=NOW)

    def move_again():
        read.wait(PATIENCE)
        arrange(2)
        told = feeds.send_changes(now=NOW)
        moved.set()
        return told

    return at_once(tick, move_again)


def test_of_two_moves_at_once_the_later_has_the_higher_number(arrange, meeting, monkeypatch):
    outcomes = two_moves(arrange, monkeypatch)

    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    told = numbers()
    assert len(told) == 3
    assert told == sorted(set(told))
    row = CalendarInvite.objects.get(address=ADDRESS)
    assert row.sequence == told[-1]
    assert row.starts_at == CustomerMeeting.objects.get(pk=meeting.pk).starts_at


def test_without_the_lock_the_earlier_would_come_last(arrange, monkeypatch):
    """The control: it shows that the test above would see the race."""
    monkeypatch.setattr(feeds, "locked", unlocked)

    two_moves(arrange, monkeypatch)

    told = numbers()
    assert told != sorted(set(told))
