"""The plan in the client's words."""

from datetime import datetime

from django.db import transaction

from accounts.models import Person
from accounts.rules.text import clean_text, gettext_noop
from accounts.selectors.calendar import today_of
from transitions.models import HandoverPlan
from transitions.services.opened import kept, opened, record
from transitions.services.plans.start import problems_of_words
from transitions.services.refusals import PlanRefused

UNSEEN = gettext_noop("Why satisfaction did not show it sooner")
TITLES = {
    "why": gettext_noop("Why the change"),
    "gets_better": gettext_noop("What gets better for them"),
    "stays": gettext_noop("What stays as it is"),
    "reason_detail": gettext_noop("Only for us, never in a packet"),
}


@transaction.atomic
def edit_words(
    *,
    plan: HandoverPlan,
    version: int,
    why: str,
    gets_better: str,
    stays: str,
    reason_detail: str,
    unseen: str | None = None,
    by: Person,
    now: datetime,
) -> HandoverPlan:
    """Write why the change comes, what gets better, what stays, and the detail that stays with us.

    `unseen` is the answer to why satisfaction did not show it sooner; None leaves it as it stands.
    The history tells what each said before and says now. Raises StaleVersion, PlanNotOpen, and PlanRefused
    for text that may not be stored.
    """
    plan = opened(plan.pk, version=version)
    words = {"why": why, "gets_better": gets_better, "stays": stays, "reason_detail": reason_detail}
    if unseen is not None:
        words["unseen"] = unseen
    if problems := problems_of_words(words):
        raise PlanRefused(problems)
    said = {"before": plan.unseen, "after": clean_text(words.get("unseen", plan.unseen))}
    if said["before"] != said["after"]:
        change = {"model": "words", "id": plan.pk, "version": None, "label": UNSEEN}
        change |= {moment: {"said": text} for moment, text in said.items()}
        record(plan=plan, verb="answer_unseen", changes=[change], by=by, now=now)
        plan.unseen = said["after"]
    changes = []
    for word, title in TITLES.items():
        before, after = getattr(plan, word), clean_text(words[word])
        if before != after:
            change = {"model": "words", "id": plan.pk, "version": None, "label": title}
            changes.append(change | {"before": {"said": before}, "after": {"said": after}})
            setattr(plan, word, after)
    if changes:
        record(plan=plan, verb="edit_words", changes=changes, by=by, now=now)
    return kept(plan, by=by, now=now, today=today_of(plan.account, now), why="words")
