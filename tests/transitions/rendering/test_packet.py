from datetime import date
from decimal import Decimal

import pytest

from accounts.rules.text import Message
from transitions.documents.packet import (
    CLIENT,
    INTERNAL,
    Colophon,
    Column,
    Course,
    Draft,
    Fact,
    Milestone,
    Money,
    Note,
    Row,
    Stretch,
    Table,
    Waypoint,
    build,
)
from transitions.rendering.packet import body_html, index_html, print_html

DAY = date(2027, 3, 4)
COLOPHON = Colophon("Northwind Care", 3, "41c0e245", DAY, "Olga Ortiz")


def packet(edition=INTERNAL, language="en", **drafts):
    course = Course(
        (Stretch("prepare", Message("Prepare"), "now"),),
        (Waypoint("draft", Message("Draft"), 0, "prepare", DAY, done=True),),
        (Milestone("cutover", Message("Cutover"), DAY),),
    )
    return build(
        edition=edition, language=language, client="Ha <& Sons", drafts=drafts, owner="Olga", course=course
    )


def test_page_and_print_share_one_body():
    told = packet(work=Draft(notes=(Note("Bench refitted."),)))

    assert body_html(told) in print_html(told, COLOPHON)


@pytest.mark.parametrize(
    ("edition", "says"),
    [(INTERNAL, "There is more; see the app for the rest."), (CLIENT, "There is more; ask us for the rest.")],
)
def test_whoever_reads_only_a_part_learns_where_the_rest_is(edition, says):
    columns = (Column(Message("What"), CLIENT),)
    table = Table(Message("Wishes"), columns, (Row(("A bench",), CLIENT),), more=True, audience=CLIENT)
    long = Note("Bench …", shortened=True, audience=CLIENT)

    html = body_html(packet(edition, work=Draft(notes=(long,), tables=(table,))))

    assert html.count(says) == html.count("There is more") == 2


@pytest.mark.parametrize(("rows", "lines", "kept"), [(4, 1, True), (12, 1, False), (4, 4, False)])
def test_a_table_is_kept_on_one_page_only_while_it_is_small(rows, lines, kept):
    cell = tuple(f"line {number}" for number in range(lines))
    table = Table(Message("People"), (Column(Message("Who")),), (Row((cell,)),) * rows)

    assert ('<table class="short">' in body_html(packet(people=Draft(tables=(table,))))) == kept


@pytest.mark.parametrize(
    ("word", "broken"), [("Donaudampfschiff", False), ("https://example.com/" + "q" * 30, True)]
)
def test_only_a_long_word_is_looked_at_letter_by_letter_for_a_place_to_break(word, broken):
    table = Table(Message("Wishes"), (Column(Message("What"), shape="wide"),), (Row((word,)),))

    assert ('<td class="wide long">' in body_html(packet(work=Draft(tables=(table,))))) == broken


def test_the_index_says_why_also_where_it_may_not_say_of_whom():
    failed = [{"account": "Acme", "reason": "Too long."}, {"account": "", "reason": "Not yours any more."}]

    html = index_html([], failed, language="en")

    assert "<li>Acme: Too long.</li>" in html
    assert "<li>Not yours any more.</li>" in html


def test_what_people_typed_is_text():
    told = packet(work=Draft(notes=(Note("<script>x</script> {{ 7 }}\nsecond line"),)))

    html = body_html(told)

    assert "&lt;script&gt;x&lt;/script&gt; {{ 7 }}<br>second line" in html
    assert "<h1>Ha &lt;&amp; Sons</h1>" in html


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("see https://example.com/a", 'href="https://example.com/a"'),
        ("ask olga@example.com", 'href="mailto:olga@example.com"'),
    ],
)
def test_addresses_become_links(text, link):
    assert link in body_html(packet(work=Draft(notes=(Note(text),))))


@pytest.mark.parametrize("text", ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x"])
def test_other_addresses_stay_text(text):
    html = body_html(packet(work=Draft(notes=(Note(text),))))

    assert text in html
    assert f'href="{text}' not in html


def test_dates_and_money_speak_the_packets_language():
    facts = (
        Fact(Message("Renewal"), DAY),
        Fact(Message("Yearly value"), Money(Decimal("1234567.50"), "EUR")),
        Fact(Message("Employees"), 12345),
    )

    english = body_html(packet(contract=Draft(facts=facts)))
    german = body_html(packet(language="de", contract=Draft(facts=facts)))

    assert [text for text in ("4 Mar 2027", "€1,234,567.50", "12,345") if text not in english] == []
    assert [text for text in ("März 2027", "1.234.567,50\u00a0€", "12.345") if text not in german] == []


def test_what_is_unknown_says_so_and_what_is_not_due_does_not():
    table = Table(
        Message("Meetings"),
        (Column(Message("What")), Column(Message("Who")), Column(Message("Done"), optional=True)),
        (Row(("Call", None, None)),),
    )

    html = body_html(packet(cadence=Draft(tables=(table,))))

    assert html.count("not recorded") == 1


def test_the_client_edition_has_no_drawing_no_gaps_and_no_sign_off():
    told = packet(CLIENT, work=Draft(notes=(Note("Bench refitted.", audience=CLIENT),)))

    html = print_html(told, COLOPHON)

    assert "Bench refitted." in html
    assert [word for word in ("<svg", "Missing", "Read and accepted", "Internal") if word in html] == []


def test_the_drawing_has_no_line_of_today():
    html = body_html(packet())

    assert 'class="timeline"' in html
    assert "tl-today" not in html


def test_the_colophon_stands_around_the_content():
    html = print_html(packet(), COLOPHON)

    assert "Version 3 · 41c0e245 · made on 4 Mar 2027 by Olga Ortiz" in html
    assert 'content="2027-03-04"' in html
    assert "41c0e245" not in body_html(packet())


@pytest.mark.parametrize(("country", "paper"), [("US", "letter"), ("NO", "a4"), ("", "a4")])
def test_paper_follows_the_country(country, paper):
    assert f'<body class="{paper} internal">' in print_html(packet(), COLOPHON, country=country)
