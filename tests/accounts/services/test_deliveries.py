import re
import threading
import time
import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
import requests
from django.conf import settings
from django.core import mail
from django.db import connection
from django.db.models.functions import Now
from django.utils.module_loading import import_string
from urllib3.exceptions import ProtocolError

from accounts.documents.deliveries import Outgoing
from accounts.models import Delivery, DeliveryState, Organisation
from accounts.rules.deliveries import Answer, Outcome
from accounts.rules.tokens import hash_of, placeholder
from accounts.services import deliveries
from accounts.services.smtp import BackendPost, post_office
from tests.factories import NOW, make_person
from tests.sink import DROP, HANG, DeadPort, Sink

MINUTE = timedelta(minutes=1)


def outgoing(number: int = 1, **fields) -> Outgoing:
    made = Outgoing(
        key=f"test:{number}",
        kind="test",
        person_id=None,
        address=f"person{number}@example.com",
        subject=f"Message {number}",
        text=f"This is message {number}.\n",
    )
    return replace(made, **fields)


def queued(number: int = 1, **fields) -> Delivery:
    deliveries.queue(outgoing(number, **fields), now=NOW)
    return Delivery.objects.get(key=fields.get("key", f"test:{number}"))


def send_all(now=NOW) -> list[Answer]:
    """What the tick does."""
    with post_office() as post:
        return list(iter(lambda: deliveries.send_next(post=post, clock=lambda: now), None))


def lease_runs_out(row: Delivery) -> None:
    Delivery.objects.filter(pk=row.pk).update(lease_until=Now() - MINUTE)


@pytest.fixture
def smtp(settings):
    """Point the settings at a sink: `smtp(sink.port)`."""

    def point(port: int) -> None:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        settings.EMAIL_TIMEOUT, settings.DELIVERY_SMTP_SECONDS = 0.4, 0.8

    return point


# --- Queueing ---------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_queue_twice_delivers_once():
    first = deliveries.queue(outgoing(), now=NOW)
    second = deliveries.queue(outgoing(text="Something else"), now=NOW + MINUTE)

    assert (first, second) == (True, False)
    assert [(row.text, row.created_at) for row in Delivery.objects.all()] == [("This is message 1.\n", NOW)]


@pytest.mark.django_db
def test_mails_about_one_thing_answer_to_the_same_message_so_that_programs_show_them_together():
    first, second = queued(1, thread="plan:a").headers, queued(2, thread="plan:a").headers
    other, alone = queued(3, thread="plan:b").headers, queued(4).headers

    assert first["References"] == first["In-Reply-To"] == second["References"] != other["References"]
    assert "References" not in alone


@pytest.mark.django_db
def test_what_can_be_unsubscribed_names_its_list_so_that_a_reader_can_file_it():
    row = queued(1, kind="digest", headers={"List-Unsubscribe": "<https://example.com/stop/>"})

    assert row.headers["List-Id"] == "<digest.localhost>"
    assert "List-Id" not in queued(2).headers


@pytest.mark.django_db
@pytest.mark.parametrize("how_many", [1, 3])
def test_queueing_many_takes_two_queries(django_assert_num_queries, how_many):
    with django_assert_num_queries(2):
        assert deliveries.queue_many([outgoing(n) for n in range(how_many)], now=NOW) == how_many


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name",
    [
        "Acme\r\nBcc: everyone@example.com",
        "Acme\vInc",
        "A\x00B",
        "\u202egro.elpmaxe",
        "x" * 1000,
        "\ud800",
        "",
    ],
)
def test_a_hostile_name_never_silences_a_mail(name, smtp):
    with Sink() as sink:
        smtp(sink.port)
        row = queued(subject=f"Due today: {name}", text=f"{name}\n", headers={"X-Plan": name})
        answers = send_all()

    assert answers == [Answer.SENT]
    [received] = sink.accepted
    assert received.recipient == "person1@example.com"
    assert {header.lower() for header in received.mail.keys()} == {  # noqa: SIM118  headers repeat
        *("subject", "from", "to", "date", "message-id", "mime-version", "content-type"),
        *("content-transfer-encoding", "auto-submitted", "x-plan"),
    }
    assert received.mail["Subject"] == row.subject
    assert row.subject.startswith("Due today:")


