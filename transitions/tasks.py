"""What the clock starts, and what background jobs run. Each reads rights anew: they may have changed."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from celery import shared_task
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Job, Person, User
from accounts.rendering.text import translate
from accounts.rules.text import Message, gettext_noop
from accounts.selectors.organisation import organisation
from accounts.services import jobs
from accounts.services.health import note_tick
from accounts.tasks import moment
from transitions.models import HandoverPlan, Scenario
from transitions.permissions import may
from transitions.rendering.pdf import RenderFailed
from transitions.services import departures, digests, feeds, packets, plans, sponsors, support, weekly


@shared_task(name="transitions.plan_digests")
def plan_digests(*, at: str = "", **_future: object) -> dict[str, int]:
    """Write the digests that are due, daily and weekly ones. Any number of these at once are harmless: each
    has one key."""
    note_tick(name="plan-digests", now=timezone.now())
    return {"digests": digests.write_due(now=moment(at)), "weekly": weekly.write_due(now=moment(at))}


@shared_task(name="transitions.send_calendars")
def send_calendars(*, at: str = "", **_future: object) -> dict[str, int]:
    """Write the invitations, changes and cancellations that calendars wait for. Twice is as once."""
    return {"calendars": feeds.send_changes(now=moment(at))}


@shared_task(name="transitions.recount_plans")
def recount_plans(*, at: str = "", **_future: object) -> dict[str, int]:
    """Count again what plans keep of their own: a new day makes steps late without anybody's doing."""
    return {"plans": plans.refresh_risk(moment(at))}


@shared_task(name="transitions.keep_promises")
def keep_promises(*, at: str = "", **_future: object) -> dict[str, int]:
    """Carry on what is promised without end, and bring up what somebody left behind. Twice is as once."""
    now = moment(at)
    plans.hand_on()  # before promises look for a keeper: the author's place is the last that they know
    return {
        "written": sponsors.carry_on(now=now),
        "re-homed": sponsors.rehome_left(now=now),
        "left": support.ask_for_another(now=now),
    }


@shared_task(name="transitions.standing_cover")
def standing_cover(*, at: str = "", **_future: object) -> dict[str, int]:
    """Nightly: what would be if each rep left today, where anything has changed. Twice is as once."""
    return {"counted": departures.keep_covers(now=moment(at))}


def count_cover(*, job: Job, by: Person, now: datetime) -> dict[str, Any]:
    """The same when somebody asks. The handler of "cover" jobs."""
    departures.keep_covers(
        now=now,
        progress=lambda done, total: jobs.heartbeat(job=job, now=timezone.now(), done=done, total=total),
    )
    return {"url": reverse("standing-cover")}


def propose(*, job: Job, by: Person, now: datetime) -> dict[str, Any]:
    """Find successors for a book, if the asker may still plan it. The handler of "departure" jobs."""
    user = User.objects.filter(person=by, is_active=True).select_related("person").first()
    scenario = None
    if user is not None:
        seen = Scenario.objects.visible_to(user).select_related("departure__person")
        scenario = seen.filter(uuid=job.params["scenario"]).first()
    if user is None or scenario is None or not may(user, "plan_departure", scenario):
        raise jobs.JobFailed(Message(gettext_noop("You may no longer plan this departure.")))
    departures.compute(
        scenario=scenario,
        user=user,
        now=now,
        beat=lambda done, total: jobs.heartbeat(job=job, now=timezone.now(), done=done, total=total),
    )
    return {"url": reverse("scenario", kwargs={"uuid": scenario.uuid})}


def render_packet(*, job: Job, by: Person, now: datetime) -> dict[str, Any]:
    """Make the packet that `job` asks for, if the asker still may. The handler of "packet" jobs."""
    plan = _plan_for(job, by)
    total = packets.STEPS
    jobs.heartbeat(job=job, now=now, done=0, total=total)
    try:
        packet = packets.make(
            plan=plan,
            edition=job.params["edition"],
            language=job.params["language"],
            why=job.params.get("why", ""),
            by=by,
            now=now,
            progress=lambda done: jobs.heartbeat(job=job, now=timezone.now(), done=done),
        )
    except (RenderFailed, packets.Crowded) as failure:
        raise jobs.JobFailed(failure.reason) from failure
    return {"url": reverse("packet-pdf", kwargs={"uuid": packet.uuid})}


def render_packets(*, job: Job, by: Person, now: datetime) -> dict[str, Any]:
    """Make the packets of many plans, as far as the asker still may. The handler of "packets" jobs."""
    user = User.objects.filter(person=by, is_active=True).select_related("person").first()

    def plans_of(uuids: Sequence[str]) -> dict[str, HandoverPlan]:
        seen = HandoverPlan.objects.visible_to(user).filter(uuid__in=uuids) if user else []
        return {str(plan.uuid): plan for plan in seen if may(user, "make_packet", plan)}

    made, failed = packets.run(
        wanted=job.params["plans"],
        plans_of=plans_of,
        edition=job.params["edition"],
        language=job.params["language"],
        by=by,
        now=now,
        progress=lambda done, total: jobs.heartbeat(job=job, now=timezone.now(), done=done, total=total),
    )
    return {
        "url": reverse("packet-run", kwargs={"uuid": job.uuid}),
        "made": [str(packet.uuid) for packet in made],
        "failed": [
            {"plan": one.plan, "account": one.account, "reason": _in_words(by, one.reason)} for one in failed
        ],
    }


def _in_words(by: Person, reason: Message) -> str:
    with translation.override(by.language or organisation().language):
        return translate(reason)


def recount(*, job: Job, by: Person, now: datetime) -> dict[str, Any]:
    """Count the days of plans again whose days off changed. The handler of "recount" jobs.

    Each plan for itself: what is done stays done when the job is taken over, and is not done twice.
    """
    user = User.objects.filter(person=by, is_active=True).select_related("person").first()
    wanted = job.params["plans"] if user is not None else []
    for done, uuid in enumerate(wanted):
        jobs.heartbeat(job=job, now=timezone.now(), done=done, total=len(wanted))
        plan = HandoverPlan.objects.visible_to(user).filter(uuid=uuid).first()  # type: ignore[arg-type]
        if plan is None or not may(user, "edit_plan", plan):
            continue
        # A plan of which a day moves that the client has in writing stays on the list: somebody looks at it.
        with suppress(plans.PlanNotOpen, plans.PlanRefused):
            plans.recount(plan=plan, by=by, now=now)
    return {"url": reverse("days-off")}


def _plan_for(job: Job, by: Person) -> HandoverPlan:
    user = User.objects.filter(person=by, is_active=True).select_related("person").first()
    plan = None
    if user is not None:
        plan = HandoverPlan.objects.visible_to(user).filter(uuid=job.params["plan"]).first()
    if user is None or plan is None or not may(user, "make_packet", plan):
        raise jobs.JobFailed(packets.LOST)
    return plan
