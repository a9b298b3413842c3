"""The leaders' weekly digest: who gets it, when, and what it may say."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from accounts.models import (
    ChatEndpoint,
    ClientRequest,
    Commitment,
    Delivery,
    Organisation,
    Person,
    ReminderPreference,
    Role,
    Team,
)
from accounts.services import chat as chats
from accounts.services import deliveries
from accounts.services.smtp import post_office
from tests.factories import NOW, TODAY, make_account, make_person, make_user, start_plan
from transitions.models import Concern, PlanReader, PlanStep
from transitions.services import plans, successors, weekly

EIGHT = datetime(2027, 3, 1, 8, 0, tzinfo=UTC)  # a Monday; the cast lives in UTC unless a test says otherwise
MONDAY = EIGHT.date()
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)


@pytest.fixture
def in_utc(cast):
    """The cast, all in one zone, with nothing to tell."""
    Person.objects.update(tz="UTC")
    return cast


@pytest.fixture
def account(in_utc):
    return make_account("Acme", team=in_utc.east, owner=in_utc.olga)


def commit(account, owner: Person, text: str = "Send the report", due_on=MONDAY - 2 * DAY) -> Commitment:
    return Commitment.objects.create(
        account=account, owner=owner, text=text, made_on=TODAY - 30 * DAY, due_on=due_on
    )


def choose(person: Person, **fields) -> None:
    ReminderPreference.objects.update_or_create(person=person, defaults=fields)


def written() -> list[tuple[str, str]]:
    """Whom the outbox holds a weekly digest for, and for which week."""
    rows = Delivery.objects.filter(kind="weekly").order_by("pk")
    return [(row.person.name, row.key.rpartition(":")[2]) for row in rows]


def mail_to(person: Person) -> Delivery:
    return Delivery.objects.filter(kind="weekly", person=person).order_by("-pk")[0]


def send(now: datetime) -> None:
    with post_office() as post:
        while deliveries.send_next(post=post, clock=lambda: now) is not None:
            pass


# --- Who gets one -------------------------------------------------------------------------------------


def test_whoever_leads_and_executives_get_one_and_nobody_else(in_utc, account):
    commit(account, in_utc.olga)

    assert weekly.write_due(now=EIGHT) == 2

    assert sorted(written()) == [("Sam Sato", "2027-03-01"), ("Vera Voss", "2027-03-01")]


def test_an_administrator_who_leads_nothing_gets_none_and_one_who_leads_gets_one(in_utc, account):
    commit(account, in_utc.olga)
    weekly.write_due(now=EIGHT)
    before = written()
    Team.objects.filter(pk=in_utc.company.pk).update(lead=in_utc.ada)

    weekly.write_due(now=EIGHT + timedelta(minutes=1))

    assert "Ada Admin" not in [name for name, _ in before]
    assert "Ada Admin" in [name for name, _ in written()]


def test_whoever_wants_none_has_left_is_barred_or_has_no_address_gets_none(in_utc, account):
    commit(account, in_utc.olga)
    choose(in_utc.vera, wants_weekly=False)
    Person.objects.filter(pk=in_utc.sam.pk).update(email="")
    barred = make_user(make_person("Bella Barred", tz="UTC"), Role.EXECUTIVE)
    barred.is_active = False
    barred.save()
    gone = make_person("Gary Gone", tz="UTC")
    make_user(gone, Role.EXECUTIVE)
    Person.objects.filter(pk=gone.pk).update(archived_at=NOW)
    without_sign_in = make_person("Nora Nouser", tz="UTC")
    Team.objects.filter(pk=in_utc.company.pk).update(lead=without_sign_in)

    assert weekly.write_due(now=EIGHT) == 0


def test_while_there_is_nothing_to_tell_there_is_no_mail(in_utc, account):
    assert weekly.write_due(now=EIGHT) == 0

    start_plan(account, in_utc.vera, people={"incoming": [in_utc.ivan], "second_choice": [in_utc.bea]})
    PlanStep.objects.filter(kind="decision").update(done_at=NOW)
    plans.refresh_risk(EIGHT)

    assert weekly.write_due(now=EIGHT) == 0  # a plan in good order is no news


# --- When ---------------------------------------------------------------------------------------------


def test_writing_again_and_again_writes_once(in_utc, account):
    commit(account, in_utc.olga)

    counts = [weekly.write_due(now=EIGHT + timedelta(hours=hour)) for hour in range(100)]

    assert (sum(counts), counts[0]) == (2, 2)


def test_it_comes_on_the_chosen_weekday_at_the_own_hour(in_utc, account):
    commit(account, in_utc.olga)
    choose(in_utc.vera, weekly_weekday=2, hour=15)
    Person.objects.filter(pk=in_utc.sam.pk).update(tz="America/New_York")
    at = {}

    for hour in range(72):
        now = EIGHT + timedelta(hours=hour - 8)
        weekly.write_due(now=now)
        for name, _ in written():
            at.setdefault(name, f"{now:%a %H}")

    assert at == {"Sam Sato": "Mon 13", "Vera Voss": "Wed 15"}


def test_on_a_quiet_day_it_waits_for_the_next_that_is_not(in_utc, account):
    commit(account, in_utc.olga)
    choose(in_utc.vera, quiet_weekdays=[0])
    choose(in_utc.sam, quiet_weekdays=[0, 1, 2, 3])

    for day in range(7):
        weekly.write_due(now=EIGHT + day * DAY)

    assert written() == [("Vera Voss", "2027-03-01")]
    assert mail_to(in_utc.vera).created_at == EIGHT + DAY


def test_public_holidays_and_the_companys_free_days_are_quiet_unless_one_says_otherwise(in_utc, account):
    commit(account, in_utc.olga)
    Person.objects.filter(pk=in_utc.vera.pk).update(country="DE")
    Organisation.objects.update(free_days=[["2027-03-30", "Founding day"]])
    choose(in_utc.sam, quiet_holidays=False)
    easter_monday = EIGHT + 4 * WEEK

    for day in range(4):
        weekly.write_due(now=easter_monday + day * DAY)

    assert mail_to(in_utc.sam).created_at == easter_monday
    assert mail_to(in_utc.vera).created_at == easter_monday + 2 * DAY


def test_after_a_standstill_it_comes_late_or_waits_for_the_next_week(in_utc, account):
    commit(account, in_utc.olga)
    choose(in_utc.sam, wants_weekly=False)

    weekly.write_due(now=EIGHT + 3 * DAY)  # three days late
    weekly.write_due(now=EIGHT + WEEK)  # four days after that one
    weekly.write_due(now=EIGHT + WEEK + DAY)
    weekly.write_due(now=EIGHT + 2 * WEEK + 4 * DAY)  # four days late
    weekly.write_due(now=EIGHT + 3 * WEEK)

    assert [week for _, week in written()] == ["2027-03-01", "2027-03-08", "2027-03-22"]
    assert list(Delivery.objects.order_by("pk").values_list("created_at", flat=True)) == [
        EIGHT + 3 * DAY,
        EIGHT + WEEK + DAY,
        EIGHT + 3 * WEEK,
    ]


def test_another_weekday_brings_no_second_one_within_five_days(in_utc, account):
    commit(account, in_utc.olga)
    choose(in_utc.sam, wants_weekly=False)
    weekly.write_due(now=EIGHT)
    choose(in_utc.vera, weekly_weekday=3)

    for day in range(1, 14):
        weekly.write_due(now=EIGHT + day * DAY)

    assert [week for _, week in written()] == ["2027-03-01", "2027-03-11"]


def test_it_is_not_sent_when_its_reason_is_gone(in_utc, account):
    promise = commit(account, in_utc.olga)
    elsewhere = make_account("Bolt", team=in_utc.west, owner=in_utc.stella)
    commit(elsewhere, in_utc.stella)
    erin, max_ = make_person("Erin Exec", tz="UTC"), make_person("Max Moved", tz="UTC")
    make_user(erin, Role.EXECUTIVE)
    executive = make_user(max_, Role.EXECUTIVE)
    weekly.write_due(now=EIGHT)
    promise.kept_on = MONDAY
    promise.save()
    choose(in_utc.sam, wants_weekly=False)
    executive.role = Role.ACCOUNT_MANAGER
    executive.save()
    Person.objects.filter(pk=erin.pk).update(email="erin@elsewhere.example")

    send(EIGHT)

    assert {row.person.name: (row.state, row.reason) for row in Delivery.objects.all()} == {
        "Vera Voss": ("cancelled", weekly.NOTHING_TO_TELL),
        "Sam Sato": ("cancelled", weekly.UNWANTED),
        "Max Moved": ("cancelled", weekly.NO_LEADER),
        "Erin Exec": ("cancelled", weekly.UNREACHABLE),
        "Walt West": ("sent", ""),
    }


def test_it_can_be_stopped_by_one_click_belongs_to_a_list_and_is_old_after_three_days(in_utc, account):
    commit(account, in_utc.olga)

    weekly.write_due(now=EIGHT)

    row = mail_to(in_utc.vera)
    assert row.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert row.headers["List-Id"].startswith("<weekly.")
    assert row.headers["List-Unsubscribe"].strip("<>") in row.text
    assert row.expires_at == EIGHT + 3 * DAY


# --- What it says -------------------------------------------------------------------------------------


@pytest.fixture
def company(in_utc, account):
    """Acme's cutover is in nine days without a second choice; promises of three kinds were not kept."""
    in_utc.acme = start_plan(
        account,
        in_utc.vera,
        people={"incoming": [in_utc.ivan], "sponsor": [in_utc.sam]},
        anchors={"announcement": MONDAY + DAY},
        cutover=MONDAY + 50 * DAY,
    )
    steps = in_utc.acme.steps
    steps.exclude(kind="check-in").update(done_at=NOW - 2 * DAY)
    steps.filter(kind="check-in").update(due_on=MONDAY + 90 * DAY)
    call = steps.filter(kind="check-in").order_by("pk").first()
    PlanStep.objects.filter(pk=call.pk).update(due_on=MONDAY - 3 * DAY, owner=in_utc.sam)
    in_utc.acme.anchors.filter(key="cutover").update(falls_on=MONDAY + 9 * DAY)
    plans.refresh_risk(EIGHT)
    commit(account, in_utc.olga, "Send the <b>report</b>", MONDAY - 6 * DAY)
    commit(account, in_utc.olga, "Long forgotten", MONDAY - 30 * DAY)
    commit(account, in_utc.olga, "Not due yet", MONDAY)
    ClientRequest.objects.create(
        account=account,
        owner=in_utc.bea,
        title="Correct the invoice",
        opened_on=TODAY - 20 * DAY,
        promised_on=MONDAY - 2 * DAY,
        escalated=True,
    )
    plans.refresh_risk(EIGHT)
    return in_utc


