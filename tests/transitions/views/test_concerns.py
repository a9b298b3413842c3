from datetime import timedelta

import pytest
import time_machine
from django.contrib.messages import get_messages

from accounts.models import Person
from tests.factories import NOW, TODAY, make_account, make_contact
from transitions.models import Concern
from transitions.services import concerns, plans


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def carla(account):
    return make_contact(account, "Carla Client")


@pytest.fixture
def concern(cast, plan, carla) -> Concern:
    return add(cast, plan, raised_by=carla)


def add(cast, plan, words="Who answers at night?", **fields) -> Concern:
    given = {"seriousness": "red", "owner": cast.olga, "raised_on": TODAY, "by": cast.olga, "now": NOW}
    return concerns.add(plan=plan, words=words, **{**given, **fields})


def typed(carla, cast, **fields) -> dict[str, object]:
    return {
        "words": "Who answers at night?",
        "raised_by": carla.pk,
        "seriousness": "red",
        "owner": cast.olga.pk,
        "promised_on": TODAY + timedelta(days=5),
        "raised_on": TODAY,
        **fields,
    }


def said(answer) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_an_empty_ledger_says_what_to_do_first(plan, sign_in):
    html = sign_in("olga").get(f"/plans/{plan.uuid}/concerns/").content.decode()

    assert "No concern is noted yet" in html
    assert f"/plans/{plan.uuid}/concerns/add/" in html


def test_a_concern_is_noted_with_words_somebody_and_seriousness(cast, plan, carla, sign_in):
    client = sign_in("olga")
    form = client.get(f"/plans/{plan.uuid}/concerns/add/").context["form"]
    assert (form.initial["owner"], form.initial["raised_on"]) == (cast.olga.pk, TODAY)
    assert form.initial["promised_on"] > TODAY

    answer = client.post(f"/plans/{plan.uuid}/concerns/add/", typed(carla, cast))

    assert answer.url == f"/plans/{plan.uuid}/concerns/"
    concern = Concern.objects.get()
    assert (concern.words, concern.owner, concern.raised_by) == ("Who answers at night?", cast.olga, carla)


def test_what_is_refused_stands_beside_its_field_and_nothing_typed_is_lost(cast, plan, carla, sign_in):
    wrong = typed(carla, cast, raised_by="", raised_on=TODAY + timedelta(days=1))

    answer = sign_in("olga").post(f"/plans/{plan.uuid}/concerns/add/", wrong)

    assert sorted(answer.context["form"].errors) == ["raised_by", "raised_on"]
    assert "Who answers at night?" in answer.content.decode()
    assert Concern.objects.count() == 0


def test_from_noted_to_confirmed_by_the_client(cast, plan, carla, concern, sign_in):
    client = sign_in("olga")
    page = f"/concerns/{concern.uuid}/"

    assert client.post(f"{page}answer/", {"version": 1, "answer": "The hotline."}).url == page
    confirmation = {
        "version": 2,
        "confirmed_by": carla.pk,
        "confirmed_on": TODAY,
        "confirmed_how": "phone",
    }
    assert client.post(f"{page}confirm/", confirmation).url == page

    concern.refresh_from_db()
    assert (concern.state, concern.confirmed_by) == ("confirmed", carla)
    html = client.get(page).content.decode()
    assert "Confirmed" in html
    assert "The hotline." in html


def test_confirming_what_nobody_answered_is_refused_in_words(cast, plan, carla, concern, sign_in):
    answer = sign_in("olga").post(
        f"/concerns/{concern.uuid}/confirm/",
        {"version": 1, "confirmed_by": carla.pk, "confirmed_on": TODAY, "confirmed_how": "phone"},
    )

    assert "Nobody has answered this concern yet." in answer.content.decode()


def test_who_is_second_sees_what_stands_there_beside_what_they_typed(cast, concern, sign_in):
    address = f"/concerns/{concern.uuid}/answer/"
    sign_in("vera").post(address, {"version": 1, "answer": "The hotline."})

    answer = sign_in("olga").post(address, {"version": 1, "answer": "Our engineers, as ever."})

    html = answer.content.decode()
    assert answer.status_code == 409
    assert "The hotline." in html
    assert "Our engineers, as ever." in html


def test_only_a_leader_withdraws_a_serious_concern_or_rates_it_lower(cast, carla, concern, sign_in):
    page = f"/concerns/{concern.uuid}/"
    eased = typed(carla, cast, seriousness="green", version=1, why="It was a joke.", promised_on="")

    assert sign_in("olga").post(f"{page}withdraw/", {"version": 1, "why": "Wrong."}).status_code == 403
    assert sign_in("olga").post(f"{page}edit/", eased).status_code == 403
    assert f"{page}withdraw/" not in sign_in("olga").get(page).content.decode()
    assert f"{page}withdraw/" in sign_in("vera").get(page).content.decode()
    assert sign_in("vera").post(f"{page}edit/", eased).url == page

    concern.refresh_from_db()
    assert concern.seriousness == "green"


