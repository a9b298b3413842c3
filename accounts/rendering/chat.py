"""A message as the body that each chat program takes.

What people typed stays text. Slack and Teams get it in elements that know no markup; where a program reads
markup all the same (Slack's plain fallback, which other programs show), it is made inert: no mention, no link
that we did not make, no bold. JSON carries the words as they are.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from typing import Any

from django.utils.translation import gettext, override

from accounts.documents.chat import ChatLine, ChatNote, ChatSection
from accounts.rules.text import tame

LARGEST = 24_000  # bytes: Teams takes 28 KB, the others more
TITLE_MOST, LINE_MOST = 140, 300  # Slack's header takes 150 characters
_APART = "\u200b"  # stands behind a sign, so that it means nothing
_MARKUP = {ord(sign): f"{sign}{_APART}" for sign in "@#*_~`[]()|\\"}
_ESCAPED = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;"}
# What Teams answers, with code 200, when it did not take a message.
TEAMS_FAILED = "Webhook message delivery failed"


def body_of(note: ChatNote, kind: str) -> str:
    """The JSON body for a program of `kind` (accounts.rules.chat.KINDS), small enough for it.

    The longest sections lose their last lines first, and say so by `more` of the caller's or by "…".
    """
    note = _tamed(note)
    while True:
        body = json.dumps(_BODIES[kind](note), ensure_ascii=False, separators=(",", ":"))
        longest = max(note.sections, key=lambda one: len(one.lines), default=None)
        if len(body.encode()) <= LARGEST or longest is None or len(longest.lines) <= 1:
            return body
        shorter = replace(longest, lines=longest.lines[: len(longest.lines) // 2], more=longest.more or "…")
        note = replace(note, sections=tuple(shorter if one is longest else one for one in note.sections))


def inert(text: str) -> str:
    """Text in which no chat program finds a mention, a link or any other markup."""
    return text.translate(_MARKUP).translate(_ESCAPED)


def _tamed(note: ChatNote) -> ChatNote:
    """Every text in one line and not too long: some programs refuse a message for less."""

    def line(one: ChatLine) -> ChatLine:
        return ChatLine(tame(one.title, most=LINE_MOST) or "…", tame(one.about, most=LINE_MOST), one.url)

    def section(one: ChatSection) -> ChatSection:
        lines = tuple(line(each) for each in one.lines)
        return ChatSection(tame(one.title, most=TITLE_MOST) or "…", lines, tame(one.more, most=TITLE_MOST))

    return replace(
        note,
        title=tame(note.title, most=TITLE_MOST) or "…",  # an empty one makes Slack refuse all of it
        action=tame(note.action, most=TITLE_MOST) or "…",
        intro=tame(note.intro, most=LINE_MOST),
        foot=tame(note.foot, most=LINE_MOST),
        sections=tuple(section(one) for one in note.sections),
    )


def test_note(*, organisation: str, asked_by: str, url: str, language: str) -> ChatNote:
    """The message that shows that a chat works, in the language of whoever asked for it."""
    with override(language):
        return ChatNote(
            kind="test",
            language=language,
            title=gettext("A test message from %(organisation)s") % {"organisation": organisation},
            intro=gettext("%(name)s asked for it. The digest will come here: what is due and overdue.")
            % {"name": asked_by},
            url=url,
            action=gettext("Open Throughline"),
        )


# --- Slack ------------------------------------------------------------------------------------------


def _slack(note: ChatNote) -> dict[str, Any]:
    blocks: list[dict[str, Any]] = [_slack_plain("header", note.title)]
    if note.intro:
        blocks.append(_slack_rich([_slack_run(note.intro)]))
    for section in note.sections:
        blocks.append(_slack_rich([_slack_run(section.title, bold=True)]))
        lines = [{"type": "rich_text_section", "elements": _slack_line(line)} for line in section.lines]
        blocks.append(
            {
                "type": "rich_text",
                "elements": [{"type": "rich_text_list", "style": "bullet", "elements": lines}],
            }
        )
        if section.more:
            blocks.append(_slack_rich([_slack_run(section.more)]))
    if note.url:
        button = {"type": "button", "text": _slack_text(note.action), "url": note.url, "action_id": "open"}
        blocks.append({"type": "actions", "elements": [button]})
    if note.foot:
        blocks.append({"type": "context", "elements": [_slack_text(note.foot)]})
    # For notifications, and for programs that take what Slack takes but know no blocks.
    return {"text": _fallback(note), "blocks": blocks, "unfurl_links": False, "unfurl_media": False}


def _slack_plain(kind: str, text: str) -> dict[str, Any]:
    return {"type": kind, "text": _slack_text(text)}


def _slack_text(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text or "…", "emoji": False}


def _slack_rich(elements: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": elements}]}


def _slack_line(line: ChatLine) -> list[dict[str, Any]]:
    title = {"type": "link", "url": line.url, "text": line.title} if line.url else _slack_run(line.title)
    return [title, _slack_run(f" ({line.about})")] if line.about else [title]


def _slack_run(text: str, *, bold: bool = False) -> dict[str, Any]:
    run: dict[str, Any] = {"type": "text", "text": text or "…"}
    return run | {"style": {"bold": True}} if bold else run


def _fallback(note: ChatNote) -> str:
    rows = [inert(note.title), inert(note.intro)]
    for section in note.sections:
        rows += ["", inert(section.title)]
        for line in section.lines:
            title = f"<{line.url}|{inert(line.title)}>" if line.url else inert(line.title)
            rows.append(f"• {title}" + (f" – {inert(line.about)}" if line.about else ""))
        rows += [inert(section.more)] if section.more else []
    rows += ["", f"<{note.url}|{inert(note.action)}>"] if note.url else []
    return "\n".join(rows)


# --- Microsoft Teams --------------------------------------------------------------------------------


def _teams(note: ChatNote) -> dict[str, Any]:
    """An Adaptive Card in the envelope that a workflow's webhook takes."""
    body = [_teams_row([_teams_run(note.title, size="Large", weight="Bolder")])]
    if note.intro:
        body.append(_teams_row([_teams_run(note.intro)]))
    for section in note.sections:
        body.append(_teams_row([_teams_run(section.title, weight="Bolder")], spacing="Medium"))
        body += [_teams_row(_teams_line(line), spacing="Small") for line in section.lines]
        if section.more:
            body.append(_teams_row([_teams_run(section.more, isSubtle=True)], spacing="Small"))
    if note.foot:
        body.append(_teams_row([_teams_run(note.foot, isSubtle=True, size="Small")], spacing="Medium"))
    card: dict[str, Any] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "lang": note.language,
        "fallbackText": note.title,
        "msteams": {"width": "Full"},
        "body": body,
    }
    if note.url:
        card["actions"] = [{"type": "Action.OpenUrl", "title": note.action, "url": note.url}]
    card_type = "application/vnd.microsoft.card.adaptive"
    return {
        "type": "message",
        "attachments": [{"contentType": card_type, "contentUrl": None, "content": card}],
    }


def _teams_row(runs: list[dict[str, Any]], **looks: str) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": runs, **looks}


def _teams_run(text: str, **looks: Any) -> dict[str, Any]:
    return {"type": "TextRun", "text": text or "…", **looks}


def _teams_line(line: ChatLine) -> list[dict[str, Any]]:
    opens = {"selectAction": {"type": "Action.OpenUrl", "url": line.url}} if line.url else {}
    title = _teams_run(f"• {line.title}", **opens)
    return [title, _teams_run(f" ({line.about})", isSubtle=True)] if line.about else [title]


# --- Any other program ------------------------------------------------------------------------------


def _json(note: ChatNote) -> dict[str, Any]:
    return {"format": 1, "sender": "throughline", **asdict(note)}


_BODIES: Mapping[str, Callable[[ChatNote], dict[str, Any]]] = {
    "slack": _slack,
    "teams": _teams,
    "json": _json,
}