def section(text: str, title: str) -> str:
    """The lines of one section of the plain text."""
    return text.partition(title)[2].partition("\n\n\n")[0]


def test_it_tells_in_order_what_waits_what_was_missed_what_comes_and_what_is_unprotected(company):
    weekly.write_due(now=EIGHT)

    row = mail_to(company.vera)
    assert row.subject == "1 decision, 3 promises missed, 1 cutover ahead"
    titles = (
        "Needs your decision (1)",
        "Promises missed in the week (3)",
        "Cutovers in the next 14 days (1)",
        "Revenue unprotected, a year: $120k (1)",
        "The week in numbers",
    )
    places = [row.text.index(title) for title in titles]
    assert places == sorted(places)
    for said in (
        "A leader’s yes is asked for: Escalations, Notice.",
        "The cutover is near and no second choice is named (in 9 days)",
        "Promised by Sam Sato for Fri 26 Feb (3 days ago)",
        "Promised by Bea Brandt for Sat 27 Feb (2 days ago)",
        "Acme · Client request · escalated",
        "Send the <b>report</b>",
        "1 older one is not kept yet either.",
        "Wed 10 Mar (in 9 days) · Soft cutover",
        "From Olga Ortiz to Ivan Ilic",
        "handover not accepted yet",
        "$120k · no second choice · cutover Wed 10 Mar",
        "Check-ins kept: 0 of 1 (the week before: 0 of 0)",
    ):
        assert said in row.text, said
    assert "Send the &lt;b&gt;report&lt;/b&gt;" in row.html
    for unsaid in ("Long forgotten", "Not due yet"):
        assert unsaid not in row.text + row.html


