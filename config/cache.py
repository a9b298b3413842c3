"""Redis as a cache that may go away: a page never fails, and hardly waits, because of it."""

import logging
import time
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

AWAY_SECONDS = 30  # after a failure, until Redis is asked again


class Strict(RedisCache):
    """Says when Redis is away (RedisError). What is no value of ours is no value."""

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        try:
            return super().get(key, default, version)
        except RedisError:
            raise
        except Exception:  # whatever it takes unpickling for, when it reads something else
            logger.warning("Unable to read %r from the cache; it is taken as missing", key)
            return default

    def get_many(self, keys: Any, version: int | None = None) -> dict[Any, Any]:
        missing = object()
        found = {key: self.get(key, missing, version) for key in keys}
        return {key: value for key, value in found.items() if value is not missing}


class Forgiving(Strict):
    """While Redis is away each process remembers on its own: limits on guessing hold, though per process."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._spare = LocMemCache(server, {})
        self._away_until = 0.0

    def _either(self, method: str, *given: Any, **named: Any) -> Any:
        if time.monotonic() >= self._away_until:
            try:
                return getattr(super(), method)(*given, **named)
            except RedisError as error:
                logger.warning("The cache is away (%s); for now each process has its own", error)
                self._away_until = time.monotonic() + AWAY_SECONDS
        return getattr(self._spare, method)(*given, **named)

    def add(self, *given: Any, **named: Any) -> Any:
        return self._either("add", *given, **named)

    def get(self, *given: Any, **named: Any) -> Any:
        return self._either("get", *given, **named)

    def set(self, *given: Any, **named: Any) -> Any:
        return self._either("set", *given, **named)

    def touch(self, *given: Any, **named: Any) -> Any:
        return self._either("touch", *given, **named)

    def delete(self, *given: Any, **named: Any) -> Any:
        return self._either("delete", *given, **named)

    def get_many(self, *given: Any, **named: Any) -> Any:
        return self._either("get_many", *given, **named)

    def has_key(self, *given: Any, **named: Any) -> Any:
        return self._either("has_key", *given, **named)

    def incr(self, *given: Any, **named: Any) -> Any:
        return self._either("incr", *given, **named)

    def set_many(self, *given: Any, **named: Any) -> Any:
        return self._either("set_many", *given, **named)

    def delete_many(self, *given: Any, **named: Any) -> Any:
        return self._either("delete_many", *given, **named)

    def clear(self) -> Any:
        return self._either("clear")
