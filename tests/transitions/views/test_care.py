import pytest
import time_machine

from accounts.models import Person
from tests.factories import NOW, TODAY, make_contact
from transitions.models import Extra, Praise


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


def test_an_empty_page_says_what_to_do_first(plan, sign_in):
    html = sign_in("olga").get(f"/plans/{plan.uuid}/care/").content.decode()

    assert "No praise is noted yet" in html
    assert "Nothing is planned" in html


def test_praise_is_noted_corrected_archived_and_brought_back(cast, plan, sign_in):
    carla = make_contact(plan.account, "Carla Client")
    client = sign_in("olga")
    typed = {"words": "Olga always calls.", "said_by": carla.pk, "said_on": TODAY, "keep": "Call."}

    assert client.post(f"/plans/{plan.uuid}/care/praise/", typed).url == f"/plans/{plan.uuid}/care/"
    praise = Praise.objects.get()
    assert (praise.words, praise.said_by, praise.keep) == ("Olga always calls.", carla, "Call.")
    client.post(f"/praise/{praise.uuid}/edit/", {**typed, "words": "Olga calls.", "version": 1})
    assert "Olga calls." in client.get(f"/plans/{plan.uuid}/care/").content.decode()
    client.post(f"/praise/{praise.uuid}/archive/", {"version": 2})
    assert not Praise.objects.live().exists()
    client.post(f"/praise/{praise.uuid}/unarchive/")
    assert Praise.objects.live().exists()


def test_an_extra_is_planned_and_done_with_what_it_cost(cast, plan, sign_in):
    client = sign_in("olga")
    planned = {"what": "A tour", "owner": cast.olga.pk, "planned_on": TODAY, "budget": "400"}

    client.post(f"/plans/{plan.uuid}/care/extra/", planned)
    extra = Extra.objects.get()
    client.post(f"/extras/{extra.uuid}/edit/", {**planned, "budget": "500", "version": 1})
    client.post(
        f"/extras/{extra.uuid}/done/",
        {"version": 2, "done_on": TODAY, "spent": "460", "reaction": "A letter."},
    )

    html = client.get(f"/plans/{plan.uuid}/care/").content.decode()
    assert "$460 spent of $500 planned" in html
    assert "A letter." in html


def test_an_extra_is_done_by_its_owner_and_by_who_stands_in_for_them(cast, plan, sign_in):
    planned = {"owner": cast.bea.pk, "planned_on": TODAY, "budget": "400"}
    for what in ("A tour", "A lunch"):
        sign_in("olga").post(f"/plans/{plan.uuid}/care/extra/", {"what": what, **planned})
    tour, lunch = Extra.objects.order_by("pk")
    Extra.objects.filter(pk=lunch.pk).update(owner=cast.ada)
    bea, done = sign_in("bea"), {"version": 1, "done_on": TODAY, "spent": "400", "reaction": ""}

    assert bea.get(f"/plans/{plan.uuid}/care/").content.decode().count("It is done") == 1
    assert bea.post(f"/extras/{tour.uuid}/done/", done).status_code == 302
    assert bea.post(f"/extras/{lunch.uuid}/done/", done).status_code == 403

    Person.objects.filter(pk=cast.ada.pk).update(away_from_on=TODAY, substitute=cast.bea)
    assert bea.get(f"/plans/{plan.uuid}/care/").content.decode().count("It is done") == 1
    assert bea.post(f"/extras/{lunch.uuid}/done/", done).status_code == 302


def test_money_below_nothing_is_refused_beside_its_field(cast, plan, sign_in):
    planned = {"what": "A tour", "owner": cast.olga.pk, "planned_on": TODAY, "budget": "-1"}

    answer = sign_in("olga").post(f"/plans/{plan.uuid}/care/extra/", planned)

    assert list(answer.context["form"].errors) == ["budget"]


def test_the_page_costs_as_many_queries_for_many_as_for_one(cast, plan, sign_in, django_assert_num_queries):
    client = sign_in("olga")
    for count in (1, 49):
        for number in range(count):
            Praise.objects.create(
                plan=plan, words=f"Good {number}", said_on=TODAY, created_by=cast.olga, created_at=NOW
            )
            Extra.objects.create(
                plan=plan,
                what=f"Extra {number}",
                owner=cast.olga,
                planned_on=TODAY,
                created_by=cast.olga,
                created_at=NOW,
            )
        client.get(f"/plans/{plan.uuid}/care/")
        with django_assert_num_queries(9):
            client.get(f"/plans/{plan.uuid}/care/")