def test_the_ledger_is_narrowed_by_state_and_seriousness(cast, plan, carla, concern, sign_in):
    add(cast, plan, "Do prices change?", raised_by=carla, seriousness="green")
    gone = add(cast, plan, "Wrong client", raised_by=carla, seriousness="amber")
    concerns.withdraw(concern=gone, version=1, why="Mistake.", by=cast.vera, now=NOW)
    client = sign_in("olga")

    def shown(query: str) -> list[str]:
        answer = client.get(f"/plans/{plan.uuid}/concerns/?{query}")
        return [row.words for row in answer.context["listing"].rows]

    assert shown("") == ["Who answers at night?", "Do prices change?"]
    assert shown("seriousness=green") == ["Do prices change?"]
    assert shown("state=withdrawn") == ["Wrong client"]
    assert shown("state=confirmed") == []
    assert shown("q=night") == ["Who answers at night?"]
    assert shown("sort=-seriousness") == ["Do prices change?", "Who answers at night?"]


def test_the_ledger_leaves_as_a_table(cast, plan, carla, concern, sign_in):
    answer = sign_in("olga").get(f"/plans/{plan.uuid}/concerns/?format=csv")

    table = answer.getvalue().decode()
    assert "Who answers at night?,Red: serious,2027-03-02,Carla Client,Olga Ortiz" in table


def test_hostile_words_are_shown_as_words(cast, plan, carla, sign_in):
    add(cast, plan, "<script>alert('x')</script> =2+2", raised_by=carla)
    client = sign_in("olga")

    html = client.get(f"/plans/{plan.uuid}/concerns/").content.decode()
    table = client.get(f"/plans/{plan.uuid}/concerns/?format=csv").getvalue().decode()

    assert "<script>alert" not in html
    assert "&lt;script&gt;alert" in html
    assert "<script>alert" in table


def test_words_that_may_not_be_stored_are_refused(cast, plan, carla, sign_in):
    answer = sign_in("olga").post(
        f"/plans/{plan.uuid}/concerns/add/", typed(carla, cast, words="turned \u202e round")
    )

    assert answer.context["form"].errors["words"]
    assert Concern.objects.count() == 0


def test_a_contact_of_another_client_cannot_be_chosen(cast, plan, carla, sign_in):
    stranger = make_contact(make_account("Other", team=cast.east, owner=cast.olga), "Otto Other")

    answer = sign_in("olga").post(f"/plans/{plan.uuid}/concerns/add/", typed(stranger, cast))

    assert "raised_by" in answer.context["form"].errors


def test_nothing_is_noted_on_a_plan_that_is_closed(cast, plan, carla, concern, sign_in):
    plans.close(
        plan=plan, version=plan.version, by=cast.vera, now=NOW, outcome="withdrawn", why="Olga stays."
    )
    client = sign_in("olga")

    answer = client.post(f"/plans/{plan.uuid}/concerns/add/", typed(carla, cast))

    assert said(answer) == ["Nothing was changed: this plan is no longer open (Closed)."]
    assert Concern.objects.count() == 1
    assert "concerns/add/" not in client.get(f"/plans/{plan.uuid}/concerns/").content.decode()


def test_the_ledger_costs_as_many_queries_for_many_as_for_one(
    cast, plan, carla, concern, sign_in, django_assert_num_queries
):
    client = sign_in("olga")
    client.get(f"/plans/{plan.uuid}/concerns/")
    with django_assert_num_queries(QUERIES):
        client.get(f"/plans/{plan.uuid}/concerns/")
    for number in range(49):
        add(cast, plan, f"Concern {number}", raised_by=carla)
    with django_assert_num_queries(QUERIES):
        client.get(f"/plans/{plan.uuid}/concerns/")


QUERIES = 10


def test_a_serious_concern_stands_at_its_gate_with_the_way_to_it(cast, plan, carla, concern, drive, sign_in):
    drive(plan, "burn-in")

    answer = sign_in("olga").get(f"/plans/{plan.uuid}/")

    mends = {gate.line.key: gate.mends for gate in answer.context["gates"]}
    (mend,) = mends["answered"]
    assert mend.says == "1 serious concern is not confirmed as answered by the client."
    assert mend.url == f"/plans/{plan.uuid}/concerns/?seriousness=red"


def test_a_promised_answer_is_on_my_day(cast, plan, carla, sign_in):
    concern = add(cast, plan, raised_by=carla, promised_on=TODAY)

    html = sign_in("olga").get("/").content.decode()

    assert f"/concerns/{concern.uuid}/" in html
    assert "Answer to a concern" in html


def test_whoever_promised_an_answer_gives_it_and_so_does_who_stands_in_for_them(cast, plan, carla, sign_in):
    bea_owns = add(cast, plan, raised_by=carla, owner=cast.bea, promised_on=TODAY)
    ada_owns = add(cast, plan, words="Who is ours?", raised_by=carla, owner=cast.ada, promised_on=TODAY)
    bea, given = sign_in("bea"), {"answer": "Bea does.", "version": 1}

    assert "Answer it" in bea.get(f"/concerns/{bea_owns.uuid}/").content.decode()
    assert bea.post(f"/concerns/{bea_owns.uuid}/answer/", given).status_code == 302
    assert bea.get(f"/concerns/{bea_owns.uuid}/edit/").status_code == 403  # to answer is all that they may
    assert bea.post(f"/concerns/{ada_owns.uuid}/answer/", given).status_code == 403

    Person.objects.filter(pk=cast.ada.pk).update(away_from_on=TODAY, substitute=cast.bea)
    assert bea.post(f"/concerns/{ada_owns.uuid}/answer/", given).status_code == 302
    ada_owns.refresh_from_db()
    assert (ada_owns.state, ada_owns.answered_by) == ("answered", cast.bea)
