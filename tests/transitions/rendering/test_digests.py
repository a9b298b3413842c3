import re
from dataclasses import replace
from datetime import date, timedelta

from accounts.rules.text import Message
from transitions.documents.digests import MOST_ITEMS, Item, Reading, build
from transitions.rendering.digests import written

TODAY = date(2027, 3, 2)
DAY = timedelta(days=1)
OLGA = Reading(
    name="Olga Ortiz",
    language="en",
    hour=8,
    organisation="Northwind Care",
    colour="#1f5c5a",
    day_url="https://handover.example.com/",
    settings_url="https://handover.example.com/reminders/",
    unsubscribe_url="https://handover.example.com/unsubscribe/1/2/",
)


def item(title: str, due_on: date = TODAY, **fields) -> Item:
    return Item("step", Message(title), "Acme", due_on, "https://handover.example.com/plans/1/", **fields)


def digest(*owed: Item, others: tuple[Item, ...] = (), reading: Reading = OLGA):
    return build(on=TODAY, reading=reading, owed=owed, others=others)


def test_sections_hold_what_they_say_in_order_and_empty_ones_are_left_out():
    found = digest(item("C", TODAY + DAY), item("B", TODAY - DAY), item("A", TODAY - 2 * DAY), item("D"))

    assert [(section.key, [one.title.msgid for one in section.items]) for section in found.sections] == [
        ("late", ["A", "B"]),
        ("today", ["D"]),
        ("week", ["C"]),
    ]


def test_what_waits_for_ones_word_and_what_has_come_up_stand_apart():
    found = digest(
        item("Call the CFO"),
        item("Approve the message", TODAY - DAY, asks=True),
        Item("risen", Message("Hand over the notes"), "Acme", TODAY - 9 * DAY, "https://x.example/"),
    )

    assert [section.key for section in found.sections] == ["today", "waiting", "risen"]
    assert (found.late, found.today) == (2, 1)


def test_a_long_list_says_how_much_was_left_out():
    found = digest(*[item(f"Step {number}") for number in range(MOST_ITEMS + 7)])

    assert (len(found.sections[0].items), found.today) == (MOST_ITEMS, MOST_ITEMS + 7)
    assert "and 7 more" in written(found).text
    assert "and 7 more" in written(found).html


def test_of_what_others_owe_little_is_said_and_what_came_up_last_stands_first():
    risen = [
        Item("risen", Message(f"Step {days}"), "Acme", TODAY - 30 * DAY, "", risen_on=TODAY - days * DAY)
        for days in range(20, 0, -1)
    ]

    [came_up] = digest(*risen).sections

    assert [item.title.msgid for item in came_up.items] == [f"Step {days}" for days in range(1, 13)]
    assert came_up.more == 8


def test_subjects_count_what_is_due():
    late, due = item("A", TODAY - DAY), item("B")

    subjects = [written(digest(*owed)).subject for owed in ([due], [due, due], [late], [late, late, due])]

    assert subjects == [
        "1 thing is due today",
        "2 things are due today",
        "1 thing is overdue",
        "Due today: 1, overdue: 2",
    ]


def test_the_text_reads_well_alone():
    found = digest(
        item("Announce the change", TODAY - 4 * DAY),
        item("Weekly check-in", number=3),
        Item(
            "request", Message("Correct the invoice"), "Globex", TODAY, "https://x.example/", escalated=True
        ),
        others=(item("Read the packet", TODAY - DAY, owner="Ivan Ilic"),),
    )

    assert (
        written(found).text
        == """\
Hello Olga Ortiz,

Tuesday 2 March 2027. Due today: 2, overdue: 1.

Overdue (1)

- Announce the change
  Acme
  Fri 26 Feb (4 days ago)
  https://handover.example.com/plans/1/

Today (2)

- Weekly check-in, no. 3
  Acme
  https://handover.example.com/plans/1/

- Correct the invoice
  Globex, Client request, escalated
  https://x.example/

Others owe your plans (1)

- Read the packet
  Acme, Ivan Ilic
  Mon 1 Mar (yesterday)
  https://handover.example.com/plans/1/

Open my day:
https://handover.example.com/

--
Northwind Care
This comes at most once a day, at 08:00, and only while something is due.
Choose when and where it comes: https://handover.example.com/reminders/
Stop these mails: https://handover.example.com/unsubscribe/1/2/
"""
    )


def test_html_and_text_tell_the_same_story():
    mail = written(digest(item("Announce the change", TODAY - DAY), item("Call the CFO", owner="Ivan Ilic")))
    said = re.sub(r"\s+", " ", re.sub(r"<style.*?</style>|<[^>]+>", " ", mail.html, flags=re.S))

    for words in (
        "Hello Olga Ortiz,",
        "Announce the change",
        "Call the CFO",
        "Ivan Ilic",
        "yesterday",
        "Overdue",
    ):
        assert words in mail.text
        assert words in said
    assert set(re.findall(r'href="([^"]+)"', mail.html)) == set(re.findall(r"https://\S+", mail.text))


def test_the_html_loads_nothing_and_knows_the_dark():
    html = written(digest(item("Call the CFO"))).html

    assert "prefers-color-scheme: dark" in html
    assert not re.search(r"<(img|link|script|iframe|form)\b|\burl\(|@import|@font-face", html)
    assert 'style="' in html


def test_names_are_inert_in_html_and_themselves_in_text():
    hostile = "<script>alert(1)</script> {{ 7 }} & 100 %s"

    mail = written(digest(item(hostile), reading=replace(OLGA, name=hostile, organisation=hostile)))

    assert "<script" not in mail.html
    assert mail.text.count(hostile) == 3


def test_the_language_is_the_readers_whatever_is_active():
    mail = written(digest(item("Call the CFO"), reading=replace(OLGA, language="de")))

    assert "2. März 2027" in mail.text or "2 März 2027" in mail.text
    assert '<html lang="de"' in mail.html
