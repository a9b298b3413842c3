"""Messages by chat: well formed for each program, and whatever people typed stays text."""

import json
from dataclasses import replace

import pytest

from accounts.documents.chat import ChatLine, ChatNote, ChatSection
from accounts.rendering.chat import LARGEST, body_of, inert
from accounts.rules.chat import KINDS

HOSTILE = [
    "<!channel> read this", "<!here|here>", "<!everyone>", "<@U0000001>", "<#C0000001>", "<!subteam^S01>",
    "@everyone", "@here", "@channel", "<at>Olga</at>", "[click](https://evil.example)",
    "<https://evil.example|click>", "https://evil.example/|x", "*bold* _it_ ~no~ `code` ```", "> quote",
    "# heading", "![x](https://evil.example/x.png)", "<script>alert(1)</script>", '{"a": "b"}', '"}],"x":[{"',
    "\\", "\\n", "&lt;!channel&gt;", "{{ 7 }} ${7} %s", "a\u202eb", "line\nline", "\x00", "emoji :tada:",
    "é" * 500, "",
]  # fmt: skip


def note(title: str = "Due today: 1", *, lines: int = 2, line: str = "Call Acme") -> ChatNote:
    section = ChatSection(
        "Overdue · 2", tuple(ChatLine(line, "Acme, 2 days", f"https://us/{n}") for n in range(lines))
    )
    return ChatNote(
        kind="digest",
        language="en",
        title=title,
        intro="Tuesday",
        sections=(section,),
        url="https://us/day",
        action="Open my day",
        foot="Once a day",
    )


def texts_of(part) -> list[str]:
    """Every text that a program shows, wherever it stands."""
    if isinstance(part, dict):
        own = [part[key] for key in ("text", "title") if isinstance(part.get(key), str)]
        return own + [text for value in part.values() for text in texts_of(value)]
    return [text for one in part for text in texts_of(one)] if isinstance(part, list) else []


def test_slack_gets_blocks_of_the_kinds_and_lengths_that_it_takes():
    said = json.loads(body_of(note(lines=40), "slack"))

    assert set(said) == {"text", "blocks", "unfurl_links", "unfurl_media"}
    assert {block["type"] for block in said["blocks"]} == {"header", "rich_text", "actions", "context"}
    assert len(said["blocks"]) <= 50
    header = said["blocks"][0]["text"]
    assert (header["type"], header["text"]) == ("plain_text", "Due today: 1")
    [bullets] = [e for b in said["blocks"] for e in b.get("elements", []) if e["type"] == "rich_text_list"]
    assert len(bullets["elements"]) == 40
    assert bullets["elements"][0]["elements"][0] == {
        "type": "link", "url": "https://us/0", "text": "Call Acme",
    }  # fmt: skip
    assert "<https://us/0|Call Acme>" in said["text"]
    button = next(block for block in said["blocks"] if block["type"] == "actions")["elements"][0]
    assert button["url"] == "https://us/day"


def test_teams_gets_an_adaptive_card_in_the_envelope_of_a_message():
    said = json.loads(body_of(note(), "teams"))

    assert said["type"] == "message"
    [attached] = said["attachments"]
    assert attached["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert attached["contentUrl"] is None
    card = attached["content"]
    assert (card["type"], card["version"]) == ("AdaptiveCard", "1.4")
    assert {block["type"] for block in card["body"]} == {"RichTextBlock"}
    assert {run["type"] for block in card["body"] for run in block["inlines"]} == {"TextRun"}
    assert card["actions"] == [{"type": "Action.OpenUrl", "title": "Open my day", "url": "https://us/day"}]
    opens = [run["selectAction"]["url"] for block in card["body"] for run in block["inlines"]
             if "selectAction" in run]  # fmt: skip
    assert opens == ["https://us/0", "https://us/1"]


def test_another_program_gets_the_words_as_they_are():
    said = json.loads(body_of(note(line="[a] <b> @c"), "json"))

    assert said == {
        "format": 1, "sender": "throughline", "kind": "digest", "language": "en", "title": "Due today: 1",
        "intro": "Tuesday", "url": "https://us/day", "action": "Open my day", "foot": "Once a day",
        "sections": [{"title": "Overdue · 2", "more": "", "lines": [
            {"title": "[a] <b> @c", "about": "Acme, 2 days", "url": "https://us/0"},
            {"title": "[a] <b> @c", "about": "Acme, 2 days", "url": "https://us/1"},
        ]}],
    }  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", HOSTILE)
def test_what_people_typed_breaks_no_body(kind, text):
    hostile = replace(note(text, line=text), intro=text, action=text, foot=text)

    body = body_of(hostile, kind)

    assert isinstance(json.loads(body), dict)
    body.encode()
    assert len(body.encode()) <= LARGEST
    assert all(texts_of(json.loads(body)))  # an empty one makes Slack refuse the message


@pytest.mark.parametrize("text", HOSTILE)
def test_what_people_typed_is_no_markup_where_slack_would_read_it(text):
    said = json.loads(body_of(note(text, line=text), "slack"))

    fallback = said["text"]
    ours = [f"<https://us/{n}|" for n in range(2)] + ["<https://us/day|"]
    for link in ours:
        fallback = fallback.replace(link, "")
    assert "<" not in fallback.replace(">", "")
    for mark in ("@everyone", "@here", "@channel", "](", "*bold*", "`code`", "```", "|click"):
        assert mark not in said["text"]
    assert "mrkdwn" not in body_of(note(text, line=text), "slack")  # all else stands where no markup is read


@pytest.mark.parametrize("text", HOSTILE)
def test_what_people_typed_is_no_markup_in_teams(text):
    card = json.loads(body_of(note(text, line=text), "teams"))["attachments"][0]["content"]

    assert "entities" not in card["msteams"]  # without which <at> is text
    assert all(block["type"] == "RichTextBlock" for block in card["body"])  # which reads no markup


@pytest.mark.parametrize("kind", KINDS)
def test_a_long_message_becomes_small_enough_and_says_that_there_is_more(kind):
    long = note(lines=400, line="x" * 250)

    body = body_of(long, kind)

    assert len(body.encode()) <= LARGEST
    assert "…" in body or "\\u2026" in body


def test_a_sign_that_means_something_is_followed_by_one_that_is_not_seen():
    assert inert("@a *b* <c>").replace("\u200b", "") == "@a *b* &lt;c&gt;"
    assert "@a" not in inert("@a")
