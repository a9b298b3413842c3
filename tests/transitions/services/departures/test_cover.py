"""If somebody left today: what is counted, for whom it is counted again, and who is suggested."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.models import Acquaintance, Assignment, Commitment, Rep
from accounts.services.history import keep
from tests.factories import NOW, TODAY, make_account, make_contact
from transitions.models import StandingCover
from transitions.services import departures


@pytest.fixture
def acme(cast):
    return make_account("Acme", team=cast.east, owner=cast.olga, tier="strategic", industry="Steel")


def cover_of(person) -> StandingCover:
    return StandingCover.objects.get(person=person)


def test_a_rep_without_accounts_leaves_nothing_behind(cast, acme):
    departures.keep_covers(now=NOW)

    assert {cover.person_id for cover in StandingCover.objects.all()} == {cast.olga.pk}


def test_what_would_be_orphaned_is_counted_with_its_money(cast, acme):
    make_account("Small fry", team=cast.east, owner=cast.olga, tier="small", yearly_value=Decimal(500))

    departures.keep_covers(now=NOW)

    cover = cover_of(cast.olga)
    assert (cover.accounts, cover.strategic, cover.revenue) == (2, 1, Decimal(120_500))


def test_a_client_whom_nobody_else_knows_hangs_on_one_thread(cast, acme):
    contacts = [make_contact(acme, "Carla"), make_contact(acme, "Carlo")]
    Acquaintance.objects.create(person=cast.olga, contact=contacts[0])

    departures.keep_covers(now=NOW)
    alone = cover_of(cast.olga)
    Acquaintance.objects.create(person=cast.ivan, contact=contacts[1])
    departures.keep_covers(now=NOW)

    assert alone.single_threaded == 1
    assert cover_of(cast.olga).single_threaded == 0


def test_promises_count_that_stand_nowhere_in_writing(cast, acme):
    for written in (True, False):
        Commitment.objects.create(
            account=acme, owner=cast.olga, text="A price", written=written, made_on=TODAY
        )

    departures.keep_covers(now=NOW)

    assert cover_of(cast.olga).undocumented == 1


def test_whoever_fits_best_is_suggested(cast, acme):
    Rep.objects.filter(person=cast.ivan).update(industries=["Steel"])

    departures.keep_covers(now=NOW)

    cover = cover_of(cast.olga)
    assert [line[3] for line in cover.lines] == [cast.ivan.pk]
    assert cover.uncovered == 0


def test_nobody_of_another_team_is_suggested_unless_an_administrator_allows_it(cast, acme, settings):
    from accounts.models import Organisation

    Rep.objects.filter(person__in=[cast.ivan, cast.bea]).delete()

    departures.keep_covers(now=NOW)
    within = cover_of(cast.olga)
    Organisation.objects.update(cross_team_cover=True)
    departures.keep_covers(now=NOW)

    assert within.uncovered == 1
    assert [line[3] for line in cover_of(cast.olga).lines] == [cast.stella.pk]


def test_a_rep_without_room_is_not_suggested(cast, acme):
    Rep.objects.filter(person__in=[cast.ivan, cast.bea]).update(capacity=7)

    departures.keep_covers(now=NOW)

    assert cover_of(cast.olga).uncovered == 1


def test_the_grade_falls_with_what_is_missing(cast, acme):
    departures.keep_covers(now=NOW)
    bad = cover_of(cast.olga)
    for name, who in (("Carla", cast.ivan), ("Carlo", cast.bea)):
        Acquaintance.objects.create(person=who, contact=make_contact(acme, name))
    departures.keep_covers(now=NOW)
    good = cover_of(cast.olga)

    assert (bad.grade, bad.score) == ("C", 65)
    assert (good.grade, good.score) == ("A", 100)


def test_counting_again_counts_only_whose_book_has_changed(cast, acme):
    make_account("Other", team=cast.east, owner=cast.ivan)
    assert departures.keep_covers(now=NOW) == 2
    assert departures.keep_covers(now=NOW) == 0

    acme.industry, acme.version = "Glass", acme.version + 1
    keep(acme, by=cast.vera, now=NOW)

    assert departures.keep_covers(now=NOW) == 1
    assert departures.keep_covers(now=NOW, everything=True) == 2


@pytest.mark.parametrize(
    "change",
    [
        lambda cast, acme: make_contact(acme, "New"),
        lambda cast, acme: Commitment.objects.create(
            account=acme, owner=cast.olga, text="A word", made_on=TODAY
        ),
        lambda cast, acme: Rep.objects.filter(person=cast.bea).update(capacity=50),
        lambda cast, acme: Assignment.objects.create(
            account=make_account("Late", team=cast.east),
            person=cast.olga,
            role="owner",
            from_on=date(2027, 3, 1),
        ),
    ],
    ids=["contact", "promise", "capacity", "account"],
)
def test_nothing_that_counts_changes_unseen(cast, acme, change):
    departures.keep_covers(now=NOW)

    change(cast, acme)

    assert departures.keep_covers(now=NOW) == 1


def test_whoever_owns_nothing_any_more_has_no_cover(cast, acme):
    departures.keep_covers(now=NOW)
    Assignment.objects.filter(person=cast.olga).delete()

    departures.keep_covers(now=NOW)

    assert not StandingCover.objects.exists()


def test_queries_do_not_grow_with_accounts(cast, django_assert_num_queries, acme):
    departures.keep_covers(now=NOW)
    for number in range(30):
        make_contact(make_account(team=cast.east, owner=cast.olga), f"Contact {number}")

    with django_assert_num_queries(31):
        departures.keep_covers(now=NOW)
