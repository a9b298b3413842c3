"""Reading what is known about an account, section by section."""

from dataclasses import dataclass

from accounts.models import Account, BriefingEntry
from accounts.rules.briefing import SECTIONS, Section


@dataclass(frozen=True, slots=True)
class Chapter:
    """One section with what is known in it, and the gaps that somebody has promised to fill."""

    section: Section
    known: list[BriefingEntry]
    gaps: list[BriefingEntry]


def chapters_of(account: Account) -> list[Chapter]:
    """All sections in their order, the empty ones too. One query."""
    by_section: dict[str, list[BriefingEntry]] = {section.key: [] for section in SECTIONS}
    for entry in account.briefing.live().select_related("said_by", "owner").order_by("pk"):
        by_section[entry.section].append(entry)
    return [
        Chapter(
            section,
            known=[entry for entry in by_section[section.key] if entry.text],
            gaps=[entry for entry in by_section[section.key] if not entry.text],
        )
        for section in SECTIONS
    ]
