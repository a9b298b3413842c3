"""The packet of a plan, from rows: a fixed number of queries, however much there is.

What never enters: the detail of the reason, notes on steps, requests and touchpoints in detail, and
roles of other plans that are still confidential. How much enters is capped; the packet then points to
the app for the rest.
"""

from collections.abc import Sequence

from django.utils import translation

from transitions.documents.packet import EDITIONS, Packet, build
from transitions.models import HandoverPlan
from transitions.selectors.packets.reading import Reading
from transitions.selectors.packets.sections import drafts
from transitions.selectors.packets.steps import course
from transitions.selectors.packets.stored import (
    job_key,
    newest_if_unchanged,
    newest_packet,
    next_version,
    packets_of_run,
    reach_of,
    run_in_place_of,
    still_holds,
    unsettled_job,
    versions_by_code,
    versions_of,
)

__all__ = [
    "job_key",
    "newest_if_unchanged",
    "newest_packet",
    "still_holds",
    "next_version",
    "editions_of",
    "packet_of",
    "packets_of_run",
    "reach_of",
    "run_in_place_of",
    "versions_by_code",
    "unsettled_job",
    "versions_of",
]


def packet_of(plan: HandoverPlan, *, edition: str, language: str) -> Packet:
    """Return the packet of `plan`. It takes no clock: the same rows always say the same."""
    return _built(plan, (edition,), language)[0]


def editions_of(plan: HandoverPlan, *, language: str) -> tuple[Packet, Packet]:
    """Both editions, ours and the client's, from one reading of the rows."""
    ours, theirs = _built(plan, EDITIONS, language)
    return ours, theirs


def _built(plan: HandoverPlan, editions: Sequence[str], language: str) -> list[Packet]:
    with translation.override(None):  # choices then give their msgids, which rendering translates
        known = Reading(plan)
        written, owner, due_on, drawn = drafts(known), known.answerable(), known.due_on(), course(known)
        return [
            build(
                edition=edition,
                language=language,
                client=known.account.name,
                drafts=written,
                owner=owner,
                due_on=due_on,
                course=drawn,
            )
            for edition in editions
        ]
