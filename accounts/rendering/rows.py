"""Many rows drawn from one pattern: for lists of fifty, where a template loop would be most of the page.

The pattern is an ordinary template, rendered once, with the names of its cells in single braces:

    <tr><th><a href="{url}">{name}</a></th><td data-label="{% translate 'Tier' %}">{tier}</td></tr>

Where rows differ in more than their cells, the cells that decide it are named as the `shape`. The template
finds them in its context, and is rendered once for each combination of their values that occurs:

    <li class="{{ state }}">{% if done %}{% translate "Done" %}{% else %}<time>{day}</time>{% endif %}</li>

A template that others use in the ordinary way, the shell of a mail perhaps, may be a pattern, too: what it
writes as {{ subject }} is named among the `cells`.
"""

import re
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from functools import lru_cache
from html import escape
from string import Formatter
from types import MappingProxyType
from typing import Any, NamedTuple

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

_markup = re.compile("[&<>\"']").search  # most cells hold none


class _Pattern(NamedTuple):
    """A template rendered once: its text with %s for cells, and which cells in that order."""

    text: str
    names: tuple[str, ...]


def drawn(
    template: str,
    rows: Iterable[Mapping[str, Any]],
    *,
    shape: Sequence[str] = (),
    fixed: Mapping[str, Hashable] = MappingProxyType({}),
    cells: tuple[str, ...] = (),
    finish: Callable[[str], str] | None = None,
) -> SafeString:
    """Return `template` filled with each of `rows` in turn, every value escaped unless it is safe already.

    `shape` names the cells that the template's tags may ask for: truths and keys, never what people
    typed, because patterns are kept; `fixed` holds what all rows share of the same sort. `cells` are those
    that the template writes as variables. `finish` is done to the pattern once. About a tenth of what a loop
    over the same template costs.
    """
    language = get_language() or ""
    pattern = _pattern.__wrapped__ if settings.DEBUG else _pattern
    patterns: dict[tuple[Any, ...], _Pattern] = {}
    shared = tuple(fixed.items())
    if not shape:
        patterns[()] = pattern(template, language, shared, cells, finish)
    parts = []
    for row in rows:
        key = tuple([row[name] for name in shape])
        if key not in patterns:
            patterns[key] = pattern(
                template, language, (*shared, *zip(shape, key, strict=True)), cells, finish
            )
        text, names = patterns[key]
        parts.append(text % tuple([_shown(row[name]) for name in names]))
    return mark_safe("".join(parts))


def _shown(value: Any) -> str:
    """A cell, escaped unless it is safe already; what is None is empty."""
    if value.__class__ is SafeString:
        return value
    if value is None:
        return ""
    text = value if value.__class__ is str else str(value)
    return escape(text) if _markup(text) else text


@lru_cache(maxsize=2000)
def _pattern(
    template: str,
    language: str,
    shape: tuple[tuple[str, Any], ...],
    cells: tuple[str, ...],
    finish: Callable[[str], str] | None,
) -> _Pattern:
    parts, names = [], []
    rendered = render_to_string(template, {**{name: f"{{{name}}}" for name in cells}, **dict(shape)})
    for text, name, _spec, _conversion in Formatter().parse(finish(rendered) if finish else rendered):
        parts.append(text.replace("%", "%%"))
        if name is not None:
            parts.append("%s")
            names.append(name)
    return _Pattern("".join(parts), tuple(names))
