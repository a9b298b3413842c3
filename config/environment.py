"""Reading settings from the environment: an empty variable is one that is not set, a bad one is named."""

from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

TRUE = ("1", "true", "yes", "on")
FALSE = ("0", "false", "no", "off")


class Environment(environ.FileAwareEnv):
    """Values come from NAME, or from the file that NAME_FILE points to.

    Unlike its parent it takes a value that begins with `$` as it is (keys do), leaves out the line end
    of a file, and refuses what is neither true nor false instead of reading it as false.
    """

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()  # what was asked for: everything that the environment may set

    def get_value(
        self, var: str, cast: Any = None, default: Any = environ.Env.NOTSET, parse_default: bool = False
    ) -> Any:
        self.names.add(var)
        try:
            value = self.ENVIRON.get(var, "").strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{var}_FILE cannot be read: {error}") from None
        if value == "":
            if default is self.NOTSET:
                raise ImproperlyConfigured(f"Set {var}, or {var}_FILE to a file that holds it.")
            return default
        if cast is bool and value.lower() not in TRUE + FALSE:
            raise ImproperlyConfigured(f"{var} must be 1 or 0.")
        if cast in (int, float):
            try:
                return cast(value)  # the parent would take the digits out of whatever else stands there
            except ValueError:
                raise ImproperlyConfigured(f"{var} must be a number, not {value!r}.") from None
        try:
            return self.parse_value(value, cast)
        except ValueError as error:
            raise ImproperlyConfigured(f"{var} cannot be read: {error}") from None

    def database(self, var: str, default: str) -> dict[str, Any]:
        url = self.str(var, default=default)
        if not url.startswith(("sqlite://", "postgres://", "postgresql://")):
            raise ImproperlyConfigured(f"{var} must begin with sqlite:/// or postgres://")
        return dict(self.db_url_config(url))

    def mail(self, var: str, default: str) -> dict[str, Any]:
        try:
            return dict(self.email_url_config(self.str(var, default=default)))
        except (ImproperlyConfigured, ValueError):
            example = "smtp+tls://user:password@mail.example.com:587"
            raise ImproperlyConfigured(f"{var} must be the address of a mail server: {example}") from None

    def store(self, var: str, default: str) -> dict[str, Any]:
        try:
            return dict(self.cache_url_config(self.str(var, default=default)))
        except (ImproperlyConfigured, ValueError):
            raise ImproperlyConfigured(f"{var} must begin with redis:// or dbcache://") from None
