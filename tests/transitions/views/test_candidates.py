import pytest

from accounts.models import Assignment
from tests.factories import make_rep
from transitions.models import CandidateChoice, HandoverPlan, Swap


@pytest.fixture(autouse=True)
def senior(cast):
    for person in (cast.ivan, cast.bea):
        person.rep.seniority = "senior"
        person.rep.save()


def address(plan, rest=""):
    return f"/plans/{plan.uuid}/{rest}"


@pytest.mark.parametrize(
    ("name", "status"), [("vera", 200), ("ada", 200), ("olga", 403), ("ivan", 403), ("stella", 404)]
)
@pytest.mark.parametrize("rest", ["candidates/", "swap/"])
def test_fits_are_for_leaders_alone(plan, sign_in, name, status, rest):
    assert sign_in(name).get(address(plan, rest)).status_code == status


def test_nothing_of_them_is_on_the_plan_that_a_rep_reads(plan, sign_in):
    assert "candidates/" in sign_in("vera").get(address(plan)).content.decode()
    assert "candidates/" not in sign_in("olga").get(address(plan)).content.decode()


def test_a_confidential_plan_shows_its_candidates_to_its_readers_only(plan, sign_in):
    HandoverPlan.objects.update(released_at=None)

    assert sign_in("ada").get(address(plan, "candidates/")).status_code == 404


def test_the_best_stand_side_by_side_until_others_are_ticked(cast, plan, sign_in):
    for number in range(4):
        make_rep(f"Rep {number}", team=cast.east, seniority="senior", industries=["retail"])
    client = sign_in("vera")

    first = client.get(address(plan, "candidates/")).context["beside"]
    assert [one.place for one in first] == [1, 2, 3]

    ticked = client.get(address(plan, f"candidates/?with={cast.bea.uuid}&with=nonsense")).context["beside"]
    assert [one.name for one in ticked] == ["Bea Brandt"]


def test_a_search_narrows_the_list(cast, plan, sign_in):
    page = sign_in("vera").get(address(plan, "candidates/?q=bran")).context["page"]

    assert [one.name for one in page] == ["Bea Brandt"]


@pytest.mark.parametrize("how_many", [1, 40])
def test_the_page_costs_as_much_for_many_reps_as_for_one(
    cast, plan, sign_in, how_many, django_assert_num_queries
):
    for number in range(how_many):
        make_rep(f"Rep {number}", team=cast.east, seniority="senior")
    client = sign_in("vera")
    client.get(address(plan, "candidates/"))

    with django_assert_num_queries(27):
        page = client.get(address(plan, "candidates/")).context["page"]
    assert page.paginator.count == how_many + 2


def test_choosing_from_the_page_keeps_the_choice(cast, plan, sign_in):
    theo = make_rep("Theo Third", team=cast.east, seniority="senior", industries=["software"])
    client = sign_in("vera")
    plan.refresh_from_db()
    form = {"role": "incoming", "why": "", "version": plan.version}

    page = client.post(address(plan, f"candidates/{theo.uuid}/choose/"), form)
    if page.status_code != 302:  # somebody fits better: then it asks why
        page = client.post(
            address(plan, f"candidates/{theo.uuid}/choose/"), form | {"why": "He asked for it."}
        )

    assert page.status_code == 302
    assert CandidateChoice.objects.get().person == theo
    html = client.get(address(plan, "candidates/")).content.decode()
    assert "chosen by Vera Voss" in html


def test_somebody_who_cannot_be_offered_is_not_found(cast, plan, sign_in):
    assert sign_in("vera").get(address(plan, f"candidates/{cast.stella.uuid}/choose/")).status_code == 404


@pytest.mark.parametrize("trigger", ["clash", "leaves", "client"])
def test_the_swap_is_shown_before_it_is_done(cast, plan, sign_in, trigger):
    client = sign_in("vera")
    page = client.get(address(plan, f"swap/?trigger={trigger}"))
    letter = page.context["form"].initial["to_client"]
    assert "Bea Brandt" in letter
    assert "clash" not in letter
    plan.refresh_from_db()

    done = client.post(
        address(plan, "swap/"),
        {"trigger": trigger, "why": "So it is.", "to_client": letter, "version": plan.version},
    )

    assert done.status_code == 302
    assert Swap.objects.get().to_client == letter.replace("\r\n", "\n")
    assert Assignment.objects.live().get(account=plan.account, role="incoming").person == cast.bea
    html = client.get(address(plan, "candidates/")).content.decode()
    assert "took the place of Ivan Ilic" in html


def test_a_swap_without_words_comes_back_with_what_was_typed(plan, sign_in):
    plan.refresh_from_db()
    form = {"trigger": "client", "why": "", "to_client": "Dear Carla", "version": plan.version}

    page = sign_in("vera").post(address(plan, "swap/"), form)

    assert page.status_code == 200
    assert "Dear Carla" in page.content.decode()
    assert not Swap.objects.exists()


@pytest.mark.parametrize("query", ["?trigger=weather", "?trigger=", ""])
def test_nonsense_in_the_address_shows_the_choice(plan, sign_in, query):
    page = sign_in("vera").get(address(plan, f"swap/{query}"))

    assert (page.status_code, page.context["form"]) == (200, None)


def test_without_a_second_choice_the_page_says_what_to_do(plan, sign_in):
    plan.roles.filter(assignment__role="second_choice").delete()

    html = sign_in("vera").get(address(plan, "swap/")).content.decode()

    assert "Choose one among the candidates first" in html
