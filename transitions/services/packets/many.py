"""Packets of many plans in one run: asked for once, drawn a few at a time, each for itself."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import Job, Person
from accounts.rules.text import Message, gettext_noop
from accounts.services import jobs
from transitions.models import HandoverPlan, Packet
from transitions.services.packets.making import Crowded, Wanted, make_many
from transitions.services.refusals import PlanRefused

_ = gettext_noop
RUN = "packets"
MOST = 200
LOST = Message(_("You may no longer make packets of this plan."))
BUSY = ("cpu", "wall", "died")  # reasons of rendering.pdf that another try may mend
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


@dataclass(frozen=True, slots=True)
class Failure:
    """A packet that was not made, and why. `again`: the machine may only have been busy."""

    plan: str  # its uuid
    account: str
    reason: Message
    again: bool = False


def run(
    *,
    wanted: Sequence[str],
    plans_of: Callable[[Sequence[str]], Mapping[str, HandoverPlan]],
    edition: str,
    language: str,
    by: Person,
    now: datetime,
    progress: Callable[[int, int], None],
) -> tuple[list[Packet], list[Failure]]:
    """Make the packets of the plans with these uuids, a few at a time; one that fails stops no other.

    `plans_of` finds those that may still be made; `progress` is told how many are done of how many, and may
    raise to end the run. What is stored already is found, so that a run taken over, or asked for again,
    draws only what is missing. What may have failed because the machine was busy is tried once more at the
    end, by itself.
    """
    made: list[Packet] = []
    failed: dict[str, Failure] = {}

    def draw(uuids: Sequence[str]) -> None:
        progress(len(made) + len(failed), len(wanted))
        plans = plans_of(uuids)
        for uuid in uuids:
            failed.pop(uuid, None)
            if uuid not in plans:
                failed[uuid] = Failure(uuid, "", LOST)
        found = make_many(
            wanted=[Wanted(plan, by, now) for plan in plans.values()], edition=edition, language=language
        )
        for (uuid, plan), one in zip(plans.items(), found, strict=True):
            if isinstance(one, Packet):
                made.append(one)
            else:
                busy = isinstance(one, Crowded) or one.code in BUSY
                failed[uuid] = Failure(uuid, plan.account.name, one.reason, busy)

    for start in range(0, len(wanted), CHUNK):
        draw(wanted[start : start + CHUNK])
    for uuid in [one.plan for one in failed.values() if one.again]:
        draw([uuid])
    return made, list(failed.values())


def outcome(job: Job) -> tuple[list[str], list[dict[str, Any]]]:
    """What a finished run left: the uuids of its packets, and {"account", "plan", "reason"} of failures."""
    return list(job.result.get("made", ())), list(job.result.get("failed", ()))
