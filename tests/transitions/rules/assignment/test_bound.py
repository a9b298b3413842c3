"""The bound holds whatever the question, and comes near the linear relaxation."""

import numpy as np
import pytest
from hypothesis import given, settings

from transitions.rules.assignment.bound import lower_bound, rounded
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


def test_it_reaches_the_linear_relaxation_where_that_is_known():
    """Two agents of 3, three items of 2: half of one item must go where it costs 10 more."""
    problem = prepare([[0, 0, 0], [10, 10, 10]], [[2, 2, 2], [2, 2, 2]], [3, 9])
    assert lower_bound(problem).value == pytest.approx(15, abs=0.01)
    assert rounded(problem, 14.2) == 15


def test_it_ends_when_its_time_is_up():
    problem = prepare(np.ones((5, 50)), np.ones((5, 50)), np.full(5, 8.0))
    assert np.isfinite(lower_bound(problem, until=0).value)
