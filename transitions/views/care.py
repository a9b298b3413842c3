"""Praise of the outgoing rep and extras of the first ninety days, on one page of a plan."""

from typing import Any

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import AuthenticatedRequest
from accounts.selectors.absence import owed_by
from accounts.selectors.calendar import today_of
from accounts.selectors.organisation import organisation_of
from accounts.views.editing import edited, pressed, version_of
from transitions.forms.care import DoneForm, EditExtraForm, EditPraiseForm, ExtraForm, PraiseForm
from transitions.models import Extra, HandoverPlan, PlanState, Praise
from transitions.permissions import allowed, rights
from transitions.selectors.care import extras_of, praise_of
from transitions.selectors.meetings import contacts_of
from transitions.selectors.plans import plan_in_full
from transitions.services import care as services
from transitions.views.plans.answers import refusing, while_open


@require_safe
@allowed("see_plan", HandoverPlan, find=plan_in_full)
def care(request: AuthenticatedRequest, plan: HandoverPlan) -> HttpResponse:
    may = rights(request)
    context = {
        "plan": plan,
        "praise": praise_of(plan),
        "extras": extras_of(plan),
        "today": _today(request, plan),
        "may": may,
        "owes": () if may["plan_extra"] else owed_by(request.user.person_id, timezone.now()),
        "open": plan.state == PlanState.OPEN,
    }
    return TemplateResponse(request, "transitions/care/care.html", context)


@allowed("note_praise", HandoverPlan)
@while_open
def add_praise(request: AuthenticatedRequest, plan: HandoverPlan) -> HttpResponse:
    initial = {"said_on": _today(request, plan)}
    form = PraiseForm(request.POST or None, initial=initial, contacts=contacts_of(plan))

    def noted() -> None:
        given = form.cleaned_data
        given["keep_by"] = given.pop("keep")
        services.note_praise(plan=plan, by=request.user.person, now=timezone.now(), **given)

    return edited(
        request,
        form,
        deed=refusing(form, noted),
        done=_("Noted: the successor will see it."),
        action=_("Note it"),
        **_page(plan, _("Note praise")),
    )


@allowed("note_praise", Praise)
@while_open
def edit_praise(request: AuthenticatedRequest, row: Praise) -> HttpResponse:
    initial = {name: getattr(row, name) for name in ("words", "said_on", "keep", "version")}
    initial["said_by"] = row.said_by_id
    form = EditPraiseForm(request.POST or None, initial=initial, contacts=contacts_of(row.plan))

    def kept() -> None:
        given = dict(form.cleaned_data)
        given["keep_by"] = given.pop("keep")
        services.edit_praise(praise=row, by=request.user.person, now=timezone.now(), **given)

    return edited(
        request, form, deed=refusing(form, kept), done=_("Saved."), **_page(row.plan, _("Correct the praise"))
    )


@require_POST
@allowed("note_praise", Praise)
@while_open
def archive_praise(request: AuthenticatedRequest, row: Praise) -> HttpResponse:
    version = version_of(request)
    return pressed(
        request,
        lambda: services.archive_praise(
            praise=row, version=version, by=request.user.person, now=timezone.now()
        ),
        done=_("Archived."),
        undo=reverse("praise-unarchive", args=[row.uuid]),
        back=care_url(row.plan),
    )


@require_POST
@allowed("note_praise", Praise)
@while_open
def unarchive_praise(request: AuthenticatedRequest, row: Praise) -> HttpResponse:
    return pressed(
        request,
        lambda: services.unarchive_praise(praise=row, by=request.user.person, now=timezone.now()),
        done=_("It is back."),
        back=care_url(row.plan),
    )


@allowed("plan_extra", HandoverPlan)
@while_open
def add_extra(request: AuthenticatedRequest, plan: HandoverPlan) -> HttpResponse:
    form = ExtraForm(request.POST or None, initial={"owner": request.user.person_id, "budget": 0})
    return edited(
        request,
        form,
        deed=refusing(
            form,
            lambda: services.plan_extra(
                plan=plan, by=request.user.person, now=timezone.now(), **form.cleaned_data
            ),
        ),
        done=_("Planned. Whoever sees to it is reminded."),
        action=_("Plan it"),
        **_page(plan, _("Plan an extra")),
    )


@allowed("plan_extra", Extra)
@while_open
def edit_extra(request: AuthenticatedRequest, extra: Extra) -> HttpResponse:
    initial = {name: getattr(extra, name) for name in ("what", "planned_on", "budget", "version")}
    form = EditExtraForm(request.POST or None, initial=initial | {"owner": extra.owner_id})
    form.fields["owner"].also(extra.owner_id)
    return edited(
        request,
        form,
        deed=refusing(
            form,
            lambda: services.edit_extra(
                extra=extra, by=request.user.person, now=timezone.now(), **form.cleaned_data
            ),
        ),
        done=_("Saved."),
        **_page(extra.plan, _("Plan it otherwise")),
    )


@allowed("do_extra", Extra)
@while_open
def done(request: AuthenticatedRequest, extra: Extra) -> HttpResponse:
    initial = {
        "version": extra.version,
        "done_on": extra.done_on or min(_today(request, extra.plan), extra.planned_on),
        "spent": extra.budget if extra.spent is None else extra.spent,
        "reaction": extra.reaction,
    }
    form = DoneForm(request.POST or None, initial=initial)
    return edited(
        request,
        form,
        deed=refusing(
            form,
            lambda: services.do_extra(
                extra=extra, by=request.user.person, now=timezone.now(), **form.cleaned_data
            ),
        ),
        done=_("Done, and how they took it is on record."),
        intro=extra.what,
        action=_("It is done"),
        **_page(extra.plan, _("How it went")),
    )


@require_POST
@allowed("plan_extra", Extra)
@while_open
def archive_extra(request: AuthenticatedRequest, extra: Extra) -> HttpResponse:
    version = version_of(request)
    return pressed(
        request,
        lambda: services.archive_extra(
            extra=extra, version=version, by=request.user.person, now=timezone.now()
        ),
        done=_("Archived."),
        undo=reverse("extra-unarchive", args=[extra.uuid]),
        back=care_url(extra.plan),
    )


@require_POST
@allowed("plan_extra", Extra)
@while_open
def unarchive_extra(request: AuthenticatedRequest, extra: Extra) -> HttpResponse:
    return pressed(
        request,
        lambda: services.unarchive_extra(extra=extra, by=request.user.person, now=timezone.now()),
        done=_("It is back."),
        back=care_url(extra.plan),
    )


def care_url(plan: HandoverPlan) -> str:
    return reverse("plan-care", args=[plan.uuid])


def _today(request: AuthenticatedRequest, plan: HandoverPlan) -> Any:
    return today_of(plan.account, timezone.now(), ours=organisation_of(request))


def _page(plan: HandoverPlan, title: str) -> dict[str, Any]:
    return {"title": title, "back": care_url(plan), "back_label": plan.account.name}
