from datetime import timedelta

from accounts.models import Person
from accounts.selectors.absence import Company, stands_in
from accounts.selectors.organisation import organisation
from tests.factories import NOW, TODAY

DAY = timedelta(days=1)


def test_whoever_leads_above_is_named_once_and_only_if_they_can_be_reached(cast):
    cast.company.lead = cast.vera
    cast.company.save()
    company = Company(organisation())

    assert [lead.name for lead in company.above(cast.east.pk)] == ["Vera Voss"]
    assert [lead.name for lead in company.above(cast.west.pk)] == ["Walt West", "Vera Voss"]
    assert company.above(None) == company.above(0) == ()
    Person.objects.filter(pk=cast.walt.pk).update(archived_at=NOW)
    assert [lead.name for lead in Company(organisation()).above(cast.west.pk)] == ["Vera Voss"]
    cast.users["vera"].is_active = False
    cast.users["vera"].save()
    assert Company(organisation()).above(cast.west.pk) == ()


def test_asking_who_stands_in_costs_one_query_while_nobody_is_away(cast, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert not stands_in(cast.bea.pk, cast.olga.pk, NOW)

    Person.objects.filter(pk=cast.olga.pk).update(away_from_on=TODAY, substitute=cast.bea)
    with django_assert_num_queries(4):
        assert stands_in(cast.bea.pk, cast.olga.pk, NOW)
    assert stands_in(cast.vera.pk, cast.olga.pk, NOW), "the leader, where the substitute may not see it"
    assert not stands_in(cast.ivan.pk, cast.olga.pk, NOW)


def test_those_who_have_left_are_not_on_leave(cast):
    Person.objects.filter(pk=cast.olga.pk).update(away_from_on=TODAY, archived_at=NOW)

    assert Company(organisation(), NOW).leaves == {}
