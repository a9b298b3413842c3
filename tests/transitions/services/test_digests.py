"""Digests into the outbox; F6 and F7 in short, in length `tests.drills.planners` and `.clock_stopped`."""

import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection

from accounts.models import ClientRequest, Commitment, Delivery, Person
from accounts.services import deliveries
from accounts.services.reminders import choose
from accounts.services.smtp import post_office
from tests.factories import TODAY, make_account, make_person, make_user, start_plan
from transitions.models import PlanReader, PlanStep
from transitions.services import digests
from transitions.services.opened import record
from transitions.services.plans import cancel

EIGHT = datetime(
    2027, 3, 2, 8, 0, tzinfo=UTC
)  # a Tuesday; the cast lives in UTC unless a test says otherwise
DAY = timedelta(days=1)


@pytest.fixture
def in_utc(cast):
    """The cast, all in one zone, with nothing due."""
    Person.objects.update(tz="UTC")
    return cast


@pytest.fixture
def account(in_utc):
    return make_account("Acme", team=in_utc.east, owner=in_utc.olga)


def commit(account, owner: Person, text: str = "Send the report", due_on: date = TODAY) -> Commitment:
    return Commitment.objects.create(
        account=account, owner=owner, text=text, made_on=TODAY - 30 * DAY, due_on=due_on
    )


def written() -> list[tuple[str, str]]:
    """Whom the outbox holds a digest for, and for which date."""
    rows = Delivery.objects.filter(kind="digest").order_by("pk")
    return [(row.person.name, row.key.rpartition(":")[2]) for row in rows]


def send(now: datetime) -> None:
    with post_office() as post:
        while deliveries.send_next(post=post, clock=lambda: now) is not None:
            pass


def test_only_those_to_whom_something_is_due_get_a_digest(in_utc, account):
    commit(account, in_utc.olga)
    commit(account, in_utc.ivan, due_on=TODAY + DAY)
    commit(account, in_utc.bea, due_on=TODAY - DAY)

    assert digests.write_due(now=EIGHT) == 2

    assert sorted(written()) == [("Bea Brandt", "2027-03-02"), ("Olga Ortiz", "2027-03-02")]


def test_writing_again_and_again_writes_once(in_utc, account):
    commit(account, in_utc.olga)

    counts = [digests.write_due(now=EIGHT + timedelta(minutes=minute)) for minute in range(40)]

    assert counts == [1] + [0] * 39
    assert written() == [("Olga Ortiz", "2027-03-02")]


def test_nobody_is_written_to_before_their_own_hour(in_utc, account):
    choose(person=in_utc.ivan, hour=10, wants_digest=True, by=None, now=EIGHT)
    Person.objects.filter(pk=in_utc.bea.pk).update(tz="America/New_York")
    for person in (in_utc.olga, in_utc.ivan, in_utc.bea):
        commit(account, person)
    at = {}

    for hour in range(24):
        now = EIGHT.replace(hour=hour)
        digests.write_due(now=now)
        for person, _ in written():
            at.setdefault(person, hour)

    assert at == {"Olga Ortiz": 8, "Ivan Ilic": 10, "Bea Brandt": 13}


def test_on_quiet_weekdays_nothing_comes_and_the_next_digest_has_it_all(in_utc, account):
    choose(person=in_utc.olga, quiet_weekdays=[2, 3], wants_digest=True, by=None, now=EIGHT)
    commit(account, in_utc.olga, due_on=TODAY + DAY)

    for day in range(5):
        digests.write_due(now=EIGHT + day * DAY)

    assert [on for _, on in written()] == ["2027-03-05", "2027-03-06"]
    assert "Send the report" in Delivery.objects.order_by("pk")[0].text


def test_a_person_without_a_zone_lives_in_that_of_their_country(in_utc, account):
    Person.objects.filter(pk=in_utc.olga.pk).update(tz="", country="JP")
    commit(account, in_utc.olga)

    digests.write_due(now=datetime(2027, 3, 1, 22, 59, tzinfo=UTC))
    before = written()
    digests.write_due(now=datetime(2027, 3, 1, 23, 0, tzinfo=UTC))

    assert (before, written()) == ([], [("Olga Ortiz", "2027-03-02")])


