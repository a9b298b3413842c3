from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.messages import get_messages

from tests.factories import NOW, make_contact
from tests.transitions.conftest import hold
from transitions.models import Concern, CustomerMeeting
from transitions.rendering import pdf
from transitions.rendering.pdf import AGENDA_REASONS, RenderFailed
from transitions.services import meetings as services
from transitions.views import meetings as views


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def carla(account):
    return make_contact(account, "Carla Client")


@pytest.fixture
def meeting(plan, carla) -> CustomerMeeting:
    return CustomerMeeting.objects.select_related("step", "plan__account").get(step__key="announce-meeting")


def said(answer) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def arranged(meeting, cast, carla, **fields) -> dict[str, object]:
    return {
        "version": meeting.version,
        "starts_at": f"{meeting.step.due_on}T10:00",
        "minutes": 45,
        "place": "Their works",
        "people": [cast.olga.pk, cast.vera.pk],
        "contacts": [carla.pk],
        **fields,
    }


def told(meeting, cast, carla, *words: str, **fields) -> dict[str, object]:
    rows = {}
    for number, text in enumerate(words):
        rows |= {f"raised-{number}-words": text, f"raised-{number}-seriousness": "red"}
    return {
        "version": meeting.version,
        "held_at": f"{meeting.step.due_on}T10:00",
        "channel_held": "face_to_face",
        "people": [cast.olga.pk],
        "contacts": [carla.pk],
        "mood_before": 2,
        "mood_after": 4,
        "said": "They want to meet the successor on site.",
        "next_steps": "Send the list.",
        "owner": cast.olga.pk,
        "raised-TOTAL_FORMS": 3,
        "raised-INITIAL_FORMS": 0,
        **rows,
        **fields,
    }


def after(meeting) -> datetime:
    day = meeting.step.due_on + timedelta(days=1)
    return datetime(day.year, day.month, day.day, 9, tzinfo=UTC)


def test_the_list_shows_every_meeting_with_the_client_and_what_it_lacks(plan, meeting, sign_in):
    html = sign_in("olga").get(f"/plans/{plan.uuid}/meetings/").content.decode()

    assert html.count("not arranged yet") == 4
    assert f'id="meeting-{meeting.step.uuid}"' in html


def test_arranging_begins_with_whom_the_meeting_wants(cast, meeting, sign_in):
    form = sign_in("olga").get(f"/meetings/{meeting.uuid}/arrange/").context["form"]

    assert form.initial["people"] == [cast.olga.pk, cast.vera.pk]


def test_the_hour_is_typed_and_shown_by_the_clients_clock(cast, account, meeting, carla, sign_in):
    account.tz = "Asia/Tokyo"
    account.save()
    client = sign_in("olga")

    answer = client.post(f"/meetings/{meeting.uuid}/arrange/", arranged(meeting, cast, carla))

    assert answer.url == f"/meetings/{meeting.uuid}/"
    meeting.refresh_from_db()
    assert (meeting.starts_at.hour, meeting.starts_at.minute) == (1, 0)
    assert "10:00 (Asia/Tokyo)" in client.get(answer.url).content.decode()
    field = client.get(f"/meetings/{meeting.uuid}/arrange/").context["form"]["starts_at"]
    assert f"{meeting.step.due_on}T10:00" in str(field)


def test_an_hour_before_the_announcement_is_refused_beside_the_field(cast, meeting, carla, sign_in):
    early = meeting.step.due_on - timedelta(days=1)

    answer = sign_in("olga").post(
        f"/meetings/{meeting.uuid}/arrange/", arranged(meeting, cast, carla, starts_at=f"{early}T10:00")
    )

    assert list(answer.context["form"].errors) == ["starts_at"]


def test_who_has_no_address_is_shown_with_the_remedy(cast, meeting, carla, sign_in):
    client = sign_in("olga")
    client.post(f"/meetings/{meeting.uuid}/arrange/", arranged(meeting, cast, carla))

    html = client.get(f"/meetings/{meeting.uuid}/").content.decode()

    assert "Cannot be invited by mail." in html
    assert f"/contacts/{carla.uuid}/edit/" in html


