"""What the logs say, and what they must not hold."""

import logging
import re
from copy import copy
from datetime import timedelta
from typing import Any

from gunicorn.glogging import Logger

# A stretch of an address that opens something: an invitation, a new password, a subscription. The
# identifiers of rows open nothing, and are what one looks for in a log.
SECRET = re.compile(r"(?<![\w-])(?![0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![\w-]))[\w:=-]{24,}")


class Lines(logging.Formatter):
    """A request that was refused is one line: where each had a traceback, real faults would drown."""

    def format(self, record: logging.LogRecord) -> str:
        if record.name.startswith("django.") and hasattr(record, "status_code"):
            record = copy(record)  # other handlers may want all of it
            if record.status_code < 500:
                record.exc_info = record.exc_text = None
            record.msg, record.args = masked(record.getMessage()), None
        return super().format(record)


class AccessLog(Logger):
    """gunicorn's log of requests, without the secrets that stand in some addresses."""

    def atoms(self, resp: Any, req: Any, environ: Any, request_time: timedelta) -> dict[str, Any]:
        found: dict[str, Any] = super().atoms(resp, req, environ, request_time)
        for name in ("r", "U", "q", "f"):  # the request line, its path and query, the page it came from
            if isinstance(found.get(name), str):
                found[name] = masked(found[name])
        return found


def masked(text: str) -> str:
    return SECRET.sub("***", text)
