"""System checks: each misconfiguration has an id and says what to do."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, register


@register(Tags.security)
def check_secret_key(app_configs: Any, **kwargs: Any) -> list[Error]:
    if settings.HTTPS and settings.SECRET_KEY == settings.INSECURE_SECRET_KEY:
        return [
            Error(
                "SECRET_KEY is the default, which everybody knows.",
                hint="Set SECRET_KEY, or SECRET_KEY_FILE to a file that holds it, to 50 random characters.",
                id="accounts.E001",
            )
        ]
    return []
