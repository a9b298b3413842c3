"""Which accounts of a book are in a plan already, and what a departure does with it."""

from collections.abc import Collection
from dataclasses import dataclass

from accounts.models import User
from accounts.rules.text import Message, gettext_noop
from transitions.models import HandoverPlan, PlanRole, Purpose
from transitions.selectors.playbooks import playbook_of

_ = gettext_noop

TAKEN = _("A plan is open already and stays: %(name)s takes over.")
PASSED = _(
    "It has just changed hands, and that plan is still open. Close it, or hand the account over by hand."
)
SECRET = _("No plan can be started for this account now. Ask its leader.")


NOBODY: tuple[int | None, str] = (None, "")


@dataclass(frozen=True, slots=True)
class Standing:
    """The open plan of an account: who takes over there, and whether the asker may see it."""

    plan: HandoverPlan
    incoming_id: int | None
    incoming: str
    seen: bool
    passed: bool = False  # the account has its new owner already, who is leaving now

    @property
    def says(self) -> Message | None:
        """Why nobody is to be found for the account; None where somebody is."""
        if not self.seen:
            return Message(SECRET)
        if self.passed:
            return Message(PASSED)
        return Message(TAKEN, {"name": self.incoming}) if self.incoming_id else None


def standing_plans(accounts: Collection[int], user: User) -> dict[int, Standing]:
    """By account, the permanent plan that is open. Three queries, and one for a playbook not seen before."""
    plans = list(
        HandoverPlan.objects.open()
        .filter(account__in=accounts, purpose=Purpose.PERMANENT)
        .select_related("account", "playbook")
        .defer("playbook__content")
    )
    keys = [plan.pk for plan in plans]
    seen = set(HandoverPlan.objects.visible_to(user).filter(pk__in=keys).values_list("pk", flat=True))
    roles = PlanRole.objects.filter(
        plan__in=keys, assignment__role="incoming", assignment__person__archived_at=None
    )
    incoming = {
        plan: (person, name)
        for plan, person, name in roles.values_list("plan", "assignment__person", "assignment__person__name")
    }
    return {
        plan.account_id: Standing(
            plan,
            incoming.get(plan.pk, NOBODY)[0],
            incoming.get(plan.pk, NOBODY)[1],
            seen=plan.pk in seen,
            passed=playbook_of(plan.playbook, plan.tier).has_passed_owner(plan.stage),
        )
        for plan in plans
    }


def decided_of(accounts: Collection[int], user: User) -> set[int]:
    """Accounts for which nobody is to be found: their plan names somebody, or is none of the asker's."""
    return {key for key, one in standing_plans(accounts, user).items() if one.says is not None}
