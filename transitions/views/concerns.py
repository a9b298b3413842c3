"""The concern ledger of a plan: the list, one concern, and what can be done with it."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import AuthenticatedRequest
from accounts.selectors.calendar import calendar_of, today_of
from accounts.selectors.organisation import organisation_of
from accounts.views import listing
from accounts.views.editing import edited, pressed, version_of
from transitions.forms.concerns import (
    AnswerForm,
    ConcernFilters,
    ConcernForm,
    ConfirmForm,
    EditConcernForm,
    ReopenForm,
    WithdrawForm,
)
from transitions.forms.fields import DrawnForm
from transitions.models import Concern, HandoverPlan, PlanState
from transitions.permissions import allowed, may, rights
from transitions.rendering.words import title
from transitions.rules.concerns import USUAL_DAYS, is_eased, short
from transitions.selectors import concerns as selectors
from transitions.selectors.meetings import contacts_of
from transitions.selectors.plans import plan_in_full
from transitions.services import concerns as services
from transitions.views.plans.answers import refusing, while_open

COLUMNS = (
    listing.Column("words", gettext_lazy("In the client's words")),
    listing.Column(
        "seriousness",
        gettext_lazy("How serious"),
        order=("rank", "raised_on"),
        value=lambda row: title(row.seriousness, "seriousness"),
    ),
    listing.Column("raised", gettext_lazy("Raised"), order=("raised_on",), value="raised_on"),
    listing.Column("raiser", gettext_lazy("Raised by"), shown=False),
    listing.Column(
        "owner", gettext_lazy("Who answers"), order=("owner__name",), value=lambda row: row.owner.name
    ),
    listing.Column(
        "promised",
        gettext_lazy("Promised for"),
        order=("promised_on",),
        value="promised_on",
        nullable=True,
    ),
    listing.Column(
        "state",
        gettext_lazy("State"),
        order=("stands", "rank", "raised_on"),
        value=lambda row: title(row.state, "concern"),
    ),
    listing.Column("answer", gettext_lazy("Answer"), shown=False),
    listing.Column("answered", gettext_lazy("Answered at"), value="answered_at", shown=False),
    listing.Column(
        "confirmed_by",
        gettext_lazy("Confirmed by"),
        value=lambda row: row.confirmed_by.name if row.confirmed_by else "",
        shown=False,
    ),
    listing.Column("confirmed", gettext_lazy("Confirmed on"), value="confirmed_on", shown=False),
    listing.Column(
        "how", gettext_lazy("How"), value=lambda row: row.get_confirmed_how_display(), shown=False
    ),
)


@require_safe
@allowed("see_plan", HandoverPlan, find=plan_in_full)
def concerns(request: AuthenticatedRequest, plan: HandoverPlan) -> HttpResponseBase:
    context = _around(request, plan)
    return listing.answer(
        request,
        "transitions/concerns/list.html",
        selectors.ledger(plan, request.user),
        filters=ConcernFilters,
        columns=COLUMNS,
        sort="state",
        name="concerns",
        context=context | {"tally": selectors.tally(plan)},
    )


@require_safe
@allowed("see_plan", Concern)
def concern(request: AuthenticatedRequest, concern: Concern) -> HttpResponse:
    context = _around(request, concern.plan) | {"concern": concern, "short": short(concern.words)}
    return TemplateResponse(request, "transitions/concerns/concern.html", context)


@allowed("work_concern", HandoverPlan)
@while_open
def add(request: AuthenticatedRequest, plan: HandoverPlan) -> HttpResponse:
    today = today_of(plan.account, timezone.now(), ours=organisation_of(request))
    calendar = calendar_of(plan.account, today, ours=organisation_of(request))
    initial = {
        "owner": request.user.person_id,
        "raised_on": today,
        "promised_on": calendar.add(today, USUAL_DAYS),
    }
    form = ConcernForm(request.POST or None, initial=initial, contacts=contacts_of(plan))
    return edited(
        request,
        form,
        deed=refusing(
            form,
            lambda: services.add(plan=plan, by=request.user.person, now=timezone.now(), **form.cleaned_data),
        ),
        done=_("The concern is on the ledger."),
        title=_("Note a concern"),
        action=_("Note it"),
        back=ledger_url(plan),
        back_label=plan.account.name,
    )


@allowed("work_concern", Concern)
@while_open
def edit(request: AuthenticatedRequest, concern: Concern) -> HttpResponse:
    names = ("words", "seriousness", "raised_by_name", "raised_on", "promised_on", "version")
    initial = {name: getattr(concern, name) for name in names}
    initial |= {"raised_by": concern.raised_by_id, "owner": concern.owner_id}
    form = EditConcernForm(
        request.POST or None,
        initial=initial,
        contacts=contacts_of(concern.plan),
        kept_owner=concern.owner_id,
    )

    def kept() -> None:
        if is_eased(concern.seriousness, form.cleaned_data["seriousness"]):
            _ask_leader(request, concern)
        services.edit(concern=concern, by=request.user.person, now=timezone.now(), **form.cleaned_data)

    return _verb(request, concern, form, kept, done=_("Saved."), title=_("Correct the concern"))


@allowed("answer_concern", Concern)
@while_open
def answer(request: AuthenticatedRequest, concern: Concern) -> HttpResponse:
    form = AnswerForm(request.POST or None, initial={"version": concern.version, "answer": concern.answer})
    return _verb(
        request,
        concern,
        form,
        lambda: services.answer(
            concern=concern, by=request.user.person, now=timezone.now(), **form.cleaned_data
        ),
        done=_("Answered. It closes when the client confirms it."),
        title=_("Answer a concern"),
        action=_("Keep the answer"),
    )


@allowed("work_concern", Concern)
@while_open
def confirm(request: AuthenticatedRequest, concern: Concern) -> HttpResponse:
    contacts = contacts_of(concern.plan)
    today = today_of(concern.plan.account, timezone.now(), ours=organisation_of(request))
    initial = {"version": concern.version, "confirmed_by": concern.raised_by_id, "confirmed_on": today}
    form = ConfirmForm(request.POST or None, initial=initial, contacts=contacts)
    if not contacts:
        form.fields["confirmed_by"].help_text = _(
            "Nobody at this client is on the people map yet. Add them on the account's page first."
        )
    return _verb(
        request,
        concern,
        form,
        lambda: services.confirm(
            concern=concern, by=request.user.person, now=timezone.now(), **form.cleaned_data
        ),
        done=_("Confirmed by the client: this concern is closed."),
        title=_("The client confirms the answer"),
        action=_("The client has confirmed it"),
    )


@allowed("work_concern", Concern)
@while_open
def reopen(request: AuthenticatedRequest, concern: Concern) -> HttpResponse:
    form = ReopenForm(request.POST or None, initial={"version": concern.version})
    return _verb(
        request,
        concern,
        form,
        lambda: services.reopen(
            concern=concern, by=request.user.person, now=timezone.now(), **form.cleaned_data
        ),
        done=_("The concern is open again."),
        title=_("Open a concern again"),
        action=_("Open it again"),
    )


@allowed("work_concern", Concern)
@while_open
def withdraw(request: AuthenticatedRequest, concern: Concern) -> HttpResponse:
    if concern.is_serious:
        _ask_leader(request, concern)
    form = WithdrawForm(request.POST or None, initial={"version": concern.version})
    return _verb(
        request,
        concern,
        form,
        lambda: services.withdraw(
            concern=concern, by=request.user.person, now=timezone.now(), **form.cleaned_data
        ),
        done=_("Withdrawn. It stays on record, with your reason."),
        title=_("Withdraw a concern"),
        action=_("Withdraw it"),
    )


@require_POST
@allowed("work_concern", Concern)
@while_open
def bring_back(request: AuthenticatedRequest, concern: Concern) -> HttpResponse:
    version = version_of(request)
    return pressed(
        request,
        lambda: services.bring_back(
            concern=concern, version=version, by=request.user.person, now=timezone.now()
        ),
        done=_("The concern is back on the ledger."),
        back=reverse("concern", args=[concern.uuid]),
    )


def ledger_url(plan: HandoverPlan) -> str:
    return reverse("plan-concerns", args=[plan.uuid])


def _ask_leader(request: AuthenticatedRequest, concern: Concern) -> None:
    """A serious concern shuts the cutover: only a leader says that it is none."""
    if not may(request.user, "ease_concern", concern):
        raise PermissionDenied


def _around(request: AuthenticatedRequest, plan: HandoverPlan) -> dict[str, Any]:
    today = today_of(plan.account, timezone.now(), ours=organisation_of(request))
    return {"plan": plan, "may": rights(request), "open": plan.state == PlanState.OPEN, "today": today}


def _verb(
    request: AuthenticatedRequest,
    concern: Concern,
    form: DrawnForm,
    deed: Callable[[], object],
    *,
    done: str,
    **page: Any,
) -> HttpResponse:
    return edited(
        request,
        form,
        deed=refusing(form, deed),
        done=done,
        intro=f"“{short(concern.words, 400)}”",
        back=reverse("concern", args=[concern.uuid]),
        back_label=_("Concern"),
        **page,
    )
