"""What a person still owes handover plans, for the page of that person."""

from django.db.models import Q

from accounts.models import Person, User
from accounts.rules.text import Message
from transitions.documents.day import DueItem
from transitions.models import PlanState, PlanStep
from transitions.models.plans import OUTLIVING
from transitions.rules.plans import number_of


def open_steps(person: Person, viewer: User) -> list[DueItem]:
    """Open steps that `person` owes on plans that `viewer` sees, plans on hold included. One query.

    And promises of plans that were carried out: these are kept for life.
    """
    standing = Q(plan__state__in=(PlanState.OPEN, PlanState.ON_HOLD)) | OUTLIVING
    rows = (
        PlanStep.objects.visible_to(viewer)
        .undone()
        .filter(standing, owner=person)
        .order_by("due_on", "plan__account__name", "position", "pk")
        .values_list("key", "title", "plan__account__name", "due_on", "uuid", "plan__uuid")
    )
    return [
        DueItem(
            person_id=person.pk,
            kind="step",
            title=Message(title),
            account=account,
            due_on=due_on,
            url_name="step",
            uuid=uuid,
            number=number_of(key),
            plan=plan,
            step=uuid,
        )
        for key, title, account, due_on, uuid, plan in rows
    ]
