"""What sections say besides the account's own rows: the interview, the records in its place, the talks."""

import json

import pytest

from accounts.models import Assignment, BriefingEntry, Commitment, Department
from tests.factories import NOW, TODAY, make_account, make_contact
from tests.packets import make_plan, make_told_plan
from transitions.documents.packet import dumps
from transitions.models import Concern, Extra, ReadinessQuestion, RecurringMeeting, TalkingPoints
from transitions.selectors.packets import packet_of
from transitions.selectors.packets.reading import MOST_CHARACTERS_IN_SECTION, MOST_ROWS
from transitions.services import story


def internal(plan):
    return packet_of(plan, edition="internal", language="en")


def rows(section, title):
    [table] = [table for table in section.tables if str(table.title) == title]
    return [row.cells for row in table.rows]


@pytest.fixture
def told(cast):
    return make_told_plan(cast)


@pytest.fixture
def bare(cast):
    return make_plan(cast, make_account("Bare Ltd", team=cast.east, owner=cast.olga))


def test_answers_come_in_the_order_of_the_questions_with_who_said_them(told):
    notes = internal(told).section("first").notes

    assert [note.look for note in notes] == ["first", "first", "first", "", "never"]
    assert str(notes[-1].title) == "The one thing not to do"
    assert str(notes[0].source) == "Said by Olga Ortiz"


def test_a_long_answer_leaves_room_for_those_after_it(told):
    long = BriefingEntry.objects.filter(account=told.account, question__startswith="first-")
    long.update(text="word " * 1000)

    first = internal(told).section("first")

    assert [note.shortened for note in first.notes] == [True, True, True, False, False]
    assert first.notes[-1].text.startswith("Do not mention the tender")
    assert sum(len(note.text) for note in first.notes) <= MOST_CHARACTERS_IN_SECTION + 3 * len(" …")
    assert not first.more  # each says of itself that it goes on


def test_an_unanswered_question_is_a_gap_with_owner_and_day(bare):
    gaps = internal(bare).section("goals").gaps

    assert [str(gap.what) for gap in gaps] == ["What they want to reach", "Delivered so far"]
    assert all(gap.owner == "Olga Ortiz" and gap.due_on for gap in gaps)


def test_whoever_promised_to_find_it_out_owns_the_gap(told):
    [gap] = internal(told).section("contract").gaps

    assert (str(gap.what), gap.owner) == ("The story of the price", "Bea Brandt")


def test_where_nobody_said_what_to_know_first_the_records_do(bare, cast):
    contact = make_contact(bare.account, "Carla Client", dos_and_donts="Never call on a Friday.")
    Concern.objects.create(
        plan=bare,
        words="Who answers at night?",
        raised_by=contact,
        raised_on=TODAY,
        seriousness="red",
        owner=cast.olga,
        created_by=cast.olga,
        created_at=NOW,
    )
    Commitment.objects.create(
        account=bare.account, owner=cast.olga, text="A spare pump", made_on=TODAY, due_on=TODAY
    )

    section = internal(bare).section("first")

    assert [(str(note.title), note.text) for note in section.notes] == [
        ("Serious concern", "Who answers at night?"),
        ("The next promise, due on 2027-03-02", "A spare pump"),
        ("The one thing not to do", "Carla Client: Never call on a Friday."),
    ]
    assert {str(note.source) for note in section.notes} == {"From records"}
    assert section.completeness == 30  # three of five, each still to be confirmed


def test_notes_from_before_the_questions_count_where_only_one_thing_is_asked(bare):
    def note(section):
        return BriefingEntry.objects.create(
            account=bare.account, section=section, text="Noted.", provenance="records", updated_at=NOW
        )

    note("work")
    note("goals")

    packet = internal(bare)
    assert packet.section("work").gaps == ()
    assert len(packet.section("goals").gaps) == 2


def test_an_answer_to_be_confirmed_counts_half(told):
    before = internal(told).section("opportunities")
    BriefingEntry.objects.filter(question="more").update(provenance="to_confirm")

    after = internal(told).section("opportunities")

    assert (before.completeness, after.completeness) == (75, 50)
    assert after.gaps == ()


