"""`assign` against every assignment there is, and against solvers that fail it."""

import sys
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.bench.assignment import book
from transitions.rules.assignment import Imbalance, Infeasible, TooLarge, assign

from .brute import best_of, broken, value_of

SMALL = {"time_limit_s": 20, "seed": 1}
HANGS = (sys.executable, "-c", "import time; time.sleep(600)")
DIES = (sys.executable, "-c", "import os; os.abort()")
LIES = (
    sys.executable,
    "-c",
    """if True:
    import json, sys
    print(json.dumps({"agent_of": [0] * 40}), json.dumps({"agent_of": [9] * 40}), sep="\\n")
    print("nonsense", json.dumps({"ended": "optimal"}), sep="\\n", flush=True)
    """,
)


@st.composite
def questions(draw, decimals=False):
    """Small questions with every kind of limit, most of them tight."""
    agents, items = draw(st.integers(1, 3)), draw(st.integers(1, 6))
    number = st.integers(1, 9)
    loads = st.decimals(1, 9, places=1).map(float) if decimals else number
    cost = [[draw(st.integers(-5, 30)) for _ in range(items)] for _ in range(agents)]
    load = [[draw(loads) for _ in range(items)] for _ in range(agents)]
    each = sum(map(sum, load)) / agents / agents
    capacity = [
        round(each * draw(st.sampled_from([0.8, 1.0, 1.2, 2.0])) + draw(number)) for _ in range(agents)
    ]
    item, agent = st.integers(0, items - 1), st.integers(0, agents - 1)
    question = {"cost": cost, "load": load, "capacity": capacity}
    if draw(st.booleans()):
        question["forbidden"] = draw(st.lists(st.tuples(agent, item), max_size=3))
    if draw(st.integers(0, 3)) == 0:
        question["pinned"] = {draw(item): draw(agent)}
    if draw(st.booleans()):
        question["groups"] = draw(st.lists(st.lists(item, min_size=1, max_size=3, unique=True), max_size=2))
    if draw(st.booleans()):
        most = draw(
            st.one_of(st.integers(0, 3), st.lists(st.integers(0, 3), min_size=agents, max_size=agents))
        )
        question["side"] = [(draw(st.lists(item, min_size=1, max_size=5, unique=True)), most)]
    if draw(st.booleans()):
        base = [draw(st.integers(0, 5)) for _ in range(agents)] if draw(st.booleans()) else ()
        points = draw(st.sampled_from([[(0, 0), (0.5, 0), (1, 20)], [(0, 6), (0.5, 0), (0.8, 3), (1, 30)]]))
        question["imbalance"] = Imbalance(points, base=base)
    return question


def held_against_all(question, **options):
    best = best_of(question)
    if best is None:
        with pytest.raises(Infeasible) as caught:
            assign(**question, **SMALL, **options)
        assert caught.value.reasons
        assert all(str(reason.message) for reason in caught.value.reasons)
        return None
    found = assign(**question, **SMALL, **options)
    assert broken(question, found.agent_of) == []
    assert found.value == pytest.approx(value_of(question, found.agent_of))
    assert found.bound <= best + 1e-6
    return found, best


@settings(max_examples=40)
@given(questions())
def test_the_answer_is_the_best_there_is_or_there_is_none(question):
    if answer := held_against_all(question):
        found, best = answer
        assert found.value == pytest.approx(best)
        assert found.proven


@settings(max_examples=15)
@given(questions(decimals=True))
def test_loads_that_are_no_integers_keep_the_limits_as_well(question):
    if answer := held_against_all(question):
        assert answer[0].value == pytest.approx(answer[1])


@settings(max_examples=40)
@given(questions())
def test_without_highs_limits_and_bound_hold_just_the_same(question):
    best = best_of(question)
    try:
        found = assign(**question, time_limit_s=0.4, seed=1, worker=None)
    except Infeasible as error:
        found = error
    if isinstance(found, Infeasible):
        assert best is None or not found.proven
        return
    assert broken(question, found.agent_of) == []
    assert found.bound <= best + 1e-6
    assert found.value >= best - 1e-6


def hard(agents=8, items=40, seed=3):
    """A question that is not settled before HiGHS is asked."""
    draw = np.random.default_rng(seed)
    load = draw.integers(1, 101, (agents, items))
    cost = 111 - load + draw.integers(-10, 11, (agents, items))
    return {"cost": cost, "load": load, "capacity": (0.8 * load.sum(1) / agents).astype(int)}


