"""Webhooks at the socket: where we never connect to, and every way in which a receiver can fail."""

import socket
import threading
import time
from datetime import timedelta

import pytest

from accounts.rules import chat as rules
from accounts.rules.deliveries import Answer
from accounts.services import webhook
from accounts.services.webhook import Parcel, Reach
from tests.accounts.rules.test_chat import NAMES
from tests.hooks import (
    DEAF,
    DROP,
    DROP_HALF,
    FLOOD,
    HANG,
    HOST,
    TRICKLE,
    Receiver,
    answer,
    certificate,
    ok,
    receiver,
    resolve,
)

NOW_AT = 1_800_000_000.0


def post(url: str, *, commit=lambda: True, secret: str = "", failed_text: str = ""):
    parcel = Parcel(url=url, body=b'{"a":1}', message_id="m1", secret=secret, failed_text=failed_text)
    return webhook.hand_over(parcel, commit=commit, now_at=NOW_AT)


@pytest.fixture
def hooks(tmp_path, monkeypatch):
    with receiver(tmp_path, monkeypatch) as running:
        yield running


@pytest.fixture
def connections(monkeypatch):
    """Every number and port that anything in this process begins to connect to, in a list that grows."""
    begun: list[object] = []
    real = socket.socket.connect

    def connect(self, address):
        begun.append(address)
        return real(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)
    return begun


# --- Where we never connect to --------------------------------------------------------------------


@pytest.mark.parametrize("url", NAMES)
def test_nothing_is_connected_to_for_an_address_that_is_not_allowed(url, connections, monkeypatch):
    asked = resolve(monkeypatch, {})

    outcome = post(url)

    assert outcome.answer == Answer.REFUSED
    assert (connections, asked) == ([], [])


INSIDE = [
    "127.0.0.1", "10.0.0.5", "172.16.0.1", "192.168.0.10", "169.254.169.254", "100.64.0.1", "0.0.0.0",
    "192.0.0.8", "198.18.0.1", "224.0.0.1", "255.255.255.255", "::1", "::", "::ffff:127.0.0.1",
    "::ffff:169.254.169.254", "::127.0.0.1", "fe80::1", "fd00::5", "fec0::1", "ff02::1", "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2001:0:53aa:64c:0:0:80ff:fffe", "2001:db8::1",
]  # fmt: skip


@pytest.mark.parametrize("number", INSIDE)
def test_a_public_name_that_leads_inside_is_not_connected_to(number, connections, monkeypatch):
    asked = resolve(monkeypatch, {"hooks.evil.example": [number]})

    outcome = post("https://hooks.evil.example/x")

    assert (outcome.answer, outcome.said) == (Answer.LATER, webhook.NOT_PUBLIC)
    assert asked == ["hooks.evil.example"]
    assert connections == []


def test_a_name_that_leads_outside_first_and_inside_then_is_asked_once_and_held_to_it(
    connections, monkeypatch
):
    """The classic rebinding: the check sees a public number, the connection another."""
    resolve(monkeypatch, {"hooks.evil.example": ["192.0.2.1", "127.0.0.1"]})
    monkeypatch.setattr(rules, "is_public", lambda number: number == "192.0.2.1")
    monkeypatch.setattr("ipaddress.IPv4Address.is_private", False)  # let the documentation's number pass
    monkeypatch.setattr(webhook, "SECONDS", 0.3)

    post("https://hooks.evil.example/x")

    assert {address[0] for address in connections} <= {"192.0.2.1"}
    assert connections  # it was tried, so the test would have seen the other


def test_a_listener_inside_hears_nothing_whatever_the_address(tmp_path, monkeypatch):
    """The same from the other side: a real listener on this machine, every spelling of its number."""
    pem, key = certificate(tmp_path)
    with Receiver(pem, key, pem) as inside:
        resolve(monkeypatch, {"hooks.evil.example": ["127.0.0.1"], "six.evil.example": ["::ffff:127.0.0.1"]})
        monkeypatch.setattr(webhook, "REACH", Reach(ports=(inside.port,)))
        hosts = [
            "hooks.evil.example", "six.evil.example", "127.0.0.1", "127.1", "2130706433", "0x7f000001",
            "017700000001", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "a@127.0.0.1",
        ]  # fmt: skip
        answers = [post(f"https://{host}:{inside.port}/x").answer for host in hosts]

        assert Answer.SENT not in answers
        assert (inside.connections, inside.posted) == (0, [])


def test_the_listener_would_have_heard_something(hooks):
    """Negative control of the silence above."""
    assert post(hooks.url).answer == Answer.SENT
    assert hooks.connections == 1


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(hooks, code):
    hooks.answers = [answer(code, Location=f"https://{HOST}:{hooks.port}/inside"), ok()]

    outcome = post(hooks.url)

    assert (outcome.answer, outcome.said) == (Answer.LATER, webhook.REDIRECTED)
    assert hooks.connections == 1


def test_proxies_and_passwords_of_the_environment_are_not_used(hooks, monkeypatch, tmp_path, connections):
    netrc = tmp_path / "netrc"
    netrc.write_text(f"machine {HOST} login us password secret")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")

    assert post(hooks.url).answer == Answer.SENT
    assert "authorization" not in hooks.posted[0].headers
    assert [address[1] for address in connections] == [hooks.port]


# --- What arrives -----------------------------------------------------------------------------------