@pytest.mark.django_db
def test_a_secret_link_is_in_the_mail_and_not_in_the_database(smtp):
    address = "https://example.com/join/" + placeholder("link")
    row = queued(
        secrets={"link": "42"},
        text=f"Join: {address}/\n",
        html=f'<a href="{address}/">Join</a>',
        key="join:42",
    )
    with Sink({"end": "451 Later"}) as sink:
        smtp(sink.port)
        send_all()
        sink.faults.clear()
        send_all(NOW + MINUTE)

    [received] = sink.accepted
    found = re.findall(r"/join/([\w-]{43})/", received.mail.as_bytes().decode().replace("=\n", ""))
    assert found == [deliveries.secret_token("42", "join:42")] * 2
    row.refresh_from_db()
    assert found[0] not in str(vars(row))
    assert hash_of(found[0]) not in str(vars(row))


# --- Sending ----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_what_is_due_is_sent_in_the_order_in_which_it_fell_due():
    early, late, later = queued(1), queued(2), queued(3)
    Delivery.objects.filter(pk=late.pk).update(due_at=NOW - MINUTE)
    Delivery.objects.filter(pk=later.pk).update(due_at=NOW + MINUTE)

    assert send_all() == [Answer.SENT, Answer.SENT]

    assert [sent.subject for sent in mail.outbox] == ["Message 2", "Message 1"]
    early.refresh_from_db()
    assert (early.state, early.sent_at, early.attempts, early.token) == ("sent", NOW, 1, None)


@pytest.mark.django_db
def test_other_backends_get_the_same_message(settings):
    row = queued(html="<p>Hello</p>", headers={"List-Unsubscribe": "<https://example.com/u>"})

    send_all()

    [sent] = mail.outbox
    message = sent.message()
    assert message["Message-ID"] == row.message_id
    assert message["Date"] == "Tue, 02 Mar 2027 10:00:00 +0000"
    assert message["List-Unsubscribe"] == "<https://example.com/u>"
    assert [part.get_content_type() for part in message.get_payload()] == ["text/plain", "text/html"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("faults", "state", "tried_again_in"),
    [
        ({"connect": "421 Busy"}, "queued", MINUTE),
        ({"MAIL": "451 Later"}, "queued", MINUTE),
        ({"RCPT": "450 Later"}, "queued", MINUTE),
        ({"RCPT": "550 No such user"}, "dead", None),
        ({"DATA": "451 Later"}, "queued", MINUTE),
        ({"DATA": "554 No"}, "dead", None),
        ({"end": "451 Later"}, "queued", MINUTE),
        ({"end": "554 Spam"}, "dead", None),
        ({"RCPT": HANG}, "queued", MINUTE),
        ({"RCPT": DROP}, "queued", MINUTE),
        ({"end": HANG}, "queued", MINUTE),
        ({"accepted": DROP}, "queued", MINUTE),
    ],
)
def test_each_fault_of_the_mail_server_leaves_a_row_that_says_so(smtp, faults, state, tried_again_in):
    row = queued()
    with Sink(faults) as sink:
        smtp(sink.port)
        send_all()

    row.refresh_from_db()
    assert row.state == state
    assert row.reason
    if tried_again_in:
        assert row.due_at == NOW + tried_again_in


@pytest.mark.django_db
def test_a_mail_server_that_is_down_costs_nothing_but_time(smtp):
    row = queued()
    with DeadPort() as port:
        smtp(port)
        send_all()
    with Sink() as sink:
        smtp(sink.port)
        send_all(NOW + MINUTE)

    row.refresh_from_db()
    assert (row.state, row.attempts, len(sink.accepted)) == ("sent", 2, 1)


