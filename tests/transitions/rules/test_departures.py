"""What a proposal adds up to, how ready one would be, and sentences kept as data."""

from datetime import date

import pytest

from accounts.rules.text import Message, ngettext_noop
from transitions.rules.departures import (
    Figures,
    in_filter,
    packed,
    readiness,
    single_threaded,
    stays_with_leaver,
    unpacked,
    usual_mode,
)


def test_a_sentence_survives_being_kept_with_its_numbers_dates_and_inner_sentences():
    inner = Message("capacity")
    told = Message.counted(
        ngettext_noop("%(n)d of %(what)s on %(on)s", "%(n)d of %(what)s on %(on)s"),
        {"n": 2, "what": inner, "on": date(2027, 3, 2)},
        count="n",
    )

    assert unpacked(packed(told)) == told


@pytest.mark.parametrize(
    ("accounts", "single", "undocumented", "uncovered", "grade"),
    [(0, 0, 0, 0, "A"), (10, 0, 0, 0, "A"), (10, 10, 0, 0, "C"), (10, 0, 9, 0, "A"), (10, 10, 9, 10, "E")],
)
def test_readiness_falls_with_what_is_missing(accounts, single, undocumented, uncovered, grade):
    found = readiness(accounts=accounts, single=single, undocumented=undocumented, uncovered=uncovered)

    assert found.grade == grade
    assert bool(found.reasons) == bool(single or undocumented or uncovered)


@pytest.mark.parametrize(
    ("contacts", "knowers", "single"),
    [(0, [], True), (1, [7, 8], True), (2, [7], True), (2, [], True), (2, [7, 8], False), (2, [8], False)],
)
def test_a_client_hangs_on_one_thread_where_nobody_else_knows_them(contacts, knowers, single):
    assert single_threaded(contacts, knowers, 7) is single


def test_a_filter_wants_one_of_its_values_in_each_dimension():
    account = {"tier": "small", "team": 3, "industry": "retail", "country": "DE"}

    assert in_filter({}, **account)
    assert in_filter({"tier": ["small", "standard"], "country": []}, **account)
    assert not in_filter({"tier": ["small"], "team": [4]}, **account)


def test_what_falls_due_while_the_leaver_is_here_stays_theirs():
    today, last = date(2027, 3, 2), date(2027, 3, 12)

    assert stays_with_leaver(date(2027, 3, 12), last, today)
    assert not stays_with_leaver(date(2027, 3, 13), last, today)
    assert not stays_with_leaver(date(2027, 3, 1), last, today)
    assert not stays_with_leaver(None, last, today)
    assert not stays_with_leaver(date(2027, 3, 2), date(2027, 3, 1), today)


def test_notice_decides():
    assert usual_mode(date(2027, 3, 12), date(2027, 3, 12)) == "soft"
    assert usual_mode(date(2027, 3, 13), date(2027, 3, 12)) == "hard"


def test_figures_survive_a_column_and_what_a_newer_version_added():
    figures = Figures(accounts=3, fit=0.5, revenue={"7": "12.30"})

    assert Figures.unpacked({**figures.packed(), "unheard_of": 1}) == figures
