from accounts.models import ContactLevel, ContactRole, Tier
from transitions.rules import record


def test_the_words_of_the_record_are_those_of_the_accounts():
    for choices in (Tier, ContactLevel, ContactRole):
        for value, label in choices.choices:
            assert record.WORDS[value] == str(label)


def test_a_fingerprint_tells_values_apart_and_nothing_from_empty():
    assert record.mark("a", "b") == record.mark("a", "b")
    marks = {record.mark(), record.mark(None), record.mark(""), record.mark("a", "b"), record.mark("ab")}
    assert len(marks) == 5


def test_a_check_stands_until_the_value_is_another():
    assert record.standing("confirmed", "x", "x") == "confirmed"
    assert record.standing("corrected", "x", "y") == "changed"
    assert record.standing("asked", "x", "y") == "asked"
    assert record.standing("", "", "y") == "open"


def test_a_value_is_said_in_one_line_whatever_was_typed():
    parts = (("word", "Strategic"), ("text", "100 %s {x} <b>"), ("day", "2027-03-02"))

    assert str(record.said(parts)) == "Strategic · 100 %s {x} <b> · 2027-03-02"
    assert str(record.said(())) == ""


def test_who_checks_depends_on_the_mode():
    assert record.checks({"outgoing"}, "soft")
    assert not record.checks({"incoming", "interim"}, "soft")
    assert record.checks({"interim"}, "hard")
    assert record.checks({"incoming"}, "hard")