def test_a_plan_waits_for_a_leader_once_with_everything_that_it_waits_for(company):
    plan = company.acme
    Concern.objects.create(
        plan=plan,
        words="Will support stay?",
        seriousness="red",
        raised_on=MONDAY - 9 * DAY,
        owner=company.ivan,
        created_by=company.olga,
        created_at=NOW,
    )
    successors.hand_back(
        plan=plan,
        reason="The contract is missing",
        owner=company.olga,
        by=company.ivan,
        now=EIGHT - 2 * DAY,
    )
    weekly.write_due(now=EIGHT)

    row = mail_to(company.vera)
    assert "Needs your decision (1)" in row.text
    assert "returned the handover: “The contract is missing” (2 days ago)" in row.text
    assert "1 concern of the client is unanswered, noted on 20 Feb 2027 (9 days ago)" in row.text
    assert "Will support stay?" not in row.text + row.html  # the client's words stay on the plan's page


def test_the_numbers_compare_the_week_with_the_one_before(company, drive):
    other = start_plan(
        make_account("Bolt", team=company.east, owner=company.olga),
        company.vera,
        playbook="hard-standard",
        cutover=MONDAY + 40 * DAY,
        people={"interim": [company.bea], "incoming": [company.ivan]},
        now=EIGHT - 10 * DAY,
    )
    drive(other, "hand-over", now=EIGHT - 2 * DAY)

    weekly.write_due(now=EIGHT)

    text = mail_to(company.vera).text
    assert "Plans started: 0 (the week before: 1)" in text
    assert "Cutovers done: 1 (the week before: 0)" in text


