"""What gates need to know of a plan."""

from datetime import date

from transitions.models import HandoverPlan
from transitions.rules.gates import Facts


def facts_of(plan: HandoverPlan, today: date) -> Facts:
    """Everything that gates may know of `plan`, read once; `today` in the client's zone."""
    raise NotImplementedError
