"""What a departure says in words: the one mail for each person concerned."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from accounts.rendering.mail import Brand, Written, notice
from accounts.rendering.numbers import long_day
from transitions.rules.departures import KINDS

MOST_NAMES = 40


def summary(
    *,
    leaver: str,
    last_on: date,
    counts: Mapping[str, int],
    names: Mapping[str, Sequence[str]],
    url: str,
    brand: Brand,
    language: str,
) -> Written:
    """The mail about everything that comes to one person, in their language."""
    with override(language):
        accounts = counts.get("incoming", 0)
        if accounts:
            subject = ngettext(
                "%(count)d account of %(name)s comes to you",
                "%(count)d accounts of %(name)s come to you",
                accounts,
            ) % {"count": accounts, "name": leaver}
        else:
            subject = _("%(name)s leaves: what comes to you") % {"name": leaver}
        begins = _("%(name)s leaves; the last day is %(day)s. This comes to you:") % {
            "name": leaver,
            "day": long_day(last_on),
        }
        lines = [begins, ""]
        for kind, title in KINDS.items():
            if counts.get(kind):
                lines.append(f"{_(title) if kind != 'incoming' else _('Accounts')}: {counts[kind]}")
                shown = sorted(names.get(kind, ()))
                lines += [f"– {name}" for name in shown[:MOST_NAMES]]
                if len(shown) > MOST_NAMES:
                    lines.append(_("– and %(count)d more") % {"count": len(shown) - MOST_NAMES})
                lines.append("")
        lines += [_("Everything is dated and stands in your day:"), url]
        return notice(subject, "\n".join(lines) + "\n", brand, language=language)