def test_whoever_wants_none_has_left_is_barred_or_has_no_address_gets_none(in_utc, account):
    choose(person=in_utc.olga, wants_digest=False, by=None, now=EIGHT)
    Person.objects.filter(pk=in_utc.ivan.pk).update(email="")
    in_utc.users["bea"].is_active = False
    in_utc.users["bea"].save()
    Person.objects.filter(pk=in_utc.sam.pk).update(archived_at=EIGHT)
    without_sign_in = make_person("Colin Colleague", tz="UTC")
    for person in (in_utc.olga, in_utc.ivan, in_utc.bea, in_utc.sam, without_sign_in):
        commit(account, person)

    digests.write_due(now=EIGHT)

    assert written() == [("Colin Colleague", "2027-03-02")]


def test_after_three_days_without_a_clock_there_is_one_digest_for_today(in_utc, account):
    commit(account, in_utc.olga, due_on=TODAY - 10 * DAY)
    digests.write_due(now=EIGHT)

    for minute in range(5):
        digests.write_due(now=EIGHT + 3 * DAY + timedelta(hours=7, minutes=minute))

    told = [("Vera Voss", "2027-03-02"), ("Vera Voss", "2027-03-05")]  # it has come up to her
    mine = [("Olga Ortiz", "2027-03-02"), ("Olga Ortiz", "2027-03-05")]
    assert sorted(written()) == sorted(mine + told)


def test_a_day_on_which_the_mail_server_was_down_ends_with_it(in_utc, account):
    commit(account, in_utc.olga)
    digests.write_due(now=EIGHT)

    send(EIGHT + timedelta(hours=16))
    digests.write_due(now=EIGHT + DAY)
    send(EIGHT + DAY)

    assert [(row.state, row.key.rpartition(":")[2]) for row in Delivery.objects.order_by("pk")] == [
        ("cancelled", "2027-03-02"),
        ("sent", "2027-03-03"),
    ]


def test_a_digest_says_everything_in_the_readers_language_and_dates(in_utc, account):
    Person.objects.filter(pk=in_utc.olga.pk).update(language="de")
    commit(account, in_utc.olga, "Send the <b>report</b>", TODAY - DAY)
    commit(account, in_utc.olga, "Call the CFO", TODAY)
    asked = ClientRequest.objects.create(
        account=account,
        owner=in_utc.olga,
        title="Correct the invoice",
        opened_on=TODAY - 9 * DAY,
        promised_on=TODAY + 3 * DAY,
        escalated=True,
    )
    commit(account, in_utc.olga, "Far away", TODAY + 30 * DAY)

    digests.write_due(now=EIGHT)

    row = Delivery.objects.get()
    for said in ("Send the <b>report</b>", "Call the CFO", "Correct the invoice", "Acme"):
        assert said in row.text
    assert "Far away" not in row.text + row.html
    assert "Send the &lt;b&gt;report&lt;/b&gt;" in row.html
    assert f"http://localhost:8000/requests/{asked.uuid}/" in row.text
    assert 'lang="de"' in row.html
    assert "März 2027" in row.text
    assert (row.address, row.expires_at) == ("olga.ortiz@example.com", datetime(2027, 3, 3, tzinfo=UTC))
    assert row.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_the_steps_of_a_plan_reach_who_owes_them_and_who_keeps_an_eye_on_it(in_utc, account):
    start_plan(
        account,
        in_utc.vera,
        people={"incoming": [in_utc.ivan], "second_choice": [in_utc.bea], "sponsor": [in_utc.sam]},
    )
    owed = PlanStep.objects.filter(owner=in_utc.ivan).order_by("position").first()
    PlanStep.objects.update(due_on=TODAY, planned_on=TODAY)
    PlanStep.objects.filter(pk=owed.pk).update(due_on=TODAY - timedelta(days=1))  # so it stands first

    digests.write_due(now=EIGHT)

    text = {row.person.name: row.text for row in Delivery.objects.all()}
    assert owed.title in text["Ivan Ilic"]
    assert "Others owe your plans" in text["Vera Voss"]
    assert f"#step-{owed.uuid}" in text["Vera Voss"]


