import pytest

from transitions.rules.packets import begins_with, code_of

HASH = "10cbe245" + "f" * 56


def test_a_code_is_short_and_in_two_groups():
    assert code_of(HASH) == "10CB-E245"


@pytest.mark.parametrize(
    "typed", ["10CB-E245", "10cb e245", " 10CBE245 ", "lOcB-e245", "I0cb-e245", "10CB–E245", "10CB\u2011E245"]
)
def test_a_code_is_found_however_it_was_copied(typed):
    assert begins_with(typed) == "10cbe245"


@pytest.mark.parametrize(
    "typed", ["", "10CB", "10CB-E24Z", "10CB-E2455", "%%%%%%%%", "________", "１０CB-E245"]
)
def test_what_can_be_no_code_finds_nothing(typed):
    assert begins_with(typed) == ""
