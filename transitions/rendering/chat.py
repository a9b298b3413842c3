"""Digests as messages by chat. Many may read a chat: its links lead through signing in."""

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.documents.chat import ChatLine, ChatNote, ChatSection
from accounts.rendering.numbers import long_day
from accounts.rendering.text import translate
from transitions.documents.chat import PlanDue, TeamDigest
from transitions.documents.digests import Digest
from transitions.rendering import digests
from transitions.rendering.words import days_away, weekday


def note_of(digest: Digest) -> ChatNote:
    """A person's digest, in their language."""
    with translation.override(digest.reading.language):
        said = digests.context(digest)
        return ChatNote(
            kind="digest",
            language=digest.reading.language,
            title=said["subject"],
            intro=long_day(digest.on),
            sections=tuple(
                ChatSection(
                    f"{section['title']} · {section['total']}",
                    tuple(
                        ChatLine(line.title, ", ".join(_joined(line)), line.url) for line in section["lines"]
                    ),
                    section["more"],
                )
                for section in said["sections"]
            ),
            url=digest.reading.day_url,
            action=_("Open my day"),
        )


def team_note(digest: TeamDigest) -> ChatNote:
    """A team's digest, in the company's language."""
    with translation.override(digest.language):
        more = ngettext("and %(count)d more", "and %(count)d more", digest.more) % {"count": digest.more}
        return ChatNote(
            kind="team_digest",
            language=digest.language,
            title=_("%(team)s: due today: %(today)d, overdue: %(late)d")
            % {"team": digest.team, "today": digest.today, "late": digest.late},
            intro=long_day(digest.on),
            sections=(
                ChatSection(
                    _("Plans"),
                    tuple(_plan(plan, digest) for plan in digest.plans),
                    more if digest.more else "",
                ),
            ),
            url=digest.url,
            action=_("See the plans"),
        )


def _joined(line: digests.Line) -> list[str]:
    return [word for word in (line.account, line.when, *line.about) if word]


def _plan(plan: PlanDue, digest: TeamDigest) -> ChatLine:
    about = [translate(plan.stage)]
    if plan.late:
        late = ngettext("%(count)d overdue", "%(count)d overdue", plan.late) % {"count": plan.late}
        since = f"{weekday(plan.oldest_on)}, {days_away(plan.oldest_on, digest.on)}"
        about.append(f"{late} ({since})")
    if plan.today:
        about.append(
            ngettext("%(count)d due today", "%(count)d due today", plan.today) % {"count": plan.today}
        )
    return ChatLine(plan.account, ", ".join(about), plan.url)
