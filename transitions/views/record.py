"""The check of the CRM record: one page of a plan, where each field is confirmed, corrected, or asked for."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import BriefingEntry, ClientRequest, Commitment, Contact, Person
from accounts.models.base import StaleVersion
from accounts.permissions import AuthenticatedRequest
from accounts.permissions import may as may_on_account
from accounts.rendering.numbers import moment
from accounts.selectors.organisation import organisation_of
from accounts.services import briefing, clients, requests
from accounts.views.editing import edited
from transitions.documents.record import GONE, Field
from transitions.forms.record import (
    AskForm,
    CommitmentFactForm,
    ContactFactForm,
    FactForm,
    FolderForm,
    RequestFactForm,
    RestForm,
    SeenForm,
)
from transitions.models import HandoverPlan, PlanState
from transitions.permissions import allowed, rights
from transitions.rendering import record as rendering
from transitions.rules.record import COLUMNS, GROUPS, SECTION
from transitions.selectors.record import plan_to_check, record_of, row_of
from transitions.services import plans
from transitions.services import record as services
from transitions.views.plans.answers import keep_typed, refusing, while_open

Deed = Callable[[], object]


@require_safe
@allowed("see_plan", HandoverPlan, find=plan_to_check)
def record(request: AuthenticatedRequest, plan: HandoverPlan) -> HttpResponse:
    found = record_of(plan)
    context = {
        "plan": plan,
        "record": found,
        "groups": rendering.groups(found, _currency(request), **_may(request, plan)),
        "may": rights(request),
        "open": plan.state == PlanState.OPEN,
    }
    return TemplateResponse(request, "transitions/record/record.html", context)


@require_POST
@allowed("see_plan", HandoverPlan, find=plan_to_check)
@while_open
def confirm(request: AuthenticatedRequest, plan: HandoverPlan) -> HttpResponse:
    form = SeenForm(request.POST)
    if not form.is_valid():
        messages.info(request, _("Open this page again: the form was incomplete."))
        return redirect(_url(plan))
    key = form.cleaned_data["field"]
    line = _line(request, plan, key)
    if line is None:
        return _gone(request, plan)
    if not line.checks:
        raise PermissionDenied
    try:
        services.confirm(plan=plan, **form.cleaned_data, by=request.user.person, now=timezone.now())
    except StaleVersion:
        return _slower(request, plan, key)
    except plans.PlanRefused:
        return _gone(request, plan)
    messages.success(request, _("Confirmed: %(field)s.") % {"field": line.title})
    return redirect(f"{_url(plan)}#{key}")


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("check_record", HandoverPlan, find=plan_to_check)
@while_open
def confirm_rest(request: AuthenticatedRequest, plan: HandoverPlan) -> HttpResponse:
    form, status = RestForm(request.POST or None), 200
    if request.method == "POST" and form.is_valid():
        try:
            count = services.confirm_rest(
                plan=plan, **form.cleaned_data, by=request.user.person, now=timezone.now()
            )
        except StaleVersion:
            messages.warning(request, _("Something changed meanwhile. Look through what is left now."))
            status = 409
        else:
            said = ngettext("%(count)d field is confirmed.", "%(count)d fields are confirmed.", count)
            messages.success(request, said % {"count": count})
            return redirect(_url(plan))
    found = record_of(plan)
    if not found.left:
        messages.info(request, _("Nothing is left to confirm."))
        return redirect(_url(plan))
    context = {
        "plan": plan,
        "record": found,
        "lines": rendering.lines(found.left, _currency(request), **_may(request, plan)),
    }
    return TemplateResponse(request, "transitions/record/rest.html", context, status=status)


@allowed("see_plan", HandoverPlan, find=plan_to_check)
@while_open
def correct(request: AuthenticatedRequest, plan: HandoverPlan, item: str) -> HttpResponse:
    form, deed, title = _correction(request, plan, item)
    if form is None:
        return _gone(request, plan)

    def corrected() -> None:
        services.correct(plan=plan, field=item, change=deed, by=request.user.person, now=timezone.now())

    return edited(
        request,
        form,
        refusing(form, corrected),
        done=_("Saved. What it said before is kept."),
        title=title,
        back=f"{_url(plan)}#{item}",
        back_label=_("CRM record"),
    )


@allowed("check_record", HandoverPlan, find=plan_to_check)
@while_open
def ask(request: AuthenticatedRequest, plan: HandoverPlan, item: str) -> HttpResponse:
    line = _line(request, plan, item)
    if line is None:
        return _gone(request, plan)
    form = AskForm(request.POST or None)

    def deed() -> None:
        services.ask(plan=plan, field=item, by=request.user.person, now=timezone.now(), **form.cleaned_data)

    return edited(
        request,
        form,
        refusing(form, deed),
        done=_("Asked. It is a step of theirs now."),
        title=_("To be corrected: %(field)s") % {"field": line.title},
        intro=line.value,
        back=f"{_url(plan)}#{item}",
        back_label=_("CRM record"),
        action=_("Ask for it"),
    )


def _correction(request: AuthenticatedRequest, plan: HandoverPlan, key: str) -> tuple[Any, Deed, str]:
    """The form that corrects a field, the verb of the accounts behind it, and the title of the page.

    None as form: there is nothing behind the key any more. Raises PermissionDenied.
    """
    line = _line(request, plan, key)
    account, by, now, data = plan.account, request.user.person, timezone.now(), request.POST or None
    may = _may(request, plan)
    # What was there may be gone: nobody loses what they typed over it.
    adds = may["works"] and (may["checks"] or key not in GROUPS)
    if not (adds if line is None else line.fixes):
        raise PermissionDenied
    if key in COLUMNS and line is not None:
        form: Any = FactForm(data, instance=account, user=request.user, columns=COLUMNS[key])
        return form, lambda: clients.edit(account=account, version=form.version, by=by, now=now), line.title
    if key in GROUPS:
        return (*_addition(key, plan, data, by, now), str(_("Add what is missing")))
    row = row_of(account, key)
    if row is None or (line is None and request.method != "POST"):
        return None, lambda: None, ""
    form = _form_of(row, data)
    return form, lambda: _written(row, form, by, now), _name(row)


def _addition(group: str, plan: HandoverPlan, data: Any, by: Person, now: Any) -> tuple[Any, Deed]:
    account, today = plan.account, timezone.localdate(now)
    form: Any
    if group == "contact":
        form = ContactFactForm(data, instance=Contact(account=account))
        del form.fields["left"]
        return form, lambda: clients.add_contact(contact=form.instance, by=by, now=now)
    if group == "folder":
        entry = BriefingEntry(account=account, section=SECTION, provenance="records", owner=by)
        form = FolderForm(data, instance=entry)
        return form, lambda: briefing.add(entry=form.instance, by=by, now=now)
    if group == "request":
        asked = ClientRequest(account=account, owner=by, opened_on=today)
        form = RequestFactForm(data, instance=asked, account=account)
        return form, lambda: requests.add(entry=form.instance, by=by, now=now)
    promise = Commitment(account=account, owner=by, made_on=today)
    form = CommitmentFactForm(data, instance=promise, account=account)
    return form, lambda: requests.add(entry=form.instance, by=by, now=now)


def _form_of(row: Any, data: Any) -> Any:
    if isinstance(row, Contact):
        return ContactFactForm(data, instance=row)
    if isinstance(row, BriefingEntry):
        return FolderForm(data, instance=row)
    if isinstance(row, ClientRequest):
        return RequestFactForm(data, instance=row, account=row.account)
    return CommitmentFactForm(data, instance=row, account=row.account)


def _written(row: Any, form: Any, by: Person, now: Any) -> object:
    """Keep what was typed into a row, or take it out of the record where that was said."""
    told = {"version": form.version, "by": by, "now": now}
    if isinstance(row, Contact):
        if form.cleaned_data["left"]:
            return clients.archive_contact(contact=row, **told)
        return clients.edit_contact(contact=row, **told)
    if isinstance(row, BriefingEntry):
        if form.cleaned_data["gone"]:
            return briefing.archive(entry=row, **told)
        return briefing.edit(entry=row, **told)
    if not form.cleaned_data["settled"]:
        return requests.edit(entry=row, **told)
    if isinstance(row, ClientRequest):
        return requests.solve(request=row, on=timezone.localdate(now), **told)
    return requests.keep_promise(commitment=row, on=timezone.localdate(now), **told)


def _name(row: Any) -> str:
    if isinstance(row, BriefingEntry):
        return _("Folder or access")
    return str(row)


def _may(request: AuthenticatedRequest, plan: HandoverPlan) -> dict[str, Any]:
    """What the reader may do with the fields of the record, for `rendering.record`."""
    user, account = request.user, plan.account
    live = account.archived_at is None
    return {
        "checks": rights(request)["check_record"],
        "edits": live and may_on_account(user, "edit_account", account),
        "works": live and may_on_account(user, "work_account", account),
        "person": user.person_id,
    }


def _line(request: AuthenticatedRequest, plan: HandoverPlan, key: str) -> rendering.Line | None:
    found = record_of(plan).find(key)
    if found is None:
        return None
    return rendering.lines([found], _currency(request), **_may(request, plan))[0]


def _currency(request: AuthenticatedRequest) -> str:
    return organisation_of(request).currency


def _gone(request: AuthenticatedRequest, plan: HandoverPlan) -> HttpResponse:
    messages.info(request, _(GONE))
    return redirect(_url(plan))


def _slower(request: AuthenticatedRequest, plan: HandoverPlan, key: str) -> HttpResponse:
    """Page 409: what the field says now, and who has checked it meanwhile."""
    line = _line(request, plan, key)
    if line is None:
        return _gone(request, plan)
    return keep_typed(request, [(line.title, _now(line.field, line.value), _("Confirmed"))], _url(plan))


def _now(field: Field, value: str) -> str:
    check = field.check
    if check is None or not field.holds:
        return value
    told = {"value": value, "who": check.by, "at": moment(check.at)}
    return _("%(value)s (checked by %(who)s, %(at)s)") % told


def _url(plan: HandoverPlan) -> str:
    return reverse("plan-record", args=[plan.uuid])
