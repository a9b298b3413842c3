"""For which accounts a person may start a plan."""

from django.db.models import OuterRef, Q, QuerySet, Subquery

from accounts.models import Account, AccountRole, Assignment, Role, User
from transitions.models import HandoverPlan, Purpose


def open_plan_of(account: Account, user: User) -> HandoverPlan | None:
    """The permanent plan that is open for `account` already, if `user` sees it."""
    plans = HandoverPlan.objects.visible_to(user).open().filter(purpose=Purpose.PERMANENT, account=account)
    return plans.only("uuid").first()


def startable(user: User, words: str = "") -> QuerySet[Account]:
    """Live accounts on which `user` may start a plan, by name; every word must occur in the name.

    The same standings as the verb "start_plan": owner, leader of the team, administrator. Each row has
    `owner_name`, and `open_plan`: the uuid of the permanent plan that is open already and that they see.
    """
    owners = Assignment.objects.owners()
    found = Account.objects.visible_to(user).live().select_related("team")
    if user.role != Role.ADMINISTRATOR:
        own = owners.filter(person=user.person_id).values("account")
        found = found.filter(Q(pk__in=own) | Q(team__in=user.led_team_ids()))
    for word in words.split():
        found = found.filter(name__icontains=word)
    of_account = {"account": OuterRef("pk")}
    plans = HandoverPlan.objects.visible_to(user).open().filter(purpose=Purpose.PERMANENT, **of_account)
    return found.annotate(
        owner_name=Subquery(owners.filter(role=AccountRole.OWNER, **of_account).values("person__name")[:1]),
        open_plan=Subquery(plans.values("uuid")[:1]),
    ).order_by("name", "pk")
