from datetime import timedelta

import pytest

from accounts.models import AccountRole, Assignment
from tests.factories import CUTOVER, NOW, TODAY, make_account, publish, start_plan
from transitions.models import HandoverPlan, PlanRole, PlanStep
from transitions.services import plans


def refused(*args, **fields):
    with pytest.raises(plans.PlanRefused) as caught:
        start_plan(*args, **fields)
    return [(field, str(message)) for field, message in caught.value.problems]


def test_a_plan_begins_in_its_first_stage_with_dated_owned_steps(cast, account):
    plan = start_plan(account, cast.vera, people={"sponsor": [cast.sam]})

    assert (plan.stage, plan.state, plan.mode, plan.tier) == ("prepare", "open", "soft", "strategic")
    assert plan.released_at == NOW
    assert dict(plan.anchors.values_list("key", "falls_on")).keys() == {"announcement", "cutover"}
    assert plan.cutover_on == CUTOVER
    assert plan.next_due_on == min(plan.steps.values_list("due_on", flat=True))
    owners = {step.key: step.owner for step in plan.steps.select_related("owner")}
    assert owners["packet-draft"] == cast.olga
    assert owners["guard-rails"] == cast.vera
    assert owners["sponsor-call"] == cast.sam
    assert owners["check-in/3"] is None
    (change,) = plan.stage_changes.all()
    assert (change.from_stage, change.to_stage, change.by, change.changed_at) == (
        "",
        "prepare",
        cast.vera,
        NOW,
    )


def test_its_people_hold_their_roles_on_the_account(cast, account):
    start_plan(account, cast.vera, people={"incoming": [cast.ivan], "sponsor": [cast.sam, cast.walt]})

    roles = account.assignments.live().values_list("role", "person__name", "hidden")
    assert set(roles) == {
        ("owner", "Olga Ortiz", False),
        ("outgoing", "Olga Ortiz", False),
        ("incoming", "Ivan Ilic", False),
        ("sponsor", "Sam Sato", False),
        ("sponsor", "Walt West", False),
    }


def test_it_keeps_the_playbook_and_the_tier_that_it_began_with(cast, account):
    plan = start_plan(account, cast.vera)
    account.tier = "small"
    account.save()

    plan.refresh_from_db()
    assert plan.tier == "strategic"
    assert plan.playbook == publish()


def test_a_confidential_plan_is_seen_by_its_readers_and_its_author_alone(cast, account):
    plan = start_plan(
        account, cast.vera, people={"incoming": [cast.stella]}, confidential=True, readers=[cast.ada]
    )

    seen = {name for name, user in cast.users.items() if plan in HandoverPlan.objects.visible_to(user)}
    assert seen == {"vera", "ada"}
    assert set(PlanRole.objects.values_list("assignment__hidden", flat=True)) == {True}
    # The successor of another team does not learn of the account by the role that waits for her.
    assert not account.__class__.objects.visible_to(cast.users["stella"]).filter(pk=account.pk).exists()


def test_a_second_open_plan_for_an_account_is_refused(cast, account):
    start_plan(account, cast.vera)

    assert refused(account, cast.vera) == [
        ("account", "This account has an open plan already. Close that one first.")
    ]


def test_who_may_not_know_of_a_confidential_plan_is_not_told_of_it(cast, account):
    start_plan(account, cast.vera, confidential=True)

    assert refused(account, cast.olga) == [
        ("account", "No plan can be started for this account now. Ask its leader.")
    ]


def test_a_temporary_cover_may_run_beside_a_permanent_plan(cast, account):
    start_plan(account, cast.vera)

    cover = start_plan(account, cast.vera, playbook="soft-leave", reason="leave")

    assert cover.purpose == "cover"


def test_an_account_without_an_owner_is_refused(cast):
    nobodys = make_account("Nobody's", team=cast.east)

    assert refused(nobodys, cast.vera) == [("account", "Name the owner of this account first.")]


def test_an_archived_account_is_refused(cast, account):
    account.archived_at = NOW
    account.save()

    assert refused(account, cast.vera) == [("account", "This account is archived.")]


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        ({"incoming": ["olga"]}, [("incoming", "Olga Ortiz is the outgoing rep.")]),
        ({"second_choice": ["olga"]}, [("second_choice", "Olga Ortiz is the outgoing rep.")]),
        ({"incoming": ["stella"]}, [("incoming", "Stella Strand has left.")]),
        ({"sponsor": ["stella"]}, [("sponsor", "Stella Strand has left.")]),
        ({"incoming": ["ivan", "bea"]}, [("incoming", "Choose one person only.")]),
        (
            {"incoming": ["ivan"], "second_choice": ["ivan"]},
            [("second_choice", "Ivan Ilic cannot be the incoming rep and the second choice at once.")],
        ),
        ({"interim": ["bea"]}, [("interim", "This playbook does not name anybody in this role.")]),
        ({"outgoing": ["bea"]}, [("outgoing", "This playbook does not name anybody in this role.")]),
        ({"king": ["bea"]}, [("king", "This playbook does not name anybody in this role.")]),
    ],
)
def test_people_who_cannot_be_are_refused_by_role(cast, account, people, expected):
    cast.stella.archived_at = NOW
    cast.stella.save()
    named = {role: [getattr(cast, name) for name in names] for role, names in people.items()}

    assert refused(account, cast.vera, people=named) == expected


