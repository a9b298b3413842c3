"""One way to show a list: search, filter, sort, page and export, all kept in the address.

    rows = Account.objects.visible_to(request.user).values("uuid", "name")
    return listing.answer(
        request, "accounts/clients/list.html", rows,
        filters=AccountFilters, columns=COLUMNS, sort="name", name="accounts",
    )

The template finds `listing` in its context and loops over `listing.rows` itself, or shows
`listing.drawn`: fifty rows are most of what a list page costs, and a pattern is the fastest way.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django import forms
from django.core.exceptions import BadRequest
from django.core.paginator import Page, Paginator
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django_filters import DateFilter, FilterSet

from accounts.forms.filters import Flag, Pick, Search
from accounts.rendering.rows import drawn
from accounts.views.exports import table_response

__all__ = ["Column", "Flag", "Listing", "Pick", "Search", "answer", "page_of"]

PAGE_SIZE = 50
EXPORT_BATCH = 500
COUNT_UP_TO = 2000
PAGES_AHEAD = 10
CHOSEN = SafeString(" selected")
_OURS = ("sort", "page", "format")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: `key` in the address and the export, `order` the fields that it sorts by.

    `value` makes the exported cell: the name of a key or attribute of the row, or a function of the
    row. `nullable` columns sort their gaps last, whichever way and on whichever database.
    """

    key: str
    label: Any
    order: tuple[str, ...] = ()
    value: str | Callable[[Any], object] = ""
    nullable: bool = False
    numeric: bool = False
    shown: bool = True  # False: exported, but no column on the page

    def cell(self, row: Any) -> object:
        if callable(self.value):
            return self.value(row)
        name = self.value or self.key
        return row[name] if isinstance(row, dict) else getattr(row, name)

    def ordering(self, *, descending: bool) -> list[Any]:
        fields = (*self.order, "pk")
        if not self.nullable:
            return [f"-{field}" if descending else field for field in fields]
        return [
            F(field).desc(nulls_last=True) if descending else F(field).asc(nulls_last=True)
            for field in fields
        ]


@dataclass(frozen=True, slots=True)
class Head:
    """A column's heading: where it leads, and `aria-sort` if the list is sorted by it."""

    label: Any
    url: str
    sorted: str
    numeric: bool


@dataclass(frozen=True, slots=True)
class Control:
    """One field of the filter form, as components/filters.html draws it."""

    kind: str  # search, select, check, pick, date
    name: str
    label: Any
    value: str
    options: str = ""  # select: its option elements
    source: str = ""  # pick: the address that suggests values
    error: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    rows: list[Any]
    drawn: str  # the rows as HTML, where the list has a pattern for them
    page: Page
    heads: tuple[Head, ...]
    controls: tuple[Control, ...]
    query: str  # what to put before "page=": empty, or ending in "&"
    sort: str
    active: int  # how many filters narrow the list

    @property
    def total(self) -> int:
        return self.page.paginator.count

    @property
    def more(self) -> bool:
        """Whether there are more than `total`, which were not counted."""
        return self.page.more  # type: ignore[attr-defined]

    @property
    def search(self) -> Control | None:
        return next((control for control in self.controls if control.kind == "search"), None)

    @property
    def narrowing(self) -> tuple[Control, ...]:
        return tuple(control for control in self.controls if control.kind != "search")


def answer(
    request: HttpRequest,
    template: str,
    rows: QuerySet,
    *,
    filters: type[FilterSet],
    columns: Sequence[Column],
    sort: str,
    name: str,
    shape: Callable[[QuerySet], QuerySet] = QuerySet.all,
    decorate: Callable[[list[Any]], list[Any]] = list,
    pattern: str = "",
    context: dict[str, Any] | None = None,
) -> HttpResponseBase:
    """Return the list as a page, or as a file named `name` when the address asks for a format.

    `sort` is the order when none is asked for, a column's key, with "-" for descending. `shape` narrows
    what is read (`values`, joins for the order) after filtering; counting does without it. `decorate`
    gets a page of rows (or a batch of an export) and adds what they need in as many queries as for one.
    `pattern` is the template of one row, see `accounts.rendering.rows`; then rows must be mappings.
    Filters find the moment of asking as `self.now`; their method `unasked`, where they have one, gives
    the rows of a visit that asks for nothing.
    Raises BadRequest for an order or a format that does not exist.
    """
    chosen = filters(request.GET, queryset=rows, request=request)
    chosen.now = timezone.now()
    column, descending = _order(request.GET.get("sort") or sort, columns)
    asked = [name for name in chosen.filters if request.GET.get(name)]
    matching = chosen.qs if asked or not hasattr(chosen, "unasked") else chosen.unasked()
    found = shape(matching).order_by(*column.ordering(descending=descending))
    if "format" in request.GET:
        cells = ([column.cell(row) for column in columns] for row in _batches(found, decorate))
        headings = [str(column.label) for column in columns]
        return table_response(request.GET["format"], name, headings, cells)
    page = page_of(Paginator(found, PAGE_SIZE), request, counted=matching)
    written = decorate(list(page.object_list))
    listing = Listing(
        rows=written,
        drawn=drawn(pattern, written) if pattern else "",
        page=page,
        heads=tuple(_heads(request.GET, columns, column, descending)),
        controls=tuple(_controls(chosen, request.GET)),
        query=_query(request.GET, "page", "format"),
        sort=request.GET.get("sort", ""),
        active=len(asked),
    )
    return TemplateResponse(request, template, {**(context or {}), "listing": listing})