def test_long_lists_say_how_much_was_left_out_and_where_it_stands(company):
    for number in range(13):
        commit(company.acme.account, company.olga, f"Promise {number}", MONDAY - DAY)

    weekly.write_due(now=EIGHT)

    row = mail_to(company.vera)
    assert "Promises missed in the week (16)" in row.text
    assert (
        "and 6 more; 1 older one is not kept yet either.\nhttp://localhost:8000/transitions/#missed"
        in row.text
    )
    assert row.text.count("Promised by") == 10


def test_it_speaks_the_readers_language_and_dates(company):
    Person.objects.filter(pk=company.vera.pk).update(language="de", tz="Pacific/Auckland")

    weekly.write_due(now=datetime(2027, 2, 28, 19, 0, tzinfo=UTC))  # 8 o'clock on Monday there

    row = mail_to(company.vera)
    assert '<html lang="de"' in row.html
    assert "1. März 2027" in row.text


def test_whoever_leads_without_the_office_of_a_leader_is_led_to_pages_that_they_may_open(company):
    Team.objects.filter(pk=company.east.pk).update(lead=company.olga)

    weekly.write_due(now=EIGHT)

    row = mail_to(company.olga)
    assert "/transitions/" not in row.text + row.html
    assert "http://localhost:8000/plans/" in row.text


# --- What it never says -------------------------------------------------------------------------------


def test_a_leader_reads_nothing_of_other_teams_and_an_executive_reads_of_all(company):
    west = make_account("Canarywest", team=company.west, owner=company.stella)
    start_plan(west, company.walt, playbook="hard-standard", cutover=MONDAY + 5 * DAY)
    commit(west, company.stella, "Canarypromise")
    ClientRequest.objects.create(
        account=west,
        owner=company.stella,
        title="Canaryrequest",
        opened_on=TODAY - 20 * DAY,
        promised_on=MONDAY - DAY,
    )
    plans.refresh_risk(EIGHT)

    weekly.write_due(now=EIGHT)

    said = {
        name: (row := mail_to(getattr(company, name))).text + row.html for name in ("vera", "walt", "sam")
    }
    assert "Canary" not in said["vera"]
    assert "Acme" not in said["walt"]
    for canary in ("Canarywest", "Canarypromise", "Canaryrequest"):
        assert canary in said["walt"]
        assert canary in said["sam"]
    assert "Acme" in said["sam"]


def test_of_a_confidential_plan_only_its_readers_read(company):
    secret = start_plan(
        make_account("Canarysecret", team=company.east, owner=company.olga, yearly_value=Decimal(999_000)),
        company.vera,
        playbook="hard-standard",
        cutover=MONDAY + 5 * DAY,
        people={"interim": [company.bea]},
        confidential=True,
        now=EIGHT - 8 * DAY,
    )
    secret.steps.filter(kind="check-in").update(due_on=MONDAY - DAY)
    PlanReader.objects.filter(plan=secret).delete()
    PlanReader.objects.create(plan=secret, person=company.sam)
    plans.refresh_risk(EIGHT)

    weekly.write_due(now=EIGHT)

    vera, sam = mail_to(company.vera), mail_to(company.sam)
    assert "Canarysecret" in sam.text
    assert "Canarysecret" not in vera.text + vera.html + vera.subject
    assert "$120k (1)" in vera.text
    assert "Plans started: 0 (the week before: 0)" in vera.text