@pytest.mark.parametrize(
    ("cutover", "anchors", "field"),
    [
        (TODAY, {}, "cutover"),
        (TODAY - timedelta(days=1), {}, "cutover"),
        (CUTOVER, {"announcement": CUTOVER + timedelta(days=1)}, "cutover"),
        (CUTOVER, {"announcement": TODAY - timedelta(days=1)}, "announcement"),
        (CUTOVER, {"moon": TODAY}, "moon"),
    ],
)
def test_dates_that_the_soft_playbook_forbids_are_refused(cast, account, cutover, anchors, field):
    assert [one for one, _message in refused(account, cast.vera, cutover=cutover, anchors=anchors)] == [field]


def test_everything_wrong_is_said_at_once(cast):
    nobodys = make_account("Nobody's", team=cast.east)

    found = refused(nobodys, cast.vera, cutover=TODAY, reason="boredom", why="a\x00b")

    assert [field for field, _message in found] == ["account", "reason", "why", "cutover"]


def test_nothing_is_left_of_a_refused_plan(cast, account):
    refused(account, cast.vera, cutover=TODAY)

    assert not HandoverPlan.objects.exists()
    assert not PlanStep.objects.exists()
    assert Assignment.objects.get().role == AccountRole.OWNER


def test_a_hard_cutover_may_lie_in_the_past_and_before_the_announcement(cast, account):
    cutover = TODAY - timedelta(days=6)

    plan = start_plan(account, cast.vera, playbook="hard-standard", cutover=cutover)

    anchors = dict(plan.anchors.values_list("key", "falls_on"))
    assert anchors == {"cutover": cutover, "departure": cutover, "announcement": TODAY}
    assert min(plan.steps.values_list("due_on", flat=True)) == TODAY


def test_steps_of_a_leaver_who_has_gone_go_to_whoever_stands_in(cast, account):
    cast.olga.archived_at = NOW
    cast.olga.save()

    plan = start_plan(
        account, cast.vera, playbook="hard-standard", cutover=TODAY, people={"interim": [cast.bea]}
    )

    owners = set(plan.steps.values_list("owner_role", "owner__name"))
    assert ("interim", "Bea Brandt") in owners
    assert ("incoming", "Bea Brandt") in owners
    assert ("lead", "Vera Voss") in owners
    assert not [name for _role, name in owners if name == "Olga Ortiz"]


def test_without_a_leader_the_author_owes_what_a_leader_would(cast):
    alone = make_account("Alone", owner=cast.olga)

    plan = start_plan(alone, cast.olga)

    assert set(plan.steps.filter(owner_role="lead").values_list("owner__name", flat=True)) == {"Olga Ortiz"}


def test_a_team_without_a_leader_is_led_from_above(cast):
    cast.company.lead = cast.sam
    cast.company.save()
    cast.east.lead = None
    cast.east.save()

    plan = start_plan(make_account(team=cast.east, owner=cast.olga), cast.olga)

    assert set(plan.steps.filter(owner_role="lead").values_list("owner__name", flat=True)) == {"Sam Sato"}


def test_days_are_those_of_the_clients_country(cast):
    account = make_account(team=cast.east, owner=cast.olga, country="SA")

    plan = start_plan(account, cast.vera)

    weekdays = {day.weekday() for day in plan.steps.values_list("due_on", flat=True)}
    assert weekdays & {6}  # Sundays are worked
    assert not weekdays & {4, 5}


def test_starting_takes_as_many_queries_for_many_steps_as_for_few(cast, django_assert_num_queries):
    publish()
    small = make_account(team=cast.east, owner=cast.olga, tier="small")
    large = make_account(team=cast.east, owner=cast.olga, tier="strategic")
    start_plan(make_account(team=cast.east, owner=cast.olga), cast.vera)  # fills the caches

    with django_assert_num_queries(27):
        few = start_plan(small, cast.vera)
    with django_assert_num_queries(27):
        many = start_plan(large, cast.vera)

    assert few.steps.count() < many.steps.count()
