"""F3 in short: a mail server that fails at each step. The long form is `tests.drills.smtp_faults`."""

import ssl
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from accounts.documents.deliveries import Letter
from accounts.rules.deliveries import Answer
from accounts.services.smtp import SmtpPost
from tests.sink import DROP, HANG, TRICKLE, DeadPort, Raw, Sink

LETTER = Letter(
    sender="Throughline <throughline@example.com>",
    recipient="olga@example.com",
    subject="Two things are due today",
    text="Hello\n.\n..\nFrom here on\n",
    html="<p>Hello</p>",
    message_id="<1@example.com>",
    dated_at=datetime(2027, 3, 2, 8, 0, tzinfo=UTC),
)
# What is cut off ends by then: those who hang do it for thirty seconds, those who trickle for ever.
IN_TIME = 10
NOTHING_ACCEPTED = {Answer.LATER, Answer.UNREACHABLE, Answer.REFUSED}


@pytest.fixture(autouse=True)
def patient(settings):
    """A busy machine may take its time over a letter that arrives."""
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_TIMEOUT = settings.DELIVERY_SMTP_SECONDS = 20


@pytest.fixture
def quick(settings):
    """Nobody waits long for a server that says nothing, yet long enough to get as far as that."""
    settings.EMAIL_TIMEOUT, settings.DELIVERY_SMTP_SECONDS = 0.8, 1.6


def hand_over(settings, port: int, letter: Letter = LETTER, commit=lambda: True):
    settings.EMAIL_PORT = port
    with SmtpPost() as post:
        return post.hand_over(letter, commit=commit)


def test_a_letter_arrives_as_it_was_written(settings):
    with Sink() as sink:
        outcome = hand_over(settings, sink.port)

    assert outcome.answer == Answer.SENT
    [received] = sink.accepted
    assert (received.sender, received.recipient) == ("throughline@example.com", "olga@example.com")
    assert received.mail["Subject"] == "Two things are due today"
    assert received.mail.get_body(("plain",)).get_content().replace("\r\n", "\n") == LETTER.text
    assert received.mail.get_body(("html",)).get_content().strip() == LETTER.html


def test_several_letters_share_one_connection(settings):
    with Sink() as sink:
        settings.EMAIL_PORT = sink.port
        with SmtpPost() as post:
            answers = [post.hand_over(LETTER, commit=lambda: True).answer for _ in range(3)]

    assert answers == [Answer.SENT] * 3
    assert sink.connections == 1


def test_a_connection_that_the_server_closed_meanwhile_is_opened_again(settings):
    with Sink(timeout=0.2) as sink:
        settings.EMAIL_PORT = sink.port
        with SmtpPost() as post:
            first = post.hand_over(LETTER, commit=lambda: True).answer
            time.sleep(0.5)
            second = post.hand_over(LETTER, commit=lambda: True).answer

    assert [first, second] == [Answer.SENT, Answer.SENT]
    assert sink.connections == 2


@pytest.mark.parametrize(
    ("phase", "fault", "expected"),
    [
        ("connect", "421 Busy", Answer.UNREACHABLE),
        ("connect", "554 Go away", Answer.UNREACHABLE),
        ("connect", DROP, Answer.UNREACHABLE),
        ("connect", HANG, Answer.UNREACHABLE),
        ("EHLO", "421 Busy", Answer.UNREACHABLE),
        ("EHLO", "550 No", Answer.UNREACHABLE),
        ("EHLO", HANG, Answer.UNREACHABLE),
        ("MAIL", "451 Later", Answer.LATER),
        ("MAIL", "421 Closing", Answer.LATER),
        ("MAIL", "550 Not you", Answer.UNREACHABLE),
        ("MAIL", "530 Sign in first", Answer.UNREACHABLE),
        ("MAIL", "552 Too large", Answer.REFUSED),
        ("MAIL", HANG, Answer.LATER),
        ("MAIL", DROP, Answer.LATER),
        ("RCPT", "450 Mailbox busy", Answer.LATER),
        ("RCPT", "550 No such user", Answer.REFUSED),
        ("RCPT", HANG, Answer.LATER),
        ("RCPT", DROP, Answer.LATER),
        ("DATA", "451 Later", Answer.LATER),
        ("DATA", "554 Refused", Answer.REFUSED),
        ("DATA", HANG, Answer.LATER),
        ("DATA", DROP, Answer.LATER),
        ("end", "451 Later", Answer.LATER),
        ("end", "554 Spam", Answer.REFUSED),
        ("end", DROP, Answer.SILENT),
        ("end", HANG, Answer.SILENT),
        ("end", TRICKLE, Answer.SILENT),
        ("end", "garbage", Answer.SILENT),
        ("accepted", DROP, Answer.SILENT),
        ("accepted", HANG, Answer.SILENT),
    ],
)
def test_each_failure_is_told_for_what_it_is_and_in_time(settings, quick, phase, fault, expected):
    with Sink({phase: fault}) as sink:
        began = time.monotonic()
        outcome = hand_over(settings, sink.port)
        took = time.monotonic() - began

    assert outcome.answer == expected
    assert outcome.said
    assert took < IN_TIME
    assert len(sink.accepted) == (1 if phase == "accepted" else 0)


