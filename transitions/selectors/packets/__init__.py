"""The packet of a plan, from rows: a fixed number of queries, however much there is.

What never enters: the detail of the reason, notes on steps, requests and touchpoints in detail, and
roles of other plans that are still confidential. How much enters is capped; the packet then points to
the app for the rest.
"""

from django.utils import translation

from transitions.documents.packet import Packet, build
from transitions.models import HandoverPlan
from transitions.selectors.packets.reading import Reading
from transitions.selectors.packets.sections import drafts
from transitions.selectors.packets.steps import course
from transitions.selectors.packets.stored import (
    job_key,
    newest_if_unchanged,
    newest_packet,
    next_version,
    unsettled_job,
    versions_of,
)

__all__ = [
    "job_key",
    "newest_if_unchanged",
    "newest_packet",
    "next_version",
    "packet_of",
    "unsettled_job",
    "versions_of",
]


def packet_of(plan: HandoverPlan, *, edition: str, language: str) -> Packet:
    """Return the packet of `plan`. It takes no clock: the same rows always say the same."""
    with translation.override(None):  # choices then give their msgids, which rendering translates
        known = Reading(plan)
        return build(
            edition=edition,
            language=language,
            client=known.account.name,
            drafts=drafts(known),
            owner=known.answerable(),
            due_on=known.due_on(),
            course=course(known),
        )