def test_a_message_arrives_with_its_id_the_time_and_a_signature(hooks):
    secret = rules.secret_of(key="k", endpoint="e")

    outcome = post(hooks.url, secret=secret)

    assert (outcome.answer, outcome.said) == (Answer.SENT, "200 ok")
    [posted] = hooks.posted
    assert posted.path == "/services/T0001/B0001/abcdefghijklmnop"
    assert posted.body == b'{"a":1}'
    assert posted.headers["content-type"] == "application/json; charset=utf-8"
    assert posted.headers["webhook-id"] == "m1"
    assert posted.headers["webhook-timestamp"] == "1800000000"
    assert posted.headers["webhook-signature"] == rules.signature(
        secret=secret, message_id="m1", stamp=1_800_000_000, body=b'{"a":1}'
    )
    assert posted.headers["host"].startswith(HOST)


def test_it_is_asked_once_more_when_the_connection_stands_and_nothing_was_sent(hooks):
    seen = []

    def commit() -> bool:
        seen.append((hooks.connections, len(hooks.posted)))
        return False

    outcome = post(hooks.url, commit=commit)
    time.sleep(0.1)

    assert outcome.answer == Answer.OVERTAKEN
    assert seen == [(1, 0)]
    assert hooks.posted == []


# --- How a receiver fails ---------------------------------------------------------------------------


@pytest.mark.parametrize("code", [408, 401, 403, 404, 429, 500, 502, 503, 504, 599])
def test_a_failure_of_the_receiver_is_tried_again(hooks, code):
    hooks.answers = [answer(code, "not now")]

    outcome = post(hooks.url)

    assert (outcome.answer, outcome.said, outcome.wish) == (Answer.LATER, f"{code} not now", None)


@pytest.mark.parametrize("code", [400, 410, 413, 415, 422])
def test_an_answer_about_the_message_itself_is_final(hooks, code):
    hooks.answers = [answer(code, "no")]

    assert post(hooks.url).answer == Answer.REFUSED


def test_a_receiver_may_ask_us_to_wait(hooks):
    hooks.answers = [answer(429, "slow down", Retry_After="120")]

    outcome = post(hooks.url)

    assert (outcome.answer, outcome.wish) == (Answer.LATER, timedelta(minutes=2))


def test_a_yes_that_says_no_is_a_no(hooks):
    hooks.answers = [ok("Webhook message delivery failed with error: 429")]

    assert post(hooks.url, failed_text="Webhook message delivery failed").answer == Answer.LATER


@pytest.mark.parametrize("fault", [HANG, TRICKLE, DEAF])
def test_a_receiver_that_takes_its_time_is_left(hooks, monkeypatch, fault):
    monkeypatch.setattr(webhook, "SECONDS", 0.5)
    hooks.answers = [fault]
    began = time.monotonic()

    outcome = post(hooks.url)

    assert (outcome.answer, outcome.said) == (Answer.LATER, webhook.TOO_SLOW)
    assert time.monotonic() - began < 2
    assert not [one for one in threading.enumerate() if isinstance(one, threading.Timer)]


@pytest.mark.parametrize("fault", [DROP, DROP_HALF, b"rubbish\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n"])
def test_a_receiver_that_hangs_up_or_talks_nonsense_is_tried_again(hooks, fault):
    hooks.answers = [fault]

    assert post(hooks.url).answer == Answer.LATER


def test_a_yes_counts_even_if_what_follows_it_is_cut_off(hooks):
    """What was taken is not sent again, so that nobody reads it twice."""
    hooks.answers = [b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\nhalf"]

    assert post(hooks.url).answer == Answer.SENT


def test_of_a_long_answer_only_the_beginning_is_read(hooks):
    hooks.answers = [FLOOD]

    outcome = post(hooks.url)

    assert outcome.answer == Answer.SENT
    assert len(outcome.said) <= webhook.SAID_MOST
    time.sleep(0.2)
    assert hooks.sent < 8 * 1024 * 1024  # the rest found nobody; what was sent lay in the machine's buffers


@pytest.mark.parametrize("host", [HOST, "other.chat.example"])
def test_a_certificate_that_is_not_believed_or_of_another_name_gets_no_message(tmp_path, monkeypatch, host):
    pem, key = certificate(tmp_path, host)
    resolve(monkeypatch, {HOST: ["127.0.0.1"]})
    with Receiver(pem, key, pem) as running:
        believed = "" if host == HOST else str(pem)
        monkeypatch.setattr(webhook, "REACH", Reach((running.port,), loopback=True, authorities=believed))
        committed = []

        outcome = post(running.url, commit=lambda: committed.append(1) or True)

        assert (outcome.answer, outcome.said) == (Answer.LATER, webhook.NOT_BELIEVED)
        assert (running.posted, committed) == ([], [])


def test_a_name_that_leads_nowhere_is_tried_again(monkeypatch):
    resolve(monkeypatch, {})

    outcome = post("https://hooks.nowhere.example/x")

    assert (outcome.answer, outcome.said) == (Answer.LATER, webhook.NOT_REACHED)


def test_nothing_listens_there(hooks, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    monkeypatch.setattr(webhook, "REACH", Reach((port,), loopback=True))

    outcome = post(f"https://{HOST}:{port}/x")

    assert (outcome.answer, outcome.said) == (Answer.LATER, webhook.NOT_REACHED)
