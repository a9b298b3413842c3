"""The team tree, with how much each team holds."""

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import Account, Person, Team, User


def tree(viewer: User) -> QuerySet[Team]:
    """Every team in the order of the tree, with `members`, and `clients` (accounts that `viewer` sees)."""
    members = Person.objects.live().filter(team=OuterRef("pk"))
    clients = Account.objects.visible_to(viewer).live().filter(team=OuterRef("pk"))
    return (
        Team.objects.visible_to(viewer)
        .select_related("lead")
        .annotate(members=_count(members), clients=_count(clients))
        .order_by("path")
    )


def _count(rows: QuerySet) -> Coalesce:
    counted = rows.order_by().values("team").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
