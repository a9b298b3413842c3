"""What happened to a plan, drawn: the newest first, with what may be undone."""

from collections.abc import Iterable
from datetime import date

from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import ngettext

from accounts.rendering.links import link
from accounts.rendering.numbers import day, moment
from accounts.rendering.rows import drawn
from accounts.rendering.text import translate
from accounts.rules.text import Message
from transitions.documents.plan import Change, Entry

FEW = 4  # changes: fewer are shown at once
NOTHING = "–"


def story(entries: Iterable[Entry], *, undoes: bool) -> str:
    """The entries as items of a list; `undoes`: whether the reader may take changes of this plan back."""
    rows = []
    for entry in entries:
        # A deed whose sentence says all has a change with nothing on either side.
        changes = [change for change in entry.changes if change.before or change.after]
        many = len(changes)
        undo_url = link("change-undo", entry.change_set) if undoes and entry.change_set else ""
        rows.append(
            {
                "kind": entry.kind,
                "reasoned": bool(entry.why),
                "changed": many > 0,
                "few": many < FEW,
                "undone": bool(undo_url),
                "what": translate(entry.message),
                "by": entry.by,
                "iso": timezone.localtime(entry.at).isoformat(),
                "at": moment(entry.at),
                "why": either(entry.why),
                "count": ngettext("%(count)s change", "%(count)s changes", many) % {"count": many},
                "changes": _changes(changes),
                "undo_url": undo_url,
            }
        )
    return drawn("transitions/plans/entry.html", rows, shape=("kind", "reasoned", "changed", "few", "undone"))


def _changes(changes: Iterable[Change]) -> str:
    """From and to; what stayed as it was, such as a day that was promised, is said once, as is what came."""
    rows = []
    for change in changes:
        what, before, after = translate(change.what), either(change.before), either(change.after) or NOTHING
        was = format_html('<span class="was">{}</span> → ', before) if before not in ("", after) else ""
        rows.append((what if what.endswith("?") else f"{what}:", was, after))
    return format_html_join("", "<li>{} {}{}</li>", rows)


def either(value: date | str | Message) -> str:
    """A day as a day, our words translated, names as they stand."""
    if isinstance(value, Message):
        return translate(value)
    return day(value) if isinstance(value, date) else value
