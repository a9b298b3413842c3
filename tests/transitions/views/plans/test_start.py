from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories import NOW, TODAY, make_account, publish, start_plan
from transitions.models import HandoverPlan
from transitions.rules.playbooks import loads
from transitions.services.playbooks import publish as publish_playbook
from transitions.services.playbooks import publish_shipped

CUTOVER = TODAY + timedelta(days=70)


@pytest.fixture
def books(db):
    return {key: publish(key) for key in ("soft-standard", "hard-standard")}


@pytest.fixture
def form(cast, account, books) -> dict:
    """What a person types for a soft plan."""
    return {
        "mode": "soft",
        "reason": "promotion",
        "cutover": CUTOVER.isoformat(),
        "sponsor": [cast.sam.pk],
        "why": "Olga leads the east from now on.",
    }


def test_the_choice_offers_accounts_that_one_may_start_a_plan_for(cast, account, sign_in):
    other = make_account("Acme West", team=cast.west, owner=cast.stella)
    busy = make_account("Acme Busy", team=cast.east, owner=cast.olga)
    plan = start_plan(busy, cast.vera)

    def offered(name: str) -> dict[str, object]:
        found = sign_in(name).get("/plans/start/", {"q": "acme"}).context["accounts"]
        return {row.name: row.open_plan for row in found}

    assert offered("olga") == {"Acme": None, "Acme Busy": plan.uuid}
    assert offered("vera") == offered("olga")
    assert offered("stella") == {other.name: None}
    assert offered("ivan") == {}
    assert len(offered("ada")) == 3


def test_an_account_in_the_address_answers_the_choice(account, sign_in):
    answer = sign_in("olga").get("/plans/start/", {"account": account.uuid})

    assert answer.url == f"/accounts/{account.uuid}/plans/start/"


def test_the_empty_form_proposes_a_cutover_that_squeezes_nothing(account, books, sign_in):
    answer = sign_in("olga").get(f"/accounts/{account.uuid}/plans/start/")

    preview = answer.context["preview"]
    assert (preview.lost, preview.problems) == ((), ())
    assert preview.notice == 20
    assert preview.stages[0].first_on >= TODAY


def test_a_plan_starts_with_what_was_typed(cast, account, form, sign_in):
    answer = sign_in("olga").post(f"/accounts/{account.uuid}/plans/start/", form)

    plan = HandoverPlan.objects.get()
    assert answer.url == f"/plans/{plan.uuid}/"
    assert (plan.mode, plan.reason, plan.cutover_on, plan.created_by) == (
        "soft",
        "promotion",
        CUTOVER,
        cast.olga,
    )
    assert plan.roles.filter(assignment__role="sponsor", assignment__person=cast.sam).exists()