def test_a_connection_lost_while_the_message_goes_out_is_safe_to_try_again(settings):
    large = replace(LETTER, text="x\n" * 1_500_000)
    with Sink({"body": DROP}) as sink:
        outcome = hand_over(settings, sink.port, large)

    assert outcome.answer == Answer.LATER
    assert sink.accepted == []


@pytest.mark.parametrize(
    "banner", [b"\x00\xff\xfe\r\n", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"22", b"x" * 9000]
)
def test_a_server_that_speaks_no_smtp_is_unreachable(settings, quick, banner):
    with Raw(banner) as server:
        assert hand_over(settings, server.port).answer == Answer.UNREACHABLE


def test_a_server_that_is_down_is_unreachable(settings):
    with DeadPort() as port:
        outcome = hand_over(settings, port)

    assert outcome.answer == Answer.UNREACHABLE
    assert "refused" in outcome.said


def test_a_server_that_talks_for_ever_is_cut_off(settings, quick):
    settings.EMAIL_TIMEOUT = 20
    with Sink({"MAIL": TRICKLE}) as sink:
        began = time.monotonic()
        outcome = hand_over(settings, sink.port)

    assert outcome.answer == Answer.LATER
    assert outcome.said == "The mail server took too long."
    assert time.monotonic() - began < IN_TIME


def test_a_lost_lease_stops_the_letter_before_its_last_line(settings):
    with Sink() as sink:
        outcome = hand_over(settings, sink.port, commit=lambda: False)

    assert outcome.answer == Answer.OVERTAKEN
    assert sink.accepted == []


def test_a_letter_to_one_who_is_refused_leaves_the_connection_good_for_the_next(settings):
    other = replace(LETTER, recipient="ivan@example.com")
    with Sink({("RCPT", "olga@example.com"): "550 No such user"}) as sink:
        settings.EMAIL_PORT = sink.port
        with SmtpPost() as post:
            answers = [post.hand_over(letter, commit=lambda: True).answer for letter in (LETTER, other)]

    assert answers == [Answer.REFUSED, Answer.SENT]
    assert [received.recipient for received in sink.accepted] == ["ivan@example.com"]


def test_a_sender_that_stumbles_before_the_last_line_leaves_nothing_behind(settings):
    def stumble() -> bool:
        raise RuntimeError("the database went away")

    with Sink() as sink:
        settings.EMAIL_PORT = sink.port
        with SmtpPost() as post:
            with pytest.raises(RuntimeError):
                post.hand_over(LETTER, commit=stumble)
            began = time.monotonic()
            outcome = post.hand_over(replace(LETTER, message_id="<2@example.com>"), commit=lambda: True)

    assert outcome.answer == Answer.SENT
    assert time.monotonic() - began < settings.DELIVERY_SMTP_SECONDS / 2
    assert [received.message_id for received in sink.accepted] == ["<2@example.com>"]


def test_an_address_that_cannot_be_written_to_is_refused_here(settings):
    bad = replace(LETTER, recipient="a@b\r\nRCPT TO:<x@y>")
    with Sink() as sink:
        assert hand_over(settings, sink.port, bad).answer == Answer.REFUSED
    assert sink.commands == []


@pytest.fixture
def certificate(tmp_path, monkeypatch) -> tuple[Path, Path]:
    """A key and a certificate for "localhost" that this process trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2000, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2199, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (tmp_path / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (tmp_path / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    return tmp_path / "cert.pem", tmp_path / "key.pem"


def server_tls(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context


def test_with_tls_required_a_server_without_it_gets_nothing_in_plain_text(settings):
    settings.EMAIL_USE_TLS = True
    with Sink() as sink:
        outcome = hand_over(settings, sink.port)

    assert outcome.answer == Answer.UNREACHABLE
    assert sink.accepted == []
    assert set(sink.commands) <= {"connect", "EHLO"}


def test_with_tls_the_letter_goes_out_encrypted(settings, certificate):
    settings.EMAIL_HOST, settings.EMAIL_USE_TLS = "localhost", True
    with Sink(tls_context=server_tls(certificate), require_starttls=True) as sink:
        outcome = hand_over(settings, sink.port)

    assert outcome.answer == Answer.SENT
    assert len(sink.accepted) == 1


def test_a_server_that_falls_silent_under_encryption_is_cut_off(settings, quick, certificate):
    settings.EMAIL_HOST, settings.EMAIL_USE_TLS, settings.EMAIL_TIMEOUT = "localhost", True, 20
    faults = {"end": TRICKLE}
    with Sink(faults, tls_context=server_tls(certificate)) as sink:
        began = time.monotonic()
        outcome = hand_over(settings, sink.port)

    assert outcome.answer == Answer.SILENT
    assert time.monotonic() - began < IN_TIME


def test_a_certificate_of_another_name_is_not_trusted(settings, certificate):
    settings.EMAIL_HOST, settings.EMAIL_USE_TLS = "127.0.0.1", True
    with Sink(tls_context=server_tls(certificate)) as sink:
        outcome = hand_over(settings, sink.port)

    assert outcome.answer == Answer.UNREACHABLE
    assert sink.accepted == []
