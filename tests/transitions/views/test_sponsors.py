"""Pages of promises; the clock stands still on the day of the factories."""

from datetime import timedelta

import pytest
import time_machine

from accounts.models import Touchpoint
from accounts.rendering.numbers import short_day
from tests.factories import NOW, TODAY, make_account, make_contact, start_plan
from transitions.models import PromiseLimit, SponsorCheckIn
from transitions.rules.sponsors import week_of
from transitions.services import sponsors


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def call(plan):
    return plan.steps.get(key="sponsor-call")


def keep(**given):
    return {
        "version": 1,
        "on": TODAY.isoformat(),
        "channel": "phone",
        "contact": "",
        "evidence": "All is well.",
        **given,
    }


def later(step, days=1):
    return time_machine.travel(NOW + (step.due_on - TODAY) + timedelta(days=days), tick=False)


def test_the_tab_shows_promised_and_delivered(cast, plan, call, sign_in):
    make_contact(plan.account, "Carla Cruz")
    sign_in("sam").post(f"/steps/{call.uuid}/promise/keep/", keep(channel="email", person=cast.sam.pk))

    answer = sign_in("olga").get(f"/plans/{plan.uuid}/promises/")

    html = answer.content.decode()
    assert "All is well." in html
    assert "Kept in part" in html
    assert answer.context["kept"] == 1
    assert 'aria-current="page">Promises' in html


def test_keeping_a_promise_notes_a_touchpoint_and_leads_back(cast, plan, call, sign_in):
    answer = sign_in("sam").post(f"/steps/{call.uuid}/promise/keep/", keep(person=cast.sam.pk))

    assert answer.status_code == 302
    assert answer.url == f"/plans/{plan.uuid}/promises/#step-{call.uuid}"
    assert Touchpoint.objects.get().note == "All is well."


def test_the_form_begins_with_what_was_promised(cast, call, sign_in):
    first = sign_in("sam").get(f"/steps/{call.uuid}/promise/keep/").context["form"].initial

    assert (first["channel"], first["person"], first["on"]) == ("phone", cast.sam.pk, TODAY)


def test_a_refusal_stands_beside_its_field_and_keeps_what_was_typed(cast, call, sign_in):
    tomorrow = (TODAY + timedelta(days=1)).isoformat()

    answer = sign_in("sam").post(f"/steps/{call.uuid}/promise/keep/", keep(person=cast.sam.pk, on=tomorrow))

    assert answer.context["form"].errors == {"on": ["This day has not come yet."]}
    assert "All is well." in answer.content.decode()


def test_somebody_who_was_slower_loses_nothing(cast, call, sign_in):
    sign_in("vera").post(f"/steps/{call.uuid}/promise/keep/", keep(person=cast.sam.pk))

    answer = sign_in("sam").post(
        f"/steps/{call.uuid}/promise/keep/", keep(person=cast.sam.pk, evidence="Typed by Sam.")
    )

    assert answer.status_code == 409
    assert "Typed by Sam." in answer.content.decode()


def test_marking_a_promise_as_done_leads_to_how_it_was_kept(plan, call, sign_in):
    address = f"/steps/{call.uuid}/promise/keep/"
    client = sign_in("sam")

    plain = client.post(f"/steps/{call.uuid}/complete/", {"version": 1})
    by_htmx = client.post(f"/steps/{call.uuid}/complete/", {"version": 1}, headers={"HX-Request": "true"})

    assert plain.url == address
    assert by_htmx.headers["HX-Redirect"] == address
    call.refresh_from_db()
    assert call.done_at is None


def test_another_step_is_no_promise(plan, sign_in):
    step = plan.steps.get(key="baseline")

    codes = {
        page: sign_in("vera").get(f"/steps/{step.uuid}/promise/{page}").status_code
        for page in ("", "keep/", "let-go/")
    }

    assert codes == {"": 404, "keep/": 404, "let-go/": 404}


def test_only_leaders_let_go(call, sign_in):
    address = f"/steps/{call.uuid}/promise/let-go/"

    codes = {
        name: sign_in(name).get(address).status_code for name in ("vera", "ada", "sam", "ivan", "stella")
    }

    assert codes == {"vera": 200, "ada": 200, "sam": 403, "ivan": 403, "stella": 404}


def test_letting_go_is_on_the_page_with_its_reason(plan, call, sign_in):
    client = sign_in("vera")

    client.post(f"/steps/{call.uuid}/promise/let-go/", {"version": 1, "reason": "They asked us not to call."})

    html = client.get(f"/plans/{plan.uuid}/promises/").content.decode()
    assert "They asked us not to call." in html
    assert "Vera Voss let it go" in html
    assert "They asked us not to call." in client.get(f"/plans/{plan.uuid}/history/").content.decode()