def test_nothing_is_lost_when_something_is_wrong(cast, account, form, sign_in):
    answer = sign_in("olga").post(
        f"/accounts/{account.uuid}/plans/start/", form | {"reason": "", "incoming": cast.olga.pk}
    )

    html = answer.content.decode()
    assert answer.context["form"].errors["reason"]
    assert "Olga leads the east from now on." in html
    assert f'value="{CUTOVER.isoformat()}"' in html
    assert HandoverPlan.objects.count() == 0


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"cutover": "2027-03-01"}, "cutover"),
        ({"cutover": "tomorrow"}, "cutover"),
        ({"announcement": "2027-12-24"}, "announcement"),
        ({"reason": "because"}, "reason"),
        ({"mode": "gentle"}, "mode"),
        ({"playbook": "0"}, "playbook"),
        ({"sponsor": ["0"]}, "sponsor"),
        ({"why": "a\u202eb"}, "why"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(account, form, sign_in, typed, field):
    answer = sign_in("olga").post(f"/accounts/{account.uuid}/plans/start/", form | typed)

    assert answer.status_code == 200
    errors = answer.context["form"].errors
    assert field in errors or (field == "announcement" and "cutover" in errors)
    assert HandoverPlan.objects.count() == 0


def test_the_outgoing_rep_is_refused_as_the_incoming_one(cast, account, form, sign_in):
    answer = sign_in("olga").post(f"/accounts/{account.uuid}/plans/start/", form | {"incoming": cast.olga.pk})

    assert answer.context["form"].errors["incoming"]


def test_a_second_open_plan_is_refused_with_a_sentence(cast, account, form, sign_in):
    start_plan(account, cast.vera)

    answer = sign_in("olga").post(f"/accounts/{account.uuid}/plans/start/", form)

    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()
    assert HandoverPlan.objects.count() == 1


def test_a_double_click_starts_one_plan(account, form, sign_in):
    client = sign_in("olga")

    client.post(f"/accounts/{account.uuid}/plans/start/", form)
    client.post(f"/accounts/{account.uuid}/plans/start/", form)

    assert HandoverPlan.objects.count() == 1


def test_a_hard_plan_may_have_its_cutover_in_the_past(account, form, books, sign_in):
    typed = {"mode": "hard", "cutover": (TODAY - timedelta(days=3)).isoformat()}

    sign_in("olga").post(f"/accounts/{account.uuid}/plans/start/", form | typed)

    assert HandoverPlan.objects.get().mode == "hard"


def test_looking_at_the_dates_starts_nothing(account, form, sign_in):
    answer = sign_in("olga").post(f"/accounts/{account.uuid}/plans/start/", form | {"preview": "1"})

    assert answer.context["preview"].steps > 30
    assert HandoverPlan.objects.count() == 0


def test_the_preview_names_what_short_notice_squeezes(account, books, sign_in):
    soon = (TODAY + timedelta(days=20)).isoformat()

    answer = sign_in("olga").get(
        f"/accounts/{account.uuid}/plans/start/dates/",
        {"mode": "soft", "reason": "promotion", "cutover": soon},
    )

    assert answer.context["preview"].lost
    assert "Short notice:" in answer.content.decode()


@pytest.mark.parametrize(
    "query",
    ["", "?playbook=x&cutover=y", "?mode=soft&playbook=0&cutover=2027-06-01", "?mode=soft&cutover=soon"],
)
def test_a_preview_without_sense_breaks_nothing(account, books, sign_in, query):
    answer = sign_in("olga").get(f"/accounts/{account.uuid}/plans/start/dates/{query}")

    assert (answer.status_code, answer.context["preview"]) == (200, None)


def test_without_a_playbook_it_says_whom_to_ask(account, sign_in):
    assert sign_in("olga").get(f"/accounts/{account.uuid}/plans/start/").url == "/playbooks/"


def test_a_confidential_plan_is_seen_by_its_author_and_readers(cast, account, form, sign_in):
    sign_in("vera").post(
        f"/accounts/{account.uuid}/plans/start/",
        form | {"confidential": "on", "readers": [cast.ivan.pk]},
    )

    plan = HandoverPlan.objects.get()
    codes = {name: sign_in(name).get(f"/plans/{plan.uuid}/").status_code for name in ("vera", "ivan", "olga")}
    assert codes == {"vera": 200, "ivan": 200, "olga": 404}


def test_only_owner_leader_and_administrator_start_plans(account, books, sign_in):
    address = f"/accounts/{account.uuid}/plans/start/"

    codes = {
        name: sign_in(name).get(address).status_code
        for name in ("olga", "vera", "ada", "bea", "sam", "stella", "walt")
    }

    assert codes == {"olga": 200, "vera": 200, "ada": 200, "bea": 403, "sam": 403, "stella": 404, "walt": 404}
    assert Client().get(address).status_code == 302


@pytest.fixture
def all_books(db):
    return {version.key: version for version in publish_shipped(now=NOW)}


@pytest.mark.parametrize(
    ("mode", "reason", "key"),
    [
        ("soft", "", "soft-standard"),
        ("soft", "promotion", "soft-promotion"),
        ("soft", "client_request", "soft-client-request"),
        ("hard", "leave", "hard-leave"),
        ("hard", "promotion", "hard-standard"),
        ("hard", "step_back", "hard-standard"),
    ],
)
def test_mode_and_reason_choose_the_playbook(account, all_books, sign_in, mode, reason, key):
    answer = sign_in("olga").get(
        f"/accounts/{account.uuid}/plans/start/dates/", {"mode": mode, "reason": reason}
    )

    assert str(answer.context["preview"].playbook) == all_books[key].name


def test_a_playbook_of_the_companys_own_goes_before_the_shipped_one(cast, account, all_books, form, sign_in):
    own = replace(loads(all_books["soft-promotion"].content), key="our-promotion", name="Our promotion")
    publish_playbook(playbook=own, by=cast.ada, now=NOW)

    sign_in("olga").post(f"/accounts/{account.uuid}/plans/start/", form)

    assert HandoverPlan.objects.get().playbook.key == "our-promotion"


def test_another_playbook_can_be_chosen_by_hand_within_the_mode(account, all_books, form, sign_in):
    client, address = sign_in("olga"), f"/accounts/{account.uuid}/plans/start/"

    hard = client.post(address, form | {"playbook": all_books["hard-standard"].pk})
    other = client.post(address, form | {"playbook": all_books["soft-leave"].pk})
    client.post(address, form | {"playbook": all_books["soft-standard"].pk})

    assert hard.context["form"].errors["playbook"]
    assert other.context["form"].errors["playbook"]
    assert HandoverPlan.objects.get().playbook.key == "soft-standard"


def test_an_empty_cutover_is_the_first_day_that_leaves_every_step_its_time(account, all_books, form, sign_in):
    answer = sign_in("olga").post(
        f"/accounts/{account.uuid}/plans/start/", form | {"reason": "step_back", "cutover": ""}
    )

    plan = HandoverPlan.objects.get()
    assert answer.url == f"/plans/{plan.uuid}/"
    assert plan.cutover_on > TODAY + timedelta(days=300)
    assert not plan.steps.exclude(due_on=F("planned_on")).exists()


def test_a_leave_asks_for_the_return_and_refuses_one_before_the_leave(
    cast, account, all_books, form, sign_in
):
    client, address = sign_in("olga"), f"/accounts/{account.uuid}/plans/start/"
    leave = form | {"reason": "leave"}

    early = client.post(address, leave | {"return": (CUTOVER - timedelta(days=1)).isoformat()})
    client.post(address, leave | {"return": (CUTOVER + timedelta(days=90)).isoformat()})

    assert early.context["form"].errors["return"]
    plan = HandoverPlan.objects.get()
    assert plan.purpose == "cover"
    assert plan.anchors.get(key="return").falls_on == CUTOVER + timedelta(days=90)


def test_a_closeout_names_the_team_that_takes_over(cast, account, all_books, form, sign_in):
    answer = sign_in("olga").post(
        f"/accounts/{account.uuid}/plans/start/", form | {"reason": "closeout", "to_team": cast.west.uuid}
    )

    assert answer.status_code == 302, answer.context["form"].errors
    assert HandoverPlan.objects.get().to_team == cast.west


def test_a_departure_before_a_soft_cutover_is_refused(account, all_books, form, sign_in):
    answer = sign_in("olga").post(
        f"/accounts/{account.uuid}/plans/start/",
        form | {"reason": "resignation", "departure": (CUTOVER - timedelta(days=3)).isoformat()},
    )

    assert answer.context["form"].errors["departure"]
    assert not HandoverPlan.objects.exists()


def test_the_form_reads_no_more_the_more_playbooks_there_are(
    account, books, sign_in, django_assert_max_num_queries
):
    client, address = sign_in("olga"), f"/accounts/{account.uuid}/plans/start/"
    client.get(address)
    with CaptureQueriesContext(connection) as two:
        client.get(address)
    asked = len(two)
    publish_shipped(now=NOW)
    client.get(address)

    with django_assert_max_num_queries(asked):
        client.get(address)


def test_an_open_plan_is_said_before_anything_is_typed(cast, account, books, sign_in):
    address = f"/accounts/{account.uuid}/plans/start/"
    assert "has an open plan already" not in sign_in("olga").get(address).content.decode()

    plan = start_plan(account, cast.vera)

    assert f'<a href="/plans/{plan.uuid}/">Open its plan</a>' in sign_in("olga").get(address).content.decode()
    fragment = sign_in("olga").get(f"/accounts/{account.uuid}/plans/").content.decode()
    assert f'href="{address}"' not in fragment


def test_a_confidential_plan_is_not_given_away(cast, account, books, sign_in):
    start_plan(account, cast.vera, confidential=True)

    page = sign_in("olga").get(f"/accounts/{account.uuid}/plans/start/").content.decode()

    assert "has an open plan already" not in page


def test_a_cutover_on_a_day_off_says_when_its_steps_fall(account, books, sign_in):
    address = f"/accounts/{account.uuid}/plans/start/dates/"

    def shown(day: str) -> str:
        query = {"playbook": books["soft-standard"].pk, "cutover": day}
        return " ".join(sign_in("olga").get(address, query).content.decode().split())

    words = "is no business day where the client is: its steps fall on"
    assert f"Sun 27 Jun {words} Mon 28 Jun." in shown("2027-06-27")
    assert f"Mon 5 Jul {words} Tue 6 Jul." in shown("2027-07-05")  # Independence Day, observed
    assert words not in shown("2027-06-28")


def test_a_plan_without_asked_notice_counts_none(account, books, sign_in):
    query = {"playbook": books["hard-standard"].pk, "cutover": TODAY.isoformat()}

    preview = sign_in("olga").get(f"/accounts/{account.uuid}/plans/start/dates/", query).context["preview"]

    assert (preview.problems, preview.notice) == ((), None)


def test_a_refused_form_lists_what_is_wrong_with_links(account, form, sign_in):
    answer = sign_in("olga").post(
        f"/accounts/{account.uuid}/plans/start/", form | {"reason": "", "why": "A \u202eturn"}
    )

    page = answer.content.decode()
    assert "Nothing was saved yet: 2 places need a correction." in page
    assert '<a href="#id_why" data-field="why">Why the change</a>' in page
    assert page.index('id="form-errors"') < page.index("<h1>")
