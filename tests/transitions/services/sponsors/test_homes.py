import pytest

from accounts.models.base import StaleVersion
from tests.factories import NOW
from transitions.models import SponsorCheckIn
from transitions.services import plans, sponsors
from transitions.services.refusals import PlanRefused


def sponsors_of(plan):
    """Who owes each of the sponsor's promises, and from whom it came."""
    rows = SponsorCheckIn.objects.filter(plan=plan, step__owner_role="sponsor").select_related(
        "step__owner", "inherited_from"
    )
    return {row.step.key: (row.step.owner, row.inherited_from) for row in rows}


@pytest.fixture
def set_sponsors(cast, plan):
    def named(*people):
        plan.refresh_from_db()
        plans.set_people(
            plan=plan, role="sponsor", people=people, version=plan.version, by=cast.vera, now=NOW
        )

    return named


def versions_of(steps):
    return {str(uuid): version for uuid, version in steps.values_list("uuid", "version")}


def leave(person):
    person.archived_at = NOW
    person.save()


def test_promises_of_a_sponsor_who_is_replaced_go_to_the_new_one(cast, plan, set_sponsors):
    set_sponsors(cast.walt)

    assert sponsors_of(plan) == {"sponsor-call": (cast.walt, None), "sponsor-visit": (cast.walt, None)}


def test_promises_of_the_last_sponsor_go_to_the_lead_until_somebody_decides(cast, plan, set_sponsors):
    set_sponsors()

    assert sponsors_of(plan) == {
        "sponsor-call": (cast.vera, cast.sam),
        "sponsor-visit": (cast.vera, cast.sam),
    }

    set_sponsors(cast.walt)

    assert sponsors_of(plan) == {"sponsor-call": (cast.walt, None), "sponsor-visit": (cast.walt, None)}


def test_promises_of_one_of_two_sponsors_go_to_the_other(cast, plan, set_sponsors):
    set_sponsors(cast.sam, cast.walt)
    set_sponsors(cast.walt)

    assert sponsors_of(plan) == {
        "sponsor-call": (cast.walt, cast.sam),
        "sponsor-visit": (cast.walt, cast.sam),
    }


def test_a_promise_given_by_hand_is_re_homed_too_when_its_owner_is_taken_off(cast, plan, set_sponsors):
    set_sponsors(cast.sam, cast.walt)
    plan.steps.filter(key="sponsor-visit").update(owner=cast.walt)

    set_sponsors(cast.sam)

    assert sponsors_of(plan) == {"sponsor-call": (cast.sam, None), "sponsor-visit": (cast.sam, cast.walt)}


def test_promises_of_somebody_who_left_the_company_are_kept_by_the_lead(cast, plan):
    leave(cast.sam)

    assert sponsors.rehome_left(now=NOW) == 2
    assert sponsors.rehome_left(now=NOW) == 0

    assert sponsors_of(plan) == {
        "sponsor-call": (cast.vera, cast.sam),
        "sponsor-visit": (cast.vera, cast.sam),
    }
    told = plan.change_sets.get(verb="inherit")
    assert [change["after"]["said"] for change in told.changes] == ["Vera Voss", "Vera Voss"]


def test_they_are_kept_by_the_author_where_no_lead_is_left(cast, plan):
    cast.east.lead = None
    cast.east.save()
    plan.created_by = plan.steward = cast.ada
    plan.save()
    leave(cast.sam)

    sponsors.rehome_left(now=NOW)

    assert sponsors_of(plan)["sponsor-call"] == (cast.ada, cast.sam)


def test_promises_after_the_plan_was_carried_out_are_re_homed_as_well(cast, handed_over):
    leave(cast.sam)

    sponsors.rehome_left(now=NOW)

    assert sponsors_of(handed_over)["sponsor-call"] == (cast.vera, cast.sam)


def test_nobody_left_costs_one_query(plan, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert sponsors.rehome_left(now=NOW) == 0


def test_somebody_is_chosen_who_keeps_them_for_good(cast, plan):
    leave(cast.sam)
    sponsors.rehome_left(now=NOW)
    rows = plan.steps.filter(owner_role="sponsor")
    versions = versions_of(rows)

    assert sponsors.rehome(plan_id=plan.pk, versions=versions, to=cast.walt, by=cast.vera, now=NOW) == 2

    assert sponsors_of(plan) == {"sponsor-call": (cast.walt, None), "sponsor-visit": (cast.walt, None)}
    told = plan.change_sets.get(verb="rehome")
    assert told.changes[0]["before"] == {"said": "Vera Voss"}
    assert told.changes[0]["after"] == {"said": "Walt West"}


def test_whoever_keeps_them_for_the_time_being_may_keep_them(cast, plan):
    leave(cast.sam)
    sponsors.rehome_left(now=NOW)
    versions = versions_of(plan.steps.filter(owner_role="sponsor"))

    assert sponsors.rehome(plan_id=plan.pk, versions=versions, to=cast.vera, by=cast.vera, now=NOW) == 0

    assert sponsors_of(plan)["sponsor-call"] == (cast.vera, None)


def test_re_homing_is_refused_for_somebody_who_left_for_nothing_and_over_a_change(cast, plan):
    call = plan.steps.get(key="sponsor-call")
    leave(cast.bea)
    given = {"plan_id": plan.pk, "by": cast.vera, "now": NOW}

    with pytest.raises(PlanRefused, match="has left"):
        sponsors.rehome(versions={str(call.uuid): 1}, to=cast.bea, **given)
    with pytest.raises(PlanRefused, match="at least one"):
        sponsors.rehome(versions={}, to=cast.walt, **given)
    with pytest.raises(StaleVersion):
        sponsors.rehome(versions={str(call.uuid): 7}, to=cast.walt, **given)
    assert sponsors_of(plan)["sponsor-call"] == (cast.sam, None)