def test_telling_how_it_went_fills_the_ledger(cast, plan, meeting, carla, sign_in):
    with time_machine.travel(after(meeting), tick=False):
        client = sign_in("olga")
        page = client.get(f"/meetings/{meeting.uuid}/debrief/")
        answer = client.post(
            f"/meetings/{meeting.uuid}/debrief/",
            told(meeting, cast, carla, "Who answers at night?", "Not again."),
        )

    assert page.context["raised"].total_form_count() == 3
    assert answer.url == f"/meetings/{meeting.uuid}/"
    meeting.refresh_from_db()
    assert (meeting.mood_before, meeting.mood_after, meeting.channel_held) == (2, 4, "face_to_face")
    assert list(Concern.objects.order_by("pk").values_list("words", "owner")) == [
        ("Who answers at night?", cast.olga.pk),
        ("Not again.", cast.olga.pk),
    ]
    html = sign_in("olga").get(answer.url).content.decode()
    assert "Who answers at night?" in html
    assert "They want to meet the successor on site." in html


def test_what_was_held_asks_for_no_preparation(cast, meeting, carla, sign_in):
    hold(meeting, by=cast.olga)

    html = sign_in("olga").get(f"/meetings/{meeting.uuid}/").content.decode()

    assert "None were written." in html
    assert "Write the talking points" not in html
    assert "Cannot be invited by mail" not in html
    assert "America/New York" in html


def test_a_wrong_channel_is_refused_and_nothing_typed_is_lost(cast, meeting, carla, sign_in):
    with time_machine.travel(after(meeting), tick=False):
        answer = sign_in("olga").post(
            f"/meetings/{meeting.uuid}/debrief/",
            told(meeting, cast, carla, "Who answers at night?", channel_held="phone"),
        )

    html = answer.content.decode()
    assert list(answer.context["form"].errors) == ["channel_held"]
    assert "Who answers at night?" in html
    assert Concern.objects.count() == 0


def test_only_a_leader_allows_another_channel(cast, meeting, sign_in):
    address = f"/meetings/{meeting.uuid}/channel/"

    assert sign_in("olga").post(address, {"version": 1, "why": "Snow."}).status_code == 403
    assert sign_in("vera").post(address, {"version": 1, "why": "Snow."}).url == f"/meetings/{meeting.uuid}/"

    html = sign_in("olga").get(f"/meetings/{meeting.uuid}/").content.decode()
    assert "Another channel was allowed by Vera Voss" in html
    assert "Snow." in html


def test_ticking_the_step_leads_to_telling_instead(meeting, sign_in):
    client = sign_in("olga")
    step = meeting.step

    answer = client.post(f"/steps/{step.uuid}/complete/", {"version": step.version})
    htmx = client.post(
        f"/steps/{step.uuid}/complete/", {"version": step.version}, headers={"HX-Request": "true"}
    )

    assert answer.url == htmx.headers["HX-Redirect"] == f"/meetings/{meeting.uuid}/debrief/"
    assert said(answer) == ["Say how the meeting went: that completes the step."]
    step.refresh_from_db()
    assert step.done_at is None


def test_the_page_of_the_step_leads_to_its_meeting(meeting, sign_in):
    html = sign_in("olga").get(f"/steps/{meeting.step.uuid}/").content.decode()

    assert f"/meetings/{meeting.uuid}/debrief/" in html
    assert "/complete/" not in html


def test_talking_points_begin_with_the_purpose_and_become_versions(cast, meeting, sign_in):
    client = sign_in("olga")
    address = f"/meetings/{meeting.uuid}/points/"
    begun = client.get(address).context["form"].initial
    assert begun["version"] == 0
    assert "Then listen." in begun["points"]

    client.post(address, {"version": 0, "agenda": "Why", "points": "Say it.", "questions": "Who?\nWe."})
    client.post(address, {"version": 1, "agenda": "Why\nWhat stays", "points": "", "questions": ""})

    assert list(meeting.points.order_by("version").values_list("version", "agenda")) == [
        (1, "Why"),
        (2, "Why\nWhat stays"),
    ]
    html = client.get(f"/meetings/{meeting.uuid}/").content.decode()
    assert "1 earlier version" in html
    points = meeting.points.get(version=2)
    client.post(f"/points/{points.uuid}/rehearse/")
    assert list(points.rehearsals.values_list("person", flat=True)) == [cast.olga.pk]


