"""A departure is carried out: everything, or nothing; looked at again under lock."""

import sys
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import ClientRequest, Commitment, Delivery, Rep
from tests.factories import CUTOVER, NOW, TODAY, make_account, start_plan
from tests.transitions.services.departures.conftest import LAST_DAY
from transitions.models import ChangeSet, DepartureState, HandoverPlan, PlanStep
from transitions.models.plans import SUMS
from transitions.services import departures, plans, sponsors
from transitions.services.opened import look_again

REFUSED = departures.PlanRefused


def incoming(plan) -> str:
    return plan.roles.get(assignment__role="incoming").assignment.person.name


def test_every_account_gets_its_plan_with_dates_and_people(cast, book, depart):
    departure, scenario = depart.proposed()

    done = depart.commit(departure, scenario)

    found = HandoverPlan.objects.order_by("account__name")
    assert done.opened == 3
    assert [plan.account.name for plan in found] == ["Acme", "Bolt", "Cork"]
    for plan in found:
        assert (plan.mode, plan.reason, plan.cutover_on) == ("hard", "resignation", LAST_DAY)
        assert incoming(plan) in ("Ivan Ilic", "Bea Brandt")
        assert plan.steps.count() > 15
        assert plan.change_sets.get().verb == "depart"
    departure.refresh_from_db()
    assert departure.state == DepartureState.COMMITTED
    assert departure.released_at == NOW


@pytest.mark.parametrize("mode", ["hard", "soft"])
def test_plans_born_together_are_as_plans_born_alone(cast, book, depart, mode):
    departure, scenario = depart.proposed(mode=mode, last_on=TODAY + timedelta(days=120))
    depart.commit(departure, scenario)
    together = HandoverPlan.objects.get(account=book.acme)
    people = {"incoming": [together.roles.get(assignment__role="incoming").assignment.person]}
    for role in ("second_choice", "interim"):
        people[role] = [one.assignment.person for one in together.roles.filter(assignment__role=role)]
    twin = make_account("Twin", team=cast.east, owner=cast.olga, tier="strategic")
    alone = plans.start(
        account=twin,
        playbook=together.playbook,
        reason="resignation",
        anchors={one.key: one.falls_on for one in together.anchors.all()},
        people={role: found for role, found in people.items() if found},
        by=cast.vera,
        now=NOW,
    )

    def steps(plan):
        names = ("key", "stage", "kind", "title", "due_on", "planned_on", "owner_role", "owner", "position")
        return sorted(plan.steps.values_list(*names))

    assert steps(together) == steps(alone)
    assert [getattr(together, name) for name in SUMS] == [getattr(alone, name) for name in SUMS]
    assert look_again([together.pk], today=TODAY, guards=True) == 0
    assert together.meetings.count() == alone.meetings.count()
    assert together.check_ins.count() == alone.check_ins.count()


def test_what_was_asked_and_promised_goes_with_the_account(cast, book, depart):
    request = ClientRequest.objects.create(
        account=book.acme, owner=cast.olga, title="An offer", opened_on=TODAY
    )
    promise = Commitment.objects.create(account=book.acme, owner=cast.olga, text="A price", made_on=TODAY)
    soon = Commitment.objects.create(
        account=book.acme, owner=cast.olga, text="A call", made_on=TODAY, due_on=TODAY
    )
    departure, scenario = depart.proposed()

    done = depart.commit(departure, scenario)

    successor = HandoverPlan.objects.get(account=book.acme).roles.get(assignment__role="incoming")
    for row in (request, promise):
        row.refresh_from_db()
        assert row.owner_id == successor.assignment.person_id
        assert row.history.first().history_user == cast.vera
    soon.refresh_from_db()
    assert soon.owner == cast.olga  # due while she is still here
    assert done.rehomed.kept == 1


