"""Which role to suggest to whoever gives a person a way in, and how a browser is called."""

from accounts.rules.text import gettext_noop

# The first that occurs in what a browser says of itself; most claim to be several.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
    ("curl", "curl"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def suggested_role(*, leads: bool, is_rep: bool) -> str:
    """Return the global role that fits what the person does: an offer, never applied by itself."""
    if leads:
        return "leader"
    return "account_manager" if is_rep else "colleague"


def browser_of(user_agent: str) -> tuple[str, str]:
    """Return the names of browser and system in a User-Agent header; empty where neither is known."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return browser, system


# How somebody works and sells, and how a client wants it: few words, so that they can be compared.
WORKING_STYLES = {
    "structured": gettext_noop("Plans ahead and keeps to it"),
    "quick": gettext_noop("Answers at once"),
    "in_person": gettext_noop("Comes by in person"),
    "in_writing": gettext_noop("Settles things in writing"),
    "thorough": gettext_noop("Goes into every detail"),
    "informal": gettext_noop("Informal"),
}
SELLING_STYLES = {
    "consulting": gettext_noop("Advises and asks"),
    "technical": gettext_noop("Convinces by technique"),
    "personal": gettext_noop("Builds on the relationship"),
    "challenging": gettext_noop("Challenges and teaches"),
    "brief": gettext_noop("Offers and leaves it at that"),
}
