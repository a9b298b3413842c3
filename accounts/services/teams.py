"""The team tree: teams added, renamed, moved, given a lead, removed when empty."""

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.models import Account, Person, Role, Team, User
from accounts.rules.text import Message, gettext_noop, ngettext_noop
from accounts.services import audit


class TeamRefused(Exception):
    """Why the tree stays as it is, for a person to read. `field` names what to correct."""

    def __init__(self, message: Message, *, field: str | None = None) -> None:
        super().__init__(str(message))
        self.message = message
        self.field = field


@transaction.atomic
def add(*, name: str, under: Team | None, lead: Person | None, by: Person, now: datetime) -> Team:
    """Add a team, as the last one under `under`, or at the top. Raises TeamRefused."""
    _lock()
    try:
        with transaction.atomic():
            if under is None:
                team = Team.objects.add_root({"name": name, "lead": lead})
            else:
                team = Team.objects.add_child(Team.objects.get(pk=under.pk), {"name": name, "lead": lead})
    except (IntegrityError, Team.DoesNotExist):
        raise _changed_meanwhile() from None
    audit.record(verb="add_team", rows=[team], by=by, now=now)
    return team


@transaction.atomic
def edit(
    *,
    team: Team,
    version: int,
    name: str,
    under: Team | None,
    lead: Person | None,
    by: Person,
    now: datetime,
) -> Team:
    """Rename a team, give it a lead, or move it with everything below it.

    From the next click on, its people and accounts are seen from the new place.
    Raises StaleVersion, and TeamRefused for a team that would lie under itself.
    """
    _lock()
    Team.objects.claim(pk=team.pk, version=version)
    team = Team.objects.get(pk=team.pk)
    parent = Team.objects.get_parent(team)
    if (under.pk if under else None) != (parent.pk if parent else None):
        team = _move(team, under)
    team.name, team.lead = name, lead
    team.save(update_fields=["name", "lead"])
    audit.record(verb="edit_team", rows=[team], by=by, now=now)
    return team


@transaction.atomic
def remove(*, team: Team, by: Person, now: datetime) -> None:
    """Remove a team that holds nothing. Raises TeamRefused with what it still holds."""
    _lock()
    team = Team.objects.get(pk=team.pk)
    if problem := why_not_empty(team):
        raise TeamRefused(problem)
    audit.record(verb="remove_team", rows=[team], by=by, now=now)
    team.delete()


def why_not_empty(team: Team) -> Message | None:
    """Return what keeps a team from being removed, archived people and accounts included; or None."""
    below = Team.objects.get_children_count(team)
    if below:
        return Message.counted(
            ngettext_noop(
                "%(count)d team lies under it. Move or remove that one first.",
                "%(count)d teams lie under it. Move or remove those first.",
            ),
            {"count": below},
            count="count",
        )
    people = Person.objects.filter(team=team).count()
    if people:
        return Message.counted(
            ngettext_noop(
                "%(count)d person belongs to it. Give them another team first.",
                "%(count)d people belong to it. Give them another team first.",
            ),
            {"count": people},
            count="count",
        )
    accounts = Account.objects.filter(team=team).count()
    if accounts:
        return Message.counted(
            ngettext_noop(
                "%(count)d account belongs to it. Give it another team first.",
                "%(count)d accounts belong to it. Give them another team first.",
            ),
            {"count": accounts},
            count="count",
        )
    return None


def could_be_leader(lead: Person | None) -> bool:
    """Whether a lead signs in with a role that decides nothing, so that Leader is worth suggesting."""
    if lead is None:
        return False
    return User.objects.filter(
        person=lead, is_active=True, role__in=(Role.ACCOUNT_MANAGER, Role.COLLEAGUE)
    ).exists()


def _move(team: Team, under: Team | None) -> Team:
    if under is None:
        Team.objects.move(team, Team.objects.get_last_root_node(), pos="last-sibling")
    else:
        under = Team.objects.get(pk=under.pk)
        if under.pk == team.pk or under.is_descendant_of(team):
            raise TeamRefused(
                Message(gettext_noop("A team cannot lie under itself or under one of its own teams.")),
                field="under",
            )
        Team.objects.move(team, under, pos="last-child")
    return Team.objects.get(pk=team.pk)  # the move rewrote the paths behind the instance


def _lock() -> None:
    """One change of the tree at a time: paths of whole subtrees are rewritten."""
    list(Team.objects.select_for_update().values_list("pk", flat=True))


def _changed_meanwhile() -> TeamRefused:
    return TeamRefused(
        Message(gettext_noop("Somebody changed the teams at the same moment. Look again, then decide."))
    )
