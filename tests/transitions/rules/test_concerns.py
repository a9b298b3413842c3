from datetime import UTC, date, datetime, timedelta

import pytest

from transitions.rules import concerns

TODAY = date(2027, 3, 2)
NOW = datetime(2027, 3, 2, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("answered", "confirmed", "archived", "state"),
    [
        (None, None, None, "open"),
        (NOW, None, None, "answered"),
        (NOW, TODAY, None, "confirmed"),
        (NOW, TODAY, NOW, "withdrawn"),
    ],
)
def test_a_concern_stands_as_its_dates_say(answered, confirmed, archived, state):
    assert concerns.state_of(answered, confirmed, archived) == state
    assert state in concerns.STATES


def test_no_state_says_that_a_client_was_talked_out_of_it():
    assert set(concerns.STATES) == {"open", "answered", "confirmed", "withdrawn"}


def test_long_words_are_cut_between_words():
    assert concerns.short("Who\nanswers  at night?") == "Who answers at night?"
    assert concerns.short("one two three", 9) == "one two…"
    assert len(concerns.short("x" * 500)) == concerns.SHORT


@pytest.mark.parametrize(
    ("before", "after", "eased"),
    [("red", "amber", True), ("red", "red", False), ("green", "amber", False), ("amber", "green", False)],
)
def test_only_a_serious_concern_is_eased(before, after, eased):
    assert concerns.is_eased(before, after) is eased


def test_everything_that_is_wrong_is_named_at_once():
    found = concerns.problems_of(
        words=" ",
        named=False,
        seriousness="purple",
        raised_on=TODAY + timedelta(days=1),
        promised_on=TODAY,
        today=TODAY,
    )

    assert [field for field, message in found] == [
        "words",
        "raised_by",
        "seriousness",
        "raised_on",
        "promised_on",
    ]


def test_a_confirmation_needs_an_answer_a_day_and_a_way():
    found = concerns.problems_of_confirmation(
        answer="",
        raised_on=TODAY,
        confirmed_on=TODAY - timedelta(days=1),
        how="",
        channels={"phone": ""},
        today=TODAY,
    )

    assert [field for field, message in found] == ["", "confirmed_on", "confirmed_how"]
