import json
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from accounts.models import (
    AccountRole,
    Acquaintance,
    Assignment,
    BriefingEntry,
    ClientRequest,
    Commitment,
    ContactLevel,
    Touchpoint,
)
from tests.factories import CUTOVER, NOW, TODAY, make_account, make_contact
from tests.packets import make_plan, make_told_plan
from transitions.documents.packet import content_hash, dumps
from transitions.selectors.packets import packet_of
from transitions.selectors.packets.reading import MOST_CHARACTERS, MOST_CONTACTS, MOST_ENTRIES

QUERIES = 21


def internal(plan):
    return packet_of(plan, edition="internal", language="en")


def said(plan, edition="internal"):
    return json.dumps(dumps(packet_of(plan, edition=edition, language="en")), ensure_ascii=False)


@pytest.fixture
def told(cast):
    return make_told_plan(cast)


@pytest.fixture
def bare(cast):
    return make_plan(cast, make_account("Bare Ltd", team=cast.east, owner=cast.olga))


def test_a_packet_of_nothing_costs_as_many_queries_as_one_of_everything(
    bare, told, django_assert_num_queries
):
    with django_assert_num_queries(QUERIES - 1):  # who knows whom is not asked where nobody is known
        internal(bare)
    with django_assert_num_queries(QUERIES):
        internal(told)


def test_more_rows_cost_no_more_queries(told, cast, django_assert_num_queries):
    for number in range(30):
        contact = make_contact(told.account, f"Person {number}")
        Acquaintance.objects.create(person=cast.sam, contact=contact)
        ClientRequest.objects.create(
            account=told.account, contact=contact, owner=cast.bea, title=f"Wish {number}", opened_on=TODAY
        )
        BriefingEntry.objects.create(
            account=told.account, section="goals", text=f"Goal {number}", said_by=cast.bea, updated_at=NOW
        )

    with django_assert_num_queries(QUERIES):
        internal(told)


def test_the_cover_names_who_what_and_when(told):
    facts = {str(fact.label): fact.value for fact in internal(told).section("cover").facts}

    assert facts["Outgoing rep"] == "Olga Ortiz"
    assert facts["Incoming rep"] == "Ivan Ilic"
    assert facts["Sponsor"] == "Sam Sato"
    assert facts["Second choice"] == "Bea Brandt"
    assert facts["Cutover"] == CUTOVER
    assert str(facts["Reason"]) == "Promotion"


def test_people_come_by_rank_with_who_knows_them(told):
    theirs = internal(told).section("people").tables[0]

    assert [row.cells[0][0] for row in theirs.rows] == [
        "Ingrid Halvorsen",
        "Kostas Παπαδόπουλος",
        "Oksana Мельник",
    ]
    assert [str(line) for line in theirs.rows[0].cells[4]] == [
        "Olga Ortiz is trusted",
        "Sam Sato has met them",
    ]


def test_an_escalated_request_comes_first_and_says_so(told):
    (table,) = internal(told).section("issues").tables

    assert table.rows[0].cells[0] == "Credit note for the pumps returned in January"
    assert str(table.rows[0].mark) == "Escalated"
    assert table.rows[1].mark is None


def test_a_request_without_a_date_is_a_gap(told):
    (gap,) = internal(told).section("issues").gaps

    assert str(gap.what) == "1 request has no date by which it will be solved."


def test_an_entry_without_text_is_a_gap_with_its_owner(told):
    (gap,) = internal(told).section("contract").gaps

    assert (gap.owner, gap.due_on) == ("Bea Brandt", date(2027, 3, 19))


def test_what_is_missing_falls_to_the_outgoing_rep_by_the_date_of_the_packet_step(bare):
    (gap,) = internal(bare).section("documents").gaps

    assert (gap.owner, gap.due_on) == ("Olga Ortiz", bare.steps.get(key="packet-draft").due_on)


def test_what_a_leaver_left_open_falls_to_the_successor(bare, cast):
    cast.olga.archived_at = NOW
    cast.olga.save()

    gaps = [gap for section in internal(bare).sections for gap in section.gaps]

    assert {gap.owner for gap in gaps} == {"Ivan Ilic"}
    assert {gap.due_on for gap in gaps} == {bare.steps.get(key="packet-draft").due_on}


def test_what_was_not_meant_for_a_packet_never_enters(told):
    assert "CANARY" in told.reason_detail
    assert "CANARY" not in said(told)


def test_roles_of_another_confidential_plan_never_enter(told, cast):
    secret = make_plan(cast, told.account, playbook="soft-leave", reason="leave", confidential=True)
    Assignment.objects.filter(plan_role__plan=secret).update(person=cast.stella)

    assert "Stella" not in said(told)
    assert "Stella" in said(secret)


