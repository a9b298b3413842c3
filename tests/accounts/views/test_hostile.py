"""Hostile addresses and stored hostile text: no page breaks, and markup stays text."""

from urllib.parse import urlencode

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import (
    Acquaintance,
    BriefingEntry,
    ClientRequest,
    Commitment,
    Touchpoint,
)
from tests.factories import NOW, TODAY, make_account, make_contact

MARKUP = "<img src=x onerror=alert(1)>{{ 7 }}{name}%s'\""
words = st.one_of(
    st.sampled_from(
        ("", "\x00", "a\x00b", "%", "_", "'", "²", "９", "-1", "999999999999999999", MARKUP, "🙂")
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
)
KEYS = ("q", "tier", "team", "owner", "industry", "country", "renewal", "mine", "unowned", "archived", "page")


@pytest.fixture
def acme(cast):
    account = make_account(MARKUP, team=cast.east, owner=cast.olga, industry=MARKUP)
    contact = make_contact(account, MARKUP, title=MARKUP, phone=MARKUP, dos_and_donts=MARKUP)
    Acquaintance.objects.create(person=cast.olga, contact=contact, note=MARKUP)
    ClientRequest.objects.create(
        account=account, owner=cast.olga, contact=contact, title=MARKUP, detail=MARKUP, opened_on=TODAY
    )
    Commitment.objects.create(
        account=account, owner=cast.olga, contact=contact, text=MARKUP, made_on=TODAY, due_on=TODAY
    )
    Touchpoint.objects.create(
        account=account,
        person=cast.olga,
        contact=contact,
        channel="phone",
        happened_at=NOW,
        subject=MARKUP,
        note=MARKUP,
    )
    BriefingEntry.objects.create(account=account, section="goals", text=MARKUP, updated_at=NOW)
    cast.olga.name = MARKUP
    cast.olga.save()
    return account


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.dictionaries(st.sampled_from(KEYS), words))
def test_no_filter_breaks_the_list(cast, sign_in, query):
    answer = sign_in("vera").get(f"/accounts/?{urlencode(query)}")

    assert answer.status_code == 200


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sort=words, kind=words)
def test_a_strange_order_or_format_is_a_bad_request_at_most(cast, sign_in, sort, kind):
    answer = sign_in("vera").get(f"/accounts/?{urlencode({'sort': sort, 'format': kind})}")

    assert answer.status_code == 400


@pytest.mark.parametrize(
    "tab",
    [
        "account",
        "account-contacts",
        "account-requests",
        "account-touchpoints",
        "account-briefing",
        "account-edit",
    ],
)
def test_stored_markup_stays_text_on_every_page(acme, sign_in, tab):
    page = sign_in("olga").get(reverse(tab, args=[acme.uuid])).content.decode()

    assert "&lt;img src=x" in page
    assert "<img src=x" not in page


def test_stored_markup_stays_text_in_the_list_and_in_what_it_suggests(acme, sign_in):
    client = sign_in("olga")
    page = client.get(f"/accounts/?{urlencode({'q': '<img'})}").content.decode()

    assert "&lt;img src=x" in page
    assert "<img src=x" not in page
    assert client.get(reverse("suggest", args=["accounts"]))["Content-Type"] == "application/json"
