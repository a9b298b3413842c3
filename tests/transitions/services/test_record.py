from datetime import timedelta
from functools import partial

import pytest

from accounts.models import BriefingEntry, ClientRequest, Commitment, Contact
from accounts.models.base import StaleVersion
from accounts.services import clients
from tests.factories import NOW, TODAY, make_account, make_contact
from tests.transitions.conftest import check_record
from transitions.models import PlanStep, RecordCheck
from transitions.rules.playbooks import Gate
from transitions.selectors.plans import due_items, facts_of, history_of
from transitions.selectors.record import facts, key_of, record_of, row_of
from transitions.services import plans, record

GATE = Gate("record", "The CRM record has been checked", "record")


@pytest.fixture
def filled(cast, plan):
    """A plan of whose client something of everything is noted."""
    account = plan.account
    make_contact(account, "Dora Decider", role="decision_maker", email="dora@client.example")
    BriefingEntry.objects.create(
        account=account, section="access", text="The share under /acme.", updated_at=NOW, owner=cast.olga
    )
    ClientRequest.objects.create(account=account, owner=cast.olga, title="Down", opened_on=TODAY)
    Commitment.objects.create(account=account, owner=cast.olga, text="An audit", made_on=TODAY)
    return plan


def confirm(plan, key, by, **given):
    found = record_of(plan).find(key)
    asked = {"seen": found.mark, "version": found.version, "now": NOW} | given
    return record.confirm(plan=plan, field=key, by=by, **asked)


def edit(account, by, **columns):
    """A verb of the accounts that changes these columns."""
    account.refresh_from_db()
    for name, value in columns.items():
        setattr(account, name, value)
    return partial(clients.edit, account=account, version=account.version, by=by, now=NOW)


def newest(plan):
    """What the history tells last of the record."""
    return next(entry for entry in history_of(plan) if entry.kind == "record")


def refusals(verb, **given):
    with pytest.raises(plans.PlanRefused) as caught:
        verb(now=NOW, **given)
    return [str(message) for _field, message in caught.value.problems]


def standing(plan, key):
    return record_of(plan).find(key).standing


def test_all_that_is_noted_of_a_client_is_a_field(filled):
    found = record_of(filled)

    assert [(title, len(fields)) for title, fields in found.groups()] == [
        ("Account", 7),
        ("Contacts", 1),
        ("Shared folders and access", 1),
        ("Open requests", 1),
        ("Open commitments", 1),
    ]
    assert (found.checked, found.complete) == (0, False)


def test_what_is_not_noted_is_a_field_as_well(plan):
    empty = [field.nothing for field in record_of(plan).fields if field.group != "account"]

    assert empty == [
        "No contact is noted.",
        "No folder or access is noted.",
        "No request is open.",
        "No commitment is open.",
    ]


def test_a_field_is_confirmed_by_whoever_says_so(cast, filled):
    row = confirm(filled, "tier", cast.olga)

    assert (row.state, row.by, row.at) == ("confirmed", cast.olga, NOW)
    assert standing(filled, "tier") == "confirmed"
    assert record_of(filled).checked == 1
    assert str(newest(filled).message) == "Confirmed in the CRM record: Tier."
    assert confirm(filled, "tier", cast.olga) == row
    assert row.history.count() == 1


def test_who_was_shown_another_value_confirms_nothing(cast, filled):
    seen = record_of(filled).find("industry").mark
    edit(filled.account, cast.vera, industry="Mining")()

    with pytest.raises(StaleVersion):
        confirm(filled, "industry", cast.olga, seen=seen)
    assert RecordCheck.objects.count() == 0


def test_of_two_who_check_a_field_the_later_one_is_told(cast, filled):
    confirm(filled, "tier", cast.olga)

    with pytest.raises(StaleVersion):
        confirm(filled, "tier", cast.vera, version=0)


def test_a_field_that_changes_afterwards_is_asked_again(cast, filled):
    check_record(filled, by=cast.olga)
    assert facts(filled, TODAY) == {"unchecked": 0, "outdated": 0}

    edit(filled.account, cast.vera, renewal_on=TODAY + timedelta(days=90))()
    make_contact(filled.account, "New Contact")

    assert standing(filled, "renewal") == "changed"
    assert facts(filled, TODAY) == {"unchecked": 1, "outdated": 1}
    confirm(filled, "renewal", cast.olga)
    assert facts(filled, TODAY) == {"unchecked": 1, "outdated": 0}


