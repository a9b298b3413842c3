"""Which addresses we talk to, how they are shown, how long a receiver may keep us waiting."""

import base64
import hashlib
import hmac
from datetime import timedelta

import pytest

from accounts.rules import chat

NAMES = [
    "http://hooks.slack.com/services/x",
    "HTTP://hooks.slack.com/services/x",
    "ftp://hooks.slack.com/x",
    "file:///etc/passwd",
    "gopher://hooks.slack.com:70/_x",
    "javascript:alert(1)",
    "data:text/html,x",
    "//hooks.slack.com/x",
    "hooks.slack.com/x",
    "",
    "https://",
    "https:///x",
    "https://localhost/x",
    "https://LOCALHOST/x",
    "https://localhost./x",
    "https://chat.localhost/x",
    "https://printer.local/x",
    "https://vault.internal/x",
    "https://metadata.google.internal/computeMetadata/v1/",
    "https://nas.lan/x",
    "https://router.home.arpa/x",
    "https://intranet/x",
    "https://redis/x",
    "https://127.0.0.1/x",
    "https://127.1/x",
    "https://127.0.0.1./x",
    "https://2130706433/x",
    "https://017700000001/x",
    "https://0177.0.0.1/x",
    "https://0x7f000001/x",
    "https://0x7f.0.0.1/x",
    "https://0X7F.1/x",
    "https://0/x",
    "https://0.0.0.0/x",
    "https://10.0.0.1/x",
    "https://172.16.0.1/x",
    "https://192.168.1.1/x",
    "https://169.254.169.254/latest/meta-data/",
    "https://100.64.0.1/x",
    "https://8.8.8.8/x",
    "https://[::1]/x",
    "https://[::]/x",
    "https://[::ffff:127.0.0.1]/x",
    "https://[::ffff:7f00:1]/x",
    "https://[::127.0.0.1]/x",
    "https://[2002:7f00:1::]/x",
    "https://[64:ff9b::7f00:1]/x",
    "https://[fe80::1%25eth0]/x",
    "https://[fd00::1]/x",
    "https://[::1/x",
    "https://user@hooks.slack.com/x",
    "https://user:password@hooks.slack.com/x",
    "https://hooks.slack.com@127.0.0.1/x",
    "https://127.0.0.1#@hooks.slack.com/x",
    "https://127.0.0.1\\@hooks.slack.com/x",
    "https://hooks.slack.com:22/x",
    "https://hooks.slack.com:80/x",
    "https://hooks.slack.com:5432/x",
    "https://hooks.slack.com:6379/x",
    "https://hooks.slack.com:99999/x",
    "https://hooks.slack.com:x/x",
    "https://hooks slack.com/x",
    "https://hooks.slack.com/\r\nX-Header: 1",
    "https://hooks.slack.com/\x00",
    "https://hooks.släck.com/x",
    "https://①②⑦.⓪.⓪.①/x",
    "https://-hooks.slack.com/x",
    "https://hooks..slack.com/x",
    "https://" + "a" * 64 + ".com/x",
    "https://hooks.slack.com/" + "a" * 2000,
]


@pytest.mark.parametrize("url", NAMES)
def test_an_address_that_is_not_on_the_public_internet_is_refused_in_words(url):
    assert chat.problem_of(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.slack.com/services/T000/B000/XXXX",
        "HTTPS://Hooks.Slack.com/services/T000/B000/XXXX",
        "https://hooks.slack.com:443/services/T000/B000/XXXX",
        "https://prod-12.westeurope.logic.azure.com:443/workflows/1/triggers/manual/run?sig=a%2Fb&sv=1.0",
        "https://company.webhook.office.com/webhookb2/1@2/IncomingWebhook/3/4",
        "https://chat.example.org./hooks/1",
        "https://xn--slck-loa.com/x",
    ],
)
def test_the_addresses_that_chat_programs_give_are_taken(url):
    assert chat.problem_of(url) is None


@pytest.mark.parametrize(
    "number",
    [
        "127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "10.1.2.3", "172.31.0.1", "192.168.0.1",
        "169.254.169.254", "100.64.0.1", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1",
        "203.0.113.1", "192.88.99.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1",
        "::127.0.0.1", "::ffff:10.0.0.1", "::ffff:8.8.8.8", "::ffff:0:127.0.0.1", "64:ff9b::7f00:1",
        "64:ff9b:1::1", "2002:7f00:1::", "2001::1", "2001:db8::1", "fc00::1", "fd12::1", "fe80::1",
        "fe80::1%eth0", "fec0::1", "ff02::1", "3fff::1", "5f00::1", "[::1]", "localhost", "", "127.1",
    ],
)  # fmt: skip
def test_a_number_that_leads_inside_is_never_connected_to(number):
    assert not chat.is_public(number)


@pytest.mark.parametrize("number", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "[2a00:1450:4001::200e]"])
def test_a_number_of_the_public_internet_is_connected_to(number):
    assert chat.is_public(number)


def test_an_address_is_shown_so_that_it_is_known_again_and_cannot_be_used():
    url = "https://hooks.slack.com/services/T0001/B0001/abcdefghijklmnop"

    assert chat.masked(url) == "hooks.slack.com/…mnop"
    assert chat.masked("https://chat.example.org/short") == "chat.example.org/…"
    assert chat.masked("https://[/x") == "…"


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("30", 30), (" 0 ", 0), ("999999999", 86_400), ("Thu, 01 Jan 1970 00:02:00 GMT", 60),
        ("Wed, 31 Dec 1969 00:00:00 GMT", 0), ("", None), ("soon", None),
        ("-5", None), ("1e9", None), ("٣", None),
    ],
)  # fmt: skip
def test_a_receivers_wish_to_wait_is_read_and_bounded(header, seconds):
    wish = chat.wish_of(header, now_at=60.0)

    assert wish == (None if seconds is None else timedelta(seconds=seconds))


def test_it_is_tried_for_three_days_and_quickly_at_first():
    assert chat.WAITS[:3] == (timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30))
    assert timedelta(days=2) < sum(chat.WAITS, timedelta(0)) <= timedelta(days=3)


def test_a_signature_is_what_standard_webhooks_asks_for():
    secret = chat.secret_of(key="the installation's", endpoint="1")

    made = chat.signature(secret=secret, message_id="m", stamp=1, body=b"{}")

    key = base64.b64decode(secret.removeprefix("whsec_"))
    assert len(key) >= 24
    assert made == "v1," + base64.b64encode(hmac.new(key, b"m.1.{}", hashlib.sha256).digest()).decode()
    assert secret != chat.secret_of(key="the installation's", endpoint="2")
