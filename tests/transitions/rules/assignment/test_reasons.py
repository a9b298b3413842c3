"""What cannot be placed is named, with what would free it."""

import pytest

from transitions.rules.assignment import Infeasible, assign

NAMES = {"item_names": ["Acme", "Birch", "Cedar"], "agent_names": ["Ivan", "Bea"]}


def refused(**changed):
    question = {"cost": [[1, 2, 3], [3, 2, 1]], "load": [[2, 2, 2], [2, 2, 2]], "capacity": [4, 4]} | changed
    with pytest.raises(Infeasible) as caught:
        assign(**question, **NAMES, time_limit_s=10, seed=1)
    return caught.value


@pytest.mark.parametrize(
    ("changed", "kind", "items", "agents", "short"),
    [
        ({"capacity": [3, 2]}, "capacity", (0, 1, 2), (), 1),
        ({"forbidden": [(0, 1), (1, 1)]}, "forbidden", (1,), (), 0),
        ({"load": [[2, 9, 2], [2, 6, 2]]}, "size", (1,), (1,), 2),
        ({"pinned": {0: 1}, "forbidden": [(1, 0)]}, "pin_forbidden", (0,), (1,), 0),
        ({"pinned": {0: 1}, "load": [[2, 2, 2], [7, 2, 2]]}, "pin_capacity", (0,), (1,), 3),
        ({"pinned": {0: 0}, "side": [([0, 1], [0, 2])]}, "pin_limit", (0,), (0,), 1),
        ({"pinned": {0: 0, 1: 0, 2: 0}}, "pins_capacity", (0, 1, 2), (0,), 2),
        ({"pinned": {0: 0, 1: 0}, "side": [([0, 1], [1, 2])]}, "pins_limit", (0, 1), (0,), 1),
        ({"pinned": {0: 0, 1: 1}, "groups": [[0, 1]]}, "pins_differ", (0, 1), (0, 1), 0),
        ({"groups": [[0, 1]], "forbidden": [(0, 0), (1, 1)]}, "group", (0, 1), (), 0),
        ({"groups": [[0, 1, 2]]}, "size", (0, 1, 2), (0,), 2),
        ({"side": [([0, 1, 2], 1)]}, "limits", (0, 1, 2), (), 1),
        ({"side": [([0], 0)]}, "limit", (0,), (0,), 1),
    ],
)
def test_a_contradiction_names_items_agents_and_what_is_short(changed, kind, items, agents, short):
    error = refused(**changed)
    assert error.proven
    reason = error.reasons[0]
    assert (reason.kind, reason.items, reason.agents, reason.short) == (kind, items, agents, short)
    assert str(reason.message)


def test_what_only_a_search_finds_out_is_proven_by_highs():
    """Three items of 3 do not fit two agents of 5, though 10 is more than 9."""
    error = refused(load=[[3, 3, 3], [3, 3, 3]], capacity=[5, 5])
    assert error.proven
    assert [reason.kind for reason in error.reasons] == ["left_over"]
    assert error.reasons[0].short == 1
    assert error.agent_of.count(-1) == 1
    assert "1 more capacity at" in str(error.reasons[0].message)


def test_without_highs_it_is_said_that_nothing_is_proven():
    with pytest.raises(Infeasible) as caught:
        assign([[1, 1, 1]] * 2, [[3, 3, 3]] * 2, [5, 5], **NAMES, time_limit_s=1, seed=1, worker=None)
    assert not caught.value.proven
    assert [reason.kind for reason in caught.value.reasons] == ["left_over"]


def test_giving_what_the_reason_asks_for_frees_the_item():
    error = refused(load=[[3, 3, 3], [3, 3, 3]], capacity=[5, 5])
    capacity = [5.0, 5.0]
    capacity[error.reasons[0].agents[0]] += error.reasons[0].short
    found = assign([[1, 2, 3], [3, 2, 1]], [[3, 3, 3]] * 2, capacity, time_limit_s=10, seed=1)
    assert found.proven


def test_reasons_call_accounts_and_reps_by_name():
    error = refused(pinned={0: 1}, forbidden=[(1, 0)])
    assert str(error) == "Acme is pinned to Bea, who is ruled out for it. Release the pin or allow the pair."
