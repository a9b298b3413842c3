"""Packets that were stored, whom they reached, and the requests for more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from accounts.models import Job, JobState, Person, User
from transitions.documents.packet import Packet as PacketDocument
from transitions.documents.packet import content_hash
from transitions.models import Acceptance, HandoverPlan, Packet, PacketOpening, PacketReading, PacketSending
from transitions.rules.packets import begins_with

MOST_VERSIONS = 50  # listed on the page


def newest_packet(plan: HandoverPlan, edition: str, language: str) -> Packet | None:
    """The newest stored version in one edition and language. One query."""
    return (
        Packet.objects.filter(plan=plan, edition=edition, language=language)
        .defer("content")
        .order_by("-version")
        .first()
    )


def next_version(plan: HandoverPlan, edition: str) -> int:
    taken = Packet.objects.filter(plan=plan, edition=edition).aggregate(newest=Max("version"))
    return (taken["newest"] or 0) + 1


def versions_of(plan: HandoverPlan, edition: str) -> list[Packet]:
    """Stored versions of one edition, newest first. One query."""
    rows = Packet.objects.filter(plan=plan, edition=edition).defer("content")
    return list(rows.select_related("made_by").order_by("-version")[:MOST_VERSIONS])


def job_key(plan: HandoverPlan, edition: str, language: str, by: Person) -> str:
    """What makes two requests for a packet the same one."""
    return f"packet:{plan.uuid}:{edition}:{language}:{by.pk}"


def unsettled_job(plan: HandoverPlan, edition: str, language: str, by: Person) -> Job | None:
    """The person's last request for this packet while it runs, or when it failed. One query."""
    job = Job.objects.filter(key=job_key(plan, edition, language, by)).order_by("-pk").first()
    return job if job and job.state in (JobState.QUEUED, JobState.RUNNING, JobState.FAILED) else None


def run_in_place_of(job: Job) -> Job | None:
    """The newest request for the same, where this one was cancelled or failed, and was asked for again."""
    if job.state not in (JobState.CANCELLED, JobState.FAILED):
        return None
    return Job.objects.filter(key=job.key, by=job.by, pk__gt=job.pk).order_by("-pk").first()


def newest_if_unchanged(versions: Sequence[Packet], content: PacketDocument) -> Packet | None:
    """The newest of `versions` in the language of `content`, if it still says the same."""
    newest = next((row for row in versions if row.language == content.language), None)
    return newest if newest is not None and still_holds(newest, content) else None


def still_holds(packet: Packet, content: PacketDocument) -> bool:
    """Whether a stored version says this, and its file is there: one that was lost is made anew."""
    same = packet.content_hash == content_hash(content)
    return same and packet.pdf.storage.exists(packet.pdf.name or "")


@dataclass(frozen=True, slots=True)
class Reach:
    """What became of a version with one person. None: it was not sent, opened, read or accepted yet."""

    name: str
    at_client: bool = False
    sent_at: datetime | None = None
    sent_by: str = ""
    opened_at: datetime | None = None
    read_at: datetime | None = None
    accepted_at: datetime | None = None
    returned_at: datetime | None = None


def reach_of(packet: Packet) -> list[Reach]:
    """Whom a version reached and what they did with it, by name; the client's people last. Four queries."""
    theirs: list[Reach] = []
    ours: dict[int, dict[str, object]] = {}
    sendings = PacketSending.objects.filter(packet=packet).select_related("person", "contact", "sent_by")
    for one in sendings:
        if one.contact is not None:
            theirs.append(Reach(one.contact.name, True, one.sent_at, one.sent_by.name))
        elif one.person is not None:
            told = {"sent_at": one.sent_at, "sent_by": one.sent_by.name}
            ours[one.person.pk] = {"name": one.person.name} | told
    for opening in PacketOpening.objects.filter(packet=packet).select_related("person"):
        ours.setdefault(opening.person_id, {"name": opening.person.name})["opened_at"] = opening.opened_at
    for reading in PacketReading.objects.filter(packet=packet).select_related("person"):
        ours.setdefault(reading.person_id, {"name": reading.person.name})["read_at"] = reading.read_at
    for row in Acceptance.objects.filter(packet=packet).select_related("person").order_by("pk"):
        known = ours.setdefault(row.person_id, {"name": row.person.name})
        known |= {"accepted_at": row.accepted_at, "returned_at": row.returned_at}
    found = [Reach(**known) for known in ours.values()]  # type: ignore[arg-type]
    by_name = sorted(found, key=lambda one: one.name)
    return [*by_name, *sorted(theirs, key=lambda one: one.name)]


@dataclass(frozen=True, slots=True)
class Found:
    """A version that a code on paper belongs to, and the newest of its edition."""

    packet: Packet
    newest: int

    @property
    def is_newest(self) -> bool:
        return self.packet.version == self.newest


def versions_by_code(user: User, code: str) -> list[Found]:
    """The versions that `user` may see and whose pages bear `code`, newest first. Two queries."""
    begins = begins_with(code)
    if not begins:
        return []
    rows = (
        Packet.objects.visible_to(user)
        .filter(content_hash__startswith=begins)
        .select_related("plan__account", "made_by")
        .defer("content")
        .order_by("-made_at", "-pk")[:MOST_VERSIONS]
    )
    found = list(rows)
    of_plans = Packet.objects.filter(plan__in={one.plan_id for one in found})
    newest = {
        (plan, edition): version
        for plan, edition, version in of_plans.values_list("plan", "edition").annotate(Max("version"))
    }
    return [Found(one, newest[one.plan_id, one.edition]) for one in found]


def packets_of_run(user: User, uuids: Sequence[str]) -> list[Packet]:
    """Those packets of a run that `user` may see now, by account. One query."""
    rows = Packet.objects.visible_to(user).filter(uuid__in=uuids).select_related("plan__account", "made_by")
    return list(rows.defer("content").order_by("plan__account__name", "pk"))