def page_of(paginator: Paginator, request: HttpRequest, *, counted: QuerySet | None = None) -> Page:
    """The page that the address asks for, or the nearest there is, as components/pagination.html draws it.

    `counted` are the same rows without their joins. Counting stops some way beyond the page at hand:
    nobody reads on page 40 that there are 19,213, and finding it out takes longer than the page.
    """
    asked = request.GET.get("page", "")
    ahead = int(asked) if asked.isdecimal() and len(asked) < 7 else 1
    most = max(COUNT_UP_TO, (ahead + PAGES_AHEAD) * paginator.per_page)
    rows: Any = paginator.object_list if counted is None else counted
    if isinstance(rows, QuerySet):
        rows = rows.order_by().values("pk")[: most + 1]
    paginator.count = rows.count() if isinstance(rows, QuerySet) else len(rows)
    more = paginator.count > most
    if more:
        paginator.count = most
    page = paginator.get_page(asked)
    page.more = more  # type: ignore[attr-defined]
    page.elided = list(  # type: ignore[attr-defined]
        paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    )
    return page


def _order(asked: str, columns: Sequence[Column]) -> tuple[Column, bool]:
    key = asked.removeprefix("-")
    for column in columns:
        if column.key == key and column.order:
            return column, asked.startswith("-")
    raise BadRequest(f"no such order: {asked!r}")


def _query(data: QueryDict, *without: str) -> str:
    """The address's query without these keys and without empty fields; empty, or ending in "&"."""
    kept = QueryDict(mutable=True)
    for key, values in data.lists():
        if key not in without and (values := [value for value in values if value]):
            kept.setlist(key, values)
    return f"{kept.urlencode()}&" if kept else ""


def _heads(data: QueryDict, columns: Sequence[Column], by: Column, descending: bool) -> Iterator[Head]:
    query = _query(data, *_OURS)
    for column in columns:
        if not column.shown:
            continue
        ours = column is by
        again = "-" if ours and not descending else ""
        yield Head(
            label=column.label,
            url=f"?{query}sort={again}{column.key}" if column.order else "",
            sorted=("descending" if descending else "ascending") if ours else "",
            numeric=column.numeric,
        )


def _controls(chosen: FilterSet, data: QueryDict) -> Iterator[Control]:
    errors = chosen.form.errors if chosen.is_bound and data else {}
    for name, filtering in chosen.filters.items():
        value = data.get(name, "")
        options = ""
        if isinstance(filtering, Search):
            kind = "search"
        elif isinstance(filtering, Pick):
            kind = "pick"
        elif isinstance(filtering, DateFilter):
            kind = "date"
        elif issubclass(filtering.field_class, forms.BooleanField):
            kind = "check"
        else:
            kind = "select"
            options = format_html_join(
                "",
                '<option value="{}"{}>{}</option>',
                ((key, CHOSEN if str(key) == value else "", label) for key, label in filtering.field.choices),
            )
        yield Control(
            kind=kind,
            name=name,
            label=filtering.label,
            value=value,
            options=options,
            source=str(getattr(filtering, "source", "")),
            error=" ".join(errors.get(name, ())),
        )


def _batches(rows: QuerySet, decorate: Callable[[list[Any]], list[Any]]) -> Iterator[Any]:
    waiting = rows.iterator(chunk_size=EXPORT_BATCH)
    while batch := list(islice(waiting, EXPORT_BATCH)):
        yield from decorate(batch)
