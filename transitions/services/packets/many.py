"""Packets of many plans in one run: asked for once, drawn a few at a time, each for itself."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from accounts.models import Job, Person
from accounts.rules.text import Message, gettext_noop
from accounts.services import jobs
from transitions.models import HandoverPlan, Packet
from transitions.rendering.pdf import RenderFailed
from transitions.services.packets.making import Crowded, Wanted, make_many
from transitions.services.refusals import PlanRefused

_ = gettext_noop
RUN = "packets"
MOST = 200
CHUNK = 4  # drawn between two signs of life: even at the wall limit well within a job's lease


def request_run(
    *, plans: Sequence[HandoverPlan], edition: str, language: str, by: Person, now: datetime
) -> Job:
    """Ask for the packets of up to MOST plans. The same request, while it runs, is one run.

    Raises PlanRefused (field "plan") for none, and for too many.
    """
    if not plans:
        raise PlanRefused([("plan", Message(_("Choose at least one plan.")))])
    if len(plans) > MOST:
        problem = Message(_("Choose at most %(most)d plans; these are more."), {"most": MOST})
        raise PlanRefused([("plan", problem)])
    wanted = sorted(str(plan.uuid) for plan in plans)
    digest = hashlib.sha256(" ".join(wanted).encode()).hexdigest()[:32]
    return jobs.request(
        kind=RUN,
        key=f"{RUN}:{edition}:{language}:{by.pk}:{digest}",
        params={"plans": wanted, "edition": edition, "language": language},
        by=by,
        now=now,
    )


def make_chunk(
    *, plans: Sequence[HandoverPlan], edition: str, language: str, by: Person, now: datetime
) -> list[Packet | RenderFailed | Crowded]:
    """Make the packets of a few plans. What is stored and unchanged is found, not drawn again."""
    wanted = [Wanted(plan, by, now) for plan in plans]
    return make_many(wanted=wanted, edition=edition, language=language)


def outcome(job: Job) -> tuple[list[str], list[dict[str, Any]]]:
    """What a finished run left: the uuids of its packets, and {"account", "plan", "reason"} of failures."""
    return list(job.result.get("made", ())), list(job.result.get("failed", ()))