@pytest.mark.parametrize("worker", [HANGS, DIES, LIES, ("/no/such/solver",), None])
def test_a_solver_that_hangs_dies_or_lies_costs_time_and_nothing_else(worker):
    question, began = hard(), time.monotonic()
    found = assign(**question, time_limit_s=2, seed=1, worker=worker)
    assert time.monotonic() - began < 3.5
    assert broken(question, found.agent_of) == []
    assert found.value == value_of(question, found.agent_of)
    assert found.method == "search"
    assert found.bound <= found.value


def test_highs_proves_what_the_search_alone_does_not():
    """The control of the test before: with the real solver the same question gets an answer of HiGHS."""
    alone = assign(**hard(4, 16, seed=4), time_limit_s=0.5, seed=1, worker=DIES)
    found = assign(**hard(4, 16, seed=4), time_limit_s=60, seed=1)
    assert not alone.proven
    assert found.proven
    assert alone.bound <= found.value <= alone.value


def test_no_process_is_left_when_time_is_up(monkeypatch):
    from transitions.rules.assignment import process

    started = []
    original = process.Child

    def noted(command, mode):
        started.append(original(command, mode))
        return started[-1]

    monkeypatch.setattr(process, "Child", noted)
    assign(**hard(), time_limit_s=1, seed=1, worker=HANGS)
    assert started
    assert all(child.process.poll() is not None for child in started)


def test_the_first_answer_is_told_at_once_and_better_ones_as_they_come():
    told = []
    found = assign(**hard(), time_limit_s=4, seed=1, on_better=told.append)
    assert told[0].seconds < 2
    assert [one.value for one in told] == sorted((one.value for one in told), reverse=True)
    assert told[-1].value == found.value
    assert all(broken(hard(), one.agent_of) == [] for one in told)


def test_it_stops_when_the_gap_is_small_enough():
    found = assign(**hard(), time_limit_s=60, seed=1, gap_goal=0.5)
    assert found.gap <= 0.5
    assert found.seconds < 30


def test_the_same_question_has_the_same_answer():
    first, second = (assign(**hard(4, 20, seed=4), time_limit_s=30, seed=7) for _ in range(2))
    assert first.agent_of == second.agent_of


def test_nothing_to_assign_is_assigned():
    found = assign(np.zeros((2, 0)), np.zeros((2, 0)), [1, 1], **SMALL)
    assert found.agent_of == ()
    assert found.value == found.bound == 0


@pytest.mark.parametrize(
    "changed",
    [
        {"cost": [[1, float("nan")], [1, 1]]},
        {"load": [[1, -1], [1, 1]]},
        {"load": [[1, 1]]},
        {"capacity": [1]},
        {"pinned": {0: 7}},
        {"groups": [[0, 5]]},
        {"forbidden": [(3, 0)]},
        {"side": [([9], 1)]},
        {"imbalance": Imbalance([(0, 1), (0.5, 2), (1, 0)])},
        {"imbalance": Imbalance([(0, 1)])},
    ],
)
def test_malformed_questions_are_refused(changed):
    with pytest.raises(ValueError, match=r"\w"):
        assign(
            **({"cost": [[1, 1], [1, 1]], "load": [[1, 1], [1, 1]], "capacity": [2, 2]} | changed), **SMALL
        )


def test_too_large_a_book_is_refused_with_a_reason():
    many = np.ones((1000, 4001))
    with pytest.raises(TooLarge, match="Divide the book"):
        assign(many, many, np.ones(1000), **SMALL)


def test_a_book_with_every_kind_of_limit_keeps_them_all():
    question = book(200, 20, seed=6)
    told = []
    found = assign(**question, time_limit_s=6, seed=1, gap_goal=0.01, on_better=told.append)
    question["forbidden"] = list(zip(*np.nonzero(question["forbidden"]), strict=True))
    question["side"] = [(limit.items, limit.most) for limit in question["side"]]
    assert all(broken(question, one.agent_of) == [] for one in [*told, found])
    assert found.value == pytest.approx(value_of(question, found.agent_of))
    assert found.gap < 0.05


def test_a_large_book_is_answered_in_time():
    draw = np.random.default_rng(5)
    load = np.tile(draw.integers(1, 9, 3000), (60, 1)).astype(float)
    question = {"cost": draw.integers(0, 1000, (60, 3000)), "load": load, "capacity": np.full(60, 300.0)}
    began = time.monotonic()
    found = assign(**question, time_limit_s=8, seed=1)
    assert time.monotonic() - began < 11
    assert broken(question, found.agent_of) == []
    assert found.gap < 0.05
