import pytest
import time_machine

from accounts.models import Assignment, Role
from tests import factories
from tests.factories import CUTOVER, NOW, TODAY
from transitions.models import HandoverPlan, TakeOver
from transitions.services import support

HOSTILE = "<script>alert(1)</script> %s {{ x }}"


@pytest.fixture(autouse=True)
def frozen():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def ann(cast):
    """A colleague in service: sees no client but what she is asked."""
    person = factories.make_person("Ann Abel", team=None)
    cast.users["ann"] = factories.make_user(person, Role.COLLEAGUE)
    return person


@pytest.fixture
def row(cast, plan, ann):
    return support.add(
        plan=plan,
        capacity="service",
        from_person=cast.bea,
        to_person=ann,
        falls_on=CUTOVER,
        by=cast.olga,
        now=NOW,
    )


def url(plan, path=""):
    return f"/plans/{plan.uuid}/support/{path}"


def typed(**given):
    nobody = {"from_person": "", "to_person": ""}
    return {"capacity": "service", "falls_on": CUTOVER.isoformat()} | nobody | given


def text(answer):
    return answer.content.decode()


def test_a_colleague_says_on_their_own_page_that_they_take_over_and_sees_nothing_else(plan, row, sign_in):
    client = sign_in("ann")
    assert client.get(f"/plans/{plan.uuid}/").status_code == 404
    assert client.get(url(plan)).status_code == 404
    assert client.get(f"/accounts/{plan.account.uuid}/").status_code == 404
    page = text(client.get(f"/takeovers/{row.uuid}/"))
    assert "I take it over" in page
    assert "Acme" in page
    assert "Ivan Ilic" in page
    for secret in (plan.why, plan.stays, "Vera"):
        assert secret not in page

    answer = client.post(f"/takeovers/{row.uuid}/say/", {"version": row.version}, follow=True)

    assert "Confirmed by Ann Abel" in text(answer)
    assert TakeOver.objects.get().said_by.name == "Ann Abel"


def test_what_a_colleague_is_asked_stands_on_their_day(row, sign_in):
    with time_machine.travel(factories.CUTOVER, tick=False):
        html = text(sign_in("ann").get("/"))

    assert f"/takeovers/{row.uuid}/" in html
    assert "Take over support of this client" in html


def test_a_confidential_plan_is_nobodys_to_read(plan, row, sign_in):
    HandoverPlan.objects.filter(pk=plan.pk).update(released_at=None)

    assert sign_in("ann").get(f"/takeovers/{row.uuid}/").status_code == 404


def test_only_whoever_takes_over_says_so(row, sign_in):
    assert sign_in("vera").post(f"/takeovers/{row.uuid}/say/", {"version": 1}).status_code == 403
    assert sign_in("stella").get(f"/takeovers/{row.uuid}/").status_code == 404
    assert "Only whoever takes over can say this." in text(sign_in("olga").get(f"/takeovers/{row.uuid}/"))


def test_who_is_asked_no_longer_finds_nothing(cast, row, sign_in):
    support.withdraw(takeover=row, version=row.version, by=cast.olga, now=NOW)

    assert sign_in("ann").post(f"/takeovers/{row.uuid}/say/", {"version": 1}).status_code == 404


def test_a_part_is_handed_over(cast, plan, ann, sign_in):
    client = sign_in("olga")

    answer = client.post(
        url(plan, "add/"),
        typed(capacity="other", other=HOSTILE, from_person=cast.bea.pk, to_person=ann.pk),
        follow=True,
    )

    assert "&lt;script&gt;" in text(answer)
    assert "<script>alert" not in text(answer)
    assert "0 of 1 have said that they take over" in text(answer)
    assert client.get(f"/plans/{plan.uuid}/history/").status_code == 200
    assert client.get(f"/takeovers/{TakeOver.objects.get().uuid}/edit/").status_code == 200


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"capacity": "other"}, "Say what they do for the client."),
        ({"capacity": "nonsense"}, "Select a valid choice."),
        ({}, "Say who does it today, or who takes it over."),
        ({"from_person": "bea", "to_person": "bea"}, "Bea Brandt does it today."),
        ({"from_person": "bea", "to_person": "999999"}, "Select a valid choice."),
        ({"from_person": "bea", "falls_on": "2027-13-01"}, "Enter a valid date."),
        ({"from_person": "bea", "falls_on": "2026-03-02"}, "Choose a day that has not passed."),
        ({"from_person": "bea", "capacity": "other", "other": "a\u202eb"}, "Remove the invisible character"),
    ],
)
def test_what_cannot_be_is_said_beside_what_was_typed(cast, plan, sign_in, given, said):
    given = {name: cast.bea.pk if value == "bea" else value for name, value in given.items()}

    answer = sign_in("olga").post(url(plan, "add/"), typed(**given))

    assert answer.status_code == 200
    assert said in text(answer)
    assert TakeOver.objects.count() == 0


def test_who_has_left_cannot_be_chosen_and_is_shown_as_needing_another(cast, plan, row, ann, sign_in):
    ann.archived_at = NOW
    ann.save()
    client = sign_in("olga")

    html = text(client.get(url(plan)))
    assert "has left: needs another person" in html
    assert "Name somebody else" in html
    kept = typed(from_person=cast.bea.pk, to_person=ann.pk, version=row.version)
    assert "Ann Abel has left." in text(client.post(f"/takeovers/{row.uuid}/edit/", kept))
    other = typed(from_person=cast.bea.pk, to_person=cast.ivan.pk, version=row.version)
    assert client.post(f"/takeovers/{row.uuid}/edit/", other).status_code == 302


def test_two_who_arrange_it_lose_nothing_typed(cast, row, sign_in):
    other = typed(from_person=cast.bea.pk, to_person=cast.ivan.pk, version=row.version)
    sign_in("vera").post(f"/takeovers/{row.uuid}/edit/", other)

    answer = sign_in("olga").post(f"/takeovers/{row.uuid}/edit/", {**other, "to_person": cast.sam.pk})

    assert answer.status_code == 409
    assert "Sam Sato" in text(answer)


def test_who_supports_the_client_today_waits_for_a_decision(cast, plan, ann, sign_in):
    Assignment.objects.create(
        account=plan.account, person=ann, role="support", capacity="engineer", from_on=TODAY
    )
    client = sign_in("olga")
    assert "Not decided yet" in text(client.get(url(plan)))

    form = client.get(url(plan, f"add/?person={ann.uuid}")).context["form"]
    assert (form["from_person"].value(), form["capacity"].value()) == (ann.pk, "engineer")
    assert client.get(url(plan, "add/?person=nonsense")).status_code == 200


def test_a_tick_leads_to_the_page_of_the_step(row, sign_in):
    answer = sign_in("vera").post(f"/steps/{row.step.uuid}/complete/", {"version": row.step.version})

    assert answer.url == f"/takeovers/{row.uuid}/"


def test_a_part_is_taken_out(plan, row, sign_in):
    answer = sign_in("olga").post(f"/takeovers/{row.uuid}/withdraw/", {"version": row.version}, follow=True)

    assert "Taken out of the plan." in text(answer)
    assert "Nothing is arranged yet" in text(answer)


def test_the_account_says_what_support_does(cast, plan, sign_in):
    Assignment.objects.create(
        account=plan.account, person=cast.bea, role="support", capacity="engineer", from_on=TODAY
    )

    assert "Engineer" in text(sign_in("olga").get(f"/accounts/{plan.account.uuid}/"))
