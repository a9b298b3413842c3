"""What is due: one person's day, and the items of many persons for their digests."""

from collections.abc import Collection
from datetime import date, datetime

from accounts.models import User
from transitions.documents.day import Day, DueItem


def my_day(user: User, now: datetime) -> Day:
    """The day of the signed-in person, in their own zone, in a constant number of queries."""
    raise NotImplementedError


def due_items(person_ids: Collection[int], until: date) -> list[DueItem]:
    """Everything open that these persons owe up to and including `until`, by person and date.

    Steps of open plans, commitments and requests. A step of a plan that is still confidential goes
    to its owner only if they may read the plan, else to the plan's author; so does a step that
    nobody owes yet. Three queries for any number of persons.
    """
    raise NotImplementedError
