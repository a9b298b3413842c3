"""What was written, promised and said on an account while its owner was away."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import OuterRef, Subquery

from accounts.models import BriefingEntry, Commitment, Organisation, Touchpoint, User
from accounts.rules.briefing import SECTIONS
from accounts.rules.text import Message
from accounts.selectors.calendar import tz_of
from transitions.documents.cover import CoverNotes, Promised, Touched, Written
from transitions.models import HandoverPlan

MOST = 100
TITLES = {section.key: section.title for section in SECTIONS}


def cover_notes(plan: HandoverPlan, user: User, *, ours: Organisation | None = None) -> CoverNotes:
    """What others than the owner left on the account from the cutover to the day after the return.

    Only what `user` may see of the account. Five queries at most.
    """
    days = dict(plan.anchors.values_list("key", "falls_on"))
    first, last = days["cutover"], days.get("return")
    tz = tz_of(plan.account, ours=ours)
    since = datetime.combine(first, time.min, tzinfo=tz)
    until = datetime.combine(last + timedelta(days=1), time.min, tzinfo=tz) if last else None
    owners = [holder.person_id for holder in plan.holders() if holder.role == "outgoing"]

    author = BriefingEntry.history.filter(id=OuterRef("pk")).order_by("-history_date", "-history_id")
    entries = (
        BriefingEntry.objects.visible_to(user)
        .live()
        .filter(account=plan.account_id, updated_at__gte=since)
        .exclude(text="")
        .annotate(
            by_id=Subquery(author.values("history_user")[:1]),
            by_name=Subquery(author.values("history_user__name")[:1]),
        )
        .exclude(by_id__in=owners)
        .order_by("-updated_at", "-pk")
    )
    commitments = (
        Commitment.objects.visible_to(user)
        .live()
        .filter(account=plan.account_id, made_on__gte=first)
        .exclude(owner__in=owners)
        .select_related("owner")
        .order_by("-made_on", "-pk")
    )
    touchpoints = (
        Touchpoint.objects.visible_to(user)
        .live()
        .filter(account=plan.account_id, happened_at__gte=since)
        .exclude(person__in=owners)
        .select_related("person")
        .order_by("-happened_at", "-pk")
    )
    if until is not None:
        entries = entries.filter(updated_at__lt=until)
        commitments = commitments.filter(made_on__lte=last)
        touchpoints = touchpoints.filter(happened_at__lt=until)
    found: list[Sequence[Any]] = [list(rows[: MOST + 1]) for rows in (entries, commitments, touchpoints)]
    written, promised, touched = (rows[:MOST] for rows in found)
    return CoverNotes(
        since=first,
        until=last,
        written=tuple(
            Written(
                Message(TITLES.get(one.section, one.section)), one.text, one.by_name or "", one.updated_at
            )
            for one in written
        ),
        promised=tuple(
            Promised(one.text, one.owner.name, one.made_on, one.due_on, one.kept_on) for one in promised
        ),
        touched=tuple(Touched(one.subject, one.note, one.person.name, one.happened_at) for one in touched),
        more=any(len(rows) > MOST for rows in found),
    )