def test_a_promise_that_came_up_to_whoever_keeps_an_eye_on_the_plan_is_told_once(in_utc, account):
    start_plan(account, in_utc.vera, people={"incoming": [in_utc.ivan]})
    promise = PlanStep.objects.filter(owner=in_utc.ivan, kind="check-in").first()
    PlanStep.objects.filter(pk=promise.pk).update(due_on=TODAY - timedelta(days=7))

    digests.write_due(now=EIGHT)

    [mail] = Delivery.objects.filter(person=in_utc.vera)
    assert "Overdue with others, and come up to you (1)" in mail.text
    assert mail.text.count(f"#step-{promise.uuid}") == 1


def test_what_others_decided_is_told_once_to_those_who_keep_an_eye_on_the_plan(in_utc, account):
    plan = start_plan(account, in_utc.vera, people={"incoming": [in_utc.ivan]})
    for person in (in_utc.vera, in_utc.ivan, in_utc.bea):
        commit(account, person)
    record(plan=plan, verb="switch", by=in_utc.vera, now=EIGHT - timedelta(hours=1))
    guard = {"model": "guard", "id": 1, "version": None, "label": "Renewal", "before": {}, "after": {}}

    digests.write_due(now=EIGHT)
    record(plan=plan, verb="approve", changes=[guard], by=in_utc.sam, now=EIGHT + timedelta(hours=2))
    digests.write_due(now=EIGHT + DAY)
    digests.write_due(now=EIGHT + 2 * DAY)

    told = {
        (row.person.name, row.key[-2:]): [
            said
            for said in ("switched to a hard cutover", "A leader approved: Renewal.")
            if said in row.text and said in row.html
        ]
        for row in Delivery.objects.all()
    }
    assert {whose: said for whose, said in told.items() if said} == {
        ("Vera Voss", "03"): ["A leader approved: Renewal."],
        ("Ivan Ilic", "02"): ["switched to a hard cutover"],
        ("Ivan Ilic", "03"): ["A leader approved: Renewal."],
    }
    assert ("Ivan Ilic", "04") in told
    assert ("Bea Brandt", "03") in told


def test_a_decision_that_was_on_its_way_while_the_digest_was_read_is_told_in_the_next(in_utc, account):
    plan = start_plan(account, in_utc.vera, people={"incoming": [in_utc.ivan]})
    commit(account, in_utc.ivan)
    digests.write_due(now=EIGHT)
    record(plan=plan, verb="hold", by=in_utc.vera, now=EIGHT - timedelta(seconds=20))  # committed only now

    digests.write_due(now=EIGHT + DAY)

    assert "The plan was put on hold." in Delivery.objects.get(key__endswith="03", person=in_utc.ivan).text


def test_whoever_kept_an_eye_on_a_plan_is_told_that_it_was_cancelled(in_utc, account):
    plan = start_plan(account, in_utc.vera, people={"incoming": [in_utc.ivan]})
    for person in (in_utc.vera, in_utc.ivan, in_utc.olga, in_utc.bea):
        commit(account, person)
    plan.refresh_from_db()
    cancel(
        plan=plan,
        why="The client has left.",
        told_client="Nothing was said yet.",
        put_right="Nothing is to be put right.",
        version=plan.version,
        by=in_utc.sam,
        now=EIGHT - DAY / 24,
    )

    digests.write_due(now=EIGHT)
    digests.write_due(now=EIGHT + DAY)

    told = [row for row in Delivery.objects.order_by("key") if "The plan was cancelled." in row.text]
    assert {(row.person.name, row.key[-2:]) for row in told} == {
        ("Vera Voss", "02"),
        ("Ivan Ilic", "02"),
        ("Olga Ortiz", "02"),
    }


def test_a_confidential_plan_is_in_no_digest_but_its_readers(in_utc, account):
    plan = start_plan(
        account,
        in_utc.vera,
        people={"incoming": [in_utc.ivan], "second_choice": [in_utc.bea], "sponsor": [in_utc.sam]},
    )
    plan.released_at = None
    plan.save()
    PlanReader.objects.filter(plan=plan).delete()
    PlanReader.objects.create(plan=plan, person=in_utc.vera)
    PlanStep.objects.update(due_on=TODAY, planned_on=TODAY)
    record(plan=plan, verb="hold", by=in_utc.sam, now=EIGHT - timedelta(hours=1))
    commit(account, in_utc.ivan, "Something else")
    commit(account, in_utc.olga, "Something else")

    digests.write_due(now=EIGHT)

    holding = {
        row.person.name for row in Delivery.objects.all() if f"/plans/{plan.uuid}/" in row.text + row.html
    }
    assert holding == {"Vera Voss"}
    assert {"Ivan Ilic", "Olga Ortiz"} <= {name for name, _ in written()}


