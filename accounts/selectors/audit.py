"""Reading the audit record back."""

from accounts.models import AuditEvent
from accounts.rules.audit import seal_of


def first_broken_seal() -> int | None:
    """The place of the first sealed event that was changed, removed or forged; None when all hold."""
    before, expected = "", 1
    for event in AuditEvent.objects.exclude(place=None).order_by("place").iterator(chunk_size=2000):
        seal = seal_of(
            before,
            place=expected,
            at=event.at,
            by=event.by_id_was,
            verb=event.verb,
            subject=event.subject,
            subject_id=event.subject_id,
            digest=event.digest,
        )
        if event.place != expected or event.seal != seal:
            return expected
        before, expected = seal, expected + 1
    return None
