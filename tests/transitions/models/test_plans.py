import pytest

from accounts.models import Account, AccountRole, Assignment
from tests.factories import TODAY, make_account, make_rep, start_plan
from transitions.models import HandoverPlan, PlanStep


@pytest.fixture
def plans(cast):
    """One plan in each team, one that Stella of the west supports, and a secret one."""
    east = make_account("East", team=cast.east, owner=cast.olga)
    west = make_account("West", team=cast.west, owner=cast.stella)
    supported = make_account("Supported", team=cast.east, owner=cast.olga)
    Assignment.objects.create(account=supported, person=cast.stella, role=AccountRole.SUPPORT, from_on=TODAY)
    secret = make_account("Secret", team=cast.east, owner=cast.olga)
    start_plan(east, cast.vera)
    start_plan(west, cast.walt)
    start_plan(supported, cast.vera)
    start_plan(secret, cast.vera, confidential=True, readers=[cast.ivan])


def seen(cast, name):
    rows = HandoverPlan.objects.visible_to(cast.users[name])
    return set(rows.values_list("account__name", flat=True))


@pytest.mark.parametrize(
    ("name", "accounts"),
    [
        ("olga", {"East", "Supported"}),
        ("ivan", {"East", "Supported", "Secret"}),
        ("vera", {"East", "Supported", "Secret"}),
        ("stella", {"West", "Supported"}),
        ("walt", {"West"}),
        ("sam", {"East", "West", "Supported"}),
        ("ada", {"East", "West", "Supported"}),
    ],
)
def test_a_plan_is_seen_by_who_sees_its_account_or_reads_it(cast, plans, name, accounts):
    assert seen(cast, name) == accounts


def test_released_plans_are_exactly_those_of_visible_accounts(cast, plans):
    for name in ("olga", "bea", "stella", "sam"):  # they lead nobody
        accounts = Account.objects.visible_to(cast.users[name])
        released = HandoverPlan.objects.filter(released_at__isnull=False, account__in=accounts)
        named = HandoverPlan.objects.filter(readers__person=cast.users[name].person)
        expected = set((released | named).values_list("account__name", flat=True))

        assert seen(cast, name) == expected


def test_the_leader_of_somebody_in_the_plan_sees_it(cast):
    account = make_account("East", team=cast.east, owner=cast.olga)
    start_plan(account, cast.vera, people={"incoming": [make_rep("Wim West", team=cast.west)]})

    assert seen(cast, "walt") == {"East"}
    assert seen(cast, "stella") == set()


def test_steps_are_seen_with_their_plan(cast, plans):
    visible = PlanStep.objects.visible_to(cast.users["walt"])

    assert set(visible.values_list("plan__account__name", flat=True)) == {"West"}


def test_somebody_who_was_deactivated_sees_nothing(cast, plans):
    cast.users["sam"].is_active = False

    assert seen(cast, "sam") == set()
