from dataclasses import replace

import pytest

from accounts.models.base import StaleVersion
from accounts.selectors.organisation import organisation
from tests.factories import NOW, make_rep
from transitions.models import FitWeights, StandingCover
from transitions.rules.fit import STANDARD
from transitions.selectors.candidates import candidates_of
from transitions.selectors.fit import weights_in_force, weights_of_version
from transitions.services import departures, fit

INDUSTRY_ONLY = replace(STANDARD, parts=dict.fromkeys(STANDARD.parts, 0.0) | {"industry": 10.0})


def publish(cast, weights=INDUSTRY_ONLY, **changes):
    wanted = {"why": "We sell by industry.", "over": weights_in_force().version} | changes
    return fit.publish_weights(weights=weights, by=cast.ada, now=NOW, **wanted)


@pytest.mark.django_db
def test_until_somebody_publishes_what_the_product_comes_with_counts():
    assert weights_in_force() == STANDARD


def test_what_is_published_is_the_next_version_and_counts(cast):
    row = publish(cast)

    assert (row.version, row.published_by) == (2, cast.ada)
    assert weights_in_force() == replace(INDUSTRY_ONLY, version=2)
    assert weights_of_version(1) == STANDARD


def test_candidates_are_judged_by_it_and_say_which(cast, plan):
    for person in (cast.ivan, cast.bea):
        person.rep.seniority = "senior"
        person.rep.save()
    plan.account.industry = "retail"
    plan.account.save()
    expert = make_rep("Rita Retail", team=cast.east, seniority="mid", industries=["retail"])
    publish(cast)

    found = candidates_of(plan, cast.users["vera"], NOW, ours=organisation())

    assert (found.found[0].name, found.found[0].score) == (expert.name, 100)
    assert found.version == 2


def test_standing_cover_is_counted_anew(cast, account):
    departures.keep_covers(now=NOW)
    assert departures.keep_covers(now=NOW) == 0
    assert StandingCover.objects.exists()

    publish(cast)

    assert departures.keep_covers(now=NOW) > 0


@pytest.mark.parametrize(
    ("weights", "changes", "field"),
    [
        (INDUSTRY_ONLY, {"why": " "}, "why"),
        (STANDARD, {}, ""),
        (replace(STANDARD, parts=dict.fromkeys(STANDARD.parts, 0.0)), {}, ""),
        (replace(STANDARD, new_until=900), {}, ""),
        (replace(STANDARD, imbalance=((0.0, 1.0), (1.0, 0.0))), {}, ""),
        (replace(STANDARD, floor=STANDARD.floor | {"small": "principal"}), {}, ""),
    ],
)
def test_what_cannot_be_used_is_refused_and_nothing_is_published(cast, weights, changes, field):
    with pytest.raises(fit.WeightsRefused) as refused:
        publish(cast, weights, **changes)

    assert [name for name, _words in refused.value.problems] == [field]
    assert not FitWeights.objects.exists()


def test_the_later_of_two_administrators_is_told(cast):
    publish(cast)

    with pytest.raises(StaleVersion):
        publish(cast, replace(STANDARD, disruption=0.5), over=1)
    assert FitWeights.objects.count() == 1
