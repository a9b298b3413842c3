"""Tables to take away, as CSV or XLSX."""

from collections.abc import Iterable, Sequence

from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from accounts.permissions import AuthenticatedRequest, allowed
from accounts.rendering.tables import CONTENT_TYPES, CSV, chunks
from accounts.selectors.exports import EXPORTS


def table_response(
    kind: str, name: str, headings: Sequence[object], rows: Iterable[Sequence[object]]
) -> HttpResponseBase:
    """Answer with a table as a file: `kind` is "csv" or "xlsx", `name` the file's name without ending.

    Raises BadRequest for another kind. CSV is sent while rows are read.
    """
    if kind not in CONTENT_TYPES:
        raise BadRequest(f"no such format: {kind!r}")
    answer = StreamingHttpResponse if kind == CSV else HttpResponse
    response = answer(chunks(kind, headings, rows), content_type=CONTENT_TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response


@allowed("see_accounts")
def exports(request: AuthenticatedRequest) -> HttpResponse:
    return TemplateResponse(request, "accounts/exports/list.html", {"exports": EXPORTS.values()})


@allowed("see_accounts")
def export(request: AuthenticatedRequest, key: str, kind: str) -> HttpResponseBase:
    if key not in EXPORTS:
        raise Http404
    wanted = EXPORTS[key]
    name = f"{key}-{timezone.localdate():%Y-%m-%d}"
    return table_response(kind, name, wanted.headings, wanted.rows(request.user))