def test_a_correction_keeps_what_it_said_before(cast, filled):
    record.correct(
        plan=filled, field="tier", change=edit(filled.account, cast.olga, tier="small"), by=cast.olga, now=NOW
    )

    filled.account.refresh_from_db()
    row = filled.record_checks.get()
    assert filled.account.tier == "small"
    assert (row.state, row.before, row.after) == (
        "corrected",
        [["word", "Strategic"]],
        [["word", "Small"]],
    )
    (change,) = newest(filled).changes
    told = [str(said) for said in (change.what, change.before, change.after)]
    assert told == ["Tier", "Strategic", "Small"]


def test_a_correction_that_changes_nothing_confirms(cast, filled):
    record.correct(plan=filled, field="tier", change=edit(filled.account, cast.olga), by=cast.olga, now=NOW)

    assert standing(filled, "tier") == "confirmed"


def test_a_correction_over_an_old_version_changes_nothing_at_all(cast, filled):
    change = edit(filled.account, cast.olga, tier="small")
    edit(filled.account, cast.vera, industry="Mining")()

    with pytest.raises(StaleVersion):
        record.correct(plan=filled, field="tier", change=change, by=cast.olga, now=NOW)
    assert RecordCheck.objects.count() == 0


def test_a_contact_who_has_left_is_no_field_any_more(cast, filled):
    contact = Contact.objects.get()
    change = partial(clients.archive_contact, contact=contact, version=1, by=cast.olga, now=NOW)

    record.correct(plan=filled, field=key_of("contact", contact), change=change, by=cast.olga, now=NOW)

    found = record_of(filled)
    assert found.find(key_of("contact", contact)) is None
    assert found.find("contact").nothing == "No contact is noted."
    assert newest(filled).changes[0].after.msgid == ""


def test_what_a_correction_adds_to_an_empty_group_is_checked_with_it(cast, plan):
    change = partial(
        clients.add_contact, contact=Contact(account=plan.account, name="Dora"), by=cast.olga, now=NOW
    )

    record.correct(plan=plan, field="contact", change=change, by=cast.olga, now=NOW)

    assert standing(plan, key_of("contact", Contact.objects.get())) == "corrected"


def test_all_that_remains_is_confirmed_at_once_but_not_what_others_correct(cast, filled):
    confirm(filled, "tier", cast.olga)
    ask(filled, "team", cast.bea, cast.olga)

    count = check_record(filled, by=cast.olga)

    assert count == len(record_of(filled).fields) - 2
    assert [field.key for field in record_of(filled).fields if not field.holds] == ["team"]
    assert check_record(filled, by=cast.olga) == 0


def test_nobody_confirms_at_once_what_they_were_not_shown(cast, filled):
    seen = record_of(filled).seen
    edit(filled.account, cast.vera, industry="Mining")()

    with pytest.raises(StaleVersion):
        record.confirm_rest(plan=filled, seen=seen, by=cast.olga, now=NOW)
    assert RecordCheck.objects.count() == 0


def ask(plan, key, owner, by, **given):
    asked = {"owner": owner, "due_on": TODAY, "what": "It is old.", "now": NOW} | given
    return record.ask(plan=plan, field=key, by=by, **asked)


def test_whoever_is_asked_for_a_correction_owes_a_step_until_it_is_right(cast, filled):
    step = ask(filled, "owner", cast.bea, cast.olga)

    assert (step.owner, step.due_on, step.title) == (cast.bea, TODAY, "Correct the owner in the CRM record")
    assert "It is old." in step.note
    assert [item.step for item in due_items([cast.bea.pk], TODAY)] == [step.uuid]
    with pytest.raises(plans.NotChecked):
        plans.complete_step(step=step, version=step.version, by=cast.bea, now=NOW)

    confirm(filled, "owner", cast.bea)

    step.refresh_from_db()
    assert step.done_by == cast.bea


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"due_on": TODAY - timedelta(days=1)}, "Choose a day that has not passed."),
        ({"what": " "}, "Say what is wrong."),
        ({"field": "contact-" + "0" * 32}, "It is no longer in the record."),
    ],
)
def test_what_cannot_be_asked_for_is_refused(cast, filled, given, said):
    asked = {"plan": filled, "field": "tier", "owner": cast.bea, "due_on": TODAY, "what": "Old."}
    asked["by"] = cast.olga

    assert refusals(record.ask, **asked | given) == [said]


