from accounts import models
from transitions.rules.support import CAPACITIES, STANDINGS, Handed, standing


def test_the_words_for_support_are_those_of_the_accounts():
    assert {key: str(words) for key, words in models.CAPACITIES.items()} == CAPACITIES


def test_who_stays_is_not_asked_and_who_has_left_cannot_say():
    told = {
        standing(Handed(taken=False)): "stays",
        standing(Handed(taken=True)): "asked",
        standing(Handed(taken=True, said=True)): "said",
        standing(Handed(taken=True, said=True, left=True)): "departed",
        standing(Handed(taken=False, left=True)): "departed",
        standing(Handed(taken=True, left=True, moved=True)): "moved",
    }

    assert all(found == expected for found, expected in told.items())
    assert set(told) == set(STANDINGS)
