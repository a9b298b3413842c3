from datetime import date, timedelta

import pytest

from accounts.models import Organisation
from accounts.services import jobs
from tests.factories import CUTOVER, NOW, make_account, start_plan
from transitions import tasks
from transitions.models import HandoverPlan
from transitions.services import plans


def free(row, *days):
    row.free_days = [[day.isoformat(), "Company day"] for day in days]
    row.save()


def due(plan):
    return dict(plan.steps.values_list("key", "due_on"))


def again(plan):
    return HandoverPlan.objects.get(pk=plan.pk)


def test_an_extra_free_day_moves_what_lies_on_it_and_says_why(cast, plan):
    step = plan.steps.get(key="contact-card")
    assert step.due_on == CUTOVER
    free(plan.account, CUTOVER)

    seen = plans.preview_recount(plan=again(plan), now=NOW)
    done = plans.recount(plan=again(plan), by=cast.vera, now=NOW)

    assert (done.moves, done.added) == (seen.moves, (CUTOVER,))
    move = next(move for move in seen.moves if move.key == "contact-card")
    assert move.after == CUTOVER + timedelta(days=1)
    assert str(move.why) == f"{CUTOVER} is no business day any more."
    assert due(plan)["contact-card"] == move.after
    deed = plan.change_sets.get(verb="recount")
    assert deed.changes[0]["after"]["said"] == "US, 2027-06-15"


def test_a_free_day_before_the_cutover_gives_steps_before_it_an_earlier_day(cast, plan):
    before = due(plan)
    free(plan.account, CUTOVER - timedelta(days=1))

    plans.recount(plan=again(plan), by=cast.vera, now=NOW)

    after = due(plan)
    assert after["shadow"] < before["shadow"]
    assert after["contact-card"] == before["contact-card"]


def test_our_own_free_days_count_for_every_client(cast, plan, hard_plan):
    free(Organisation.objects.get(), date(2027, 4, 7))
    rows = list(HandoverPlan.objects.select_related("account"))

    assert set(plans.counted_otherwise(rows)) == {plan, hard_plan}


def test_a_change_of_country_is_seen(cast, plan):
    plan.account.country = "DE"
    plan.account.save()

    done = plans.recount(plan=again(plan), by=cast.vera, now=NOW)

    assert date(2027, 5, 17) in done.added  # Whit Monday
    assert date(2027, 5, 31) in done.removed  # Memorial Day


def test_done_and_pinned_steps_stay(cast, plan):
    pinned, finished = plan.steps.get(key="contact-card"), plan.steps.get(key="move-records")
    plans.move_step(step=pinned, to=CUTOVER, version=1, by=cast.vera, now=NOW)
    plans.complete_step(step=finished, version=1, by=cast.vera, now=NOW)
    free(plan.account, CUTOVER)

    done = plans.recount(plan=again(plan), by=cast.vera, now=NOW)

    assert due(plan)["contact-card"] == due(plan)["move-records"] == CUTOVER
    assert "contact-card" in {move.key for move in done.stay}


def test_counting_twice_moves_once(cast, plan):
    free(plan.account, CUTOVER)
    plans.recount(plan=again(plan), by=cast.vera, now=NOW)
    once = due(plan)

    assert plans.recount(plan=again(plan), by=cast.vera, now=NOW).change_set is None
    assert due(plan) == once
    assert plan.change_sets.filter(verb="recount").count() == 1


def test_taking_the_free_day_back_gives_the_dates_that_were(cast, plan):
    before = due(plan)
    free(plan.account, CUTOVER, CUTOVER - timedelta(days=1))
    plans.recount(plan=again(plan), by=cast.vera, now=NOW)
    assert due(plan) != before

    free(HandoverPlan.objects.get(pk=plan.pk).account)
    plans.recount(plan=again(plan), by=cast.vera, now=NOW)

    assert due(plan) == before


def test_a_job_counts_the_plans_that_its_asker_may_edit(cast, plan):
    foreign = start_plan(make_account("West", team=cast.west, owner=cast.stella), cast.walt)
    for one in (plan, foreign):
        free(one.account, CUTOVER)
    wanted = {"plans": [str(plan.uuid), str(foreign.uuid)]}
    job = jobs.request(kind="recount", key="recount", params=wanted, by=cast.vera, now=NOW)

    ran = jobs.run_next(handlers={"recount": tasks.recount}, clock=lambda: NOW)

    assert ran
    job.refresh_from_db()
    assert job.state == "done"
    assert plan.change_sets.filter(verb="recount").exists()
    assert not foreign.change_sets.exists()


@pytest.mark.parametrize("address", ["days-off", "plan"])
def test_what_moves_is_seen_on_pages_before_it_moves(cast, plan, sign_in, address):
    free(plan.account, CUTOVER)
    client = sign_in("vera")
    place = f"/plans/{plan.uuid}/"

    if address == "plan":
        assert f"{place}days-off/" in client.get(place).content.decode()
        assert "is no business day any more" in client.get(f"{place}days-off/").content.decode()
        client.post(f"{place}days-off/")
        assert due(plan)["contact-card"] > CUTOVER
        assert f"{place}days-off/" not in client.get(place).content.decode()
    else:
        assert "Acme" in client.get("/plans/days-off/").content.decode()
        assert "Acme" not in sign_in("stella").get("/plans/days-off/").content.decode()
        assert client.post("/plans/days-off/").status_code == 302
