"""What people chose about their digests is kept: quiet days, urgent things, mail and chats."""

from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.models import ChatEndpoint, ClientRequest, Commitment, Delivery, Organisation, Person
from accounts.services import chat as chats
from accounts.services import deliveries
from accounts.services.reminders import choose
from accounts.services.smtp import post_office
from tests.factories import NOW, TODAY, make_account, make_person, start_plan
from transitions.selectors import digests as selectors
from transitions.services import digests
from transitions.services.opened import record

EIGHT = datetime(2027, 3, 2, 8, 0, tzinfo=UTC)  # a Tuesday
DAY = timedelta(days=1)
URL = "https://hooks.slack.com/services/T0001/B0001/abcdefghijklmnop"


@pytest.fixture
def olga(cast) -> Person:
    Person.objects.update(tz="UTC")
    Organisation.objects.update(tz="UTC", country="US")
    return Person.objects.get(pk=cast.olga.pk)


@pytest.fixture
def account(cast, olga):
    return make_account("Acme", team=cast.east, owner=olga)


def commit(account, owner: Person, due_on: date = TODAY) -> Commitment:
    made_on = TODAY - 30 * DAY
    return Commitment.objects.create(
        account=account, owner=owner, text="Send the report", made_on=made_on, due_on=due_on
    )


def ask(account, owner: Person, promised_on: date, **more) -> ClientRequest:
    opened_on = TODAY - 30 * DAY
    return ClientRequest.objects.create(
        account=account, owner=owner, title="Invoice", opened_on=opened_on, promised_on=promised_on, **more
    )


def enter(person: Person, **state) -> ChatEndpoint:
    found = chats.add(kind="slack", name="Mine", url=URL, person=person, by=person, now=NOW)
    ChatEndpoint.objects.filter(pk=found.pk).update(**state)
    return found


def wish(person: Person, **chosen) -> None:
    choose(person=person, by=person, now=NOW, **chosen)


def written(*, days: int = 1, start: datetime = EIGHT) -> list[tuple[str, str]]:
    """By which way and for which date digests were written, when the planner ran on so many mornings.

    Those of the leader aside, to whom it comes up.
    """
    for day in range(days):
        digests.write_due(now=start + day * DAY)
    rows = Delivery.objects.filter(kind__in=("digest", "chat_digest")).order_by("pk")
    rows = rows.exclude(person__name="Vera Voss")
    return [(row.channel, row.key.split(":")[2]) for row in rows]


def send(now: datetime) -> dict[str, tuple[str, str]]:
    """Send all that waits; what became of it, by channel."""
    with post_office() as post:
        while deliveries.send_next(post=post, clock=lambda: now) is not None:
            pass
    return {row.channel: (row.state, row.reason) for row in Delivery.objects.all()}


# --- Quiet days -------------------------------------------------------------------------------------


def test_on_public_holidays_of_ones_country_and_on_free_days_nothing_comes(olga, account):
    Person.objects.filter(pk=olga.pk).update(country="DE")
    Organisation.objects.update(free_days=[["2027-03-30", "Company day"]])
    commit(account, olga)

    found = written(days=7, start=datetime(2027, 3, 25, 8, 0, tzinfo=UTC))

    # Without Good Friday the 26th, Easter Monday the 29th, and the company's day.
    assert [on for _, on in found] == ["2027-03-25", "2027-03-27", "2027-03-28", "2027-03-31"]


@pytest.mark.parametrize("country", ["", "ZZ"])
def test_whose_country_is_unknown_keeps_the_holidays_of_ours(olga, account, country):
    Person.objects.filter(pk=olga.pk).update(country=country)
    commit(account, olga)

    found = written(days=3, start=datetime(2027, 7, 4, 8, 0, tzinfo=UTC))  # the 5th is kept for the 4th

    assert [on for _, on in found] == ["2027-07-06"]


def test_whoever_wants_digests_on_holidays_gets_them(olga, account):
    wish(olga, quiet_holidays=False)
    commit(account, olga)

    assert len(written(days=3, start=datetime(2027, 7, 4, 8, 0, tzinfo=UTC))) == 3


