"""The whole history of a plan: who, when, before and after; narrowed, searched, taken away."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponseBase
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.permissions import AuthenticatedRequest
from accounts.rendering.text import translate
from accounts.rules.text import Message
from accounts.views.exports import table_response
from transitions.documents.plan import Entry
from transitions.forms.history import HistoryForm
from transitions.models import HandoverPlan
from transitions.permissions import allowed, rights
from transitions.rendering.history import either, story
from transitions.rules.history import KINDS
from transitions.selectors.plans import history_of, plan_in_full

PAGE_SIZE = 50


@require_safe
@allowed("see_plan", HandoverPlan, find=plan_in_full)
def history(request: AuthenticatedRequest, plan: HandoverPlan) -> HttpResponseBase:
    entries = history_of(plan)
    names = sorted({entry.by for entry in entries if entry.by})
    kinds = [(kind, translate(Message(words))) for kind, words in KINDS.items()]
    form = HistoryForm(request.GET or None, kinds=kinds, names=names)
    form.is_valid()
    asked = form.cleaned_data if form.is_bound else {}
    found = [entry for entry in entries if _asked_for(entry, asked)]
    if "format" in request.GET:
        return _file(request.GET["format"], found)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    page.elided = list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))  # type: ignore[attr-defined]
    query = urlencode({name: value for name in form.fields if (value := request.GET.get(name, ""))})
    context = {
        "plan": plan,
        "entries": (shown := list(page.object_list)),
        "story": story(shown, undoes=rights(request)["edit_plan"] and plan.is_open),
        "page": page,
        "form": form,
        "query": f"{query}&" if query else "",
        "total": len(found),
    }
    return TemplateResponse(request, "transitions/plans/history.html", context)


def _asked_for(entry: Entry, asked: Mapping[str, Any]) -> bool:
    on = timezone.localtime(entry.at).date()
    since, until = asked.get("since"), asked.get("until")
    if asked.get("kind") and entry.kind != asked["kind"]:
        return False
    if asked.get("by") and entry.by != asked["by"]:
        return False
    if (since and on < since) or (until and on > until):
        return False
    words = asked.get("q", "").casefold()
    return not words or words in "\n".join(_words(entry)).casefold()


def _words(entry: Entry) -> Iterator[str]:
    yield translate(entry.message)
    yield entry.by
    yield either(entry.why)
    for change in entry.changes:
        yield translate(change.what)
        yield either(change.before)
        yield either(change.after)


def _file(kind: str, entries: Sequence[Entry]) -> HttpResponseBase:
    headings = [_("When"), _("Who"), _("Kind"), _("What"), _("Why"), _("Of what"), _("Before"), _("After")]
    return table_response(kind, f"history-{timezone.localdate():%Y-%m-%d}", headings, _rows(entries))


def _rows(entries: Sequence[Entry]) -> Iterator[list[object]]:
    """A row for each change, and one for a happening that changed no dates or names."""
    for entry in entries:
        head: list[object] = [
            timezone.localtime(entry.at).replace(tzinfo=None, microsecond=0),
            entry.by,
            translate(Message(KINDS[entry.kind])),
            translate(entry.message),
            _cell(entry.why),
        ]
        for change in entry.changes:
            yield [*head, translate(change.what), _cell(change.before), _cell(change.after)]
        if not entry.changes:
            yield [*head, "", "", ""]


def _cell(value: date | str | Message) -> object:
    return translate(value) if isinstance(value, Message) else value
