from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import NotSupportedError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Account, Person
from accounts.models import prepared as module
from accounts.models.prepared import MOST_LISTED, OFTEN, planned_anew, prepared
from tests.factories import TODAY, make_account


@prepared
def named(*, uuid):
    return Person.objects.filter(uuid=uuid).values_list("name", "uuid")


@prepared
def renewing(most, *, between=None, owners=()):
    accounts = Account.objects.filter(assignments__person__in=owners).order_by("pk")
    if between is not None:
        accounts = accounts.filter(renewal_on__gte=between)
    return accounts.values_list("name", "renewal_on", "yearly_value")[:most]


@prepared
def whole(*, name):
    return Account.objects.filter(name=name).select_related("team")


@prepared
@planned_anew
def unlike(*, name):
    return Person.objects.filter(name=name).values_list("uuid")


needs_postgresql = pytest.mark.skipif(
    "connection.vendor != 'postgresql'", reason="SQLite's driver keeps statements by itself"
)


def asked(ask, **values):
    """The SQL that one call sends."""
    with CaptureQueriesContext(connection) as queries:
        ask(**values)
    (query,) = queries
    return query["sql"]


def kept():
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_prepared_statements")
        return {name for (name,) in cursor}


@pytest.fixture
def accounts(cast):
    return [
        make_account(f"Client {n}", team=cast.east, owner=owner, renewal_on=TODAY + timedelta(days=n))
        for n, owner in enumerate((cast.olga, cast.ivan, cast.olga))
    ]


def test_each_call_is_answered_with_its_own_values(cast):
    assert named(uuid=cast.olga.uuid) == [("Olga Ortiz", cast.olga.uuid)]
    assert named(uuid=cast.ivan.uuid) == [("Ivan Ilic", cast.ivan.uuid)]
    assert named(uuid=uuid4()) == []


def test_nothing_of_an_answer_is_kept(cast):
    named(uuid=cast.olga.uuid)
    Person.objects.filter(pk=cast.olga.pk).update(name="Olga Olsen")

    assert named(uuid=cast.olga.uuid) == [("Olga Olsen", cast.olga.uuid)]


def test_it_says_the_same_as_the_query_that_it_stands_for(cast, accounts):
    owners = [cast.olga.pk, cast.ivan.pk]

    assert renewing(None, owners=owners) == list(renewing.__wrapped__(None, owners=owners))
    assert [name for name, *_ in renewing(None, owners=owners)] == ["Client 0", "Client 1", "Client 2"]


def test_lists_of_any_length_stand_in_it(cast, accounts):
    assert renewing(None, owners=[]) == []
    assert [name for name, *_ in renewing(None, owners=[cast.ivan.pk])] == ["Client 1"]
    many = [cast.ivan.pk, *range(10_000, 10_000 + MOST_LISTED)]
    assert [name for name, *_ in renewing(None, owners=many)] == ["Client 1"]


def test_which_arguments_there_are_and_what_stands_by_place_make_another_query(cast, accounts):
    owners, later = [cast.olga.pk], TODAY + timedelta(days=1)

    assert [name for name, *_ in renewing(1, owners=owners)] == ["Client 0"]
    assert [name for name, *_ in renewing(2, owners=owners)] == ["Client 0", "Client 2"]
    assert [on for _, on, _ in renewing(2, owners=owners, between=later)] == [date(2027, 3, 4)]


def test_rows_come_whole_where_the_query_asks_for_them(cast, accounts, django_assert_num_queries):
    with django_assert_num_queries(1):
        (found,) = whole(name="Client 1")
        assert (found, found.team) == (accounts[1], cast.east)
    assert whole(name="Client 9") == []


def test_what_people_typed_is_a_value_and_never_part_of_the_query(cast, accounts):
    assert whole(name="' OR 1=1 --") == []
    assert whole(name="100% %s") == []


@needs_postgresql
def test_postgresql_is_told_of_a_query_that_is_asked_often(cast):
    never_asked = prepared(named.__wrapped__)
    sent = [asked(never_asked, uuid=cast.olga.uuid) for _ in range(OFTEN)]

    assert [sql.split()[0] for sql in sent] == ["SELECT"] * (OFTEN - 1) + ["EXECUTE"]
    assert never_asked(uuid=cast.ivan.uuid) == [("Ivan Ilic", cast.ivan.uuid)]
    assert never_asked(uuid=uuid4()) == []


@needs_postgresql
def test_postgresql_is_not_told_of_what_must_be_planned_anew(cast):
    assert {asked(unlike, name="Olga Ortiz").split()[0] for _ in range(OFTEN + 1)} == {"SELECT"}
    assert unlike(name="Ivan Ilic") == [(cast.ivan.uuid,)]


@needs_postgresql
def test_nothing_is_kept_behind_a_pooler_of_transactions(cast, monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)

    assert {asked(named, uuid=cast.olga.uuid).split()[0] for _ in range(OFTEN + 1)} == {"SELECT"}


@needs_postgresql
def test_a_connection_keeps_the_queries_asked_last(cast, accounts, monkeypatch):
    monkeypatch.setattr(module, "MOST_TOLD", 2)
    owners, before = [cast.olga.pk], kept()
    for most in (1, 2, 3, 4):
        for _ in range(OFTEN + 1):
            assert renewing(most, owners=owners) == list(renewing.__wrapped__(most, owners=owners))

    assert len(kept() - before) <= 2


@needs_postgresql
def test_what_was_kept_in_a_transaction_outlives_its_end(cast):
    with transaction.atomic():
        for _ in range(OFTEN):
            named(uuid=cast.olga.uuid)
        transaction.set_rollback(True)

    assert named(uuid=cast.ivan.uuid) == [("Ivan Ilic", cast.ivan.uuid)]


@needs_postgresql
@pytest.mark.django_db(transaction=True)
def test_a_column_that_becomes_another_one_under_way_costs_no_page(db):
    person = Person.objects.create(name="Olga Ortiz")
    for _ in range(OFTEN):
        sent = asked(named, uuid=person.uuid)
    alter = "ALTER TABLE accounts_person ALTER COLUMN name TYPE "
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"{alter} text")
        with pytest.raises(NotSupportedError), connection.cursor() as cursor:
            cursor.execute(sent)

        assert named(uuid=person.uuid) == [("Olga Ortiz", person.uuid)]
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"{alter} varchar(200)")
