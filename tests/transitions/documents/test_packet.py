import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from accounts.rules.briefing import SECTION_KEYS, SECTIONS
from accounts.rules.text import Message
from transitions.documents.packet import (
    CLIENT,
    INTERNAL,
    TO_CONFIRM,
    TOLD,
    UNTOLD,
    Asked,
    Column,
    Course,
    Draft,
    Fact,
    Gap,
    Milestone,
    Money,
    Note,
    Row,
    Stretch,
    Table,
    Waypoint,
    build,
    content_hash,
    dumps,
    loads,
)

DAY = date(2027, 4, 20)
DRAFTS = {
    "cover": Draft(
        facts=(
            Fact(Message("Incoming rep"), "Ivan Ilic", CLIENT),
            Fact(Message("Second choice"), "SECRET-fact"),
            Fact(Message("Yearly value"), Money(Decimal("120000.00"), "USD")),
        )
    ),
    "work": Draft(
        notes=(
            Note("The bench is being refitted.", source=Message("SECRET-source"), audience=CLIENT),
            Note("SECRET-note"),
        ),
        asked=(Asked(Message("SECRET-asked"), UNTOLD, "SECRET-owner"),),
    ),
    "issues": Draft(
        tables=(
            Table(
                title=Message("Open requests"),
                columns=(Column(Message("What they ask"), CLIENT), Column(Message("SECRET-column"))),
                rows=(
                    Row(("Credit note", "SECRET-cell"), CLIENT, mark=Message("SECRET-mark")),
                    Row(("SECRET-row", "x")),
                ),
                audience=CLIENT,
            ),
            Table(
                title=Message("SECRET-table"),
                columns=(Column(Message("When"), CLIENT),),
                rows=(Row((DAY,), CLIENT),),
            ),
        ),
        gaps=(Gap(Message("SECRET-gap"), "Olga Ortiz", DAY),),
    ),
}
COURSE = Course(
    (Stretch("prepare", Message("SECRET-stage"), "now"),),
    (Waypoint("draft", Message("Draft"), 0, "prepare", DAY, done=True),),
    (Milestone("cutover", Message("Cutover"), DAY),),
)


def made(edition, drafts=DRAFTS, **options):
    return build(edition=edition, language="en", client="Halvorsen", drafts=drafts, course=COURSE, **options)


def test_the_internal_edition_has_every_section_in_order():
    packet = made(INTERNAL)

    assert tuple(section.key for section in packet.sections) == SECTION_KEYS
    assert [section.number for section in packet.sections] == list(range(1, 18))


def test_a_section_without_data_names_who_fills_it_by_when():
    packet = made(INTERNAL, owner="Olga Ortiz", due_on=DAY)

    (gap,) = packet.section("access").gaps
    assert (gap.owner, gap.due_on) == ("Olga Ortiz", DAY)
    assert str(gap.what) == "Shared folders, channels, portals. Never a password."


def test_a_known_gap_keeps_its_own_owner():
    packet = made(INTERNAL, owner="Bea Brandt", due_on=date(2027, 1, 1))

    assert packet.section("issues").gaps == (Gap(Message("SECRET-gap"), "Olga Ortiz", DAY),)


def test_a_fact_that_nobody_knows_is_a_gap():
    section = made(
        INTERNAL, {"contract": Draft(facts=(Fact(Message("Renewal"), None),))}, owner="Olga Ortiz"
    ).section("contract")

    assert [(str(gap.what), gap.owner) for gap in section.gaps] == [("Renewal", "Olga Ortiz")]
    assert (section.points, section.of, section.completeness) == (0, 2, 0)


def test_what_is_asked_counts_by_how_far_it_is_known():
    asked = (
        Asked(Message("Known"), TOLD),
        Asked(Message("Said"), TO_CONFIRM),
        Asked(Message("Sought"), UNTOLD, "Bea", DAY),
        Asked(Message("Open"), UNTOLD),
    )

    section = made(INTERNAL, {"health": Draft(asked=asked)}, owner="Olga Ortiz").section("health")

    assert [(str(gap.what), gap.owner) for gap in section.gaps[:2]] == [
        ("Sought", "Bea"),
        ("Open", "Olga Ortiz"),
    ]
    assert (section.points, section.of, section.completeness) == (3, 8, 37)


def test_completeness_is_over_all_sections_and_whole_only_when_nothing_is_missing():
    whole = {
        section.key: Draft(notes=(Note("Told"),), asked=(Asked(Message("A"), TOLD),)) for section in SECTIONS
    }

    assert made(INTERNAL, whole).completeness == 100
    half = whole | {"health": Draft(asked=(Asked(Message("A"), TO_CONFIRM),))}
    assert made(INTERNAL, half).completeness == 97


def test_the_client_edition_holds_only_what_was_marked_for_the_client():
    internal, client = json.dumps(dumps(made(INTERNAL))), json.dumps(dumps(made(CLIENT)))

    kinds = ("fact", "note", "column", "cell", "mark", "row", "table", "gap", "stage")
    assert [kind for kind in kinds if f"SECRET-{kind}" not in internal] == []
    assert "SECRET" not in client


def test_the_client_edition_says_what_is_left_in_the_clients_words():
    packet = made(CLIENT)

    assert [(section.number, str(section.title)) for section in packet.sections] == [
        (1, "The change at a glance"),
        (2, "Your open requests"),
        (3, "Current work"),
    ]
    assert str(packet.section("cover").facts[0].label) == "From then on"
    assert packet.section("issues").tables[0].rows == (Row(("Credit note",), CLIENT),)


@pytest.mark.parametrize("edition", [INTERNAL, CLIENT])
def test_a_packet_survives_json_unchanged(edition):
    packet = made(edition, owner="Olga Ortiz", due_on=DAY)

    assert loads(json.loads(json.dumps(dumps(packet)))) == packet


def test_equal_content_has_an_equal_hash():
    assert content_hash(made(INTERNAL)) == content_hash(made(INTERNAL))
    assert len(content_hash(made(INTERNAL))) == 64


def test_a_changed_word_changes_the_hash():
    changed = DRAFTS | {"work": Draft(notes=(Note("The bench is refitted."),))}

    assert content_hash(made(INTERNAL)) != content_hash(made(INTERNAL, changed))


@pytest.mark.parametrize("value", [datetime(2027, 3, 2, 10, tzinfo=UTC), 1.5, object()])
def test_a_packet_refuses_what_it_cannot_keep(value):
    drafts = {"cover": Draft(facts=(Fact(Message("Odd"), value),))}

    with pytest.raises(TypeError):
        dumps(made(INTERNAL, drafts))


def test_an_unknown_edition_or_section_is_refused():
    with pytest.raises(ValueError, match="edition"):
        made("press")
    with pytest.raises(ValueError, match="gossip"):
        made(INTERNAL, {"gossip": Draft()})


def test_json_of_something_else_is_refused():
    with pytest.raises(ValueError, match="no packet"):
        loads({"kind": "Money", "amount": 1, "currency": "USD"})