def test_key_contacts_are_introduced_by_whoever_knows_them_best_on_the_day_of_the_meeting(told):
    day = told.steps.get(key="intro-meeting").due_on

    found = rows(internal(told).section("actions"), "Introductions")

    assert [(who, by, when) for who, by, when, _prefers in found] == [
        ("Ingrid Halvorsen", "Olga Ortiz", day),
        ("Kostas Παπαδόπουλος", "Olga Ortiz", day),
    ]


def test_each_of_ours_stands_once_with_all_their_roles_and_the_second_choice_apart(told, cast):
    for role in ("support", "interim"):
        Assignment.objects.create(account=told.account, person=cast.bea, role=role, from_on=TODAY)

    ours = rows(internal(told).section("people"), "Our side")
    theirs = packet_of(told, edition="client", language="en").section("people").tables[0].rows

    assert [tuple(map(str, cells[1])) for cells in ours if cells[0][0] == "Bea Brandt"] == [
        ("Interim rep", "Support"),
        ("Second choice",),
    ]
    assert [tuple(map(str, row.cells[1])) for row in theirs if row.cells[0][0] == "Bea Brandt"] == [
        ("In the meantime", "Also there for you")
    ]


def test_series_extras_and_open_questions_stand_in_their_sections(told, cast):
    by = {"created_by": cast.olga, "created_at": NOW}
    RecurringMeeting.objects.create(
        plan=told, title="Tuesday call", rhythm="weekly", next_at=NOW, organiser=cast.olga
    )
    Extra.objects.create(
        plan=told, what="A seat at the spring school", owner=cast.ivan, planned_on=TODAY, **by
    )
    ReadinessQuestion.objects.create(plan=told, asked="Who signs at sea?", **by)

    packet = internal(told)

    assert rows(packet.section("cadence"), "Recurring meetings")[0][0] == "Tuesday call"
    assert rows(packet.section("actions"), "Unexpected extras")[0][:2] == (
        "A seat at the spring school",
        "Ivan Ilic",
    )
    assert rows(packet.section("questions"), "Not answered by the incoming rep yet") == [
        ("Who signs at sea?", "Olga Ortiz")
    ]


def test_the_communication_plan_names_the_message_the_departments_and_what_to_say(told, cast):
    Department.objects.create(name="Accounting", person=cast.ada)
    story.approve(plan=told, version=told.version, who_now="Ivan Ilic.", by=cast.vera, now=NOW)
    meeting = told.meetings.order_by("step__due_on").first()
    for version, points in ((1, "Older"), (2, "Newer")):
        TalkingPoints.objects.create(
            plan=told, meeting=meeting, version=version, points=points, made_by=cast.olga, made_at=NOW
        )

    section = internal(told).section("communication")

    assert section.gaps == ()
    assert rows(section, "Who inside says the same") == [("Accounting", "Ada Admin", None)]
    assert [cells[1] for cells in rows(section, "Talking points")] == ["Newer"]
    assert "Ivan Ilic." in [note.text for note in section.notes]


def test_a_told_standard_account_is_nearly_complete_and_a_bare_one_is_not(told, bare):
    assert internal(told).completeness == 92
    assert internal(bare).completeness < 40


def test_the_client_edition_knows_no_score_and_no_gap(told):
    said = json.dumps(dumps(packet_of(told, edition="client", language="en")))

    assert '"of": 0' in said
    assert "The story of the price" not in said


def test_what_a_cap_leaves_out_is_said(told, cast):
    by = {"created_by": cast.olga, "created_at": NOW}
    for number in range(MOST_ROWS + 1):
        Extra.objects.create(plan=told, what=f"Extra {number}", owner=cast.ivan, planned_on=TODAY, **by)
        ReadinessQuestion.objects.create(plan=told, asked=f"Question {number}?", **by)
        RecurringMeeting.objects.create(
            plan=told, title=f"Series {number}", rhythm="weekly", next_at=NOW, organiser=cast.olga
        )

    packet = internal(told)

    cut = {str(table.title) for section in packet.sections for table in section.tables if table.more}
    assert cut == {"Unexpected extras", "Not answered by the incoming rep yet", "Recurring meetings"}
    assert all(len(table.rows) <= MOST_ROWS for section in packet.sections for table in section.tables)
