"""The agenda of a meeting as HTML: one body for the page and for print."""

from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from accounts.models import Organisation
from accounts.rendering.numbers import long_day
from accounts.rendering.text import translate
from transitions.documents.meetings import CLIENT, Agenda
from transitions.rendering.packet import LETTER_COUNTRIES
from transitions.rendering.words import title


def agenda_html(agenda: Agenda) -> SafeString:
    """Its bare semantic HTML, in the reader's language."""
    return mark_safe(render_to_string("documents/agenda.html", _context(agenda)))


def agenda_print_html(agenda: Agenda, ours: Organisation, *, logo: bool = False) -> str:
    """A whole HTML document for the PDF."""
    paper = "letter" if ours.country in LETTER_COUNTRIES else "a4"
    context = _context(agenda) | {"organisation_name": ours.name, "logo": logo, "paper": paper}
    return render_to_string("documents/agenda_print.html", context | {"language": get_language()})


def _context(agenda: Agenda) -> dict[str, Any]:
    return {
        "agenda": agenda,
        "for_client": agenda.edition == CLIENT,
        "title": title(agenda.purpose, "meeting"),
        "step": translate(agenda.title),
        "day": long_day(agenda.on),
        "channel": title(agenda.channel, "channel") if agenda.channel else "",
        "topics": [gettext(topic) for topic in agenda.topics],
        "ours": [(one, title(one.role, "role") if one.role else "") for one in agenda.ours],
        "worries": [(one, title(one.seriousness, "seriousness")) for one in agenda.worries],
    }