@pytest.mark.django_db
def test_a_refused_recipient_leaves_the_others_mail_alone(smtp):
    rows = [queued(number) for number in range(3)]
    with Sink({("RCPT", "person1@example.com"): "550 No such user"}) as sink:
        smtp(sink.port)
        send_all()

    assert [Delivery.objects.get(pk=row.pk).state for row in rows] == ["sent", "dead", "sent"]
    assert Delivery.objects.get(pk=rows[1].pk).reason == "550 No such user"
    assert sorted(received.recipient for received in sink.accepted) == [
        "person0@example.com",
        "person2@example.com",
    ]


@pytest.mark.django_db
def test_every_retry_is_the_same_bytes_and_the_second_silence_is_a_question(smtp):
    row = queued(html="<p>Hello</p>")
    with Sink({"accepted": DROP}) as sink:
        smtp(sink.port)
        send_all()
        send_all(NOW + MINUTE)
        send_all(NOW + 60 * MINUTE)

    row.refresh_from_db()
    assert (row.state, row.retransmissions) == ("unsure", 1)
    assert len(sink.accepted) == 2
    assert len({received.content for received in sink.accepted}) == 1
    assert {received.message_id for received in sink.accepted} == {row.message_id}


@pytest.mark.django_db
def test_under_hold_silence_is_a_question_at_once(smtp, settings):
    settings.DELIVERY_HOLD_KINDS = ["test"]
    row = queued()
    with Sink({"accepted": DROP}) as sink:
        smtp(sink.port)
        send_all()
        send_all(NOW + 60 * MINUTE)

    row.refresh_from_db()
    assert (row.state, row.retransmissions, len(sink.accepted)) == ("unsure", 0, 1)


@pytest.mark.django_db
@pytest.mark.parametrize(("kinds", "state"), [(["test"], "unsure"), (["digest"], "queued")])
def test_an_administrator_chooses_what_is_never_sent_twice(smtp, kinds, state):
    Organisation.objects.update_or_create(pk=1, defaults={"hold_kinds": kinds})
    answered_nothing, killed = queued(1), queued(2)
    with Sink({"accepted": DROP}) as sink:
        smtp(sink.port)
        send_all()
    Delivery.objects.filter(pk=killed.pk).update(state="data", token=uuid.uuid4(), retransmissions=0)
    lease_runs_out(killed)
    deliveries.claim(now=NOW - MINUTE)

    assert Delivery.objects.get(pk=answered_nothing.pk).state == state
    assert Delivery.objects.get(pk=killed.pk).state == ("unsure" if state == "unsure" else "leased")


@pytest.mark.django_db
def test_a_message_that_breaks_the_sender_is_parked_and_never_stops_the_others(caplog):
    poison, good = queued(1), queued(2)
    Delivery.objects.filter(pk=poison.pk).update(secrets=["no", "mapping"])

    for _ in range(4):
        send_all()
        lease_runs_out(poison)

    poison.refresh_from_db()
    good.refresh_from_db()
    assert (poison.state, poison.crashes, poison.reason) == ("dead", 3, deliveries.CRASHED)
    assert good.state == "sent"
    assert f"Unable to send delivery {poison.pk}" in caplog.text


# --- Leases -----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_leased_message_is_nobody_elses():
    row = queued()

    assert deliveries.claim(now=NOW) == row
    assert deliveries.claim(now=NOW) is None


@pytest.mark.django_db
def test_a_lease_that_ran_out_is_taken_over_and_the_late_sender_writes_nothing():
    row = queued()
    late = deliveries.claim(now=NOW)
    lease_runs_out(row)
    successor = deliveries.claim(now=NOW)

    assert successor is not None
    assert (late.token != successor.token, successor.crashes, successor.attempts) == (True, 1, 2)
    assert deliveries.point_of_no_return(late) is False
    assert deliveries.settle(late, Outcome(Answer.SENT), now=NOW) is False
    assert deliveries.point_of_no_return(successor) is True
    assert deliveries.settle(successor, Outcome(Answer.SENT), now=NOW) is True


@pytest.mark.django_db
def test_a_sender_that_was_overtaken_stops_before_the_last_line(smtp):
    row = queued()
    with Sink() as sink:
        smtp(sink.port)
        late = deliveries.claim(now=NOW)
        lease_runs_out(row)
        deliveries.claim(now=NOW)
        with post_office() as post:
            outcome = post.hand_over(
                deliveries.letter_of(late), commit=lambda: deliveries.point_of_no_return(late)
            )

    assert outcome.answer == Answer.OVERTAKEN
    assert sink.accepted == []


