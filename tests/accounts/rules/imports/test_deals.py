from datetime import date
from decimal import Decimal

import pytest

from accounts.rules.imports.deals import (
    Deal,
    last_twelve_months,
    outcome_of,
    owner_of,
    records,
    tiers,
    yearly_values,
)


def deal(account="acme", agent="Olga", outcome="won", closed=date(2027, 3, 1), value="100", opened=None):
    return Deal(account, agent, outcome, opened, closed if outcome != "open" else None, Decimal(value))


@pytest.mark.parametrize(
    ("stage", "outcome"),
    [
        ("Won", "won"),
        ("Closed Won", "won"),
        ("closedwon", "won"),
        ("Lost", "lost"),
        ("Closed-Lost", "lost"),
        ("Prospecting", "open"),
        ("Won't do", "open"),
    ],
)
def test_stages_of_the_usual_crms_are_understood(stage, outcome):
    assert outcome_of(stage) == outcome


def test_the_year_ends_with_the_last_close_in_the_data():
    deals = [deal(closed=date(2028, 2, 29)), deal(outcome="open")]

    assert last_twelve_months(deals) == (date(2027, 3, 1), date(2028, 2, 29))
    assert last_twelve_months([deal(outcome="open")]) is None


def test_a_yearly_value_is_what_was_won_in_the_last_twelve_months():
    deals = [
        deal(value="100"),
        deal(value="30.50", closed=date(2026, 3, 2)),
        deal(value="7", closed=date(2026, 3, 1)),  # a year and a day before the last close
        deal(value="1000", outcome="lost"),
        deal(value="1000", outcome="open"),
        deal(account="beta", value="9", outcome="lost"),
    ]

    assert yearly_values(deals) == {"acme": Decimal("130.50"), "beta": Decimal("0.00")}


@pytest.mark.parametrize(
    ("deals", "owner"),
    [
        ([deal(agent="A", value="10"), deal(agent="B", value="11")], "B"),
        ([deal(agent="A"), deal(agent="B"), deal(agent="B", outcome="open")], "B"),
        ([deal(agent="A"), deal(agent="B"), deal(agent="B", outcome="lost")], "B"),
        ([deal(agent="B"), deal(agent="A")], "A"),
        ([deal(agent="A", value="900", closed=date(2025, 1, 1)), deal(agent="B", value="1")], "B"),
    ],
)
def test_the_owner_is_who_won_most_then_has_most_open_then_most_deals_then_the_alphabet(deals, owner):
    assert owner_of(records(deals)["acme"]) == owner


def test_an_owner_is_one_since_the_first_deal_they_opened():
    deals = [
        deal(opened=date(2026, 5, 1)),
        deal(opened=date(2025, 5, 1)),
        deal(agent="Ivan", opened=date(2020, 1, 1)),
    ]

    assert records(deals)["acme"]["Olga"].since == date(2025, 5, 1)


def test_tiers_are_shares_of_the_accounts_in_order_of_their_value():
    values = {str(number): Decimal(number) for number in range(1, 21)} | {"none": None, "zero": Decimal(0)}

    derived = tiers(values)

    assert [name for name, tier in derived.items() if tier == "strategic"] == ["18", "19", "20"]
    assert [name for name, tier in derived.items() if tier == "small"] == [
        *(str(number) for number in range(1, 8)),
        "none",
        "zero",
    ]


def test_equal_values_get_equal_tiers_and_no_values_at_all_are_standard():
    assert set(tiers({name: Decimal(5) for name in "abcdef"}).values()) == {"strategic"}
    assert tiers({"a": None, "b": Decimal(0)}) == {"a": "standard", "b": "standard"}
