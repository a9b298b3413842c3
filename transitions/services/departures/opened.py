"""What every verb on a departure does first: lock it, and see that it is still being prepared."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import translation

from accounts.models import Person
from accounts.models.base import StaleVersion
from accounts.rendering.text import translate
from accounts.rules.text import BadText, Message, clean_text, gettext_noop
from accounts.selectors.organisation import organisation
from transitions.models import Departure, DepartureState, Scenario

_ = gettext_noop


class DepartureNotDraft(Exception):
    """The departure is carried out, undone or withdrawn: nothing in it changes."""

    def __init__(self, departure: Departure) -> None:
        super().__init__(f"departure {departure.pk} is {departure.state}")
        self.departure = departure


def opened(pk: int, *, version: int | None = None, state: str = DepartureState.DRAFT) -> Departure:
    """The row as it is now, locked until the transaction ends; with `version` claimed for a change.

    Raises DepartureNotDraft, StaleVersion.
    """
    departure = (
        Departure.objects.select_for_update(of=("self",))
        .select_related("person__team", "created_by")
        .get(pk=pk)
    )
    if departure.state != state:
        raise DepartureNotDraft(departure)
    if version is not None:
        if departure.version != version:
            raise StaleVersion(departure)
        Departure.objects.claim(pk=pk, version=version)
        departure.version = version + 1
    return departure


def claimed(scenario: Scenario, version: int) -> Scenario:
    """The scenario's row, claimed for a change of its settings: what was proposed answers them no more.

    Raises DepartureNotDraft, StaleVersion.
    """
    opened(scenario.departure_id)
    Scenario.objects.claim(pk=scenario.pk, version=version)
    return Scenario.objects.get(pk=scenario.pk)


def problems_of_texts(texts: Mapping[str, str]) -> list[tuple[str, Message]]:
    """Texts that may not be stored, as (field, sentence)."""
    found = []
    for field, text in texts.items():
        try:
            clean_text(text)
        except BadText as error:
            found.append((field, error.message))
    return found


def in_our_words(msgid: str) -> str:
    """A sentence that is kept as text, in the organisation's language: everybody reads it later."""
    with translation.override(organisation().language):
        return translate(Message(msgid))


def gone(field: str, people: Sequence[Person]) -> list[tuple[str, Message]]:
    return [
        (field, Message(_("%(name)s has left."), {"name": person.name}))
        for person in people
        if person.archived_at is not None
    ]


def change_of(row: Any, label: str, before: Any, after: Any) -> dict[str, Any]:
    """A change of a row's owner for the record; `row` has its new version already."""
    return {
        "model": row._meta.model_name,
        "id": row.pk,
        "version": getattr(row, "version", None),
        "label": label,
        "before": {"owner_id": before},
        "after": {"owner_id": after},
    }