@pytest.mark.django_db
def test_the_lease_begins_anew_at_the_point_of_no_return():
    row = queued()
    sender = deliveries.claim(now=NOW)
    Delivery.objects.filter(pk=row.pk).update(lease_until=Now() + timedelta(seconds=1))

    deliveries.point_of_no_return(sender)

    assert not Delivery.objects.filter(pk=row.pk, lease_until__lt=Now() + timedelta(seconds=30)).exists()


@pytest.mark.django_db
def test_a_sender_whose_clock_jumps_steals_no_lease():
    queued()
    deliveries.claim(now=NOW)

    assert deliveries.claim(now=NOW + timedelta(days=1)) is None
    assert deliveries.claim(now=NOW - timedelta(days=1)) is None


@pytest.mark.django_db(transaction=True)
def test_senders_at_the_same_moment_never_claim_the_same_message():
    if connection.vendor == "sqlite":
        pytest.skip("threads share one in-memory database; the drill with eight processes covers SQLite")
    deliveries.queue_many([outgoing(number) for number in range(60)], now=NOW)
    claimed: list[int] = []
    gate = threading.Barrier(4)

    def sender() -> None:
        gate.wait()
        while (row := deliveries.claim(now=NOW)) is not None:
            claimed.append(row.pk)
            time.sleep(0)
        connection.close()

    threads = [threading.Thread(target=sender) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert len(claimed) == 60
    assert len(set(claimed)) == 60


# --- Reasons that are gone --------------------------------------------------------------------------


@pytest.mark.django_db
def test_what_has_expired_is_cancelled_and_says_so():
    row = queued(expires_at=NOW + MINUTE)

    assert send_all(NOW + MINUTE) == [Answer.GONE]

    row.refresh_from_db()
    assert (row.state, row.reason, mail.outbox) == ("cancelled", deliveries.EXPIRED, [])


@pytest.mark.django_db
def test_a_person_who_left_gets_no_more_mail():
    olga, ivan = make_person("Olga Ortiz"), make_person("Ivan Ilic")
    rows = [queued(1, person_id=olga.pk), queued(2, person_id=ivan.pk)]
    olga.archived_at = NOW
    olga.save()

    send_all()

    assert [Delivery.objects.get(pk=row.pk).state for row in rows] == ["cancelled", "sent"]


def tells_that_it_is_over(*, delivery, now) -> str:
    return "It is over." if delivery.key == "test:1" else ""


@pytest.mark.django_db
def test_the_kind_of_a_message_may_have_a_reason_of_its_own(settings):
    settings.DELIVERY_CHECKS = {"test": f"{__name__}.tells_that_it_is_over"}
    rows = [queued(1), queued(2)]

    send_all()

    assert [(row.state, row.reason) for row in Delivery.objects.order_by("pk")] == [
        ("cancelled", "It is over."),
        ("sent", ""),
    ]
    assert len(rows) == 2


@pytest.mark.parametrize("kind", settings.DELIVERY_CHECKS)
def test_every_check_that_the_settings_name_is_there(kind):
    assert callable(import_string(settings.DELIVERY_CHECKS[kind]))


# --- Administrators ---------------------------------------------------------------------------------


@pytest.fixture
def ada(db):
    return make_person("Ada Admin")


def in_state(state: str, **fields) -> Delivery:
    row = queued(**fields)
    Delivery.objects.filter(pk=row.pk).update(state=state, attempts=5, crashes=3, reason="550 No")
    row.refresh_from_db()
    return row


@pytest.mark.parametrize("state", ["dead", "unsure", "queued"])
def test_retry_begins_again_from_the_start(ada, state):
    row = in_state(state)

    deliveries.retry(delivery=row, by=ada, now=NOW + MINUTE)

    row.refresh_from_db()
    assert (row.state, row.due_at, row.attempts, row.crashes) == ("queued", NOW + MINUTE, 0, 0)
    assert row.retransmissions == (state == "unsure")  # which may have arrived already: it is counted


@pytest.mark.parametrize("state", ["sent", "leased", "data", "cancelled", "held"])
def test_retry_refuses_what_is_not_waiting_for_it(ada, state):
    with pytest.raises(deliveries.NotWaiting):
        deliveries.retry(delivery=in_state(state), by=ada, now=NOW)


def test_retry_and_release_refuse_old_news(ada):
    dead = in_state("dead", expires_at=NOW + MINUTE)

    with pytest.raises(deliveries.TooLate):
        deliveries.retry(delivery=dead, by=ada, now=NOW + MINUTE)
    with pytest.raises(deliveries.TooLate):
        deliveries.release(delivery=dead, by=ada, now=NOW + MINUTE)


def test_release_all_lets_everything_go_that_is_no_old_news(ada):
    in_state("held", number=1)
    in_state("held", number=2, expires_at=NOW)
    in_state("held", number=3, expires_at=NOW + MINUTE)
    in_state("dead", number=4)

    assert deliveries.release_all(by=ada, now=NOW) == 2
    assert send_all() == [Answer.SENT, Answer.SENT]
    assert [row.state for row in Delivery.objects.order_by("pk")] == ["sent", "held", "sent", "dead"]


def test_release_lets_one_go_and_cancel_ends_one(ada):
    first, second = in_state("held", number=1), in_state("held", number=2)

    deliveries.release(delivery=first, by=ada, now=NOW)
    deliveries.cancel(delivery=second, by=ada, now=NOW)

    assert [row.state for row in Delivery.objects.order_by("pk")] == ["queued", "cancelled"]
    with pytest.raises(deliveries.NotWaiting):
        deliveries.release(delivery=second, by=ada, now=NOW)
    with pytest.raises(deliveries.NotWaiting):
        deliveries.cancel(delivery=second, by=ada, now=NOW)


def test_purge_deletes_what_was_settled_long_ago_and_nothing_that_waits(ada):
    for number, state in enumerate(DeliveryState.values):
        in_state(state, number=number)

    deliveries.purge(now=NOW + timedelta(days=89))
    after_89_days = set(Delivery.objects.values_list("state", flat=True))
    deliveries.purge(now=NOW + timedelta(days=91))
    after_91_days = set(Delivery.objects.values_list("state", flat=True))
    deliveries.purge(now=NOW + timedelta(days=361))

    assert after_89_days == set(DeliveryState.values)
    assert after_91_days == set(DeliveryState.values) - {"sent", "cancelled"}
    assert set(Delivery.objects.values_list("state", flat=True)) == {"queued", "leased", "data", "held"}


def test_the_backend_that_is_no_smtp_reports_what_it_could_not_write(settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    with BackendPost() as post:
        (tmp_path / "mail").rmdir()
        (tmp_path / "mail").write_text("not a folder")
        outcome = post.hand_over(
            deliveries.letter_of(deliveries._row(outgoing(), NOW)),
            commit=lambda: True,
        )

    assert outcome.answer == Answer.LATER


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (requests.ReadTimeout(), Answer.SILENT),
        (requests.ConnectionError(ProtocolError("Connection aborted.")), Answer.SILENT),
        (ConnectionResetError(), Answer.SILENT),
        (TimeoutError(), Answer.SILENT),
        (requests.ConnectTimeout(), Answer.LATER),
        (requests.ConnectionError("Name or service not known"), Answer.LATER),
        (ConnectionRefusedError(), Answer.LATER),
        (requests.HTTPError("503"), Answer.LATER),
        (OSError(28, "No space left on device"), Answer.LATER),
    ],
    ids=repr,
)
def test_a_provider_that_gives_no_answer_may_have_taken_it(settings, monkeypatch, failure, expected):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

    def fail(_backend, _messages):
        raise failure

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", fail)
    with BackendPost() as post:
        letter = deliveries.letter_of(deliveries._row(outgoing(), NOW))
        outcome = post.hand_over(letter, commit=lambda: True)

    assert outcome.answer == expected
