from datetime import date, timedelta

import pytest

from transitions.models import Reason
from transitions.rules import meetings
from transitions.rules.meetings import Neighbour, Question
from transitions.rules.playbooks import CHANNELS, PURPOSES, TIERS

TOLD = date(2027, 3, 8)


@pytest.mark.parametrize(
    ("asked", "held", "suits"),
    [
        ("face_to_face", "face_to_face", True),
        ("face_to_face", "video", False),
        ("face_to_face", "phone", False),
        ("video", "face_to_face", True),
        ("video", "phone", False),
        ("phone", "video", True),
        ("", "email", True),
    ],
)
def test_what_is_nearer_to_the_client_than_asked_will_do(asked, held, suits):
    assert meetings.suits(asked, held) is suits


def test_every_channel_and_every_purpose_is_known():
    assert set(meetings.NEARNESS) == set(CHANNELS)
    assert set(meetings.PURPOSE_TITLES) == set(meetings.TEMPLATES) == set(meetings.WANTED) == set(PURPOSES)


def test_no_meeting_lies_before_the_client_is_told():
    found = meetings.problems_of_day("listen", TOLD - timedelta(days=1), announcement=TOLD, others=())

    assert [field for field, message in found] == ["starts_at"]
    assert meetings.problems_of_day("listen", TOLD, announcement=TOLD, others=()) == []
    assert meetings.problems_of_day("review", TOLD, announcement=None, others=()) == []


def test_nobody_is_introduced_before_the_client_was_heard():
    first = Neighbour("Meeting 1", "listen", TOLD + timedelta(days=5))

    early = meetings.problems_of_day("introduce", TOLD + timedelta(days=4), announcement=TOLD, others=[first])
    late = meetings.problems_of_day("introduce", TOLD + timedelta(days=5), announcement=TOLD, others=[first])

    assert [str(message) for field, message in early] == [
        "First comes, on 2027-03-13: Meeting 1. Nobody is introduced before."
    ]
    assert late == []


def test_the_first_meeting_does_not_move_past_the_second():
    second = Neighbour("Meeting 2", "introduce", TOLD + timedelta(days=5))

    found = meetings.problems_of_day("listen", TOLD + timedelta(days=6), announcement=TOLD, others=[second])

    assert [str(message) for field, message in found] == ["This must come before: Meeting 2, on 2027-03-13."]


@pytest.mark.parametrize(
    ("purpose", "roles", "refused"),
    [
        ("listen", ["incoming"], True),
        ("listen", ["second_choice"], True),
        ("listen", ["incoming", "interim"], False),
        ("listen", ["outgoing"], False),
        ("listen", [], False),
        ("introduce", ["incoming"], False),
    ],
)
def test_the_successor_stays_away_while_the_client_is_told_and_heard(purpose, roles, refused):
    assert bool(meetings.problems_of_people(purpose, {7: roles}, {7: "Ivan Ilic"})) is refused


def test_questions_are_typed_with_their_answers_below():
    text = "Who answers at night?\nThe hotline.\nIts number stays.\n\n\nWhy?\n\n"

    assert meetings.questions_of(text) == (
        Question("Who answers at night?", "The hotline.\nIts number stays."),
        Question("Why?", ""),
    )
    assert meetings.questions_of("  ") == ()


def test_lines_lose_their_dashes_and_empty_ones_are_left_out():
    assert meetings.lines_of("- One\n\n• Two\n  Three  ") == ("One", "Two", "Three")


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize("reason", Reason.values)
@pytest.mark.parametrize("purpose", PURPOSES)
def test_every_meeting_has_something_to_begin_with(purpose, reason, tier):
    begun = meetings.template(purpose, reason, tier)

    assert begun.agenda
    assert begun.points
    assert begun.questions
    assert (meetings.FOR_STRATEGIC in begun.points) is (tier == "strategic" and purpose != "review")