def test_a_digest_is_not_sent_when_its_reason_is_gone(in_utc, account):
    promises = {name: commit(account, getattr(in_utc, name)) for name in ("olga", "ivan", "bea", "sam")}
    digests.write_due(now=EIGHT)
    promises["olga"].kept_on = TODAY
    promises["olga"].save()
    choose(person=in_utc.ivan, wants_digest=False, by=None, now=EIGHT)
    Person.objects.filter(pk=in_utc.bea.pk).update(email="bea@elsewhere.example")

    send(EIGHT)

    assert {row.person.name: (row.state, row.reason) for row in Delivery.objects.all()} == {
        "Olga Ortiz": ("cancelled", digests.NOTHING_DUE),
        "Ivan Ilic": ("cancelled", digests.UNWANTED),
        "Bea Brandt": ("cancelled", digests.UNREACHABLE),
        "Sam Sato": ("sent", ""),
    }


QUERIES = 23


def test_many_digests_take_as_many_queries_as_one(in_utc, account, django_assert_num_queries):
    commit(account, in_utc.olga)
    with django_assert_num_queries(QUERIES):
        assert digests.write_due(now=EIGHT) == 1

    people = [make_person(f"Person {number}", tz="UTC") for number in range(12)]
    for person in people:
        make_user(person)
        commit(account, person)
    with django_assert_num_queries(QUERIES):
        assert digests.write_due(now=EIGHT) == 12


def test_a_hostile_name_silences_nobody(in_utc):
    hostile = make_account("Acme {{ 7 }} %s </td><script>alert(1)</script>", team=in_utc.east)
    with connection.cursor() as cursor:  # past the one validator, as an old import might have left it
        name = "Olga %(x)s\r\nBcc: everyone@example.com \u202e{% now %}"
        cursor.execute("UPDATE accounts_person SET name = %s WHERE id = %s", [name, in_utc.olga.pk])
    commit(hostile, in_utc.olga, "100 % of {{ it }} </a><img src=x onerror=alert(1)>")

    digests.write_due(now=EIGHT)
    send(EIGHT)

    row = Delivery.objects.get()
    assert row.state == "sent"
    assert "<script" not in row.html
    assert "<img" not in row.html
    assert "100 % of {{ it }}" in row.text


PLANNERS, ROUNDS = 4, 25


def plan_at_once(cast, monkeypatch) -> list[int]:
    """Run the planner a hundred times, the first four of them having read before any of them writes."""
    Person.objects.update(tz="UTC")
    account = make_account("Acme", team=cast.east)
    for number in range(20):
        commit(account, make_person(f"Person {number}", tz="UTC"))
    gate, counts = threading.Barrier(PLANNERS, timeout=60), []
    read = digests.selectors.digests_of

    def read_together(asked, now):
        found = read(asked, now)
        if not gate.broken and found:
            gate.wait()
        return found

    def planner() -> None:
        try:
            counts.extend(digests.write_due(now=EIGHT) for _ in range(ROUNDS))
        finally:
            connection.close()

    monkeypatch.setattr(digests.selectors, "digests_of", read_together)
    threads = [threading.Thread(target=planner) for _ in range(PLANNERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert len(counts) == PLANNERS * ROUNDS
    return counts


@pytest.mark.django_db(transaction=True)
def test_a_hundred_planners_at_once_write_each_digest_once(cast, monkeypatch):
    if connection.vendor == "sqlite":
        pytest.skip("threads share one in-memory database")

    counts = plan_at_once(cast, monkeypatch)

    assert sum(counts) == 20
    assert len(set(written())) == len(written()) == 20


@pytest.mark.django_db(transaction=True)
def test_without_the_key_of_person_and_date_they_would_write_several(cast, monkeypatch):
    if connection.vendor == "sqlite":
        pytest.skip("threads share one in-memory database")
    queue = digests.deliveries.queue_many

    def queue_without_key(letters, *, now):
        return queue([replace(one, key=f"digest:{uuid4()}:{one.key}") for one in letters], now=now)

    monkeypatch.setattr(digests.deliveries, "queue_many", queue_without_key)
    plan_at_once(cast, monkeypatch)

    assert len(written()) == 20 * PLANNERS
