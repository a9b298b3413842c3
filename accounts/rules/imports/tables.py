"""The kinds of table that can be imported, and how a file's headings tell its kind and its columns."""

import re
from collections.abc import Mapping

from accounts.rules.imports.fields import ACCOUNTS, CONTACTS, PIPELINE, PRODUCTS, TEAMS, Field, Kind
from accounts.rules.imports.shapes import Table

__all__ = ["ACCOUNTS", "CONTACTS", "KINDS", "PIPELINE", "PRODUCTS", "TEAMS", "UNKNOWN", "Field", "Kind"]

KINDS = {kind.key: kind for kind in (TEAMS, ACCOUNTS, CONTACTS, PIPELINE, PRODUCTS)}
# A file that is of no kind that we recognise waits under such a name until somebody says what it is.
UNKNOWN = "unknown"


def heading_key(heading: str) -> str:
    """Return a heading without case, punctuation and custom-field marks: "Close_Date" is "close date"."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", heading)
    spaced = re.sub(r"__c$", "", spaced)
    return " ".join(re.sub(r"[^\w#]+|_", " ", spaced.casefold()).split())


def own_heading(field: Field) -> str:
    return heading_key(field.title)


def guess_mapping(
    kind: Kind, headings: tuple[str, ...], remembered: dict[str, str] | None = None
) -> dict[str, str]:
    """Return field -> heading for the headings recognised; each heading is used at most once.

    What was `remembered` (heading -> field key, "" for none) wins over the tables of synonyms, a
    field's own title over its other names, and a name that stands earlier over a later one.
    """
    mapping: dict[str, str] = {}
    free = list(headings)
    for heading in headings:
        taught = (remembered or {}).get(heading)
        if taught is None:
            continue
        free.remove(heading)
        if taught and taught not in mapping and any(field.key == taught for field in kind.fields):
            mapping[taught] = heading
    keys = {heading: (heading_key(heading), heading_key(heading).replace(" ", "")) for heading in free}
    for depth in range(1 + max(len(field.headings) for field in kind.fields)):
        for field in kind.fields:
            names = (own_heading(field), *field.headings)
            if field.key in mapping or depth >= len(names):
                continue
            for heading in free:
                if names[depth] in keys[heading]:
                    mapping[field.key] = heading
                    free.remove(heading)
                    break
    return mapping


def lacks(kind: Kind, mapping: Mapping[str, str]) -> tuple[Field, ...]:
    """Return a field for each thing without which the table says nothing and which has no column."""
    return tuple(kind.field(group[0]) for group in kind.needs if not mapping.keys() & set(group))


def guess_kind(table: Table) -> str:
    """Return the kind that most of the table's headings speak for, or UNKNOWN."""
    scores = []
    for position, kind in enumerate(KINDS.values()):
        mapping = guess_mapping(kind, table.headings)
        if not lacks(kind, mapping):
            telling = len(mapping) - len({"external_id", "uuid", "source"} & mapping.keys())
            scores.append((telling, -position, kind.key))
    best = max(scores, default=(0, 0, UNKNOWN))
    return best[2] if best[0] > 1 or len(table.headings) == 1 else UNKNOWN
