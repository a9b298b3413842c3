import email
import email.policy
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.documents.deliveries import Letter
from accounts.rendering.deliveries import bare, bytes_of, inlined

LETTER = Letter(
    sender="Throughline <throughline@example.com>",
    recipient="olga@example.com",
    subject="Two things are due today",
    text="Hello\n",
    html="<p>Hello</p>",
    message_id="<1@example.com>",
    dated_at=datetime(2027, 3, 2, 8, 0, tzinfo=UTC),
)
ANYTHING = st.text(alphabet=st.characters(exclude_categories=()), max_size=200)


def parsed(letter: Letter):
    return email.message_from_bytes(bytes_of(letter), policy=email.policy.default)


def test_the_same_letter_is_always_the_same_bytes():
    assert bytes_of(LETTER) == bytes_of(replace(LETTER))
    assert bytes_of(LETTER) != bytes_of(replace(LETTER, message_id="<2@example.com>"))


@pytest.mark.parametrize(
    "text", ["", "x" * 5000, ".\n..\n", "From here\n", "Grüße, 你好 🙂\n", "a\tb\n" * 500]
)
def test_any_text_arrives_whole_in_lines_that_every_server_takes(text):
    content = bytes_of(replace(LETTER, text=text))

    assert parsed(replace(LETTER, text=text)).get_body(("plain",)).get_content().replace("\r\n", "\n") == text
    assert max(len(line) for line in content.split(b"\r\n")) <= 998
    assert content.isascii()


def test_the_two_headers_of_one_click_stay_in_one_piece():
    address = "https://handover.example.com/unsubscribe/" + "a" * 36 + "/" + "b" * 150 + "/"
    headers = {"List-Unsubscribe": f"<{address}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}

    content = bytes_of(replace(LETTER, headers=headers))

    assert f"\r\nList-Unsubscribe: <{address}>\r\n".encode() in content
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in content


@pytest.mark.parametrize(
    ("sender", "shown", "address"),
    [
        ("plain@example.com", "", "plain@example.com"),
        ("Throughline <t@example.com>", "Throughline", "t@example.com"),
        ('"Acme, Inc." <t@example.com>', "Acme, Inc.", "t@example.com"),
        ("Acme, Inc. <t@example.com>", "Acme, Inc.", "t@example.com"),
        ("Grüße <t@bücher.example>", "Grüße", "t@xn--bcher-kva.example"),
    ],
)
def test_the_sender_is_shown_as_an_administrator_wrote_it(sender, shown, address):
    [found] = parsed(replace(LETTER, sender=sender))["From"].addresses

    assert (found.display_name, found.addr_spec) == (shown, address)


@pytest.mark.parametrize("good", ["a@b.example", '"a,b"@b.example', "a+b@b.example", "a@localhost"])
def test_addresses_that_can_be_written_to(good):
    assert bare(good) == good


@pytest.mark.parametrize(
    "bad",
    ["", "a", "a@", "@b.example", "a b@c.example", "a@b.example\n", "a@b.example, c@d.example", "ä@b.example",
     "a@b.example>\r\nRCPT TO:<c@d.example", '"a\vb"@c.example', "A <a@b.example>"],
)  # fmt: skip
def test_addresses_that_nobody_can_write_to_are_refused(bad):
    with pytest.raises(ValueError, match="Invalid address"):
        bare(bad)


@given(subject=ANYTHING, value=ANYTHING, name=ANYTHING)
def test_no_text_whatever_adds_a_header_or_a_recipient(subject, value, name):
    hostile = replace(
        LETTER, subject=subject, headers={"X-Plan": value, name: value, "To": "evil@example.com"}
    )

    found = parsed(hostile)

    assert [address.addr_spec for address in found["To"].addresses] == ["olga@example.com"]
    known = {
        "content-type", "mime-version", "subject", "from", "to", "date", "message-id", "x-plan", name.lower()
    }  # fmt: skip
    assert {header.lower() for header in found.keys()} <= known  # noqa: SIM118  headers repeat
    assert found.get_content_type() == "multipart/alternative"
    assert len(found.get_payload()) == 2


def test_style_sheets_are_written_into_the_elements_and_nothing_is_fetched():
    html = inlined(
        "<html><head><style>p { color: red } @media (max-width: 9px) { p { color: blue } }</style>"
        '<link rel="stylesheet" href="http://127.0.0.1:1/x.css"></head><body><p>Hello</p></body></html>'
    )

    assert '<p style="color: red;">Hello</p>' in html
    assert "@media (max-width: 9px)" in html