def test_roles_on_plans_of_others_go_to_whom_is_named(cast, book, depart):
    other = make_account("Other", team=cast.east, owner=cast.ivan)
    plan = start_plan(
        other,
        cast.vera,
        people={"incoming": [cast.bea], "second_choice": [cast.olga], "sponsor": [cast.olga]},
    )
    departure, scenario = depart.proposed()

    depart.commit(departure, scenario, roles={"sponsor": cast.sam})

    roles = dict(plan.roles.values_list("assignment__role", "assignment__person__name"))
    assert roles["sponsor"] == "Sam Sato"
    assert "second_choice" not in roles  # nobody was named: it shows as empty
    assert not PlanStep.objects.undone().filter(plan=plan, owner=cast.olga).exists()


def test_where_the_leaver_was_to_take_over_the_second_choice_does(cast, book, depart):
    plan = start_plan(
        make_account("Other", team=cast.east, owner=cast.ivan),
        cast.vera,
        people={"incoming": [cast.olga], "second_choice": [cast.bea]},
    )
    departure, scenario = depart.proposed()

    depart.commit(departure, scenario)

    roles = dict(plan.roles.values_list("assignment__role", "assignment__person__name"))
    assert roles["incoming"] == "Bea Brandt"


def test_an_open_soft_plan_turns_hard_and_keeps_who_takes_over(cast, book, depart):
    plan = start_plan(book.acme, cast.vera, people={"incoming": [cast.bea]}, cutover=CUTOVER)
    departure, scenario = depart.proposed()

    done = depart.commit(departure, scenario)

    plan.refresh_from_db()
    assert (done.opened, done.amended) == (2, 1)
    assert (plan.mode, plan.cutover_on, incoming(plan)) == ("hard", LAST_DAY, "Bea Brandt")


def test_an_open_plan_without_successor_gets_the_proposed_one(cast, book, depart):
    plan = start_plan(book.acme, cast.vera)
    departure, scenario = depart.proposed()

    depart.commit(departure, scenario)

    plan.refresh_from_db()
    assert plan.has_incoming


def test_a_confidential_plan_of_others_is_neither_told_nor_touched(cast, book, depart):
    secret = start_plan(book.acme, cast.ada, confidential=True)
    departure, scenario = depart.proposed()

    done = depart.commit(departure, scenario)

    secret.refresh_from_db()
    assert (done.opened, done.amended, done.left) == (2, 0, ["Acme"])
    assert secret.mode == "soft"


def test_each_person_gets_one_mail_however_much_comes_to_them(cast, book, depart):
    for number in range(6):
        make_account(f"More {number}", team=cast.east, owner=cast.olga, tier="small")
    departure, scenario = depart.proposed()

    depart.commit(departure, scenario)

    mails = Delivery.objects.filter(kind="departure")
    assert mails.count() == len({mail.person_id for mail in mails})
    assert {mail.person.name for mail in mails} <= {"Ivan Ilic", "Bea Brandt"}
    assert any("More 3" in mail.text for mail in mails)


# --- Refused as a whole -----------------------------------------------------------------------------


def nothing_changed() -> bool:
    return not (
        HandoverPlan.objects.exists()
        or Delivery.objects.exists()
        or ChangeSet.objects.filter(verb="depart").exists()
    )


def test_settings_that_were_changed_since_the_proposal_are_refused(cast, book, depart):
    departure, scenario = depart.proposed()
    departures.pin(
        scenario=scenario, account=book.acme.pk, person=cast.bea.pk, version=1, by=cast.vera, now=NOW
    )

    with pytest.raises(REFUSED, match="settings have changed"):
        depart.commit(departure, scenario)
    assert nothing_changed()


def test_a_book_that_grew_since_the_proposal_is_refused(cast, book, depart):
    departure, scenario = depart.proposed()
    make_account("Newcomer", team=cast.east, owner=cast.olga)

    with pytest.raises(REFUSED, match="Newcomer"):
        depart.commit(departure, scenario)
    assert nothing_changed()