def test_what_is_promised_can_be_made_more_exact(cast, plan, call, sign_in):
    contact = make_contact(plan.account, "Carla Cruz")

    sign_in("sam").post(
        f"/steps/{call.uuid}/promise/",
        {"version": 1, "channel": "video", "contact": contact.pk, "in_writing": "on"},
    )

    html = sign_in("vera").get(f"/plans/{plan.uuid}/promises/").content.decode()
    assert "with Carla Cruz" in html
    assert "in writing" in html


def test_the_table_can_be_taken_away(cast, plan, call, sign_in):
    sign_in("sam").post(
        f"/steps/{call.uuid}/promise/keep/", keep(person=cast.sam.pk, evidence="=cmd|' /C calc'!A0")
    )

    answer = sign_in("vera").get(f"/plans/{plan.uuid}/promises/?format=csv")

    lines = answer.getvalue().decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Promise,Role,Who,Promised for,")
    assert len(lines) == 1 + plan.check_ins.count()
    kept = next(line for line in lines if "The sponsor calls" in line)
    assert "Sam Sato" in kept
    assert ",'=cmd" in kept  # no spreadsheet runs it


def test_the_page_asks_who_keeps_what_somebody_left_behind(cast, plan, sign_in):
    cast.sam.archived_at = NOW
    cast.sam.save()
    sponsors.rehome_left(now=NOW)
    client = sign_in("vera")

    html = client.get(f"/plans/{plan.uuid}/promises/").content.decode()
    assert "Sam Sato no longer keeps these promises." in html
    form = client.get(f"/plans/{plan.uuid}/promises/rehome/").context["form"]
    client.post(
        f"/plans/{plan.uuid}/promises/rehome/",
        {"promises": form.initial["promises"], "to": cast.walt.pk},
    )

    assert "no longer keeps" not in client.get(f"/plans/{plan.uuid}/promises/").content.decode()
    owners = plan.steps.filter(owner_role="sponsor").values_list("owner__name", flat=True)
    assert set(owners) == {"Walt West"}


def test_choosing_nothing_or_a_strange_promise_is_said(cast, plan, sign_in):
    answer = sign_in("vera").post(
        f"/plans/{plan.uuid}/promises/rehome/", {"promises": ["nonsense"], "to": cast.walt.pk}
    )

    assert "promises" in answer.context["form"].errors


def test_the_tab_costs_the_same_for_many_promises(cast, plan, sign_in, django_assert_num_queries):
    client, address = sign_in("vera"), f"/plans/{plan.uuid}/promises/"
    client.get(address)
    with django_assert_num_queries(10):
        client.get(address)
    plan.check_ins.exclude(step__key="sponsor-call").delete()
    with django_assert_num_queries(10):
        client.get(address)


def test_a_confidential_plans_promises_are_for_its_readers(cast, sign_in):
    account = make_account("Hush", team=cast.east, owner=cast.olga, tier="strategic")
    plan = start_plan(
        account, cast.vera, people={"sponsor": [cast.sam]}, confidential=True, readers=[cast.vera]
    )

    codes = {name: sign_in(name).get(f"/plans/{plan.uuid}/promises/").status_code for name in ("vera", "sam")}

    assert codes == {"vera": 200, "sam": 404}
    at = NOW + (plan.steps.get(key="sponsor-call").due_on - TODAY) - timedelta(days=3)
    with time_machine.travel(at, tick=False):
        assert "Hush" not in sign_in("ada").get(f"/sponsors/{cast.sam.uuid}/").content.decode()
        assert "Hush" in sign_in("vera").get(f"/sponsors/{cast.sam.uuid}/").content.decode()


def weeks_of(client):
    return {one.name: sum(one.weeks) for one in client.get("/sponsors/").context["people"]}


def test_leaders_see_sponsors_and_leaders_by_week_and_others_themselves(cast, plan, call, sign_in):
    at = NOW + (call.due_on - TODAY) - timedelta(days=3)
    with time_machine.travel(at, tick=False):
        seen = {name: set(weeks_of(sign_in(name))) for name in ("vera", "olga", "ivan", "walt")}

    assert seen == {"vera": {"Sam Sato", "Vera Voss"}, "olga": set(), "ivan": {"Ivan Ilic"}, "walt": set()}


def fill_a_week(cast):
    """Four calls of Sam's that fall into one week."""
    plans = [
        start_plan(
            make_account(f"Full {number}", team=cast.east, owner=cast.olga),
            cast.vera,
            people={"incoming": [cast.ivan], "sponsor": [cast.sam]},
        )
        for number in range(4)
    ]
    return [plan.steps.get(key="sponsor-call") for plan in plans]