def test_ended_roles_and_archived_rows_do_not_enter(told, cast):
    Assignment.objects.create(
        account=told.account,
        person=cast.walt,
        role=AccountRole.SUPPORT,
        from_on=date(2025, 1, 1),
        until_on=date(2026, 1, 1),
    )
    make_contact(told.account, "Gone Person", archived_at=NOW)
    Commitment.objects.create(
        account=told.account, owner=cast.olga, text="Kept long ago", made_on=TODAY, kept_on=TODAY
    )
    Touchpoint.objects.create(
        account=told.account,
        person=cast.olga,
        channel="email",
        happened_at=NOW,
        subject="Withdrawn",
        archived_at=NOW,
    )

    text = said(told)

    assert [word for word in ("Walt", "Gone Person", "Kept long ago", "Withdrawn") if word in text] == []


def test_the_cap_leaves_out_the_least_senior_and_says_so(bare):
    for number in range(MOST_CONTACTS):
        make_contact(bare.account, f"Clerk {number:02}", level=ContactLevel.STAFF)
    make_contact(bare.account, "Zoe Zander", level=ContactLevel.EXECUTIVE)

    theirs = internal(bare).section("people").tables[0]

    assert theirs.rows[0].cells[0] == ("Zoe Zander",)
    assert (len(theirs.rows), theirs.more) == (MOST_CONTACTS, True)


def test_long_and_many_notes_are_cut_and_say_so(bare):
    for _number in range(MOST_ENTRIES + 3):
        BriefingEntry.objects.create(
            account=bare.account, section="goals", text="word " * 1000, updated_at=NOW
        )

    goals = internal(bare).section("goals")

    assert goals.more
    assert len(goals.notes) == 3
    assert all(note.shortened and len(note.text) <= MOST_CHARACTERS + 2 for note in goals.notes)


def test_of_many_short_notes_the_newest_are_shown(bare):
    for number in range(MOST_ENTRIES + 3):
        BriefingEntry.objects.create(
            account=bare.account,
            section="goals",
            text=f"Goal {number}.",
            updated_at=NOW + timedelta(days=number),
        )

    goals = internal(bare).section("goals")

    assert goals.more
    assert [note.text for note in goals.notes] == [f"Goal {number}." for number in range(3, MOST_ENTRIES + 3)]


def test_gaps_are_due_at_the_cutover_once_the_packet_step_is_done(bare):
    bare.steps.filter(key__contains="packet").update(done_at=NOW)

    gaps = [gap for section in internal(bare).sections for gap in section.gaps]

    assert {gap.due_on for gap in gaps} == {CUTOVER}


def test_a_repeated_check_in_is_one_line(told):
    told.steps.filter(key="check-in/1").update(done_at=NOW)

    table = internal(told).section("cadence").tables[1]

    weekly = next(row for row in table.rows if "Weekly" in str(row.cells[1]))
    assert str(weekly.cells[1].msgid) == "%(title)s (%(count)d times, until %(last)s)"
    assert str(weekly.cells[3]).startswith("1 of ")


def test_the_drawing_knows_what_is_done_but_not_what_is_late(told):
    told.steps.filter(key="shortlist").update(done_at=NOW)

    course = internal(told).course

    assert [point.key for point in course.waypoints if point.done] == ["shortlist"]
    assert course.stretches[0].state == "now"
    assert {stone.key: stone.on for stone in course.milestones}["cutover"] == CUTOVER


def test_the_clock_changes_nothing(told):
    with time_machine.travel(datetime(2027, 3, 2, tzinfo=UTC)):
        before = content_hash(internal(told))
    with time_machine.travel(datetime(2031, 1, 1, tzinfo=UTC)):
        after = content_hash(internal(told))

    assert before == after


def test_a_touch_counts_on_the_clients_day(bare, cast):
    bare.account.tz = "Pacific/Auckland"
    bare.account.save()
    Touchpoint.objects.create(
        account=bare.account,
        person=cast.olga,
        channel="phone",
        happened_at=datetime(2027, 3, 1, 20, tzinfo=UTC),
        subject="Late call",
    )

    assert internal(bare).section("cadence").tables[0].rows[0].cells[0] == date(2027, 3, 2)


def test_the_client_edition_holds_no_internal_word(told):
    text = said(told, "client")

    secrets = (
        "Bea Brandt",  # the second choice
        "Promotion",
        "sore spot",
        "Do not mention",
        "Never send slides",
        "Decision maker",
        "is trusted",
        "120000",
        "paperwork",
        "third bench",
        "files.example.com",
        "Escalated",
        "By word",
        "parts portal",
        "Weekly attention",
        "Shortlist two possible successors",
        "Who signs",
    )
    everything = said(told)
    assert [word for word in secrets if word not in everything] == []
    assert [word for word in secrets if word in text] == []
    assert "Prices held for the 2027 season" in text
