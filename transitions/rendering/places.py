"""The pages of one plan, as the tabs above each of them."""

from uuid import UUID

from django.utils.translation import gettext as _

from accounts.rendering.links import link
from accounts.rendering.rows import drawn
from accounts.rules.text import gettext_noop

# By the name of the address. A subject with a page of its own on a plan enters it here.
PLACES = {
    "plan": gettext_noop("Overview"),
    "promises": gettext_noop("Promises"),
    "plan-meetings": gettext_noop("Meetings"),
    "plan-concerns": gettext_noop("Concerns"),
    "plan-care": gettext_noop("Praise and extras"),
    "plan-guards": gettext_noop("Guard-rails"),
    "plan-record": gettext_noop("CRM record"),
    "plan-support": gettext_noop("Support team"),
    "readiness": gettext_noop("Readiness"),
    "message": gettext_noop("Message"),
    "packet": gettext_noop("Packet"),
    "plan-notes": gettext_noop("Notes"),
    "plan-history": gettext_noop("History"),
}


def tabs(plan: UUID, here: str) -> str:
    """The tabs of a plan; `here` names the page that shows them."""
    rows = [
        {"here": name == here, "url": link(name, plan), "title": _(words)} for name, words in PLACES.items()
    ]
    cells = {"tabs": drawn("transitions/plans/tab.html", rows, shape=("here",))}
    return drawn("transitions/plans/tabs.html", [cells])
