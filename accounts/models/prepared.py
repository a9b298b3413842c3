"""Queries that are written once and asked often: the ORM says them, and their SQL is kept.

Writing a query's SQL costs the ORM more than the database needs to answer it, and a page asks ten. A
function that returns a QuerySet is called once for each shape of its arguments, with slots in their place,
and from then on only the values change:

    @prepared
    def open_plans(*, person, accounts):
        return HandoverPlan.objects.open().filter(created_by=person, account__in=accounts).values_list("pk")

    rows = open_plans(person=7, accounts=[1, 2])

So the function must put its keywords into the query and never look at them; it may look at which there
are. What it takes by place it gets as it is, each as a query of its own. Nothing of an answer is kept.

PostgreSQL is told as well, and keeps the plan of a query that its connection asks often (PREPARE): for
most of these queries it thinks longer than it reads. Behind a pooler that gives each transaction another
connection nothing is kept there: set DISABLE_SERVER_SIDE_CURSORS, as Django asks.
"""

from collections.abc import Callable, Sequence
from copy import copy
from functools import lru_cache, wraps
from itertools import count
from typing import Any, NamedTuple
from uuid import UUID
from weakref import WeakKeyDictionary

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, NotSupportedError, connections
from django.db.models import Expression, QuerySet
from django.db.models.query import ValuesListIterable

MOST_SHAPES = 500
MOST_LISTED = 500  # longer lists are rare, and their SQL is not worth keeping
SOME = -1  # a list of two or more: one value of PostgreSQL's, an array
OFTEN = 3  # asked so often on one connection, a query is kept by the server
MOST_TOLD = 200  # queries that one connection remembers

_numbers = count(1)
# By connection of the driver, how often each query was asked there, the longest unasked first.
_told: WeakKeyDictionary[Any, dict[str, int]] = WeakKeyDictionary()


_ANY_OF = "any of"  # found and replaced, operator included


class _Place(NamedTuple):
    """Where in the SQL a value stands: of which argument, and which of several."""

    name: str
    number: int | None


class _Slot(Expression):
    """Stands for one value, or for `many` in a list: each by itself, or all as one where it is SOME."""

    def __init__(self, name: str, many: int | None) -> None:
        super().__init__()
        self.name, self.many = name, many

    def as_sql(self, compiler: Any, connection: Any, **_more: Any) -> Any:
        if self.many is None:
            return "%s", [_Place(self.name, None)]
        if self.many == 0:
            raise EmptyResultSet
        if self.many == SOME:
            return f"({_ANY_OF} %s)", [_Place(self.name, None)]
        places = [_Place(self.name, number) for number in range(self.many)]
        return f"({', '.join(['%s'] * self.many)})", places


class _Written(NamedTuple):
    """A query with slots, and the compiler that wrote it; without one where no such row can be."""

    queryset: QuerySet[Any, Any]
    compiler: Any
    sql: str
    params: Sequence[Any]
    name: str
    is_plain: bool  # rows are the answer's, as the driver gives them


def planned_anew(build: Callable[..., QuerySet[Any, Any]]) -> Callable[..., QuerySet[Any, Any]]:
    """Below `prepared`: PostgreSQL plans this query for the values of each call, because one plan serves
    some of them badly."""
    build.planned_anew = True  # type: ignore[attr-defined]
    return build


