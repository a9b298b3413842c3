import pytest
import time_machine

from accounts.models import BriefingEntry, ClientRequest, Contact, Person
from tests.factories import NOW, TODAY, make_contact
from tests.transitions.conftest import check_record
from transitions.models import HandoverPlan, PlanStep, RecordCheck
from transitions.selectors.record import key_of, record_of
from transitions.services import record

HOSTILE = "<script>alert(1)</script> %s %(x)s {{ 7|add:7 }} \u202e"


@pytest.fixture(autouse=True)
def frozen():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def contact(plan):
    return make_contact(plan.account, "Dora Decider", email="dora@client.example")


def url(plan, path=""):
    return f"/plans/{plan.uuid}/record/{path}"


def pressed(plan, key):
    found = record_of(plan).find(key)
    return {"field": key, "seen": found.mark, "version": found.version}


def text(answer):
    return answer.content.decode()


def test_the_outgoing_rep_confirms_a_field(plan, contact, sign_in):
    client = sign_in("olga")

    answer = client.post(url(plan, "confirm/"), pressed(plan, "tier"), follow=True)

    assert answer.redirect_chain[-1][0] == f"{url(plan)}#tier"
    assert "Confirmed: Tier." in text(answer)
    assert "1 of 11 checked" in text(answer)


def test_two_who_confirm_one_field_meet_on_page_409(plan, sign_in):
    shown = pressed(plan, "tier")
    sign_in("olga").post(url(plan, "confirm/"), shown)

    answer = sign_in("vera").post(url(plan, "confirm/"), shown)

    assert answer.status_code == 409
    assert "checked by Olga Ortiz" in text(answer)
    assert RecordCheck.objects.get().by.name == "Olga Ortiz"


def test_a_field_that_changed_before_the_button_was_pressed_is_shown_anew(plan, sign_in):
    shown = pressed(plan, "industry")
    plan.account.industry = "Mining"
    plan.account.save()

    answer = sign_in("olga").post(url(plan, "confirm/"), shown)

    assert answer.status_code == 409
    assert "Mining" in text(answer)


@pytest.mark.parametrize("who", ["ivan", "bea", "sam"])
def test_who_does_not_know_the_client_does_not_check(plan, sign_in, who):
    client = sign_in(who)

    assert client.post(url(plan, "confirm/"), pressed(plan, "tier")).status_code == 403
    assert client.get(url(plan, "rest/")).status_code == 403
    assert client.get(url(plan, "tier/ask/")).status_code == 403
    assert client.get(url(plan, "tier/correct/")).status_code == 403
    assert "The outgoing rep makes this check" in text(client.get(url(plan)))


def test_whoever_stands_in_for_the_rep_makes_the_check_that_reaches_them(cast, plan, sign_in):
    bea = sign_in("bea")
    Person.objects.filter(pk=cast.olga.pk).update(away_from_on=TODAY, substitute=cast.bea)

    assert bea.post(url(plan, "confirm/"), pressed(plan, "tier")).status_code == 302
    assert bea.get(url(plan, "rest/")).status_code == 200
    assert "The outgoing rep makes this check" not in text(bea.get(url(plan)))
    assert sign_in("sam").get(url(plan, "rest/")).status_code == 403


def test_whoever_the_check_was_given_to_makes_it(cast, plan, sign_in):
    PlanStep.objects.filter(plan=plan, kind="record").update(owner=cast.bea)

    assert sign_in("bea").post(url(plan, "confirm/"), pressed(plan, "tier")).status_code == 302


def test_in_a_hard_cutover_the_interim_rep_checks(hard_plan, sign_in):
    client = sign_in("bea")

    assert client.post(url(hard_plan, "confirm/"), pressed(hard_plan, "tier")).status_code == 302
    assert "Confirm all that remains" in text(client.get(url(hard_plan)))


