"""The bound holds whatever the question, and comes near the linear relaxation."""

import numpy as np
import pytest
from hypothesis import given, settings

from transitions.rules.assignment.bound import lower_bound, rounded
from transitions.rules.assignment.knapsack import knapsack_bounds
from transitions.rules.assignment.model import prepare

from .brute import best_of
from .test_solve import questions


@settings(max_examples=150)
@given(questions())
def test_no_assignment_is_below_the_bound(question):
    problem = prepare(**question)
    best = best_of(question)
    if best is not None:
        assert rounded(problem, lower_bound(problem).value) <= best + 1e-6


@settings(max_examples=100)
@given(questions())
def test_no_assignment_is_below_the_bound_of_the_knapsacks(question):
    problem = prepare(**question)
    best = best_of(question)
    if best is not None:
        linear = lower_bound(problem)
        for found, part in knapsack_bounds(problem, linear, value=best, rounds=40):
            assert rounded(problem, found) <= best + 1e-6
            assert part.shape == (problem.units,)


def test_the_knapsacks_raise_the_bound_where_little_fits_beside_each_other():
    """Three items of 2, two agents of 3: neither takes two, so one item is left to the dear third agent."""
    problem = prepare([[0, 0, 0], [0, 0, 0], [9, 9, 9]], [[2, 2, 2]] * 3, [3, 3, 9])
    linear = lower_bound(problem)
    assert linear.value < 1
    assert max(found for found, _ in knapsack_bounds(problem, linear, value=9)) == pytest.approx(9, abs=0.1)


def test_it_reaches_the_linear_relaxation_where_that_is_known():
    """Two agents of 3, three items of 2: half of one item must go where it costs 10 more."""
    problem = prepare([[0, 0, 0], [10, 10, 10]], [[2, 2, 2], [2, 2, 2]], [3, 9])
    assert lower_bound(problem).value == pytest.approx(15, abs=0.01)
    assert rounded(problem, 14.2) == 15


def test_it_ends_when_its_time_is_up():
    problem = prepare(np.ones((5, 50)), np.ones((5, 50)), np.full(5, 8.0))
    assert np.isfinite(lower_bound(problem, until=0).value)
