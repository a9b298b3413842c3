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
"""

from collections.abc import Callable, Sequence
from copy import copy
from functools import lru_cache, wraps
from typing import Any, NamedTuple
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Expression, QuerySet

MOST_SHAPES = 500
MOST_LISTED = 500  # longer lists are rare, and their SQL is not worth keeping


class _Place(NamedTuple):
    """Where in the SQL a value stands: of which argument, and which of several."""

    name: str
    number: int | None


class _Slot(Expression):
    """Stands for one value, or for `many` in a list."""

    def __init__(self, name: str, many: int | None) -> None:
        super().__init__()
        self.name, self.many = name, many

    def as_sql(self, compiler: Any, connection: Any, **_more: Any) -> Any:
        if self.many is None:
            return "%s", [_Place(self.name, None)]
        if self.many == 0:
            raise EmptyResultSet
        places = [_Place(self.name, number) for number in range(self.many)]
        return f"({', '.join(['%s'] * self.many)})", places


class _Written(NamedTuple):
    """A query with slots, and the compiler that wrote it; without one where no such row can be."""

    queryset: QuerySet[Any, Any]
    compiler: Any
    sql: str
    params: Sequence[Any]


def prepared(build: Callable[..., QuerySet[Any, Any]]) -> Callable[..., list[Any]]:
    """Return a function of the same arguments that gives the rows."""

    @lru_cache(maxsize=MOST_SHAPES)
    def written(plain: tuple[Any, ...], shape: tuple[tuple[str, int | None], ...]) -> _Written:
        queryset = build(*plain, **{name: _Slot(name, many) for name, many in shape})
        compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        try:
            return _Written(queryset, compiler, *compiler.as_sql())
        except EmptyResultSet:
            return _Written(queryset, None, "", ())

    @wraps(build)
    def rows(*plain: Any, **values: Any) -> list[Any]:
        lengths = {name: len(value) for name, value in values.items() if isinstance(value, list | tuple)}
        if max(lengths.values(), default=0) > MOST_LISTED:
            return list(build(*plain, **values))
        queryset, compiler, sql, params = written(plain, tuple((name, lengths.get(name)) for name in values))
        if compiler is None:
            return []
        # The compiler that wrote the SQL knows how to read the answer. It is asked again on the connection
        # of this thread, and says what it wrote with the values of this call.
        compiler = copy(compiler)
        compiler.connection = connection = connections[DEFAULT_DB_ALIAS]
        compiler.as_sql = lambda *_args, **_more: (
            sql,
            [_bound(param, values, connection) for param in params],
        )
        answer = queryset.all()
        answer.query.get_compiler = lambda *_args, **_more: compiler  # type: ignore[method-assign]
        return list(answer)

    return rows


def _bound(param: Any, values: dict[str, Any], connection: Any) -> Any:
    if not isinstance(param, _Place):
        return param
    value = values[param.name] if param.number is None else values[param.name][param.number]
    if isinstance(value, UUID) and not connection.features.has_native_uuid_field:
        return value.hex
    return connection.ops.adapt_unknown_value(value)
