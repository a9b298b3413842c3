"""Departures in the browser, without one: who gets in, what is confidential, every button once."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import Job, Role, User
from accounts.services import jobs
from tests.factories import NOW, TODAY, make_account
from transitions import tasks
from transitions.models import Departure, HandoverPlan, Scenario
from transitions.services import departures, playbooks


@pytest.fixture
def book(cast):
    playbooks.publish_shipped(by=None, now=NOW)
    return [make_account(name, team=cast.east, owner=cast.olga) for name in ("Acme", "Bolt")]


@pytest.fixture
def departure(cast, book):
    return departures.begin(
        person=cast.olga, last_on=TODAY, mode="hard", reason="resignation", by=cast.vera, now=NOW
    )


def page(name, row) -> str:
    return reverse(name, args=[row.uuid])


def text(answer) -> str:
    return answer.getvalue().decode()


def run_jobs():
    handlers = {"departure": tasks.propose, "cover": tasks.count_cover}
    while jobs.run_next(handlers=handlers, clock=lambda: NOW):
        pass


@pytest.fixture
def proposed(cast, departure, monkeypatch):
    scenario = departure.scenarios.get()
    departures.compute(scenario=scenario, user=cast.users["vera"], now=NOW, seconds=1, worker=None)
    return departure


def test_a_leader_begins_a_departure_from_the_page_of_the_rep(cast, book, sign_in):
    client = sign_in("vera")
    address = page("departure-begin", cast.olga)

    shown = client.get(address)
    answer = client.post(
        address,
        {"last_on": "2027-04-01", "reason": "resignation", "mode": "", "confidential": "on"},
    )

    assert "Accounts owned" in text(shown)
    departure = Departure.objects.get()
    assert answer.url == page("departure", departure)
    assert (departure.mode, departure.released_at) == ("soft", None)  # there is time enough
    assert [one.person for one in departure.readers.all()] == [cast.vera]


def test_what_was_typed_wrongly_is_said_beside_its_field(cast, book, sign_in):
    answer = sign_in("vera").post(page("departure-begin", cast.olga), {"last_on": "soon"})

    assert answer.status_code == 200
    assert "Enter a valid date" in text(answer)
    assert not Departure.objects.exists()


@pytest.mark.parametrize(
    ("name", "code"), [("vera", 200), ("ada", 200), ("walt", 403), ("olga", 403), ("ivan", 403), ("sam", 403)]
)
def test_only_who_leads_the_leaver_or_administers_begins(cast, book, sign_in, name, code):
    assert sign_in(name).get(page("departure-begin", cast.olga)).status_code == code


@pytest.mark.parametrize("name", ["ada", "sam", "walt", "olga", "ivan"])
def test_a_confidential_departure_is_there_for_its_readers_only(cast, departure, sign_in, name):
    client = sign_in(name)

    assert client.get(page("departure", departure)).status_code == 404
    assert client.get(page("scenario", departure.scenarios.get())).status_code == 404
    listed = client.get(reverse("departures"))
    assert listed.status_code == 403 or "Olga Ortiz" not in text(listed)


def test_a_released_one_is_seen_by_leaders_and_never_by_the_leaver_or_by_reps(cast, departure, sign_in):
    departures.release(departure=departure, version=1, by=cast.vera, now=NOW)
    User.objects.filter(person=cast.olga).update(role=Role.LEADER)

    codes = {
        name: sign_in(name).get(page("departure", departure)).status_code
        for name in ("vera", "ada", "sam", "walt", "olga", "ivan")
    }

    assert codes == {"vera": 200, "ada": 200, "sam": 200, "walt": 404, "olga": 404, "ivan": 404}


def test_a_rep_who_was_named_reader_still_sees_no_fit_of_others(cast, departure, sign_in):
    departures.set_readers(departure=departure, people=[cast.ivan], version=1, by=cast.vera, now=NOW)

    assert sign_in("ivan").get(page("scenario", departure.scenarios.get())).status_code == 404


def test_an_executive_looks_and_plans_nothing(cast, proposed, sign_in):
    departures.release(departure=proposed, version=1, by=cast.vera, now=NOW)
    client, scenario = sign_in("sam"), proposed.scenarios.get()

    assert client.get(page("scenario", scenario)).status_code == 200
    assert client.post(page("scenario-propose", scenario)).status_code == 403
    assert client.get(page("scenario-commit", scenario)).status_code == 403


def test_a_proposal_is_asked_for_and_found_in_the_background(cast, departure, sign_in, monkeypatch):
    client, scenario = sign_in("vera"), departure.scenarios.get()

    client.post(page("scenario-propose", scenario))
    waiting = text(client.get(page("scenario", scenario)))
    run_jobs()
    found = text(client.get(page("scenario", scenario)))

    assert "Waiting for its turn" in waiting
    assert Job.objects.get().state == "done"
    assert "Carry it out" in found
    assert "Why not the next" in found


def test_somebody_who_may_plan_no_more_gets_no_proposal(cast, departure, sign_in):
    sign_in("vera").post(page("scenario-propose", departure.scenarios.get()))
    User.objects.filter(person=cast.vera).update(role=Role.COLLEAGUE)

    run_jobs()

    assert Job.objects.get().state == "failed"


def test_an_account_is_pinned_from_the_page_of_its_candidates(cast, book, proposed, sign_in):
    client, scenario = sign_in("vera"), proposed.scenarios.get()
    address = f"{page('scenario-account', scenario)}?account={book[0].uuid}"
    given = {"version": 1, "account": str(book[0].uuid)}

    shown = text(client.get(address))
    client.post(page("scenario-pin", scenario), {**given, "person": str(cast.bea.uuid)})
    stale = client.post(page("scenario-pin", scenario), {**given, "person": str(cast.ivan.uuid)}, follow=True)

    assert "Ivan Ilic" in shown
    assert "Parts of the fit" in shown
    assert Scenario.objects.get().settings["pinned"] == {str(book[0].pk): cast.bea.pk}
    assert "Somebody changed this meanwhile" in text(stale)


@pytest.mark.parametrize("junk", ["", "junk", "00000000-0000-4000-8000-000000000000"])
def test_an_address_that_names_no_account_is_answered(cast, proposed, sign_in, junk):
    client, scenario = sign_in("vera"), proposed.scenarios.get()
    client.raise_request_exception = False

    assert client.get(f"{page('scenario-account', scenario)}?account={junk}").status_code in (400, 404)
    posted = client.post(page("scenario-pin", scenario), {"version": 1, "account": junk})
    assert posted.status_code in (400, 404)


def test_reps_and_accounts_are_left_out_and_brought_back(cast, book, proposed, sign_in):
    client, scenario = sign_in("vera"), proposed.scenarios.get()
    address, rep = page("scenario-leave-out", scenario), str(cast.ivan.uuid)

    client.post(address, {"version": 1, "person": rep})
    client.post(address, {"version": 2, "account": str(book[1].uuid)})
    out = Scenario.objects.get().settings
    client.post(address, {"version": 3, "person": rep, "back": ""})

    assert (out["without_reps"], out["without_accounts"]) == ([cast.ivan.pk], [book[1].pk])
    assert Scenario.objects.get().settings["without_reps"] == []
    assert "Bolt" in text(client.get(page("scenario", scenario)))


def test_weights_are_set_and_scenarios_copied_and_removed(cast, proposed, sign_in):
    client, scenario = sign_in("vera"), proposed.scenarios.get()
    form = client.get(page("scenario-weights", scenario)).context["form"]
    weights = {name: form.fields[name].initial for name in form.fields if name != "version"}

    client.post(page("scenario-weights", scenario), {**weights, "language": "50", "version": 1})
    client.post(page("scenario-copy", scenario), {"name": "Plan B", "version": 2})
    compared = text(client.get(page("departure", proposed)))
    client.post(page("scenario-remove", scenario), {"version": 2})

    assert "Plan B" in compared
    assert [one.name for one in Scenario.objects.all()] == ["Plan B"]
    assert Scenario.objects.get().settings["weights"]["language"] == 50


def test_a_book_is_carried_out_and_undone(cast, proposed, sign_in):
    client, scenario = sign_in("vera"), proposed.scenarios.get()
    given = {"version": 1, "asked": 1, "confirmed": "on"}

    unconfirmed = client.post(page("scenario-commit", scenario), {"version": 1, "asked": 1})
    done = client.post(page("scenario-commit", scenario), given, follow=True)
    again = client.post(page("scenario-commit", scenario), given, follow=True)
    undone = client.post(page("departure-undo", proposed), {"version": 2}, follow=True)
    twice = client.post(page("departure-undo", proposed), {"version": 3}, follow=True)

    assert unconfirmed.status_code == 200
    assert "2 plans were opened." in text(done)
    assert "Nothing was changed: this departure is “Carried out”." in text(again)
    assert "Undone" in text(undone)
    assert "nothing to undo" in text(twice)
    assert HandoverPlan.objects.filter(state="cancelled").count() == 2


def test_departures_are_corrected_shown_and_withdrawn(cast, departure, sign_in):
    client = sign_in("vera")

    client.post(
        page("departure-edit", departure),
        {"last_on": "2027-05-01", "reason": "promotion", "mode": "hard", "tier": "small", "version": 1},
    )
    client.post(page("departure-readers", departure), {"readers": [str(cast.ada.pk)], "version": 2})
    client.post(page("departure-release", departure), {"version": 3})
    client.post(page("departure-withdraw", departure), {"version": 4})

    departure.refresh_from_db()
    assert (departure.reason, departure.state) == ("promotion", "withdrawn")
    assert departure.narrowed == {"tier": ["small"]}
    assert departure.released_at is not None


def test_standing_cover_is_counted_listed_and_exported(cast, book, sign_in):
    client = sign_in("vera")

    empty = text(client.get(reverse("standing-cover")))
    client.post(reverse("standing-cover-count"))
    run_jobs()
    listed = text(client.get(reverse("standing-cover")))
    table = text(client.get(f"{reverse('standing-cover')}?format=csv"))
    one = text(client.get(page("standing-cover-of", cast.olga.standing_cover)))

    assert "Nothing is counted yet" in empty
    assert "Olga Ortiz" in listed
    assert "Olga Ortiz" in table
    assert "Plan this departure" in one
    assert "Acme" in one


def test_a_leader_of_others_sees_no_cover_of_theirs(cast, book, sign_in):
    departures.keep_covers(now=NOW)

    assert sign_in("walt").get(page("standing-cover-of", cast.olga.standing_cover)).status_code == 404
    assert "Olga Ortiz" not in text(sign_in("walt").get(reverse("standing-cover")))
    assert sign_in("ivan").get(reverse("standing-cover")).status_code == 403


def test_queries_of_a_proposal_do_not_grow_with_the_book(
    cast, departure, sign_in, django_assert_max_num_queries
):
    client, scenario = sign_in("vera"), departure.scenarios.get()
    for number in range(30):
        make_account(f"More {number}", team=cast.east, owner=cast.olga, tier="small")
    departures.compute(scenario=scenario, user=cast.users["vera"], now=NOW, seconds=1, worker=None)
    client.get(page("scenario", scenario))

    with django_assert_max_num_queries(36):
        client.get(page("scenario", scenario))
    with django_assert_max_num_queries(34):
        client.get(page("departure", departure))


def test_a_departure_by_filter_leaves_the_rest_of_the_book(cast, book, sign_in):
    book[0].tier = "strategic"
    book[0].save()
    departure = departures.begin(
        person=cast.olga,
        last_on=TODAY + timedelta(days=9),
        mode="hard",
        reason="resignation",
        narrowed={"tier": ["strategic"]},
        by=cast.vera,
        now=NOW,
    )
    scenario = departure.scenarios.get()
    departures.compute(scenario=scenario, user=cast.users["vera"], now=NOW, seconds=1, worker=None)

    sign_in("vera").post(page("scenario-commit", scenario), {"version": 1, "asked": 1, "confirmed": "on"})

    assert [plan.account.name for plan in HandoverPlan.objects.all()] == ["Acme"]
