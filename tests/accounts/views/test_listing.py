"""The list helper, on a small list of its own."""

import pytest
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponseBase
from django.test import RequestFactory
from django_filters import ChoiceFilter, FilterSet

from accounts.models import Account, Tier
from accounts.views import listing
from tests.factories import make_account


class Filters(FilterSet):
    q = listing.Search(fields=["name", "industry"], label="Search")
    tier = ChoiceFilter(choices=Tier.choices, label="Tier", empty_label="Any tier")
    unvalued = listing.Flag(field_name="yearly_value", lookup_expr="isnull", label="Without a value")


COLUMNS = (
    listing.Column("name", "Name", order=("name",)),
    listing.Column("value", "Value", order=("yearly_value",), value="yearly_value", nullable=True),
    listing.Column("tier", "Tier"),
)


def answered(query: str = "") -> HttpResponseBase:
    request: HttpRequest = RequestFactory().get(f"/?{query}")
    return listing.answer(
        request, "none.html", Account.objects.all(), filters=Filters, columns=COLUMNS, sort="name", name="x"
    )


def listed(query: str = "") -> listing.Listing:
    return answered(query).context_data["listing"]


def names(query: str = "") -> list[str]:
    return [account.name for account in listed(query).rows]


@pytest.fixture
def three(db):
    make_account("Beta Works", yearly_value=10, industry="Steel", tier="small")
    make_account("Alpha Works", yearly_value=None, industry="Retail", tier="strategic")
    make_account("Gamma", yearly_value=30, industry="Steel works", tier="small")


def test_a_list_is_sorted_by_its_own_order_and_then_as_asked(three):
    assert names() == ["Alpha Works", "Beta Works", "Gamma"]
    assert names("sort=-name") == ["Gamma", "Beta Works", "Alpha Works"]


def test_gaps_come_last_whichever_way_the_list_is_sorted(three):
    assert names("sort=value") == ["Beta Works", "Gamma", "Alpha Works"]
    assert names("sort=-value") == ["Gamma", "Beta Works", "Alpha Works"]


@pytest.mark.parametrize("order", ["tier", "pk", "team__name", "--name", "name,value", "'"])
def test_an_order_that_is_not_offered_is_a_bad_request(three, order):
    with pytest.raises(BadRequest):
        listed(f"sort={order}")


def test_a_format_that_does_not_exist_is_a_bad_request(three):
    with pytest.raises(BadRequest):
        listed("format=exe")


def test_every_word_of_a_search_must_be_found(three):
    assert names("q=works steel") == ["Beta Works", "Gamma"]
    assert names("q=beta retail") == []


def test_a_wildcard_in_a_search_is_only_a_character(three):
    assert names("q=%25") == []


def test_filters_narrow_and_are_counted(three):
    found = listed("tier=strategic&unvalued=on")

    assert [account.name for account in found.rows] == ["Alpha Works"]
    assert found.active == 2


def test_an_unknown_choice_is_said_and_hides_nothing(three):
    found = listed("tier=enormous")

    assert len(found.rows) == 3
    assert [bool(control.error) for control in found.controls] == [False, True, False]


def test_hostile_search_text_is_an_error_by_the_field_and_no_crash(three):
    found = listed("q=a%00b")

    assert found.search.error


def test_headings_keep_the_filters_and_forget_the_page(three):
    found = listed("q=works&tier=&page=2&sort=name")

    assert [head.url for head in found.heads] == ["?q=works&sort=-name", "?q=works&sort=value", ""]
    assert [head.sorted for head in found.heads] == ["ascending", "", ""]
    assert found.query == "q=works&sort=name&"


def test_a_page_holds_fifty_and_the_last_page_answers_for_those_beyond_it(db):
    for number in range(51):
        make_account(f"Client {number:03}")

    assert len(listed().rows) == 50
    assert names("page=2") == ["Client 050"]
    assert names("page=99") == ["Client 050"]
    assert len(listed("page=x").rows) == 50


def test_three_rows_cost_as_many_queries_as_one(django_assert_num_queries, db):
    make_account()
    with django_assert_num_queries(2):
        listed()
    make_account()
    make_account()
    with django_assert_num_queries(2):
        listed()


class MethodFilters(FilterSet):
    small = listing.Flag(method="only_small", label="Small")

    def only_small(self, rows, _name, _value):
        return rows.filter(tier="small")


def test_a_tick_with_a_method_does_nothing_without_its_tick(three):
    rows = Account.objects.all()

    assert MethodFilters({}, queryset=rows).qs.count() == 3
    assert MethodFilters({"small": "on"}, queryset=rows).qs.count() == 2


def test_the_filtered_list_can_be_taken_away_as_a_file(three):
    answer = answered("q=works&tier=small&sort=-value&format=csv")

    lines = answer.getvalue().decode("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == ["Gamma", "Beta Works"]
    assert answer["Content-Disposition"] == 'attachment; filename="x.csv"'
