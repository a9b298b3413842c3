"""Contacts, requests, commitments, touchpoints, briefing: added, edited, settled, archived, brought back."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import models
from django.urls import reverse

from accounts.models import (
    Account,
    Acquaintance,
    Audience,
    BriefingEntry,
    ClientRequest,
    Commitment,
    Contact,
    Person,
    Touchpoint,
)
from tests.factories import NOW, TODAY, make_account, make_contact


@dataclass(frozen=True)
class Kind:
    """One kind of entry: `name` begins its addresses, `tab` lists it, `words` is a column of text."""

    name: str
    tab: str
    model: type[models.Model]
    words: str
    typed: Callable[[Any], dict[str, Any]]  # what a form sends to add one
    columns: Callable[[Any], dict[str, Any]] = field(default=lambda cast: {})


CONTACT = Kind(
    "contact",
    "account-contacts",
    Contact,
    "name",
    lambda cast: {"level": "senior", "role": "champion", "channel": "phone", "email": "m@acme.example"},
)
REQUEST = Kind(
    "request",
    "account-requests",
    ClientRequest,
    "title",
    lambda cast: {"owner": cast.olga.pk, "opened_on": "2027-03-01", "promised_on": "2027-03-09"},
    lambda cast: {"owner": cast.olga, "opened_on": TODAY},
)
COMMITMENT = Kind(
    "commitment",
    "account-requests",
    Commitment,
    "text",
    lambda cast: {"owner": cast.olga.pk, "made_on": "2027-03-01", "due_on": "2027-03-09"},
    lambda cast: {"owner": cast.olga, "made_on": TODAY},
)
TOUCHPOINT = Kind(
    "touchpoint",
    "account-touchpoints",
    Touchpoint,
    "subject",
    lambda cast: {"person": cast.olga.pk, "channel": "video", "happened_at": "2027-03-02T08:30"},
    lambda cast: {"person": cast.olga, "channel": "video", "happened_at": NOW},
)
BRIEFING = Kind(
    "briefing",
    "account-briefing",
    BriefingEntry,
    "text",
    lambda cast: {"section": "goals", "audience": "internal", "provenance": "records"},
    lambda cast: {"section": "goals", "updated_at": NOW},
)
KINDS = (CONTACT, REQUEST, COMMITMENT, TOUCHPOINT, BRIEFING)
every_kind = pytest.mark.parametrize("kind", KINDS, ids=[kind.name for kind in KINDS])


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def acme(cast) -> Account:
    return make_account("Acme", team=cast.east, owner=cast.olga)


def make(kind: Kind, cast, account: Account, words: str = "First words") -> Any:
    return kind.model._default_manager.create(account=account, **{kind.words: words}, **kind.columns(cast))


def page_of(client, kind: Kind, account: Account) -> str:
    return client.get(reverse(kind.tab, args=[account.uuid])).content.decode()


# --- What all kinds have in common ----------------------------------------------------------------


@every_kind
def test_it_is_added_and_shown(cast, acme, sign_in, kind):
    client = sign_in("bea")  # not the owner: whoever works with accounts and sees this one

    answer = client.post(
        reverse(f"{kind.name}-add", args=[acme.uuid]), {**kind.typed(cast), kind.words: "  Something new  "}
    )

    assert answer.status_code == 302
    row = kind.model._default_manager.get()
    assert (getattr(row, kind.words), row.account) == ("Something new", acme)
    assert row.history.get().history_user == cast.bea
    assert "Something new" in page_of(client, kind, acme)


@every_kind
def test_it_is_edited(cast, acme, sign_in, kind):
    row = make(kind, cast, acme)
    client, address = sign_in("olga"), reverse(f"{kind.name}-edit", args=[row.uuid])
    assert "First words" in client.get(address).content.decode()

    answer = client.post(address, {**kind.typed(cast), kind.words: "Other words", "version": 1})

    assert answer.status_code == 302
    row.refresh_from_db()
    assert (getattr(row, kind.words), row.version) == ("Other words", 2)


@every_kind
def test_the_later_of_two_editors_is_told_and_keeps_their_text(cast, acme, sign_in, kind):
    row = make(kind, cast, acme)
    first, second = sign_in("olga"), sign_in("ivan")
    address = reverse(f"{kind.name}-edit", args=[row.uuid])
    first.post(address, {**kind.typed(cast), kind.words: "What Olga typed", "version": 1})

    answer = second.post(address, {**kind.typed(cast), kind.words: "What Ivan typed", "version": 1})

    assert answer.status_code == 409
    assert "What Olga typed" in answer.content.decode()
    assert "What Ivan typed" in answer.content.decode()
    row.refresh_from_db()
    assert getattr(row, kind.words) == "What Olga typed"


@every_kind
@pytest.mark.parametrize("version", ["", "x", "0", "-1", "99999999999999999999"])
def test_a_broken_version_is_refused_with_a_message(cast, acme, sign_in, kind, version):
    row = make(kind, cast, acme)

    answer = sign_in("olga").post(
        reverse(f"{kind.name}-edit", args=[row.uuid]),
        {**kind.typed(cast), kind.words: "Other words", "version": version},
    )

    assert answer.status_code == 200
    assert "version" in answer.context_data["form"].errors
    row.refresh_from_db()
    assert getattr(row, kind.words) == "First words"


@every_kind
def test_an_executive_without_a_role_may_look_but_not_touch(cast, acme, sign_in, kind):
    row = make(kind, cast, acme)
    client = sign_in("sam")

    assert "First words" in page_of(client, kind, acme)
    assert client.get(reverse(f"{kind.name}-add", args=[acme.uuid])).status_code == 403
    assert client.post(reverse(f"{kind.name}-edit", args=[row.uuid])).status_code == 403
    assert client.post(reverse(f"{kind.name}-archive", args=[row.uuid]), {"version": 1}).status_code == 403


@every_kind
def test_a_stranger_finds_nothing(cast, acme, sign_in, kind):
    row = make(kind, cast, acme)
    client = sign_in("stella")

    assert client.post(reverse(f"{kind.name}-add", args=[acme.uuid])).status_code == 404
    for deed in ("edit", "archive", "unarchive"):
        address = reverse(f"{kind.name}-{deed}", args=[row.uuid])
        assert client.post(address, {"version": 1}).status_code == 404


@every_kind
def test_it_is_archived_and_the_page_offers_to_undo_it(cast, acme, sign_in, kind):
    row = make(kind, cast, acme)
    client = sign_in("olga")

    answer = client.post(reverse(f"{kind.name}-archive", args=[row.uuid]), {"version": 1}, follow=True)

    undo = reverse(f"{kind.name}-unarchive", args=[row.uuid])
    assert f'action="{undo}"' in answer.content.decode()
    row.refresh_from_db()
    assert row.archived_at == NOW

    client.post(undo)
    row.refresh_from_db()
    assert row.archived_at is None


@every_kind
def test_archiving_what_was_changed_meanwhile_does_nothing(cast, acme, sign_in, kind):
    row = make(kind, cast, acme)
    kind.model._default_manager.claim(pk=row.pk, version=1)

    answer = sign_in("olga").post(
        reverse(f"{kind.name}-archive", args=[row.uuid]), {"version": 1}, follow=True
    )

    assert "Somebody changed this meanwhile" in answer.content.decode()
    row.refresh_from_db()
    assert row.archived_at is None


@every_kind
def test_a_button_without_a_version_is_a_bad_request(cast, acme, sign_in, kind):
    row = make(kind, cast, acme)

    answer = sign_in("olga").post(reverse(f"{kind.name}-archive", args=[row.uuid]))

    assert answer.status_code == 400


@every_kind
def test_buttons_answer_to_post_alone(cast, acme, sign_in, kind):
    row = make(kind, cast, acme)
    client = sign_in("olga")

    for deed in ("archive", "unarchive"):
        assert client.get(reverse(f"{kind.name}-{deed}", args=[row.uuid])).status_code == 405


@every_kind
def test_an_empty_form_names_what_is_missing_and_keeps_the_rest(cast, acme, sign_in, kind):
    answer = sign_in("olga").post(reverse(f"{kind.name}-add", args=[acme.uuid]), {"detail": "kept words"})

    assert answer.status_code == 200
    assert answer.context_data["form"].errors
    assert kind.model._default_manager.count() == 0


# --- Contacts -------------------------------------------------------------------------------------


def test_the_people_map_says_who_knows_whom_and_warns(cast, acme, sign_in):
    maria = make_contact(acme, "Maria", level="executive")
    client = sign_in("olga")

    client.post(
        reverse("acquaintance-add", args=[maria.uuid]), {"person": cast.olga.pk, "strength": 3, "note": ""}
    )
    page = page_of(client, CONTACT, acme)

    assert "Is trusted" in page
    assert "Only Maria is known here. If they leave, nobody there knows us." in page


def test_noting_an_acquaintance_twice_is_no_mistake(cast, acme, sign_in):
    maria = make_contact(acme, "Maria")
    client, address = sign_in("olga"), reverse("acquaintance-add", args=[maria.uuid])

    for strength in (1, 3):
        client.post(address, {"person": cast.olga.pk, "strength": strength, "note": ""})

    assert Acquaintance.objects.get().strength == 3


def test_an_acquaintance_is_taken_out_by_who_works_the_account(cast, acme, sign_in):
    tie = Acquaintance.objects.create(person=cast.olga, contact=make_contact(acme))
    address = reverse("acquaintance-remove", args=[tie.uuid])

    assert sign_in("stella").post(address).status_code == 404
    assert sign_in("sam").post(address).status_code == 403
    assert Acquaintance.objects.exists()

    sign_in("olga").post(address)
    assert not Acquaintance.objects.exists()


# --- Requests and commitments ---------------------------------------------------------------------


def test_a_request_is_marked_when_escalated_overdue_or_undated(cast, acme, sign_in):
    ask = {"account": acme, "owner": cast.olga, "opened_on": TODAY - timedelta(days=9)}
    ClientRequest.objects.create(title="Loud", escalated=True, promised_on=TODAY, **ask)
    ClientRequest.objects.create(title="Late", promised_on=TODAY - timedelta(days=1), **ask)
    ClientRequest.objects.create(title="Open-ended", **ask)
    client = sign_in("olga")

    page = page_of(client, REQUEST, acme)
    overview = client.get(reverse("account", args=[acme.uuid])).content.decode()

    for words in ("Escalated", "Overdue", "No date promised"):
        assert words in page
        assert words in overview


def test_a_request_is_escalated_solved_and_opened_again(cast, acme, sign_in):
    asked = make(REQUEST, cast, acme)
    client = sign_in("olga")

    client.post(reverse("request-escalate", args=[asked.uuid]), {"version": 1})
    assert ClientRequest.objects.get().escalated

    client.post(reverse("request-calm", args=[asked.uuid]), {"version": 2})
    assert not ClientRequest.objects.get().escalated

    client.post(reverse("request-solve", args=[asked.uuid]), {"version": 3, "on": "2027-03-02"})
    assert ClientRequest.objects.get().closed_on == TODAY

    client.post(reverse("request-reopen", args=[asked.uuid]), {"version": 4})
    assert ClientRequest.objects.get().closed_on is None


def test_a_commitment_is_kept_and_owed_again(cast, acme, sign_in):
    promise = make(COMMITMENT, cast, acme)
    client = sign_in("olga")

    client.post(reverse("commitment-keep", args=[promise.uuid]), {"version": 1, "on": "2027-03-02"})
    assert Commitment.objects.get().kept_on == TODAY

    client.post(reverse("commitment-owe-again", args=[promise.uuid]), {"version": 2})
    assert Commitment.objects.get().kept_on is None


@pytest.mark.parametrize(
    ("on", "error"),
    [
        ("2027-03-03", "This day has not come yet."),
        ("2027-03-01", "This is before it was asked or promised."),
        ("1066-10-14", "Enter a date between 1900 and 2199."),
        ("yesterday", "Enter a valid date."),
    ],
)
@pytest.mark.parametrize(("kind", "deed"), [(REQUEST, "request-solve"), (COMMITMENT, "commitment-keep")])
def test_nothing_is_settled_on_an_impossible_day(cast, acme, sign_in, kind, deed, on, error):
    row = make(kind, cast, acme)

    answer = sign_in("olga").post(reverse(deed, args=[row.uuid]), {"version": 1, "on": on})

    assert answer.context_data["form"].errors["on"] == [error]


def test_a_promise_before_the_question_is_refused(cast, acme, sign_in):
    answer = sign_in("olga").post(
        reverse("request-add", args=[acme.uuid]),
        {"title": "A report", "owner": cast.olga.pk, "opened_on": "2027-03-02", "promised_on": "2027-03-01"},
    )

    assert list(answer.context_data["form"].errors) == ["promised_on"]


def test_a_contact_of_another_account_is_no_choice(cast, acme, sign_in):
    stranger = make_contact(make_account("Borealis", team=cast.east))

    answer = sign_in("olga").post(
        reverse("request-add", args=[acme.uuid]),
        {**REQUEST.typed(cast), "title": "A report", "contact": stranger.pk},
    )

    assert "contact" in answer.context_data["form"].errors


# --- Touchpoints ----------------------------------------------------------------------------------


def test_a_touchpoint_needs_one_line_and_is_typed_in_ones_own_time(cast, acme, sign_in):
    cast.olga.tz = "America/New_York"
    cast.olga.save()
    maria = make_contact(acme, "Maria")
    client, address = sign_in("olga"), reverse("touchpoint-add", args=[acme.uuid])
    shown = client.get(address).context_data["form"]

    client.post(
        address,
        {
            "subject": "Call",
            "channel": shown["channel"].value(),
            "person": shown["person"].value(),
            "happened_at": "2027-03-01T20:30",
            "contact": maria.pk,
        },
    )

    touch = Touchpoint.objects.get()
    assert touch.happened_at == datetime(2027, 3, 2, 1, 30, tzinfo=UTC)
    assert touch.person == cast.olga
    maria.refresh_from_db()
    assert maria.last_touch_on == TODAY - timedelta(days=1)


@pytest.mark.parametrize("when", ["2027-03-03T10:00", "0001-01-01T00:00", "9999-12-31T23:59", "tomorrow"])
def test_an_impossible_moment_is_refused(cast, acme, sign_in, when):
    answer = sign_in("olga").post(
        reverse("touchpoint-add", args=[acme.uuid]),
        {**TOUCHPOINT.typed(cast), "subject": "Call", "happened_at": when},
    )

    assert list(answer.context_data["form"].errors) == ["happened_at"]
    assert Touchpoint.objects.count() == 0


def test_long_histories_come_in_pages(cast, acme, sign_in):
    Touchpoint.objects.bulk_create(
        Touchpoint(
            account=acme,
            person=cast.olga,
            channel="email",
            happened_at=NOW - timedelta(days=n),
            subject=f"Mail {n:03}",
        )
        for n in range(60)
    )
    client, address = sign_in("olga"), reverse("account-touchpoints", args=[acme.uuid])

    assert "Mail 000" in client.get(address).content.decode()
    assert "Mail 059" not in client.get(address).content.decode()
    assert "Mail 059" in client.get(f"{address}?page=2").content.decode()


# --- Briefing -------------------------------------------------------------------------------------


def test_the_briefing_has_seventeen_sections_and_shows_gaps_with_owner_and_day(cast, acme, sign_in):
    BriefingEntry.objects.create(
        account=acme, section="goals", owner=cast.ivan, due_on=TODAY - timedelta(days=1), updated_at=NOW
    )

    page = page_of(sign_in("olga"), BRIEFING, acme)

    assert page.count('<section class="card') == 17
    assert "Ivan Ilic fills it by 1 Mar 2027" in page
    assert "Overdue" in page


def test_an_entry_is_internal_by_default_and_begins_in_its_section(cast, acme, sign_in):
    form = (
        sign_in("olga")
        .get(reverse("briefing-add", args=[acme.uuid]) + "?section=health")
        .context_data["form"]
    )

    assert form["section"].value() == "health"
    assert form["audience"].value() == Audience.INTERNAL


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"text": "Calm", "provenance": "said_by"}, "said_by"),
        ({"text": "", "provenance": "records"}, "owner"),
        ({"text": "Calm", "provenance": "records", "section": "gossip"}, "section"),
    ],
)
def test_what_an_entry_lacks_is_named(cast, acme, sign_in, typed, wrong):
    answer = sign_in("olga").post(
        reverse("briefing-add", args=[acme.uuid]), {"section": "goals", "audience": "internal", **typed}
    )

    assert list(answer.context_data["form"].errors) == [wrong]


@pytest.mark.parametrize("kind", ["request", "commitment"])
def test_who_answers_settles_it_and_so_does_who_stands_in_for_them(cast, acme, sign_in, kind):
    """An executive works on no account, and may be asked to answer, or to stand in, all the same."""
    asked, verb, words = {
        "request": (ClientRequest, "solve", {"title": "A hose", "opened_on": TODAY}),
        "commitment": (Commitment, "keep", {"text": "A hose", "made_on": TODAY}),
    }[kind]
    own = asked.objects.create(account=acme, owner=cast.sam, **words)
    olgas = asked.objects.create(account=acme, owner=cast.olga, **words)
    client, settled = sign_in("sam"), {"version": 1, "on": TODAY.isoformat()}

    def settle(one: models.Model) -> tuple[bool, int]:
        address = reverse(f"{kind}-{verb}", args=[one.uuid])
        offered = address in client.get(reverse("account-requests", args=[acme.uuid])).content.decode()
        return offered, client.post(address, settled).status_code

    with time_machine.travel(NOW, tick=False):
        assert settle(olgas) == (False, 403)
        assert client.get(reverse(f"{kind}-edit", args=[own.uuid])).status_code == 403
        assert settle(own) == (True, 302)

        Person.objects.filter(pk=cast.olga.pk).update(away_from_on=TODAY, substitute=cast.sam)
        assert settle(olgas) == (True, 302)


ALONE = pytest.mark.parametrize(
    ("model", "kind", "verb", "words"),
    [
        (ClientRequest, "request", "solve", {"title": "A hose", "opened_on": TODAY, "promised_on": TODAY}),
        (Commitment, "commitment", "keep", {"text": "A hose", "made_on": TODAY, "due_on": TODAY}),
    ],
)


@ALONE
def test_whoever_answers_for_one_entry_of_a_client_sees_that_and_nothing_else(
    cast, acme, sign_in, model, kind, verb, words
):
    own = model.objects.create(account=acme, owner=cast.stella, **words)
    other = model.objects.create(account=acme, owner=cast.olga, **words)
    maria = make_contact(acme, "Maria Moss")
    stella, settled = sign_in("stella"), {"version": 1, "on": TODAY.isoformat()}

    with time_machine.travel(NOW, tick=False):
        page = stella.get(reverse(kind, args=[own.uuid])).content.decode()
        assert "A hose" in page
        assert reverse(f"{kind}-{verb}", args=[own.uuid]) in page
        assert maria.name not in page
        assert reverse("account", args=[acme.uuid]) not in page
        form = stella.get(reverse(f"{kind}-{verb}", args=[own.uuid])).content.decode()
        assert reverse("account-requests", args=[acme.uuid]) not in form
        assert stella.get(reverse(f"{kind}-edit", args=[own.uuid])).status_code == 404
        assert stella.get(reverse(kind, args=[other.uuid])).status_code == 404
        assert stella.post(reverse(f"{kind}-{verb}", args=[other.uuid]), settled).status_code == 404
        assert stella.post(reverse(f"{kind}-{verb}", args=[own.uuid]), settled).url == "/"
        assert (
            reverse(f"{kind}-{verb}", args=[own.uuid])
            not in stella.get(reverse(kind, args=[own.uuid])).content.decode()
        )


@ALONE
def test_whoever_sees_the_client_is_led_to_the_entry_among_the_others(
    cast, acme, sign_in, model, kind, verb, words
):
    one = model.objects.create(account=acme, owner=cast.stella, **words)

    answer = sign_in("olga").get(reverse(kind, args=[one.uuid]))

    assert answer.url == f"{reverse('account-requests', args=[acme.uuid])}#{one.uuid}"