def prepared(build: Callable[..., QuerySet[Any, Any]]) -> Callable[..., list[Any]]:
    """Return a function of the same arguments that gives the rows."""

    @lru_cache(maxsize=MOST_SHAPES)
    def written(plain: tuple[Any, ...], shape: tuple[tuple[str, int | None], ...]) -> _Written:
        queryset = build(*plain, **{name: _Slot(name, many) for name, many in shape})
        compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        try:
            sql, params = compiler.as_sql()
        except EmptyResultSet:
            return _Written(queryset, None, "", (), "", is_plain=False)
        sql = sql.replace(f"IN ({_ANY_OF} %s)", "= ANY(%s)")
        name = f"{build.__name__}_{next(_numbers)}"
        return _Written(queryset, compiler, sql, params, name, is_plain=_is_plain(queryset, compiler))

    @wraps(build)
    def rows(*plain: Any, **values: Any) -> list[Any]:
        lists = {name: len(value) for name, value in values.items() if isinstance(value, list | tuple)}
        if max(lists.values(), default=0) > MOST_LISTED:
            return list(build(*plain, **values))
        connection = connections[DEFAULT_DB_ALIAS]
        if connection.vendor == "postgresql":
            lists = {name: SOME if length > 1 else length for name, length in lists.items()}
        query = written(plain, tuple((name, lists.get(name)) for name in values))
        if query.compiler is None:
            return []
        if hasattr(build, "planned_anew") or not _is_told(query, connection):
            return _answer(query, query.sql, query.params, values, connection)
        places = [param for param in query.params if isinstance(param, _Place)]
        sql = f"EXECUTE {query.name}" + (f" ({', '.join(['%s'] * len(places))})" if places else "")
        try:
            return _answer(query, sql, places, values, connection)
        except NotSupportedError:  # a migration gave one of its columns another type
            if connection.in_atomic_block:
                raise
            connection.close()
            return _answer(query, query.sql, query.params, values, connection)

    return rows


def _answer(
    query: _Written, sql: str, params: Sequence[Any], values: dict[str, Any], connection: Any
) -> list[Any]:
    bound = [_bound(param, values, connection) for param in params]
    if query.is_plain:
        with connection.cursor() as cursor:
            cursor.execute(sql, bound)
            return cursor.fetchall()
    # The compiler that wrote the SQL knows how to read the answer. It is asked again on the connection
    # of this thread, and says what it wrote with the values of this call.
    compiler = copy(query.compiler)
    compiler.connection = connection
    compiler.as_sql = lambda *_args, **_more: (sql, bound)
    answer = query.queryset.all()
    answer.query.get_compiler = lambda *_args, **_more: compiler  # type: ignore[method-assign]
    return list(answer)


def _is_plain(queryset: QuerySet[Any, Any], compiler: Any) -> bool:
    """Whether the ORM would hand on what the driver gives: tuples of which no cell needs converting."""
    cells = [cell[0] for cell in compiler.select]
    tuples = queryset._iterable_class is ValuesListIterable
    return tuples and not compiler.has_extra_select and not compiler.get_converters(cells)


def _is_told(query: _Written, connection: Any) -> bool:
    """Whether the server keeps this query on this connection; told now, if it is asked often."""
    if connection.vendor != "postgresql" or connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS"):
        return False
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    told = _told.setdefault(connection.connection, {})
    told[query.name] = asked = told.pop(query.name, 0) + 1
    if asked == OFTEN:
        _tell(connection, f"PREPARE {query.name} AS {_with_places(query, connection)}")
    while len(told) > MOST_TOLD:
        forgotten = next(iter(told))
        if told.pop(forgotten) >= OFTEN:
            _tell(connection, f"DEALLOCATE {forgotten}")
    return asked >= OFTEN


def _tell(connection: Any, sql: str) -> None:
    """Past Django's cursor, which would count it as a query of whoever happens to ask."""
    with connection.wrap_database_errors, connection.connection.cursor() as cursor:
        cursor.execute(sql)


def _with_places(query: _Written, connection: Any) -> str:
    """The SQL with numbered places for values. What never changes stands in it: a partial index on open
    plans serves a query only if its plan knows that open ones are asked for."""
    numbers = count(1)
    with connection.connection.cursor() as cursor:
        return query.sql % tuple(
            f"${next(numbers)}" if isinstance(param, _Place) else cursor.mogrify("%s", (param,)).decode()
            for param in query.params
        )


def _bound(param: Any, values: dict[str, Any], connection: Any) -> Any:
    if not isinstance(param, _Place):
        return param
    value = values[param.name] if param.number is None else values[param.name][param.number]
    if isinstance(value, list | tuple):
        return list(value)
    if isinstance(value, UUID) and not connection.features.has_native_uuid_field:
        return value.hex
    return connection.ops.adapt_unknown_value(value)