def test_a_successor_who_left_since_the_proposal_is_refused(cast, book, depart):
    departure, scenario = depart.proposed()
    for person in (cast.ivan, cast.bea):
        person.archived_at = NOW
        person.save()

    with pytest.raises(REFUSED, match="Cannot take over any more"):
        depart.commit(departure, scenario)
    assert nothing_changed()


def test_a_successor_who_filled_up_since_the_proposal_is_refused(cast, book, depart):
    departure, scenario = depart.proposed()
    Rep.objects.filter(person__in=[cast.ivan, cast.bea]).update(capacity=4)

    with pytest.raises(REFUSED, match="no room"):
        depart.commit(departure, scenario)
    assert nothing_changed()


def test_what_goes_wrong_at_the_end_leaves_nothing_behind(cast, book, depart, monkeypatch):
    module = sys.modules["transitions.services.departures.commit"]
    departure, scenario = depart.proposed()
    monkeypatch.setattr(module, "queue_letters", lambda *args, **more: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        depart.commit(departure, scenario)

    assert nothing_changed()
    departure.refresh_from_db()
    assert departure.state == DepartureState.DRAFT


def test_a_departure_is_carried_out_once(cast, book, depart):
    departure, scenario = depart.proposed()
    depart.commit(departure, scenario)

    with pytest.raises(departures.DepartureNotDraft):
        depart.commit(departure, scenario)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite takes a thousand values in a query")
def test_queries_do_not_grow_with_the_book(cast, book, depart):
    Rep.objects.update(capacity=1000)

    def queries() -> int:
        departure, scenario = depart.proposed()
        with CaptureQueriesContext(connection) as caught:
            depart.commit(departure, scenario)
        HandoverPlan.objects.all().delete()
        return len(caught)

    few = queries()
    for number in range(40):
        account = make_account(f"More {number}", team=cast.east, owner=cast.olga, tier="small")
        ClientRequest.objects.create(account=account, owner=cast.olga, title="Why", opened_on=TODAY)

    assert queries() <= few + 12  # what is asked where requests are there at all, and batches of inserts


# --- Undone -----------------------------------------------------------------------------------------


def undo(cast, departure):
    departure.refresh_from_db()
    return departures.undo(
        departure=departure, version=departure.version, by=cast.users["vera"], now=NOW + timedelta(hours=1)
    )


def test_undoing_gives_everybody_what_they_had(cast, book, depart):
    request = ClientRequest.objects.create(
        account=book.bolt, owner=cast.olga, title="An offer", opened_on=TODAY
    )
    other = start_plan(
        make_account("Other", team=cast.east, owner=cast.ivan),
        cast.vera,
        people={"incoming": [cast.olga], "second_choice": [cast.bea], "sponsor": [cast.sam]},
    )
    soft = start_plan(book.acme, cast.vera, people={"incoming": [cast.bea]})
    owed = set(PlanStep.objects.undone().filter(owner=cast.olga).values_list("pk", flat=True))
    departure, scenario = depart.proposed()
    depart.commit(departure, scenario)

    undo(cast, departure)

    departure.refresh_from_db()
    request.refresh_from_db()
    soft.refresh_from_db()
    roles = dict(other.roles.values_list("assignment__role", "assignment__person__name"))
    assert departure.state == DepartureState.UNDONE
    assert request.owner == cast.olga
    assert (soft.mode, soft.cutover_on) == ("soft", CUTOVER)
    assert (roles["incoming"], roles["second_choice"]) == ("Olga Ortiz", "Bea Brandt")
    assert (
        set(PlanStep.objects.undone().filter(owner=cast.olga, pk__in=owed).values_list("pk", flat=True))
        == owed
    )
    assert {plan.state for plan in HandoverPlan.objects.filter(departures__opened=True)} == {"cancelled"}
    assert not book.bolt.assignments.live().exclude(role="owner").exists()


def test_it_cannot_be_undone_once_a_client_has_heard(cast, book, depart):
    departure, scenario = depart.proposed()
    depart.commit(departure, scenario)
    plan = HandoverPlan.objects.get(account=book.acme)
    plan.stage_changes.create(from_stage="secure", to_stage="interim", by=cast.vera, changed_at=NOW)

    with pytest.raises(departures.CannotUndo, match="Acme"):
        undo(cast, departure)

    assert not HandoverPlan.objects.filter(state="cancelled").exists()


def test_it_cannot_be_undone_over_what_somebody_did_since(cast, book, depart):
    request = ClientRequest.objects.create(
        account=book.bolt, owner=cast.olga, title="An offer", opened_on=TODAY
    )
    departure, scenario = depart.proposed()
    depart.commit(departure, scenario)
    ClientRequest.objects.filter(pk=request.pk).update(version=9)

    with pytest.raises(departures.CannotUndo, match="An offer"):
        undo(cast, departure)


def test_steps_promises_and_teams_go_to_whom_is_named_and_come_back(cast, book, depart):
    plan = start_plan(
        make_account("Other", team=cast.east, owner=cast.ivan),
        cast.vera,
        people={"incoming": [cast.bea], "sponsor": [cast.sam]},
    )
    mine = (
        PlanStep.objects.undone()
        .filter(plan=plan, due_on__gt=LAST_DAY, owner=cast.ivan)
        .exclude(kind="check-in")
    )
    versions = dict(mine.values_list("pk", "version"))
    plans.reassign(plan=plan, steps=versions, person=cast.olga, by=cast.vera, now=NOW)
    call = plan.steps.filter(kind="check-in", owner=cast.sam, due_on__gt=LAST_DAY).order_by("pk").first()
    sponsors.rehome(
        plan_id=plan.pk, versions={str(call.uuid): call.version}, to=cast.olga, by=cast.vera, now=NOW
    )
    cast.west.lead = cast.olga
    cast.west.save()
    owed = set(PlanStep.objects.undone().filter(plan=plan, owner=cast.olga).values_list("pk", flat=True))
    departure, scenario = depart.proposed()
    departures.release(departure=departure, version=1, by=cast.vera, now=NOW)
    departure.refresh_from_db()
    homes = departures.Homes(rest=cast.vera, lead=cast.walt)

    departures.commit(
        departure=departure,
        scenario=depart.propose_as("ada", scenario),
        homes=homes,
        version=departure.version,
        by=cast.users["ada"],
        now=NOW,
    )

    assert len(owed) == len(versions) + 1
    assert not PlanStep.objects.undone().filter(plan=plan, owner=cast.olga).exists()
    assert set(PlanStep.objects.filter(pk__in=owed).values_list("owner", flat=True)) == {cast.vera.pk}
    cast.west.refresh_from_db()
    assert cast.west.lead == cast.walt
    departure.refresh_from_db()
    departures.undo(departure=departure, version=departure.version, by=cast.users["ada"], now=NOW)
    again = PlanStep.objects.undone().filter(plan=plan, owner=cast.olga)
    assert set(again.values_list("pk", flat=True)) == owed
    cast.west.refresh_from_db()
    assert cast.west.lead == cast.olga


def test_a_leader_names_no_leader(cast, book, depart):
    cast.west.lead = cast.olga
    cast.west.save()
    departure, scenario = depart.proposed()

    depart.commit(departure, scenario, lead=cast.walt)

    cast.west.refresh_from_db()
    assert cast.west.lead == cast.olga


def test_a_plan_in_which_the_account_just_changed_hands_is_left_as_it_is(cast, book, depart):
    plan = start_plan(
        make_account("Fresh", team=cast.east, owner=cast.ivan), cast.vera, people={"incoming": [cast.olga]}
    )
    owner = plan.account.assignments.owners().get()
    owner.person = cast.olga
    owner.save()
    plan.stage = "settle"
    plan.save()
    departure, scenario = depart.proposed()

    done = depart.commit(departure, scenario)

    plan.refresh_from_db()
    assert (done.opened, done.amended, done.left) == (3, 0, ["Fresh"])
    assert plan.mode == "soft"