def test_what_was_decided_in_a_long_row_of_quiet_days_stands_in_the_next_digest(cast, olga, account):
    plan = start_plan(account, cast.vera, people={"incoming": [cast.ivan]})
    days = [[(TODAY + n * DAY).isoformat(), "Closed"] for n in range(1, 21)]
    commit(account, cast.vera)
    written()
    Organisation.objects.update(free_days=days)
    record(plan=plan, verb="switch", by=cast.sam, now=EIGHT + 2 * DAY)

    digests.write_due(now=EIGHT + 20 * DAY)
    digests.write_due(now=EIGHT + 21 * DAY)

    [_first, last] = Delivery.objects.filter(kind="digest", person=cast.vera).order_by("pk")
    assert last.key.endswith("2027-03-23")
    assert "switched to a hard cutover" in last.text


# --- Urgent things ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("promised_on", "escalated", "urgent", "comes"),
    [
        (TODAY, True, ["escalated"], True),
        (TODAY - DAY, True, ["escalated"], True),
        (TODAY, False, ["escalated"], False),
        (TODAY + DAY, True, ["escalated"], False),  # not due yet
        (TODAY, True, ["serious", "late"], False),  # not what this person calls urgent
        (TODAY - DAY, False, ["late"], True),
        (TODAY, False, ["late"], False),
    ],
)
def test_a_quiet_day_has_a_digest_for_what_is_urgent_and_due(
    olga, account, promised_on, escalated, urgent, comes
):
    wish(olga, quiet_weekdays=[1], urgent=urgent, urgent_anyway=True)
    ask(account, olga, promised_on, escalated=escalated)
    if not comes:
        commit(account, olga)  # due, and not urgent

    assert written() == ([("mail", "2027-03-02")] if comes else [])


def test_whoever_keeps_quiet_days_quiet_hears_of_urgent_things_on_the_next(olga, account):
    wish(olga, quiet_weekdays=[1])
    ask(account, olga, TODAY, escalated=True)

    assert written(days=2) == [("mail", "2027-03-03")]
    assert "escalated" in Delivery.objects.get().text


def test_a_digest_of_a_quiet_day_says_all_that_is_due(olga, account):
    wish(olga, quiet_weekdays=[1], urgent_anyway=True)
    ask(account, olga, TODAY, escalated=True)
    commit(account, olga)

    written()

    assert "Send the report" in Delivery.objects.get().text


def test_many_who_want_urgent_things_take_as_many_queries_as_one(
    olga, account, django_assert_max_num_queries
):
    wish(olga, quiet_weekdays=[1], urgent_anyway=True)
    ask(account, olga, TODAY, escalated=True)
    for number in range(12):
        person = make_person(f"Person {number}", tz="UTC", country="DE")
        wish(person, quiet_weekdays=[1], urgent_anyway=True)
        ask(account, person, TODAY, escalated=True)

    with django_assert_max_num_queries(24):
        assert digests.write_due(now=EIGHT) == 13


# --- Mail and chats ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("by_mail", "by_chat", "expected"),
    [(True, True, ["mail", "chat"]), (True, False, ["mail"]), (False, True, ["chat"])],
)
def test_a_digest_goes_out_by_the_ways_that_were_chosen(olga, account, by_mail, by_chat, expected):
    enter(olga)
    wish(olga, by_mail=by_mail, by_chat=by_chat)
    commit(account, olga)

    assert [way for way, _ in written()] == expected


def test_by_no_way_is_as_none_wanted(olga, account):
    enter(olga)
    wish(olga, wants_digest=None, by_mail=False, by_chat=False)
    commit(account, olga)

    assert written() == []


def test_a_digest_by_chat_alone_comes_once_a_day_too(olga, account):
    enter(olga)
    wish(olga, by_mail=False)
    commit(account, olga)

    for minute in range(5):
        digests.write_due(now=EIGHT + timedelta(minutes=minute))

    assert written(days=2) == [("chat", "2027-03-02"), ("chat", "2027-03-03")]


def test_whoever_changes_to_chat_or_mail_in_the_course_of_a_day_gets_no_second(olga, account):
    enter(olga)
    wish(olga, by_mail=False)
    commit(account, olga)
    written()

    wish(olga, by_mail=True, by_chat=False)

    assert written(start=EIGHT + timedelta(hours=6)) == [("chat", "2027-03-02")]


