"""Notes and links to documents, on a plan or on one of its steps."""

from datetime import datetime
from urllib.parse import urlsplit

from django.db import transaction

from accounts.models import Person
from accounts.rules.text import BadText, Message, clean_line, clean_text, gettext_noop
from transitions.models import HandoverPlan, PlanNote, PlanState, PlanStep
from transitions.services.opened import opened, record
from transitions.services.refusals import PlanRefused

_ = gettext_noop

LINK_MOST = 500


@transaction.atomic
def add_note(
    *,
    plan: HandoverPlan,
    text: str,
    link: str = "",
    link_title: str = "",
    step: PlanStep | None = None,
    by: Person,
    now: datetime,
) -> PlanNote:
    """Write a note, on a plan in whatever state: a plan that has ended may still be commented on.

    Raises PlanRefused (fields "text", "link", "link_title"): it must say something, and a link must lead
    to a page by http or https.
    """
    plan = opened(plan.pk, states=PlanState.values)
    problems = []
    try:
        text, link_title = clean_text(text), clean_line(link_title)
    except BadText as error:
        raise PlanRefused([("text", error.message)]) from None
    if not text and not link:
        problems.append(("text", Message(_("Write something, or give a link."))))
    if link and not _leads_somewhere(link):
        problems.append(("link", Message(_("Give an address that begins with http:// or https://."))))
    if problems:
        raise PlanRefused(problems)
    note = PlanNote.objects.create(
        plan=plan, step=step, text=text, link=link, link_title=link_title, by=by, at=now
    )
    record(plan=plan, verb="note", changes=[_told(note, withdrawn=False)], by=by, now=now)
    return note


@transaction.atomic
def withdraw_note(*, note: PlanNote, by: Person, now: datetime) -> PlanNote:
    """Take a note off the pages; the history keeps that it was there. Doing it twice changes nothing."""
    plan = opened(note.plan_id, states=PlanState.values)
    note = PlanNote.objects.select_related("step").get(pk=note.pk)
    if note.withdrawn_at is None:
        note.withdrawn_at = now
        note.save(update_fields=["withdrawn_at"])
        record(plan=plan, verb="withdraw_note", changes=[_told(note, withdrawn=True)], by=by, now=now)
    return note


def _leads_somewhere(link: str) -> bool:
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and len(link) <= LINK_MOST


def _told(note: PlanNote, *, withdrawn: bool) -> dict[str, object]:
    said = "\n".join(part for part in (note.text, note.link_title, note.link) if part)
    before, after = (said, "") if withdrawn else ("", said)
    return {
        "model": "note",
        "id": note.pk,
        "version": None,
        "label": note.step.title if note.step else _("Plan"),
        "before": {"said": before},
        "after": {"said": after},
    }