# --- By chat ------------------------------------------------------------------------------------------


def enter(person: Person, kind: str = "json") -> ChatEndpoint:
    url = "https://hooks.slack.com/services/T0001/B0001/abcdefghijklmnop"
    return chats.add(kind=kind, name="Channel", url=url, person=person, by=person, now=NOW)


@pytest.mark.parametrize("kind", ["slack", "teams", "json"])
def test_it_goes_to_the_readers_chats_too_without_any_link_that_does_something(company, kind):
    endpoint = enter(company.vera, kind)

    counts = [weekly.write_due(now=EIGHT + timedelta(minutes=minute)) for minute in range(2)]

    assert counts == [3, 0]
    row = Delivery.objects.get(kind="chat_weekly")
    assert row.key == f"weekly:{company.vera.pk}:2027-03-01:chat:{endpoint.pk}"
    assert "1 decision, 3 promises missed, 1 cutover ahead" in row.text
    assert "unsubscribe" not in row.text
    assert row.secrets == {}


def test_whoever_wants_chats_alone_gets_mail_only_while_none_works(company):
    choose(company.vera, by_mail=False)
    choose(company.sam, wants_weekly=False)
    endpoint = enter(company.vera)
    weekly.write_due(now=EIGHT)
    endpoint.paused_at = NOW
    endpoint.save()

    weekly.write_due(now=EIGHT + WEEK)

    assert list(Delivery.objects.order_by("pk").values_list("kind", flat=True)) == ["chat_weekly", "weekly"]


def test_what_a_chat_refused_for_good_comes_by_mail_and_beside_one_that_fails_too(company):
    choose(company.vera, by_mail=False)
    choose(company.sam, wants_weekly=False)
    endpoint = enter(company.vera)
    weekly.write_due(now=EIGHT)
    Delivery.objects.update(state="dead")
    endpoint.failing_at = NOW
    endpoint.save()

    weekly.write_due(now=EIGHT + timedelta(hours=6))
    weekly.write_due(now=EIGHT + timedelta(hours=7))

    assert sorted(Delivery.objects.values_list("kind", flat=True)) == ["chat_weekly", "weekly"]


def test_whoever_wants_chats_alone_gets_mail_beside_those_that_fail(company):
    choose(company.vera, by_mail=False)
    choose(company.sam, wants_weekly=False)
    endpoint = enter(company.vera)
    ChatEndpoint.objects.filter(pk=endpoint.pk).update(failing_at=NOW)

    weekly.write_due(now=EIGHT)

    assert set(Delivery.objects.values_list("kind", flat=True)) == {"chat_weekly", "weekly"}


# --- What it costs ------------------------------------------------------------------------------------

QUERIES = 29


def test_a_reader_costs_as_many_queries_for_many_plans_as_for_few(company, django_assert_num_queries):
    choose(company.sam, wants_weekly=False)
    weekly.write_due(now=EIGHT)  # playbooks are known from here on
    Delivery.objects.all().delete()
    with django_assert_num_queries(QUERIES):
        assert weekly.write_due(now=EIGHT) == 1
    Delivery.objects.all().delete()
    for number in range(20):
        account = make_account(f"More {number}", team=company.east, owner=company.olga)
        start_plan(account, company.vera, playbook="hard-standard", cutover=MONDAY + number * DAY)
        commit(account, company.olga, f"Promise {number}")
    plans.refresh_risk(EIGHT)

    with django_assert_num_queries(QUERIES):
        assert weekly.write_due(now=EIGHT) == 1


def test_readers_without_news_cost_little_at_every_tick(in_utc, django_assert_max_num_queries):
    for number in range(5):
        make_user(make_person(f"Exec {number}", tz="UTC"), Role.EXECUTIVE)

    with django_assert_max_num_queries(6 + 8 * 7):
        assert weekly.write_due(now=EIGHT) == 0
