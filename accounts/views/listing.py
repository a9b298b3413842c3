"""One way to show a list: search, filter, sort, page and export, all kept in the address.

    rows = Account.objects.visible_to(request.user).values("uuid", "name")
    return listing.answer(
        request, "accounts/clients/list.html", rows,
        filters=AccountFilters, columns=COLUMNS, sort="name", name="accounts",
    )

The template finds `listing` in its context and loops over `listing.rows` itself: a plain loop is
several times faster than a table library, and fifty rows are most of what a list page costs.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django import forms
from django.core.exceptions import BadRequest
from django.core.paginator import Page, Paginator
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.utils import timezone
from django_filters import FilterSet

from accounts.forms.filters import Flag, Pick, Search

__all__ = ["Column", "Flag", "Listing", "Pick", "Search", "answer", "page_of"]

PAGE_SIZE = 50
EXPORT_BATCH = 500
COUNT_UP_TO = 2000
PAGES_AHEAD = 10
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
    options: tuple[tuple[str, Any, bool], ...] = ()
    source: str = ""  # pick: the address that suggests values
    error: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    rows: list[Any]
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
    context: dict[str, Any] | None = None,
) -> HttpResponse:
    """Return the list as a page, or as a file named `name` when the address asks for a format.

    `sort` is the order when none is asked for, a column's key, with "-" for descending. `shape` narrows
    what is read (`values`, joins for the order) after filtering; counting does without it. `decorate`
    gets a page of rows (or a batch of an export) and adds what they need in as many queries as for one.
    Filters find the moment of asking as `self.now`.
    Raises BadRequest for an order or a format that does not exist.
    """
    chosen = filters(request.GET, queryset=rows, request=request)
    chosen.now = timezone.now()
    column, descending = _order(request.GET.get("sort") or sort, columns)
    found = shape(chosen.qs).order_by(*column.ordering(descending=descending))
    if "format" in request.GET:
        return _export(request.GET["format"], name, columns, _batches(found, decorate))
    page = page_of(Paginator(found, PAGE_SIZE), request, counted=chosen.qs)
    listing = Listing(
        rows=decorate(list(page.object_list)),
        page=page,
        heads=tuple(_heads(request.GET, columns, column, descending)),
        controls=tuple(_controls(chosen)),
        query=_query(request.GET, "page", "format"),
        sort=request.GET.get("sort", ""),
        active=sum(1 for key in chosen.form.fields if request.GET.get(key)),
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
    paginator.count = rows.order_by().values("pk")[: most + 1].count()
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


def _controls(chosen: FilterSet) -> Iterator[Control]:
    form = chosen.form
    for name, field in form.fields.items():
        value = form.data.get(name, "")
        filtering = chosen.filters[name]
        options: tuple[tuple[str, Any, bool], ...] = ()
        if isinstance(filtering, Search):
            kind = "search"
        elif isinstance(filtering, Pick):
            kind = "pick"
        elif isinstance(field, forms.BooleanField):
            kind = "check"
        elif isinstance(field, forms.DateField):
            kind = "date"
        else:
            kind = "select"
            options = tuple((str(key), label, str(key) == value) for key, label in field.choices)
        yield Control(
            kind=kind,
            name=name,
            label=field.label,
            value=value,
            options=options,
            source=str(getattr(filtering, "source", "")),
            error=" ".join(form.errors.get(name, ())),
        )


def _batches(rows: QuerySet, decorate: Callable[[list[Any]], list[Any]]) -> Iterator[Any]:
    waiting = rows.iterator(chunk_size=EXPORT_BATCH)
    while batch := list(islice(waiting, EXPORT_BATCH)):
        yield from decorate(batch)


def _export(kind: str, name: str, columns: Sequence[Column], rows: Iterator[Any]) -> HttpResponse:
    raise BadRequest(f"no such format: {kind!r}")
