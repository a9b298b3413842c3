import pytest

from tests.factories import TODAY, make_account, start_plan
from transitions.models import HandoverPlan
from transitions.services import plans


@pytest.fixture
def three(cast, plan, secret) -> list[HandoverPlan]:
    """Acme (soft), Hush (confidential) and Bolt (hard)."""
    account = make_account("Bolt", team=cast.east, owner=cast.olga, yearly_value=50)
    people = {"interim": [cast.bea]}
    return [
        plan,
        secret,
        start_plan(account, cast.vera, playbook="hard-standard", cutover=TODAY, people=people),
    ]


def names(client, query: str = "") -> list[str]:
    return [line["account_name"] for line in client.get(f"/plans/{query}").context["listing"].rows]


def test_the_list_begins_with_what_is_due_next(three, sign_in):
    found = names(sign_in("vera"))

    assert (found[0], sorted(found)) == ("Bolt", ["Acme", "Bolt", "Hush"])


def test_a_confidential_plan_is_in_the_list_of_its_readers_only(three, sign_in):
    everybody = ("vera", "ivan", "olga", "sam", "ada", "bea", "stella", "walt")

    assert [name for name in everybody if "Hush" in names(sign_in(name))] == ["vera", "ivan"]


def test_the_export_is_as_discreet_as_the_list(three, sign_in):
    def exported(name: str) -> str:
        return sign_in(name).get("/plans/?format=csv").getvalue().decode("utf-8-sig")

    assert "Hush" in exported("vera")
    assert "Acme" in exported("olga")
    assert "Hush" not in exported("olga")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?q=acm", ["Acme"]),
        ("?q=nothing", []),
        ("?mode=hard", ["Bolt"]),
        ("?stage=prepare&sort=account", ["Acme", "Hush"]),
        ("?tier=strategic", ["Acme"]),
        ("?sort=-value&mode=soft", ["Hush", "Acme"]),
        ("?reason=leave", []),
        ("?state=closed", []),
        ("?state=all&mode=hard", ["Bolt"]),
        ("?late=on", []),
    ],
)
def test_the_list_is_narrowed_and_sorted_by_its_address(three, sign_in, query, found):
    assert names(sign_in("vera"), query) == found


def test_mine_are_those_in_which_one_holds_a_role_or_which_one_began(three, sign_in):
    assert sorted(names(sign_in("ivan"), "?mine=on")) == ["Acme", "Hush"]
    assert sorted(names(sign_in("bea"), "?mine=on")) == ["Acme", "Bolt"]


def test_a_closed_plan_is_found_under_its_state(cast, plan, sign_in):
    plans.close(
        plan=plan, version=1, by=cast.vera, now=plan.created_at, outcome="withdrawn", why="The client left"
    )

    assert names(sign_in("vera")) == []
    assert names(sign_in("vera"), "?state=closed") == ["Acme"]


def test_an_order_that_is_not_offered_is_a_bad_request(three, sign_in):
    assert sign_in("vera").get("/plans/?sort=pk").status_code == 400


def test_the_list_costs_as_many_queries_for_many_plans_as_for_one(
    cast, plan, sign_in, django_assert_num_queries
):
    client = sign_in("vera")
    client.get("/plans/")

    with django_assert_num_queries(8):
        assert len(names(client)) == 1
    for number in range(4):
        account = make_account(f"More {number}", team=cast.east, owner=cast.olga)
        start_plan(account, cast.vera, people={"incoming": [cast.ivan]})
    with django_assert_num_queries(8):
        assert len(names(client)) == 5


def test_an_empty_list_says_what_to_do_first(cast, sign_in):
    html = sign_in("olga").get("/plans/").content.decode()

    assert "No plan is open" in html
    assert 'href="/plans/start/"' in html


def test_the_plans_of_an_account_are_a_fragment_for_its_page(cast, plan, sign_in):
    address = f"/accounts/{plan.account.uuid}/plans/"

    html = sign_in("olga").get(address).content.decode()

    assert f'href="/plans/{plan.uuid}/"' in html
    assert "Olga Ortiz → Ivan Ilic" in html
    assert "<html" not in html
    assert sign_in("stella").get(address).status_code == 404


def test_the_accounts_fragment_keeps_a_confidential_plan_to_its_readers(secret, sign_in):
    address = f"/accounts/{secret.account.uuid}/plans/"

    def told(name: str) -> bool:
        return str(secret.uuid) in sign_in(name).get(address).content.decode()

    assert [name for name in ("vera", "ivan", "olga", "ada", "sam") if told(name)] == ["vera", "ivan"]
