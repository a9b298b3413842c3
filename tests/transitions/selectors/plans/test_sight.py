"""Whoever may stand in sees what `visible_to` says that they see: no more, and no less."""

import pytest

from accounts.models import Account, Assignment, Commitment, Role, Team, User
from accounts.selectors.absence import Colleague, Company
from accounts.selectors.organisation import organisation
from tests.factories import TODAY, make_account, make_person, make_user, start_plan
from transitions.models import HandoverPlan
from transitions.selectors.plans import due_items
from transitions.selectors.plans.sight import Sight

EVERYBODY = ("olga", "ivan", "bea", "sam", "vera", "ada", "stella", "walt", "colin", "lena")


@pytest.fixture
def company(cast, plan):
    """Plans of both teams, one of them confidential, one across teams, and clients with work of their own."""
    cast.users["colin"] = make_user(make_person("Colin", team=cast.east), Role.COLLEAGUE)
    below = Team.objects.add_child(Team.objects.get(pk=cast.west.pk), {"name": "Coast"})
    below.lead = make_person("Lena Lead", team=cast.east)
    below.save()
    cast.users["lena"] = make_user(below.lead, Role.LEADER)
    coast = make_person("Cody Coast", team=below)
    start_plan(make_account(team=cast.west, owner=cast.stella), cast.walt, people={"sponsor": [cast.bea]})
    start_plan(
        make_account(team=cast.west, owner=cast.ivan), cast.walt, confidential=True, readers=[cast.stella]
    )
    start_plan(make_account(team=cast.east, owner=cast.olga), cast.vera, people={"incoming": [coast]})
    held = make_account("Held", team=cast.west)
    Assignment.objects.create(account=held, person=cast.users["colin"].person, role="support", from_on=TODAY)
    for account in Account.objects.all():
        Commitment.objects.create(account=account, owner=cast.olga, text="Call", made_on=TODAY, due_on=TODAY)
    return cast


@pytest.mark.parametrize("name", EVERYBODY)
def test_sight_agrees_with_what_pages_show(company, name):
    user = User.objects.get(pk=company.users[name].pk)
    everybody = list(User.objects.values_list("person", flat=True))
    items = [item for item in due_items(everybody, TODAY.replace(year=2029)) if item.risen_on is None]
    one = Colleague(user.person_id, user.person.name, user.role, user.person.team_id)

    sight = Sight(items, {one}, Company(organisation()))

    plans = {item.plan_id for item in items if item.plan_id}
    seen = {item.plan_id for item in items if item.plan_id and sight.sees(one, item)}
    assert len(plans) == 4
    assert seen == set(HandoverPlan.objects.visible_to(user).values_list("pk", flat=True)) & plans
    promised = [item for item in items if item.kind == "commitment"]
    clients = {item.account_id for item in promised if sight.sees(one, item)}
    assert clients == set(Account.objects.visible_to(user).values_list("pk", flat=True))