def test_better_days_are_accepted_or_refused_one_by_one(cast, sign_in):
    calls = fill_a_week(cast)
    with time_machine.travel(NOW + (calls[0].due_on - TODAY) - timedelta(days=9), tick=False):
        client = sign_in("sam")
        (proposal, *_more), *rest = client.get(f"/sponsors/{cast.sam.uuid}/").context["proposals"]
        assert rest == []
        address = f"/steps/{proposal.step}/promise/level/"
        client.post(address, {"version": proposal.version, "to": proposal.before.isoformat()})

        (other, *_more), *rest = client.get(f"/sponsors/{cast.sam.uuid}/").context["proposals"]
        assert other.step != proposal.step
        client.post(
            f"/steps/{other.step}/promise/level/", {"version": other.version, "to": other.after.isoformat()}
        )

        assert client.get(f"/sponsors/{cast.sam.uuid}/").context["proposals"] == []
    moved = next(call for call in calls if call.uuid == other.step)
    moved.refresh_from_db()
    assert (moved.due_on, moved.pinned) == (other.after, True)
    assert moved.plan.change_sets.get(verb="move_step").why == "Another week had room for it."


def test_a_day_outside_the_window_is_refused(cast, sign_in):
    call = fill_a_week(cast)[0]
    wrong = call.due_on + timedelta(days=30)

    sign_in("sam").post(f"/steps/{call.uuid}/promise/level/", {"version": 1, "to": wrong.isoformat()})

    due_on = call.due_on
    call.refresh_from_db()
    assert (call.due_on, call.pinned) == (due_on, False)


def test_how_much_fits_into_a_week_is_ones_own_choice(cast, sign_in):
    client = sign_in("sam")

    client.post("/sponsors/limit/", {"touches": 5})

    assert PromiseLimit.objects.get(person=cast.sam).touches == 5
    assert "5 promises fit into a week" in client.get(f"/sponsors/{cast.sam.uuid}/").content.decode()
    assert client.post("/sponsors/limit/", {"touches": 0}).context["form"].errors


def test_full_weeks_are_shown_before_somebody_promises_more(cast, sign_in):
    calls = fill_a_week(cast)
    plan = calls[0].plan
    with time_machine.travel(NOW + (calls[0].due_on - TODAY) - timedelta(days=9), tick=False):
        html = sign_in("vera").get(f"/plans/{plan.uuid}/people/sponsor/").content.decode()

    assert "Full weeks" in html
    assert "Sam Sato" in html
    assert f"from {short_day(week_of(calls[0].due_on))}: " in html
    assert "load-table" not in html  # eight columns do not fit beside the form


def test_the_day_leads_to_how_a_promise_was_kept(cast, plan, call, sign_in):
    with later(call):
        html = sign_in("sam").get("/").content.decode()

    assert f'href="/steps/{call.uuid}/promise/keep/"' in html
    assert "missed promise" in html


def test_a_missed_promise_rises_to_the_leader_after_three_business_days(cast, plan, call, sign_in):
    plan.steps.exclude(pk=call.pk).update(done_at=NOW)

    def told(days):
        with later(call, days):
            day = sign_in("vera").get("/").context["day"]
            return [(item.kind, item.owner) for item in day.risen]

    assert call.due_on.weekday() == 2  # a Wednesday, and a weekend lies between
    assert told(1) == []
    assert told(4) == []
    assert told(5) == [("missed", "Sam Sato")]


def test_the_board_names_missed_promises_of_open_and_of_carried_out_plans(cast, plan, call, sign_in):
    from transitions.services import plans as handovers

    with later(call):
        handovers.refresh_risk(NOW + (call.due_on - TODAY) + timedelta(days=1))
        answer = sign_in("vera").get("/transitions/")

    html = answer.content.decode()
    assert "Promises missed" in html
    assert f'href="/plans/{plan.uuid}/promises/"' in html
    assert [team.promises_missed for team in answer.context["board"].teams] == [
        plan.steps.filter(kind="check-in", due_on__lte=call.due_on).count()
    ]


def test_the_account_says_who_promised_what_next(cast, plan, call, sign_in):
    with time_machine.travel(NOW + (call.due_on - TODAY), tick=False):
        html = sign_in("olga").get(f"/accounts/{plan.account.uuid}/plans/").content.decode()

    assert "Promised next" in html
    assert "The sponsor calls the client" in html


def test_hostile_words_are_shown_as_words(cast, plan, call, sign_in):
    evil = "<script>alert(1)</script>\u202e"

    sign_in("sam").post(f"/steps/{call.uuid}/promise/keep/", keep(person=cast.sam.pk, evidence=evil))

    promise = SponsorCheckIn.objects.get(step=call)
    html = sign_in("vera").get(f"/plans/{plan.uuid}/promises/").content.decode()
    assert "<script>alert" not in html
    assert "\u202e" not in promise.evidence
