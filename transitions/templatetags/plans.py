"""Names of keys, degrees of risk, sentences, distances in days and tabs, for the pages of plans."""

from uuid import UUID

from django import template
from django.utils.translation import gettext

from accounts.rendering.text import translate
from transitions.rendering import places, words
from transitions.rules.concerns import short

register = template.Library()

register.filter("said", translate)
register.filter("title_of", words.title)
register.filter("risk_words", words.risk)
register.filter("days_away", words.days_away)
register.filter("weekday", words.weekday)
register.filter("money_in_short", words.money_in_short)
register.filter("initials", words.initials)
register.filter("looks", words.looks)


@register.filter
def short_words(text: str) -> str:
    """{{ concern.words|short_words }}: what somebody said on one line, at most two rows of a list."""
    return short(text, 160)


@register.filter
def repetition(key: str) -> str:
    """{{ move.key|repetition }}: "3" for "check-in/3", nothing for a step that comes once."""
    return key.rpartition("/")[2] if "/" in key else ""


@register.filter
def msgid(text: str) -> str:
    """{{ move.title|msgid }}: a title of a playbook in the reader's language; what people typed stays."""
    return gettext(text) if text else ""


@register.simple_tag
def plan_tabs(plan: UUID, here: str) -> str:
    """{% plan_tabs plan.uuid "packet" %}: the tabs of a plan, above the page of that address."""
    return places.tabs(plan, here)
