"""A whole book as a question for `assign`, and its answer back in reps and clients."""

import random
import time
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from transitions.rules.assignment import Infeasible, assign
from transitions.rules.fit import AccountFacts, Period, RepFacts, fit, question
from transitions.rules.fit.weights import STANDARD

PERIOD = Period(date(2027, 3, 1), date(2027, 3, 15), date(2027, 6, 12))
LEAVER = RepFacts(99, "Olga", "senior", ("Retail",), ("Cloud",))
REPS = [
    RepFacts(1, "Ivan", "senior", ("Retail",), ("Cloud",), ("en", "de"), capacity=20, workload=2),
    RepFacts(2, "Bea", "mid", ("Energy",), ("Cloud",), ("en",), capacity=20, workload=4),
    RepFacts(3, "Jo", "junior", ("Retail",), (), ("en",), capacity=20),
]
ACCOUNTS = [
    AccountFacts(10, "Acme", "strategic", "Retail", ("Cloud",), load=8, outgoing=LEAVER),
    AccountFacts(11, "Acme East", "small", "Retail", load=1, parent=10, outgoing=LEAVER),
    AccountFacts(12, "Birch", "standard", "Energy", ("Cloud",), load=3, outgoing=LEAVER),
    AccountFacts(13, "Cedar", "small", "Retail", load=1, outgoing=LEAVER),
    AccountFacts(14, "Dale", "strategic", "Energy", load=8, outgoing=LEAVER),
]


def answered(reps=REPS, accounts=ACCOUNTS, **options):
    asked = question(reps, accounts, period=PERIOD, **options)
    found = assign(**asked.arguments(), time_limit_s=20, seed=1)
    return asked, found, {accounts[item].name: reps[agent].name for item, agent in enumerate(found.agent_of)}


def test_a_book_goes_to_those_who_fit_within_limits():
    _, found, who = answered()
    assert found.proven
    assert who["Acme"] == who["Acme East"] == "Ivan"
    assert who["Birch"] == who["Dale"] == "Bea"
    assert "Jo" not in (who["Acme"], who["Dale"])


def test_pins_and_exclusions_are_kept():
    _, _, who = answered(pinned={13: 2}, excluded={(2, 12)})
    assert who["Cedar"] == "Bea"
    assert who["Birch"] != "Bea"


def test_a_pin_against_a_limit_is_said_by_name():
    with pytest.raises(Infeasible, match="Acme, Acme East is pinned to Jo, who is ruled out"):
        answered(pinned={10: 3})


def test_the_number_of_new_strategic_clients_is_limited():
    weights = replace(STANDARD, most_strategic=1)
    _, _, who = answered(reps=[replace(REPS[0], capacity=90), REPS[1]], weights=weights)
    assert who["Acme"] != who["Dale"]
    with pytest.raises(Infeasible):
        answered(reps=[replace(REPS[0], strategic_new=1), REPS[1]], weights=weights)


def test_the_owner_and_those_involved_are_no_disruption():
    accounts = [replace(ACCOUNTS[3], owner=1, involved=frozenset({2}))]
    asked = question(REPS, accounts, period=PERIOD)
    assert asked.disruption[:, 0].tolist() == [0, 125, 250]


def test_the_matrices_say_the_same_as_the_words():
    asked = question(REPS, ACCOUNTS, period=PERIOD)
    weights = replace(STANDARD, parts={k: w for k, w in STANDARD.parts.items() if k != "workload"})
    for row, rep in enumerate(REPS):
        for column, account in enumerate(ACCOUNTS):
            found = fit(rep, account, period=PERIOD, weights=weights)
            assert asked.fit[row, column] == pytest.approx(found.total)
            full = fit(rep, account, period=PERIOD)
            reasons = [one for one in full.barred if "workload points" not in str(one)]
            assert bool(asked.forbidden[row, column]) == bool(reasons)


def large(reps, accounts):
    draw = random.Random(3)
    words = [f"word {number}" for number in range(20)]
    some = [
        RepFacts(
            number,
            f"R{number}",
            draw.choice(("mid", "senior")),
            tuple(draw.sample(words, 4)),
            utc_offset=1,
            workload=5,
        )
        for number in range(reps)
    ]
    return some, [
        AccountFacts(
            number,
            f"A{number}",
            "standard",
            draw.choice(words),
            utc_offset=1,
            load=2,
            outgoing=some[number % reps],
        )
        for number in range(accounts)
    ]


def test_five_hundred_accounts_and_forty_reps_are_put_in_well_under_a_second():
    reps, accounts = large(40, 500)
    began = time.monotonic()
    asked = question(reps, accounts, period=PERIOD)
    assert time.monotonic() - began < 1
    assert asked.cost.shape == (40, 500)
    assert np.isfinite(asked.cost).all()
