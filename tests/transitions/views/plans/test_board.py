import re
from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest
import time_machine

from tests.factories import NOW, TODAY, make_account, start_plan
from transitions.services import plans


def board(client, query: str = ""):
    return client.get(f"/transitions/{query}").context["board"]


def test_it_counts_what_the_leader_watches_over(cast, plan, sign_in):
    hard = make_account("Bolt", team=cast.east, owner=cast.olga, yearly_value=Decimal(80000))
    start_plan(hard, cast.vera, playbook="hard-standard", cutover=TODAY, reason="resignation")

    shown = board(sign_in("vera"))

    assert (shown.plans, shown.revenue, shown.unprotected) == (2, Decimal(200000), Decimal(80000))
    assert shown.cutovers_soon == 1
    assert [(count.mode, count.plans) for count in shown.stages] == [("soft", 1), ("hard", 1)]


@pytest.mark.parametrize(
    ("query", "count"),
    [("?mode=hard", 0), ("?mode=soft", 1), ("?reason=promotion", 1), ("?reason=leave", 0), ("?team=x", 0)],
)
def test_it_is_narrowed_by_its_address(plan, sign_in, query, count):
    assert board(sign_in("vera"), query).plans == count


def test_its_numbers_lead_down_to_the_plans(plan, sign_in):
    client = sign_in("vera")

    html = client.get("/transitions/").content.decode()
    [address] = re.findall(r'<tr data-url="([^"]+)"', html)

    lines = client.get(unescape(address)).context["listing"].rows
    assert unescape(address) == "/plans/?mode=soft&stage=prepare"
    assert [line["account_name"] for line in lines] == ["Acme"]


def test_the_chart_has_its_numbers_as_a_table(plan, sign_in):
    html = sign_in("vera").get("/transitions/").content.decode()

    assert 'data-chart="stage-table"' in html
    assert '<table class="table table-hover" id="stage-table">' in html
    assert "style=" not in html


def test_cutovers_ahead_stand_by_week(plan, sign_in):
    cutover = plan.anchors.get(key="cutover").falls_on
    with time_machine.travel(NOW + (cutover - TODAY) - timedelta(days=10), tick=False):
        [week] = sign_in("vera").get("/transitions/").context["weeks"]

    assert (week.monday.weekday(), week.monday <= cutover <= week.sunday) == (0, True)
    assert [line.account for line in week.plans] == ["Acme"]


def test_late_plans_say_since_when(plan, first_step, sign_in):
    later = NOW + (first_step.due_on - TODAY) + timedelta(days=1)
    plans.refresh_risk(later)
    with time_machine.travel(later, tick=False):
        html = sign_in("vera").get("/transitions/").content.decode()

    assert "Work has been late since" in html


def test_a_confidential_plan_counts_for_its_readers_only(secret, sign_in):
    counts = {name: board(sign_in(name)).plans for name in ("vera", "sam", "ada", "walt")}

    assert counts == {"vera": 1, "sam": 0, "ada": 0, "walt": 0}


def test_an_empty_board_says_so_and_leads_on(cast, sign_in):
    html = sign_in("vera").get("/transitions/").content.decode()

    assert "No plan is open" in html
    assert "echarts" not in html


def test_only_leaders_executives_and_administrators_see_the_board(cast, sign_in):
    codes = {name: sign_in(name).get("/transitions/").status_code for name in ("vera", "sam", "ada", "olga")}

    assert codes == {"vera": 200, "sam": 200, "ada": 200, "olga": 403}
    assert sign_in("vera").post("/transitions/").status_code == 405


def test_the_board_costs_as_many_queries_for_many_plans_as_for_one(
    cast, plan, sign_in, django_assert_num_queries
):
    client = sign_in("vera")
    board(client)

    with django_assert_num_queries(11):
        assert board(client).plans == 1
    for number in range(3):
        start_plan(make_account(f"More {number}", team=cast.east, owner=cast.olga), cast.vera)
    with django_assert_num_queries(11):
        assert board(client).plans == 4