def test_nobody_is_asked_twice_and_nobody_who_has_left(cast, filled):
    ask(filled, "tier", cast.bea, cast.olga)
    cast.sam.archived_at = NOW
    cast.sam.save()
    asked = {"plan": filled, "due_on": TODAY, "what": "Old.", "by": cast.olga}

    again = refusals(record.ask, field="tier", owner=cast.bea, **asked)
    gone = refusals(record.ask, field="team", owner=cast.sam, **asked)

    assert (again, gone) == (["Somebody is asked to correct it already."], ["Sam Sato has left."])


def test_what_is_asked_for_and_is_no_longer_there_waits_to_be_settled(cast, filled):
    contact = Contact.objects.get()
    key = key_of("contact", contact)
    step = ask(filled, key, cast.bea, cast.olga)
    contact.delete()

    found = record_of(filled).find(key)
    assert (found.gone, found.nothing) == (True, "It is no longer in the record.")
    confirm(filled, key, cast.olga)

    step.refresh_from_db()
    assert step.done_at == NOW
    assert record_of(filled).find(key) is None


def test_the_step_of_the_playbook_is_done_by_the_page_and_reopened_with_it(cast, filled):
    step = filled.steps.get(key="check-record")
    with pytest.raises(plans.NotChecked):
        plans.complete_step(step=step, version=step.version, by=cast.olga, now=NOW)

    check_record(filled, by=cast.olga)
    step.refresh_from_db()
    assert step.done_by == cast.olga
    assert facts_of(filled, TODAY, [GATE]).unchecked == 0

    plans.reopen_step(step=step, version=step.version, by=cast.vera, now=NOW)
    assert record_of(filled).checked == 0
    assert standing(filled, "tier") == "again"


def test_a_correction_reopened_is_asked_for_again(cast, filled):
    step = ask(filled, "tier", cast.bea, cast.olga)
    confirm(filled, "tier", cast.olga)
    step.refresh_from_db()

    plans.reopen_step(step=step, version=step.version, by=cast.vera, now=NOW)

    assert standing(filled, "tier") == "asked"
    confirm(filled, "tier", cast.olga)
    assert PlanStep.objects.get(pk=step.pk).done_at == NOW


def test_the_introduction_waits_for_the_record_and_may_be_waived(cast, filled, drive):
    plan = drive(filled, "choose")
    edit(filled.account, cast.vera, industry="Mining")()
    plan.refresh_from_db()

    with pytest.raises(plans.GatesClosed) as caught:
        plans.advance(plan=plan, version=plan.version, by=cast.vera, now=NOW)
    assert "record" in [gate.key for gate in caught.value.gates]

    plans.waive(plan=plan, gate="record", reason="They know each other.", by=cast.vera, now=NOW)
    assert plan.waivers.filter(gate="record").exists()


def test_a_plan_that_rests_takes_nothing(cast, filled):
    filled.refresh_from_db()
    plans.hold(plan=filled, version=filled.version, why="They move.", resumes_on=None, by=cast.vera, now=NOW)

    with pytest.raises(plans.PlanNotOpen):
        check_record(filled, by=cast.olga)


@pytest.mark.parametrize("many", [1, 40])
def test_the_record_costs_the_same_however_much_is_in_it(cast, django_assert_num_queries, many, plan):
    for number in range(many):
        make_contact(plan.account, f"Contact {number}")
    check_record(plan, by=cast.olga)
    plan = type(plan).objects.get(pk=plan.pk)

    with django_assert_num_queries(7):
        assert record_of(plan).complete


def test_another_account_lends_no_row(cast, plan):
    other = make_contact(make_account("Other", team=cast.west), "Otto Other")

    assert row_of(plan.account, key_of("contact", other)) is None
    assert row_of(plan.account, "contact-nothing") is None
    assert row_of(plan.account, "tier") is None
