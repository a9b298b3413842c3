"""Packets that were stored, and the requests for more."""

from collections.abc import Sequence

from django.db.models import Max

from accounts.models import Job, JobState, Person
from transitions.documents.packet import Packet as PacketDocument
from transitions.documents.packet import content_hash
from transitions.models import HandoverPlan, Packet

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


def newest_if_unchanged(versions: Sequence[Packet], content: PacketDocument) -> Packet | None:
    """The newest of `versions` in the language of `content`, if it still says the same."""
    newest = next((row for row in versions if row.language == content.language), None)
    same = newest is not None and newest.content_hash == content_hash(content)
    return newest if same else None