def test_a_field_of_the_account_is_corrected_right_there(plan, sign_in):
    client = sign_in("olga")
    page = client.get(url(plan, "value/correct/"))
    assert "yearly_value" in text(page)
    assert "renewal_on" not in text(page)

    answer = client.post(
        url(plan, "value/correct/"), {"yearly_value": "95000", "version": plan.account.version}, follow=True
    )

    plan.account.refresh_from_db()
    assert plan.account.yearly_value == 95000
    assert "corrected" in text(answer)
    assert "Before: $120,000" in text(answer).replace("\n", " ")


def test_a_correction_over_an_older_version_loses_nothing_typed(plan, sign_in):
    version = plan.account.version
    client = sign_in("olga")
    client.post(url(plan, "tier/correct/"), {"tier": "small", "version": version})

    answer = client.post(url(plan, "industry/correct/"), {"industry": "Mining of salt", "version": version})

    assert answer.status_code == 409
    assert "Mining of salt" in text(answer)


def test_a_contact_is_corrected_or_has_left(plan, contact, sign_in):
    client, key = sign_in("olga"), key_of("contact", contact)
    typed = {
        "name": "Dora Dean",
        "level": "senior",
        "role": "champion",
        "email": "dora@client.example",
        "version": contact.version,
    }
    client.post(url(plan, f"{key}/correct/"), typed)
    contact.refresh_from_db()
    assert (contact.name, contact.role) == ("Dora Dean", "champion")

    answer = client.post(
        url(plan, f"{key}/correct/"), {**typed, "left": "on", "version": contact.version}, follow=True
    )

    contact.refresh_from_db()
    assert contact.archived_at == NOW
    assert "No contact is noted." in text(answer)


def test_a_contact_taken_out_meanwhile_loses_nobodys_text(plan, contact, sign_in):
    client, key = sign_in("olga"), key_of("contact", contact)
    typed = {"name": "Dora Dean", "level": "senior", "role": "champion", "version": contact.version}
    contact.archived_at, contact.version = NOW, contact.version + 1
    contact.save()

    late = client.post(url(plan, f"{key}/correct/"), typed)
    looked = client.get(url(plan, f"{key}/correct/"), follow=True)

    assert (late.status_code, "Dora Dean" in text(late)) == (409, True)
    assert "It is no longer in the record." in text(looked)
    contact.delete()
    gone = client.post(url(plan, f"{key}/correct/"), typed, follow=True)
    assert "It is no longer in the record." in text(gone)
    confirmed = {"field": key, "seen": "0" * 32, "version": 0}
    pressed_late = client.post(url(plan, "confirm/"), confirmed, follow=True)
    assert "It is no longer in the record." in text(pressed_late)


def test_what_is_missing_is_added_right_there(plan, sign_in):
    client = sign_in("olga")

    client.post(url(plan, "folder/correct/"), {"text": HOSTILE.rstrip("\u202e ")})
    client.post(url(plan, "contact/correct/"), {"name": "Nina", "level": "staff", "role": "day_to_day"})
    answer = client.post(
        url(plan, "request/correct/"),
        {"title": "Down again", "owner": plan.created_by_id, "opened_on": TODAY.isoformat()},
        follow=True,
    )

    assert BriefingEntry.objects.get().section == "access"
    assert Contact.objects.get().name == "Nina"
    assert ClientRequest.objects.get().title == "Down again"
    assert "&lt;script&gt;alert(1)" in text(answer)
    assert "<script>alert(1)" not in text(answer)
    assert "3 of 11 checked" in text(answer)
    assert client.get(f"/plans/{plan.uuid}/history/").status_code == 200


def test_text_that_may_not_be_stored_is_refused_beside_its_field(plan, sign_in):
    answer = sign_in("olga").post(url(plan, "folder/correct/"), {"text": HOSTILE})

    assert answer.status_code == 200
    assert BriefingEntry.objects.count() == 0
    assert "alert(1)" in text(answer)


def test_a_request_solved_already_is_no_open_work(cast, plan, sign_in):
    row = ClientRequest.objects.create(account=plan.account, owner=cast.olga, title="Down", opened_on=TODAY)
    typed = {"title": "Down", "owner": cast.olga.pk, "opened_on": TODAY.isoformat(), "version": 1}

    sign_in("olga").post(url(plan, f"{key_of('request', row)}/correct/"), {**typed, "settled": "on"})

    row.refresh_from_db()
    assert row.closed_on == TODAY


