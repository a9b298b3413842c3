import pytest

from accounts.models import Acquaintance
from accounts.models.base import StaleVersion
from tests.factories import NOW, make_contact, make_rep
from transitions.models import CandidateChoice
from transitions.services import candidates, plans


@pytest.fixture
def third(cast):
    """A rep whom the client trusts, so that nobody fits better."""
    return make_rep("Theo Third", team=cast.east, seniority="senior", industries=["software"])


@pytest.fixture
def best(plan, third):
    contact = make_contact(plan.account, "Carla Client")
    Acquaintance.objects.create(contact=contact, person=third, strength=3)
    return third


@pytest.fixture(autouse=True)
def senior(cast):
    """No junior looks after a strategic client: those of the cast are no juniors here."""
    for person in (cast.ivan, cast.bea):
        person.rep.seniority = "mid"
        person.rep.save()


def choose(plan, cast, person, **changes):
    plan.refresh_from_db()
    wanted = {"role": "incoming", "why": "", "version": plan.version} | changes
    return candidates.choose(plan=plan, candidate=person.uuid, by=cast.users["vera"], now=NOW, **wanted)


def test_the_best_is_chosen_and_the_grounds_are_kept(cast, plan, best):
    row = choose(plan, cast, best)

    assert plan.roles.get(assignment__role="incoming").assignment.person == best
    assert (row.place, row.considered, row.by, row.why) == (1, 3, cast.vera, "")
    assert 0 < row.fit <= 100
    assert {part["key"] for part in row.parts} >= {"industry", "relationships", "workload"}
    assert {other["name"] for other in row.others} == {"Ivan Ilic", "Bea Brandt"}


def test_whoever_is_not_the_best_is_chosen_with_a_reason(cast, plan, best):
    with pytest.raises(plans.PlanRefused) as refused:
        choose(plan, cast, cast.bea, role="second_choice")
    [(field, words)] = refused.value.problems
    assert (field, words.params["name"]) == ("why", "Theo Third")
    assert not CandidateChoice.objects.exists()

    row = choose(plan, cast, cast.bea, role="second_choice", why="Bea sits next door to them.")
    assert (row.why, row.person) == ("Bea sits next door to them.", cast.bea)


def test_the_score_is_not_in_the_history_that_reps_read(cast, plan, best):
    choose(plan, cast, best)

    [deed] = plan.change_sets.filter(verb="choose_candidate")
    assert [change["label"] for change in deed.changes] == ["Theo Third"]
    assert "fit" not in str(deed.changes)


def test_whoever_a_limit_rules_out_is_refused_with_the_limit(cast, plan, third):
    third.rep.seniority = "junior"
    third.rep.save()

    with pytest.raises(plans.PlanRefused) as refused:
        choose(plan, cast, third, why="I like Theo.")

    assert {field for field, _words in refused.value.problems} == {"candidate"}
    assert plan.roles.get(assignment__role="incoming").assignment.person == cast.ivan


@pytest.mark.parametrize("name", ["olga", "stella", "sam"])
def test_the_outgoing_rep_other_teams_and_who_is_no_rep_are_not_offered(cast, plan, name):
    with pytest.raises(plans.PlanRefused) as refused:
        choose(plan, cast, getattr(cast, name))

    assert [field for field, _words in refused.value.problems] == ["candidate"]


def test_nobody_is_both(cast, plan, best):
    with pytest.raises(plans.PlanRefused):
        choose(plan, cast, cast.ivan, role="second_choice", why="Twice is better.")

    assert not CandidateChoice.objects.exists()


def test_no_other_role_is_chosen_here(cast, plan, best):
    with pytest.raises(plans.PlanRefused) as refused:
        choose(plan, cast, best, role="sponsor")

    assert [field for field, _words in refused.value.problems] == ["role"]


def test_a_choice_over_an_old_version_is_refused(cast, plan, best):
    with pytest.raises(StaleVersion):
        choose(plan, cast, best, version=plan.version + 5)


def test_the_account_itself_is_not_counted_twice_for_who_is_to_get_it(cast, plan, best):
    from accounts.selectors.organisation import organisation
    from transitions.selectors.candidates import candidates_of

    found = candidates_of(plan, cast.users["vera"], NOW, ours=organisation())

    loads = {one.name: (one.before, one.after) for one in found.found}
    assert loads["Ivan Ilic"] == loads["Theo Third"]
