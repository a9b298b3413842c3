"""Extras of the first ninety days: planned, budgeted, done, taken well or not."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from accounts.models.base import StaleVersion
from tests.factories import NOW, TODAY
from transitions.documents.day import DueItem
from transitions.models import Extra
from transitions.selectors import care as selectors
from transitions.selectors.plans import due_items
from transitions.services import care, plans

SOON = TODAY + timedelta(days=3)


def add(plan, cast, **fields) -> Extra:
    given = {
        "what": "A seat in the training",
        "owner": cast.olga,
        "planned_on": SOON,
        "budget": Decimal("900"),
        "by": cast.vera,
        "now": NOW,
    }
    return care.plan_extra(plan=plan, **{**given, **fields})


def done(extra, cast, spent="840.50", **fields) -> Extra:
    given = {"version": extra.version, "done_on": TODAY, "reaction": "They asked for more."}
    given |= {"spent": Decimal(spent), "by": cast.olga, "now": NOW}
    return care.do_extra(extra=extra, **{**given, **fields})


def due(people: list[int], until: date) -> list[DueItem]:
    return [item for item in due_items(people, until) if item.kind == "extra"]


def test_budget_and_spend_are_summed_up(cast, plan):
    done(add(plan, cast), cast)
    add(plan, cast, what="A tour", budget=Decimal("400"))

    found = selectors.extras_of(plan)

    assert (found.budget, found.spent, found.is_over) == (Decimal("1300"), Decimal("840.50"), False)
    done(add(plan, cast, what="A dinner", budget=Decimal("100")), cast, spent="200")
    assert selectors.extras_of(plan).is_over


def test_its_owner_is_reminded_until_it_is_done(cast, plan):
    extra = add(plan, cast)

    (item,) = due([cast.olga.pk, cast.vera.pk], SOON)
    assert (item.person_id, item.kind, item.title.msgid, item.plan) == (
        cast.olga.pk,
        "extra",
        "A seat in the training",
        plan.uuid,
    )
    assert due([cast.olga.pk], SOON - timedelta(days=1)) == []
    done(extra, cast)
    assert due([cast.olga.pk], SOON) == []


def test_of_a_confidential_plan_its_author_is_reminded_instead(cast, plan):
    add(plan, cast)
    plan.released_at = None
    plan.save()

    assert [item.person_id for item in due([cast.olga.pk, cast.vera.pk], SOON)] == [cast.vera.pk]


def test_what_is_wrong_is_named_by_field(cast, plan):
    with pytest.raises(plans.PlanRefused) as planned:
        add(plan, cast, what=" ", budget=Decimal("-1"))
    extra = add(plan, cast)
    with pytest.raises(plans.PlanRefused) as told:
        done(extra, cast, spent="-1", done_on=SOON)

    assert [field for field, message in planned.value.problems] == ["what", "budget"]
    assert [field for field, message in told.value.problems] == ["spent", "done_on"]


def test_the_later_of_two_is_told(cast, plan):
    extra = add(plan, cast)
    done(extra, cast)

    with pytest.raises(StaleVersion):
        done(extra, cast, version=1)


def test_what_will_not_happen_is_archived_and_counts_no_more(cast, plan):
    extra = care.archive_extra(extra=add(plan, cast), version=1, by=cast.vera, now=NOW)

    assert selectors.extras_of(plan).rows == []
    assert due([cast.olga.pk], SOON) == []
    care.unarchive_extra(extra=extra, by=cast.vera, now=NOW)
    assert selectors.extras_of(plan).rows == [extra]


def test_nothing_is_planned_on_a_closed_plan(cast, plan):
    plans.close(
        plan=plan, version=plan.version, by=cast.vera, now=NOW, outcome="withdrawn", why="Olga stays."
    )

    with pytest.raises(plans.PlanNotOpen):
        add(plan, cast)
