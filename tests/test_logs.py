"""Logs: a refusal is one line, and no secret of an address stands in them."""

import logging
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.test import RequestFactory
from django.utils.log import log_response
from gunicorn.config import Config

from config.logs import AccessLog, Lines, masked

TOKEN = "Qm9vayBvZiBzZWNyZXRzIHdpdGggYSBsb25n"
ROW = "0b8f3c1e-5a51-4a8e-9d0c-2f4f6f1f9b7a"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (f"GET /welcome/{TOKEN}/ HTTP/1.1", "GET /welcome/***/ HTTP/1.1"),
        (f"/sign-in/login/?next=/welcome/{TOKEN}/", "/sign-in/login/?next=/welcome/***/"),
        (f"/unsubscribe/{ROW}/{TOKEN}/", f"/unsubscribe/{ROW}/***/"),
        (f"GET /plans/{ROW}/history/?page=2 HTTP/1.1", f"GET /plans/{ROW}/history/?page=2 HTTP/1.1"),
        (f"/unsubscribe/{ROW}{TOKEN}/", "/unsubscribe/***/"),
        ("/static/vendor/bootstrap/bootstrap.bundle.min.0123456789ab.js",) * 2,
    ],
)
def test_secrets_of_an_address_are_masked_and_rows_are_not(said, kept):
    assert masked(said) == kept


def test_the_access_log_has_no_secret_in_any_place():
    path, query = f"/welcome/{TOKEN}/", f"next=/welcome/{TOKEN}/"
    request = SimpleNamespace(headers=[("REFERER", f"http://here{path}")])
    environ = {
        "REQUEST_METHOD": "GET",
        "RAW_URI": f"{path}?{query}",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_REFERER": f"http://here{path}",
    }
    answer = SimpleNamespace(status="200 OK", sent=12, headers=[])
    log = AccessLog(Config())

    found = log.atoms(answer, request, environ, timedelta(seconds=1))
    line = Config().access_log_format % log.atoms_wrapper_class(found)

    assert "/welcome/***/" in line
    assert TOKEN not in line


def line_of(status: int, caplog) -> str:
    """What our log says of a request that ended in an exception and this status."""
    with caplog.at_level(logging.WARNING, logger="django.request"):
        log_response(
            "Refused: %s",
            f"/welcome/{TOKEN}/",
            response=SimpleNamespace(status_code=status),
            request=RequestFactory().get("/"),
            exception=ZeroDivisionError("division by zero"),
        )
    [record] = caplog.records
    return Lines("%(levelname)s %(message)s").format(record)


def test_a_refusal_is_one_line_without_secrets(caplog):
    assert line_of(403, caplog) == "WARNING Refused: /welcome/***/"


def test_a_fault_keeps_its_traceback(caplog):
    first, *rest = line_of(500, caplog).splitlines()

    assert first == "ERROR Refused: /welcome/***/"
    assert rest == ["ZeroDivisionError: division by zero"]