def test_what_one_may_not_edit_is_asked_of_somebody(cast, plan, sign_in):
    client = sign_in("olga")
    assert f"{url(plan)}owner/ask/" in text(client.get(url(plan)))
    assert client.get(url(plan, "owner/correct/")).status_code == 403

    refused = client.post(url(plan, "owner/ask/"), {"what": HOSTILE, "owner": cast.vera.pk, "due_on": "x"})
    assert refused.status_code == 200
    answer = client.post(
        url(plan, "owner/ask/"),
        {"what": "It is Bea.", "owner": cast.vera.pk, "due_on": TODAY.isoformat()},
        follow=True,
    )

    assert "Vera Voss corrects it by" in text(answer)
    step = plan.steps.get(owner_role="record")
    done = sign_in("vera").post(f"/steps/{step.uuid}/complete/", {"version": step.version}, follow=True)
    assert done.redirect_chain[-1][0] == url(plan)
    assert "Check the record on its page" in text(done)


def test_whoever_is_asked_may_confirm_that_field_and_no_other(cast, plan, sign_in):
    record.ask(plan=plan, field="tier", owner=cast.ivan, due_on=TODAY, what="Old.", by=cast.olga, now=NOW)
    client = sign_in("ivan")

    assert client.post(url(plan, "confirm/"), pressed(plan, "tier")).status_code == 302
    assert client.post(url(plan, "confirm/"), pressed(plan, "team")).status_code == 403
    assert record_of(plan).find("tier").holds


def test_all_that_remains_is_confirmed_after_a_look_at_it(plan, contact, sign_in):
    client = sign_in("olga")
    page = client.get(url(plan, "rest/"))
    assert "Dora Decider" in text(page)
    seen = record_of(plan).seen
    make_contact(plan.account, "New Contact")

    late = client.post(url(plan, "rest/"), {"seen": seen})
    assert (late.status_code, "New Contact" in text(late)) == (409, True)
    answer = client.post(url(plan, "rest/"), {"seen": record_of(plan).seen}, follow=True)

    assert "12 fields are confirmed." in text(answer)
    assert "Complete" in text(answer)
    assert client.get(url(plan, "rest/")).status_code == 302


def test_a_button_without_what_it_was_pressed_over_changes_nothing(plan, sign_in):
    client = sign_in("olga")

    for typed in ({}, {"field": "tier"}, {"field": "a b", "seen": "x" * 99, "version": "-1"}):
        assert client.post(url(plan, "confirm/"), typed).status_code == 302
    assert client.post(url(plan, "rest/"), {}).status_code == 200
    assert RecordCheck.objects.count() == 0


def test_the_gate_leads_to_the_record(plan, drive, sign_in):
    plan = drive(plan, "choose")

    html = text(sign_in("olga").get(f"/plans/{plan.uuid}/"))

    assert "fields of the CRM record are not checked yet." in html
    assert url(plan) in html


def test_nothing_is_checked_on_a_plan_that_rests(plan, sign_in):
    HandoverPlan.objects.filter(pk=plan.pk).update(state="on_hold")

    answer = sign_in("olga").post(url(plan, "confirm/"), pressed(plan, "tier"), follow=True)

    assert "no longer open" in text(answer)
    assert RecordCheck.objects.count() == 0


def test_a_stranger_finds_nothing(plan, sign_in):
    client = sign_in("stella")

    for path in ("", "confirm/", "rest/", "tier/correct/", "tier/ask/"):
        assert client.get(url(plan, path)).status_code in (404, 405)
        assert client.post(url(plan, path)).status_code in (404, 405)


def test_the_history_tells_what_it_said_before(cast, plan, contact, sign_in):
    check_record(plan, by=cast.olga)
    client = sign_in("olga")
    client.post(url(plan, "tier/correct/"), {"tier": "small", "version": plan.account.version})

    html = text(client.get(f"/plans/{plan.uuid}/history/?kind=record"))

    assert "Corrected in the CRM record: Tier." in html
    assert "Strategic" in html
    assert "Small" in html
