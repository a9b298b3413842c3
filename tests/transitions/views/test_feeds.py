"""The feed by a secret link, its page in the preferences, and recurring meetings of a plan."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Assignment
from tests.calendars import parsed, read_by_khal
from tests.factories import CUTOVER, NOW
from transitions.models import CalendarLink, CustomerMeeting, PlanReader, RecurringMeeting
from transitions.services import feeds


@pytest.fixture
def client(sign_in):
    return sign_in("ivan")


@pytest.fixture
def link(cast):
    return feeds.make_link(person=cast.ivan, now=NOW)


def address(link) -> str:
    return reverse("calendar-feed", args=[feeds.token_of(link)])


def events(answer):
    return parsed(answer.content).events


def test_a_calendar_program_finds_meetings_and_check_ins_without_signing_in(cast, plan, link, tmp_path):
    meeting = CustomerMeeting.objects.select_related("step").get(plan=plan, step__key="intro-meeting")
    day = meeting.step.due_on
    meeting.starts_at = datetime(day.year, day.month, day.day, 15, tzinfo=UTC)
    meeting.save()
    meeting.attendees.create(person=cast.ivan)

    answer = Client().get(address(link))

    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Cache-Control"] == "private, no-store"
    found = {str(event["uid"]).split("@")[0]: event for event in events(answer)}
    assert found[str(meeting.step.uuid)].start == meeting.starts_at
    owed = plan.steps.filter(kind="check-in", owner=cast.ivan, due_on__gte=NOW.date() - timedelta(days=90))
    assert {str(step.uuid) for step in owed} <= found.keys()
    shown = read_by_khal(answer.content, tmp_path, since=str(day), until=str(day + timedelta(days=1)))
    assert any(str(meeting.step.uuid) in line for line in shown)


def test_the_feed_of_somebody_else_holds_only_theirs(cast, plan):
    stella = Client().get(address(feeds.make_link(person=cast.stella, now=NOW)))
    sam = Client().get(address(feeds.make_link(person=cast.sam, now=NOW)))

    assert events(stella) == []
    owners = {
        step.owner_id
        for step in plan.steps.filter(uuid__in=[str(event["uid"]).split("@")[0] for event in events(sam)])
        if step.kind == "check-in"
    }
    assert owners == {cast.sam.pk}


def test_a_confidential_plan_is_in_the_feeds_of_its_readers_alone(cast, plan, link):
    plan.released_at = None
    plan.save()
    Assignment.objects.filter(plan_role__plan=plan).update(hidden=True)
    PlanReader.objects.filter(plan=plan, person=cast.ivan).delete()
    secret = Client().get(address(link))
    PlanReader.objects.create(plan=plan, person=cast.ivan)

    assert events(secret) == []
    assert events(Client().get(address(link))) != []


@pytest.mark.parametrize("bad", ["unknown", "revoked", "replaced", "left", "locked"])
def test_a_link_that_opens_nothing_is_not_found_at_the_same_cost(cast, link, bad):
    where = address(link)
    if bad == "unknown":
        where = reverse("calendar-feed", args=["x" * 43])
    elif bad == "revoked":
        feeds.revoke_link(person=cast.ivan, now=NOW)
    elif bad == "replaced":
        feeds.make_link(person=cast.ivan, now=NOW)
    elif bad == "left":
        cast.ivan.archived_at = NOW
        cast.ivan.save()
    else:
        cast.users["ivan"].is_active = False
        cast.users["ivan"].save()

    with CaptureQueriesContext(
        connection,
    ) as asked:
        answer = Client().get(where)

    assert answer.status_code == 404
    assert len([query for query in asked if "calendarlink" in query["sql"]]) == 1
    assert len([query for query in asked if "transitions_" in query["sql"]]) == 1


def test_reading_a_feed_writes_nothing_and_costs_the_same_for_many_entries(cast, plan, link):
    where = address(link)
    Client().get(where)
    with CaptureQueriesContext(connection) as few:
        Client().get(where)
    step = plan.steps.filter(kind="check-in", owner=cast.ivan).first()
    for number in range(50):
        step.pk, step.uuid = None, uuid4()
        step.key = f"more/{number}"
        step._state.adding = True
        step.save()
    with CaptureQueriesContext(connection) as many:
        answer = Client().get(where)

    assert len(events(answer)) > 50
    assert len(many) == len(few)
    wrote = ("INSERT", "UPDATE", "DELETE")
    assert [one["sql"] for one in many if one["sql"].startswith(wrote)] == []


def test_a_feed_answers_to_reading_alone(link):
    assert Client().post(address(link)).status_code == 405


def test_the_database_holds_no_link_that_opens_a_feed(link):
    row = CalendarLink.objects.get()

    assert feeds.token_of(row) not in repr(vars(row))


def test_a_person_makes_a_link_sees_it_and_revokes_it(cast, client):
    empty = client.get("/calendar/").content.decode()
    client.post("/calendar/link/")
    shown = client.get("/calendar/")
    where = shown.context["address"]
    client.post("/calendar/link/revoke/")

    assert "You have no link." in empty
    assert where in shown.content.decode()
    assert shown["Cache-Control"] == "private, no-store"
    assert Client().get(where).status_code == 404
    assert "You have no link." in client.get("/calendar/").content.decode()


def test_a_person_chooses_check_ins_by_mail(cast, client):
    client.post("/calendar/", {"check_ins": "on"})

    assert cast.ivan.calendar_choice.check_ins
    assert "Calendar" in client.get("/preferences/").content.decode()


# --- Recurring meetings -----------------------------------------------------------------------------


@pytest.fixture
def monthly(cast, plan) -> RecurringMeeting:
    return feeds.add_recurring(
        plan=plan,
        title="Monthly; review, with Acme",
        rhythm="monthly",
        next_at=datetime(2027, 3, 9, 15, tzinfo=UTC),
        minutes=60,
        place="Their works",
        organiser=cast.olga,
        uid="old-series@calendar.example",
        by=cast.vera,
        now=NOW,
    )


def test_a_plan_without_recurring_meetings_says_what_to_do_first(plan, sign_in):
    page = sign_in("vera").get(reverse("plan-recurring", args=[plan.uuid])).content.decode()

    assert "No recurring meeting is noted yet" in page
    assert reverse("recurring-add", args=[plan.uuid]) in page


def test_one_is_noted_on_the_page(cast, plan, sign_in):
    vera = sign_in("vera")
    answer = vera.post(
        reverse("recurring-add", args=[plan.uuid]),
        {
            "title": "Weekly call",
            "rhythm": "weekly",
            "next_at": "2027-03-09T10:00",
            "minutes": "30",
            "organiser": cast.olga.pk,
            "place": "",
            "uid": "",
        },
    )

    assert answer.status_code == 302
    row = RecurringMeeting.objects.get()
    assert row.next_at == datetime(2027, 3, 9, 15, tzinfo=UTC)  # ten in New York
    page = vera.get(answer.url).content.decode()
    assert "Olga Ortiz opens the series “Weekly call” in their calendar" in page
    assert "Ivan Ilic then invites the same people" in page
    assert "File that ends the series" not in page


def test_first_the_old_one_ends_then_the_new_one_begins(cast, plan, monthly, sign_in):
    vera = sign_in("vera")
    done = reverse("recurring-done", args=[monthly.uuid])

    for _deed in range(2):
        monthly.refresh_from_db()
        vera.post(done, {"version": monthly.version})
    monthly.refresh_from_db()
    third = vera.post(done, {"version": monthly.version}, follow=True)

    assert monthly.ended_at is not None
    assert monthly.reissued_at is not None
    assert "This meeting has its new organiser already." in third.content.decode()
    verbs = list(plan.change_sets.order_by("pk").values_list("verb", flat=True))
    assert [verb for verb in verbs if "recurring" in verb] == [
        "note_recurring",
        "end_recurring",
        "reissue_recurring",
    ]


def test_a_step_back_is_possible_and_in_order(monthly, sign_in):
    vera = sign_in("vera")
    vera.post(reverse("recurring-done", args=[monthly.uuid]), {"version": monthly.version})
    monthly.refresh_from_db()
    vera.post(reverse("recurring-undone", args=[monthly.uuid]), {"version": monthly.version})

    monthly.refresh_from_db()
    assert monthly.ended_at is None


def test_the_file_of_the_new_series_begins_after_the_cutover_under_its_organiser(monthly, sign_in, tmp_path):
    answer = sign_in("vera").get(reverse("recurring-new-series", args=[monthly.uuid]))

    event = events(answer)[0]
    assert event.start.date() >= CUTOVER
    assert str(event["organizer"]) == "mailto:ivan.ilic@example.com"
    assert event["organizer"].params["CN"] == "Ivan Ilic"
    assert str(event["uid"]) != monthly.uid
    shown = read_by_khal(answer.content, tmp_path, since="2027-06-01", until="2027-09-30")
    assert [line[:16] for line in shown] == ["2027-07-13 10:00", "2027-08-10 10:00", "2027-09-14 10:00"]


def test_the_file_that_ends_the_old_series_names_it_and_what_comes_after(monthly, sign_in):
    answer = sign_in("vera").get(reverse("recurring-end-of-series", args=[monthly.uuid]))

    calendar = parsed(answer.content)
    event = calendar.events[0]
    assert (calendar["method"], event["status"], event["uid"]) == ("CANCEL", "CANCELLED", monthly.uid)
    assert str(event["organizer"]) == "mailto:olga.ortiz@example.com"
    assert event["recurrence-id"].params["RANGE"] == "THISANDFUTURE"
    assert "rrule" not in event


def test_the_list_costs_the_same_for_one_and_for_many(cast, plan, monthly, sign_in):
    vera, where = sign_in("vera"), reverse("plan-recurring", args=[plan.uuid])
    vera.get(where)
    with CaptureQueriesContext(connection) as few:
        vera.get(where)
    for number in range(20):
        RecurringMeeting.objects.create(
            plan=plan, title=f"More {number}", rhythm="weekly", next_at=NOW, organiser=cast.olga
        )
    with CaptureQueriesContext(connection) as many:
        vera.get(where)

    assert len(many) == len(few)