@pytest.mark.parametrize("state", [None, {"paused_at": NOW}, {"disabled_at": NOW}])
def test_where_no_chat_works_it_comes_by_mail_all_the_same(olga, account, state):
    if state is not None:
        enter(olga, **state)
    wish(olga, by_mail=False)
    commit(account, olga)

    assert written() == [("mail", "2027-03-02")]


def test_beside_a_chat_that_fails_it_comes_by_mail_too(olga, account):
    enter(olga, failing_at=NOW)
    wish(olga, by_mail=False)
    commit(account, olga)

    assert [way for way, _ in written()] == ["mail", "chat"]


def test_what_a_chat_does_not_take_for_half_an_hour_comes_by_mail_on_the_same_day(olga, account):
    chat = enter(olga)
    wish(olga, by_mail=False)
    commit(account, olga)
    written()
    ChatEndpoint.objects.filter(pk=chat.pk).update(failing_at=EIGHT)

    assert written(start=EIGHT + timedelta(minutes=29)) == [("chat", "2027-03-02")]
    assert written(start=EIGHT + timedelta(minutes=30)) == [("chat", "2027-03-02"), ("mail", "2027-03-02")]
    assert written(start=EIGHT + timedelta(hours=3)) == [("chat", "2027-03-02"), ("mail", "2027-03-02")]


def test_a_digest_that_waits_for_a_chat_that_is_removed_comes_by_mail_still(olga, account):
    chat = enter(olga)
    wish(olga, by_mail=False)
    commit(account, olga)
    written()
    chat.delete()

    found = send(EIGHT)
    assert found["chat"][0] == "cancelled"
    assert written(start=EIGHT + timedelta(minutes=5)) == [("chat", "2027-03-02"), ("mail", "2027-03-02")]
    assert written(start=EIGHT + timedelta(minutes=6)) == [("chat", "2027-03-02"), ("mail", "2027-03-02")]


# --- Changed since it was written -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("chosen", "mail", "chat"),
    [
        ({"by_mail": False}, digests.UNWANTED, ""),
        ({"by_chat": False}, "", digests.UNWANTED),
        ({"wants_digest": False}, digests.UNWANTED, digests.UNWANTED),
        ({"quiet_weekdays": [1]}, digests.QUIET, digests.QUIET),
        ({"quiet_weekdays": [1], "urgent_anyway": True}, digests.QUIET, digests.QUIET),
        ({"quiet_weekdays": [1], "urgent": ["late"], "urgent_anyway": True}, "", ""),
        ({"quiet_weekdays": [0, 2]}, "", ""),
    ],
)
def test_what_was_chosen_since_holds_for_what_waits(olga, account, chosen, mail, chat):
    enter(olga)
    commit(account, olga, TODAY - DAY)
    written()

    wish(olga, **chosen)

    rows = {row.channel: row for row in Delivery.objects.all()}
    reasons = {way: digests.why_not(delivery=row, now=EIGHT) for way, row in rows.items()}
    assert reasons == {"mail": mail, "chat": chat}


def test_mail_switched_off_holds_back_no_digest_where_no_chat_works(olga, account):
    commit(account, olga)
    written()

    wish(olga, by_mail=False)

    assert digests.why_not(delivery=Delivery.objects.get(), now=EIGHT) == ""


def test_a_day_that_became_a_holiday_since_is_quiet(olga, account):
    commit(account, olga)
    written()

    Organisation.objects.update(free_days=[[TODAY.isoformat(), "Company day"]])

    assert send(EIGHT) == {"mail": ("cancelled", digests.QUIET)}


# --- The link in the foot ---------------------------------------------------------------------------


def test_the_foot_leads_to_all_choices_without_signing_in(olga, account, client):
    commit(account, olga)
    written()
    row = Delivery.objects.get()

    [reader] = selectors.recipients(Organisation.objects.get(), only=olga.pk)
    found = [word for word in row.text.split() if "/reminders/" in word]

    assert reader.uuid == olga.uuid
    assert len(found) == 1
    assert found[0] in row.html
    assert client.get(found[0].removeprefix("http://localhost:8000")).status_code == 200
    assert row.headers["List-Unsubscribe"].startswith("<http://localhost:8000/unsubscribe/daily/")
