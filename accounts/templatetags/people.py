"""Words for browsers and capacities: {{ session.user_agent|browser }}, {{ row.capacity|capacity }}."""

from django import template
from django.utils.translation import gettext

from accounts.models import CAPACITIES
from accounts.rules.people import browser_of

register = template.Library()


@register.filter
def browser(user_agent: str) -> str:
    """ "Firefox on Windows", or as much of it as is known."""
    name, system = browser_of(user_agent or "")
    if name and system:
        return gettext("%(browser)s on %(system)s") % {"browser": name, "system": system}
    return name or system or gettext("Another program")


@register.filter
def capacity(key: str) -> str:
    """A capacity of ours in the reader's language; another one as it was typed."""
    return str(CAPACITIES.get(key, key))