def test_whoever_writes_over_a_newer_version_sees_both(cast, meeting, sign_in):
    address = f"/meetings/{meeting.uuid}/points/"
    sign_in("vera").post(address, {"version": 0, "agenda": "Veras topic", "points": "", "questions": ""})

    answer = sign_in("olga").post(
        address, {"version": 0, "agenda": "Olgas topic", "points": "", "questions": ""}
    )

    html = answer.content.decode()
    assert answer.status_code == 409
    assert "Veras topic" in html
    assert "Olgas topic" in html


def test_the_clients_agenda_shows_topics_and_nothing_of_ours(cast, meeting, carla, sign_in):
    services.write_points(
        meeting=meeting,
        version=0,
        agenda="Why we came",
        points="Never mention the audit.",
        questions="",
        by=cast.olga,
        now=NOW,
    )
    client = sign_in("olga")

    ours = client.get(f"/meetings/{meeting.uuid}/agenda/").content.decode()
    theirs = client.get(f"/meetings/{meeting.uuid}/agenda/?edition=client").content.decode()

    assert "Never mention the audit." in ours
    assert "Never mention the audit." not in theirs
    assert "Why we came" in theirs
    assert client.get(f"/meetings/{meeting.uuid}/agenda/?edition=secret").status_code == 400


def test_the_agenda_is_a_pdf(meeting, sign_in):
    answer = sign_in("olga").get(f"/meetings/{meeting.uuid}/agenda/pdf/")

    assert answer.content.startswith(b"%PDF-")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("code", sorted(AGENDA_REASONS))
def test_an_agenda_that_does_not_come_says_why_and_names_no_packet(meeting, sign_in, monkeypatch, code):
    def fail(*args, **kwargs):
        raise RenderFailed(code)

    monkeypatch.setattr(views, "render_agenda", fail)

    answer = sign_in("olga").get(f"/meetings/{meeting.uuid}/agenda/pdf/")

    assert answer.url == f"/meetings/{meeting.uuid}/agenda/?edition=internal"
    assert "packet" not in said(answer)[0]


def test_an_agenda_that_takes_too_long_is_ended_while_the_reader_waits(meeting, sign_in, monkeypatch):
    monkeypatch.setattr(pdf, "AGENDA_SECONDS", 0)

    answer = sign_in("olga").get(f"/meetings/{meeting.uuid}/agenda/pdf/")

    assert said(answer)[0].startswith("The agenda took too long")


def test_the_list_costs_as_many_queries_when_much_is_known(
    cast, plan, meeting, carla, sign_in, django_assert_num_queries
):
    client = sign_in("olga")
    client.get(f"/plans/{plan.uuid}/meetings/")
    with django_assert_num_queries(QUERIES):
        client.get(f"/plans/{plan.uuid}/meetings/")
    contacts = [make_contact(plan.account, f"Contact {number}") for number in range(20)]
    hold(meeting, by=cast.olga, contacts=contacts)
    for one in plan.meetings.exclude(pk=meeting.pk):
        services.write_attendees(one, [cast.olga, cast.ivan], contacts)
    with django_assert_num_queries(QUERIES):
        client.get(f"/plans/{plan.uuid}/meetings/")


QUERIES = 10


def test_hostile_words_are_shown_as_words(cast, meeting, carla, sign_in):
    hold(meeting, by=cast.olga, said="<img src=x onerror=alert(1)>", next_steps="{{ 7|add:7 }}")

    html = sign_in("olga").get(f"/meetings/{meeting.uuid}/").content.decode()

    assert "<img src=x" not in html
    assert "{{ 7|add:7 }}" in html
