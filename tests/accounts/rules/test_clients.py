from datetime import date, timedelta

import pytest

from accounts.rules.clients import RENEWAL_SOON, Known, renewal_state, threads

TODAY = date(2027, 3, 2)


@pytest.mark.parametrize(
    ("days", "state"),
    [(-1, "passed"), (0, "soon"), (RENEWAL_SOON, "soon"), (RENEWAL_SOON + 1, "ahead")],
)
def test_a_renewal_is_soon_from_two_months_before_until_its_day(days, state):
    assert renewal_state(TODAY + timedelta(days=days), TODAY) == state


def test_an_unknown_renewal_has_no_state():
    assert renewal_state(None, TODAY) == ""


def said(*contacts: Known) -> list[str]:
    return [str(message) for message in threads(contacts)]


def test_a_broad_relationship_hangs_on_no_thread():
    assert said(Known("Maria", "executive", ("Olga", "Sam")), Known("Tom", "manager", ("Olga", "Ivan"))) == []


def test_a_single_contact_is_a_thread_on_their_side():
    assert said(Known("Maria", "executive", ("Olga", "Sam"))) == [
        "Only Maria is known here. If they leave, nobody there knows us."
    ]


def test_one_of_ours_alone_is_a_thread_on_our_side():
    assert said(Known("Maria", "senior", ("Olga",)), Known("Tom", "staff", ("Olga",))) == [
        "Only Olga knows people here. Introduce a second person of ours."
    ]


def test_nobody_senior_and_nobody_known_is_said():
    assert said(Known("Tom", "manager", ()), Known("Ann", "staff", ("Olga", "Ivan"))) == [
        "Nobody above the working level is known here.",
        "Nobody of ours is noted as knowing Tom.",
    ]


def test_an_account_without_contacts_is_not_warned_about_but_empty():
    assert said() == []
