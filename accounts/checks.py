"""System checks: each misconfiguration has an id and says what to do.

`HTTPS` is what tells an installation that people rely on from one machine's trial. What would leak or
lose something is an error and stops every command; what is only unwise shows under `check --deploy`.
"""

import os
from collections.abc import Iterator
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http.request import validate_host

SHORTEST_KEY = 32
BROKERS = ("filesystem", "redis", "rediss", "sentinel", "memory")
NOWHERE = ("console", "dummy", "locmem", "filebased")
MOST_SQLITE_PROCESSES = 4


@register(Tags.security)
def check_secret_key(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    hint = "Set SECRET_KEY, or SECRET_KEY_FILE to a file that holds it, to 50 random characters."
    found: list[CheckMessage] = []
    if settings.HTTPS and settings.SECRET_KEY == settings.INSECURE_SECRET_KEY:
        found.append(
            Error("SECRET_KEY is the default, which everybody knows.", hint=hint, id="accounts.E001")
        )
    elif settings.HTTPS and len(settings.SECRET_KEY) < SHORTEST_KEY:
        found.append(
            Error(f"SECRET_KEY has fewer than {SHORTEST_KEY} characters.", hint=hint, id="accounts.E002")
        )
    if settings.HTTPS and any(
        key == settings.INSECURE_SECRET_KEY or len(key) < SHORTEST_KEY
        for key in settings.SECRET_KEY_FALLBACKS
    ):
        found.append(
            Error(
                "SECRET_KEY_FALLBACKS holds a key that is easily guessed.",
                hint="Leave in it only the keys you used before; empty it a month after a change.",
                id="accounts.E003",
            )
        )
    return found


@register()
def check_time_zone(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if settings.TIME_ZONE == "UTC" and settings.USE_TZ:
        return []
    return [
        Error(
            "TIME_ZONE must stay UTC, and USE_TZ on.",
            hint="Each person has a time zone of their own, and the organisation a default: set those.",
            id="accounts.E004",
        )
    ]


@register()
def check_site_url(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Links in mails begin with SITE_URL: a wrong one sends everybody to a page that is not there."""
    try:
        url = urlsplit(settings.SITE_URL)
        broken = url.scheme not in ("http", "https") or not url.hostname or url.query or url.fragment
        broken = broken or url.path not in ("", "/") or (url.port is not None and not 0 < url.port < 65536)
    except ValueError:
        broken = True
    if broken:
        return [
            Error(
                f"SITE_URL is not the address of a site: {settings.SITE_URL}",
                hint="Scheme and host, nothing after them: https://handover.example.com",
                id="accounts.E005",
            )
        ]
    found: list[CheckMessage] = []
    if url.hostname and not validate_host(url.hostname, settings.ALLOWED_HOSTS):
        found.append(
            Error(
                f"Nobody could open the links in our mails: ALLOWED_HOSTS does not hold {url.hostname}.",
                hint=f"ALLOWED_HOSTS={','.join([*settings.ALLOWED_HOSTS, url.hostname])}",
                id="accounts.E006",
            )
        )
    return found


@register(deploy=True)
def check_site_url_scheme(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    wanted = "https" if settings.HTTPS else "http"
    if settings.SITE_URL.startswith(f"{wanted}://"):
        return []
    return [
        Warning(
            f"SITE_URL does not begin with {wanted}://, while HTTPS is {'on' if settings.HTTPS else 'off'}.",
            hint="Make the two agree, or links in mails take a detour or lead nowhere.",
            id="accounts.W007",
        )
    ]


@register(Tags.security)
def check_hosts(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if not settings.HTTPS or not {"*", "."} & set(settings.ALLOWED_HOSTS):
        return []
    return [
        Error(
            "ALLOWED_HOSTS lets in any host name, so that a forged one could end up in a page.",
            hint="Name the hosts that people type, separated by commas.",
            id="accounts.E008",
        )
    ]


@register(Tags.security)
def check_debug(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if not (settings.HTTPS and settings.DEBUG):
        return []
    return [
        Error(
            "DEBUG is on: an error page would show settings and data to whoever caused it.",
            hint="Set DEBUG=0, or HTTPS=0 on a machine that only you reach.",
            id="accounts.E009",
        )
    ]


@register()
def check_folders(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    return [
        Error(
            f"{name} cannot be written to: {path}",
            hint="Give the folder to the user that the server runs as, or name another one.",
            id="accounts.E010",
        )
        for name, path in (("VAR_DIR", settings.VAR_DIR), ("MEDIA_ROOT", settings.MEDIA_ROOT))
        if not writable(Path(path))
    ]


def writable(path: Path) -> bool:
    """Whether files can be made in `path`, or in the nearest folder above it that exists."""
    there = next((folder for folder in (path, *path.parents) if folder.exists()), None)
    return there is not None and there.is_dir() and os.access(there, os.W_OK | os.X_OK)


@register()
def check_broker(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if settings.CELERY_BROKER_URL.split("://")[0] in BROKERS:
        return []
    return [
        Error(
            "BROKER_URL names a broker that is not supported.",
            hint="redis://HOST:6379/0, or filesystem:// for a worker on the same machine.",
            id="accounts.E011",
        )
    ]


@register(deploy=True)
def check_stores_fit(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """What works on one machine and surprises on several."""
    sqlite = settings.DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3"
    found: list[CheckMessage] = []
    if not sqlite and settings.CELERY_BROKER_URL.startswith(("filesystem", "memory")):
        found.append(
            Warning(
                "The database is PostgreSQL, but the broker is a folder of this machine.",
                hint="Set BROKER_URL=redis://…; workers on other machines would be woken by nobody.",
                id="accounts.W012",
            )
        )
    processes = settings.WEB_CONCURRENCY
    if sqlite and processes > MOST_SQLITE_PROCESSES:
        found.append(
            Warning(
                f"{processes} web processes share one SQLite file, which one at a time may write.",
                hint=f"Set WEB_CONCURRENCY to {MOST_SQLITE_PROCESSES} at most, or move to PostgreSQL.",
                id="accounts.W013",
            )
        )
    if "locmem" in settings.CACHES["default"]["BACKEND"]:
        found.append(
            Warning(
                "CACHE_URL keeps a cache of its own in each process, so limits on guessing do not add up.",
                hint="Leave CACHE_URL unset (a table), or set it to redis://HOST:6379/1.",
                id="accounts.W014",
            )
        )
    return found


@register()
def check_sender(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    try:
        validate_email(parseaddr(settings.DEFAULT_FROM_EMAIL)[1])
    except ValidationError:
        return [
            Error(
                f"DEFAULT_FROM_EMAIL is no mail address: {settings.DEFAULT_FROM_EMAIL}",
                hint='Write "Name <name@example.com>" or name@example.com.',
                id="accounts.E015",
            )
        ]
    return []


@register(deploy=True)
def check_mail(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if any(f".backends.{name}." in settings.EMAIL_BACKEND for name in NOWHERE):
        found.append(
            Warning(
                "Mail is written down but sent to nobody.",
                hint="Set EMAIL_URL, for example to smtp+tls://user:password@mail.example.com:587",
                id="accounts.W016",
            )
        )
    if parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] in ("localhost", "example.com"):
        found.append(
            Warning(
                "Mail servers will refuse the sender in DEFAULT_FROM_EMAIL.",
                hint="Set it to an address of your own domain.",
                id="accounts.W017",
            )
        )
    return found


@register(Tags.security, deploy=True)
def check_proxy(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if not settings.HTTPS or settings.TRUSTED_PROXIES > 0:
        return []
    return [
        Warning(
            "HTTPS is on, but no proxy is trusted to say that a request came by HTTPS.",
            hint="Set TRUSTED_PROXIES to the number of reverse proxies in front, usually 1; without it every "
            "page redirects to itself.",
            id="accounts.W018",
        )
    ]


@register()
def check_numbers(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    lowest = {
        "TRUSTED_PROXIES": 0,
        "WEB_CONCURRENCY": 1,
        "PACKET_CPU_SECONDS": 1,
        "PACKET_WALL_SECONDS": 1,
        "PACKET_MEMORY_MB": 256,
    }
    return [
        Error(
            f"{name} is {getattr(settings, name)}; the least is {least}.",
            hint=f"Leave {name} unset to get what suits most.",
            id="accounts.E019",
        )
        for name, least in lowest.items()
        if getattr(settings, name) < least
    ]


@register(Tags.security, deploy=True)
def check_demo(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if not (settings.DEMO and settings.HTTPS):
        return []
    return [
        Warning(
            "DEMO is on: everybody knows the passwords of the demo company.",
            hint="Set DEMO=0, and begin with an empty database.",
            id="accounts.W020",
        )
    ]


@register()
def check_names(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A misspelt variable would change nothing and say nothing."""
    return [
        Warning(
            f"Nothing reads the variable {wrong}.",
            hint=f"Did you mean {right}?",
            id="accounts.W021",
        )
        for wrong, right in misspelt(set(os.environ), settings.KNOWN_VARIABLES)
    ]


def misspelt(given: set[str], known: set[str]) -> Iterator[tuple[str, str]]:
    """Pairs of a variable that is given and the known one that differs from it by case, `_` or `-` only."""
    plain = {name.replace("_", "").lower(): name for name in known}
    for name in sorted(given - known):
        meant = plain.get(name.removesuffix("_FILE").replace("_", "").replace("-", "").lower())
        if meant is not None and name not in (f"{meant}_FILE",):
            yield name, meant


@register()
def check_lease(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if settings.DELIVERY_LEASE_SECONDS >= settings.DELIVERY_SMTP_SECONDS + 10:
        return []
    return [
        Error(
            "A sender could lose its lease while it still talks to the mail server.",
            hint="Set DELIVERY_LEASE_SECONDS at least 10 above DELIVERY_SMTP_SECONDS.",
            id="accounts.E022",
        )
    ]
