"""Which role to suggest to whoever gives a person a way in, and how a browser is called."""

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
