from datetime import date

import pytest
import time_machine

from accounts.models import Department, Person, Role
from tests import factories
from tests.factories import NOW, TODAY, start_plan
from transitions.selectors.plans import due_items
from transitions.services import story

FAR = date(2028, 12, 31)


@pytest.fixture
def ann(cast):
    """A colleague in accounting: sees no client, answers for her department."""
    person = factories.make_person("Ann Abel", team=None)
    cast.users["ann"] = factories.make_user(person, Role.COLLEAGUE)
    Department.objects.create(name="Accounting", person=person)
    return person


@pytest.fixture
def plan(cast, account):
    """A plan about whose message nobody has agreed yet."""
    people = {"incoming": [cast.ivan], "second_choice": [cast.bea], "sponsor": [cast.sam]}
    return start_plan(account, cast.vera, people=people)


@pytest.fixture
def asked(cast, plan, ann):
    story.approve(plan=plan, version=1, who_now="Olga Ortiz.", by=cast.vera, now=NOW)
    return plan.acknowledgements.get()


def test_a_leader_approves_the_message(plan, ann, sign_in):
    address = f"/plans/{plan.uuid}/message/"
    answer = sign_in("vera").post(
        f"{address}approve/", {"version": 1, "who_now": "Olga Ortiz, 555-0100."}, follow=True
    )

    assert answer.redirect_chain[-1][0] == address
    html = answer.content.decode()
    assert "Olga Ortiz, 555-0100." in html
    assert "Ann Abel, by" in html


def test_a_rep_reads_the_page_but_does_not_approve(plan, sign_in):
    client = sign_in("olga")

    assert (
        "A leader of the team approves the message."
        in client.get(f"/plans/{plan.uuid}/message/").content.decode()
    )
    assert client.post(f"/plans/{plan.uuid}/message/approve/", {"version": 1}).status_code == 403


def test_what_is_missing_is_said_beside_what_was_typed(plan, sign_in):
    answer = sign_in("vera").post(f"/plans/{plan.uuid}/message/approve/", {"version": 1, "who_now": ""})

    assert answer.status_code == 422
    assert "This field is required." in answer.content.decode()


def test_somebody_faster_loses_nobodys_text(cast, plan, sign_in):
    story.approve(plan=plan, version=1, who_now="Olga.", by=cast.vera, now=NOW)

    answer = sign_in("vera").post(
        f"/plans/{plan.uuid}/message/approve/", {"version": 1, "who_now": "Ring Olga at home."}
    )

    assert answer.status_code == 409
    assert "Ring Olga at home." in answer.content.decode()


def test_a_department_reads_the_message_and_nothing_else_of_the_plan(asked, sign_in):
    client = sign_in("ann")

    html = client.get(f"/acknowledgements/{asked.uuid}/").content.decode()
    assert "Ivan knows your industry." in html
    assert f"/plans/{asked.plan.uuid}/" not in html
    assert client.get(f"/plans/{asked.plan.uuid}/").status_code == 404


def test_a_department_confirms_with_one_click(asked, sign_in):
    answer = sign_in("ann").post(f"/acknowledgements/{asked.uuid}/", {"narrative": 1}, follow=True)

    assert "Confirmed by Ann Abel" in answer.content.decode()
    asked.refresh_from_db()
    assert asked.read_version == 1


def test_a_message_that_changed_meanwhile_is_read_again(cast, asked, plan, sign_in):
    plan.refresh_from_db()
    story.approve(plan=plan, version=plan.version, who_now="Ivan Ilic.", by=cast.vera, now=NOW)

    answer = sign_in("ann").post(f"/acknowledgements/{asked.uuid}/", {"narrative": 1}, follow=True)

    assert "The message was changed meanwhile." in answer.content.decode()
    asked.refresh_from_db()
    assert asked.read_version == 0


@pytest.mark.parametrize("typed", ["", "0", "-1", "x", "99999999999999999999"])
def test_a_broken_form_confirms_nothing(asked, sign_in, typed):
    answer = sign_in("ann").post(f"/acknowledgements/{asked.uuid}/", {"narrative": typed})

    assert answer.status_code == 200
    asked.refresh_from_db()
    assert asked.read_version == 0


def test_the_message_of_a_confidential_plan_is_nobodys_but_its_readers(asked, plan, sign_in):
    type(plan).objects.filter(pk=plan.pk).update(released_at=None)

    assert sign_in("ann").get(f"/acknowledgements/{asked.uuid}/").status_code == 404


def test_what_is_to_be_read_is_on_the_day_of_whoever_reads_it(asked, sign_in):
    with time_machine.travel(NOW + (asked.step.due_on - TODAY), tick=False):
        html = sign_in("ann").get("/").content.decode()

    assert f"/acknowledgements/{asked.uuid}/" in html
    assert "Read what the client is told" in html


def test_a_department_is_excused_and_asked_after_all(asked, sign_in):
    client = sign_in("olga")

    answer = client.post(
        f"/acknowledgements/{asked.uuid}/excuse/", {"version": 1, "why": "They never write."}, follow=True
    )
    assert "They never write." in answer.content.decode()
    asked.refresh_from_db()
    answer = client.post(f"/acknowledgements/{asked.uuid}/include/", {"version": asked.version}, follow=True)
    assert "Accounting is asked after all." in answer.content.decode()


def test_the_page_costs_as_much_with_many_departments_as_with_one(
    cast, asked, plan, sign_in, django_assert_num_queries
):
    client = sign_in("olga")
    client.get(f"/plans/{plan.uuid}/message/")
    with django_assert_num_queries(12):
        client.get(f"/plans/{plan.uuid}/message/")
    for number in range(20):
        Department.objects.create(name=f"Department {number}", person=cast.sam)
    story.ask(plan=plan, by=cast.olga, now=NOW)

    with django_assert_num_queries(12):
        client.get(f"/plans/{plan.uuid}/message/")


def test_whoever_stands_in_for_the_department_and_sees_the_plan_may_say_that_it_was_read(
    cast, asked, ann, sign_in
):
    Person.objects.filter(pk=ann.pk).update(away_from_on=TODAY, substitute=cast.bea)
    address = f"/acknowledgements/{asked.uuid}/"

    with time_machine.travel(NOW, tick=False):
        (item,) = [item for item in due_items([cast.bea.pk], FAR, now=NOW) if item.for_name]
        assert (item.kind, item.for_name, item.uuid) == ("acknowledgement", "Ann Abel", asked.uuid)
        assert sign_in("bea").post(address, {"narrative": 1}).status_code == 302
    asked.refresh_from_db()
    assert asked.read_by == cast.bea


def test_without_a_leave_a_colleague_may_not_say_it_for_the_department(cast, asked, ann, sign_in):
    Person.objects.filter(pk=ann.pk).update(substitute=cast.bea)

    assert sign_in("bea").post(f"/acknowledgements/{asked.uuid}/", {"narrative": 1}).status_code == 403
