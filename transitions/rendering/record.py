"""The fields of a client's record in words, with what may be done about each."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext

from accounts.rendering.numbers import money
from accounts.rendering.text import translate
from transitions.documents.record import Field, Record
from transitions.rules.record import Part, said

MOST = 300  # characters of one value: a list of folders may be long


@dataclass(frozen=True, slots=True)
class Line:
    """A field as the page shows it."""

    field: Field
    title: str
    value: str
    was: str  # before it was corrected
    checks: bool  # whether the reader may say that it is right
    fixes: bool  # whether the reader may correct it here
    asks: bool  # whether the reader may ask somebody to


def lines(
    fields: Iterable[Field], currency: str, *, checks: bool, edits: bool, works: bool, person: int
) -> list[Line]:
    """`edits`: may change the account; `works`: what belongs to it; `person`: the reader."""
    return [_line(field, currency, checks, edits, works, person) for field in fields]


def groups(record: Record, currency: str, **may: bool | int) -> list[tuple[str, list[Line]]]:
    """The headings with their lines, in order."""
    return [
        (gettext(title), lines(fields, currency, **may))  # type: ignore[arg-type]
        for title, fields in record.groups()
    ]


def _line(field: Field, currency: str, checks: bool, edits: bool, works: bool, person: int) -> Line:
    asked = field.standing == "asked" and field.check is not None and field.check.owner_id == person
    mine = checks or asked
    may = edits if field.group == "account" else works
    fixes = mine and may and field.key != "owner" and not field.gone
    return Line(
        field=field,
        title=translate(field.title),
        value=value(field.parts, currency) or (gettext(field.nothing) if field.nothing else "–"),
        was=value(field.check.before, currency) if field.check else "",
        checks=mine,
        fixes=fixes,
        asks=checks and not fixes and not field.gone and field.standing != "asked",
    )


def value(parts: Iterable[Part], currency: str) -> str:
    """What a field says, in one line."""
    words = [
        money(Decimal(told), currency) if kind == "money" else translate(said([(kind, told)]))
        for kind, told in parts
    ]
    text = " · ".join(words)
    return text if len(text) <= MOST else text[: MOST - 1] + "…"
