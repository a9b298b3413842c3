"""Readiness: one page of a plan for the incoming rep, and for those who ask them."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models.base import StaleVersion
from accounts.permissions import AuthenticatedRequest
from accounts.rendering.text import translate
from accounts.rules.text import Message
from accounts.views.editing import edited, pressed, version_of
from transitions.forms.successors import (
    AnswerForm,
    AskForm,
    EditRehearsalForm,
    JudgeForm,
    PacketForm,
    RehearsalForm,
    ReturnForm,
    TrainingForm,
)
from transitions.models import HandoverPlan, IntroductionRehearsal, PlanState, ReadinessQuestion
from transitions.permissions import allowed, rights
from transitions.rules.gates import UNREADY
from transitions.rules.successors import HINDRANCES
from transitions.selectors.plans import plan_in_full
from transitions.selectors.successors import readiness_of
from transitions.services import plans
from transitions.services import successors as services
from transitions.views.plans.answers import refusing, while_open


@require_safe
@allowed("see_plan", HandoverPlan, find=plan_in_full)
def readiness(request: AuthenticatedRequest, plan: HandoverPlan) -> HttpResponse:
    found = readiness_of(plan)
    context = {
        "plan": plan,
        "readiness": found,
        "unready": "" if found.accepted else translate(Message(UNREADY[found.standing])),
        "hindrances": [(translate(Message(HINDRANCES[key])), _way(key, plan)) for key in found.hindrances],
        "may": rights(request),
        "open": plan.state == PlanState.OPEN,
    }
    return TemplateResponse(request, "transitions/successors/readiness.html", context)


@require_POST
@allowed("succeed", HandoverPlan)
@while_open
def read(request: AuthenticatedRequest, plan: HandoverPlan) -> HttpResponse:
    return _said(request, plan, services.read_packet, _("Noted. Now answer the questions about this client."))


@require_POST
@allowed("succeed", HandoverPlan)
@while_open
def accept(request: AuthenticatedRequest, plan: HandoverPlan) -> HttpResponse:
    return _said(request, plan, services.accept, _("You have accepted the handover."))


@allowed("succeed", HandoverPlan)
@while_open
def hand_back(request: AuthenticatedRequest, plan: HandoverPlan) -> HttpResponse:
    form = ReturnForm(request.POST or None)
    return _form(
        request,
        plan,
        form,
        lambda: services.hand_back(
            plan=plan, by=request.user.person, now=timezone.now(), **form.cleaned_data
        ),
        title=_("Return the handover"),
        intro=_("One reason at a time. Whoever you name has three business days to clear it up."),
        done=_("Returned. Whoever you named owes the answer."),
        action=_("Return it"),
    )


@allowed("ask_successor", HandoverPlan)
@while_open
def ask(request: AuthenticatedRequest, plan: HandoverPlan) -> HttpResponse:
    form = AskForm(request.POST or None)
    return _form(
        request,
        plan,
        form,
        lambda: services.ask(plan=plan, by=request.user.person, now=timezone.now(), **form.cleaned_data),
        title=_("Ask the incoming rep"),
        done=_("The question is asked."),
        action=_("Ask"),
    )


@allowed("ask_successor", HandoverPlan)
@while_open
def train(request: AuthenticatedRequest, plan: HandoverPlan) -> HttpResponse:
    form = TrainingForm(request.POST or None)
    return _form(
        request,
        plan,
        form,
        lambda: services.add_training(
            plan=plan, by=request.user.person, now=timezone.now(), **form.cleaned_data
        ),
        title=_("Add training"),
        intro=_("A dated step of the incoming rep for what they have yet to learn."),
        done=_("The training is a step of the incoming rep now."),
        action=_("Add it"),
    )


@allowed("succeed", ReadinessQuestion)
@while_open
def answer(request: AuthenticatedRequest, row: ReadinessQuestion) -> HttpResponse:
    theirs = row.answer if row.answered_by_id == request.user.person_id else ""
    form = AnswerForm(request.POST or None, initial={"version": row.version, "answer": theirs})
    return _form(
        request,
        row.plan,
        form,
        lambda: services.answer(
            question=row, by=request.user.person, now=timezone.now(), **form.cleaned_data
        ),
        title=translate(Message(row.asked)),
        done=_("Answered. Whoever hands over looks at it."),
        action=_("Answer"),
    )


@allowed("ask_successor", ReadinessQuestion)
@while_open
def judge(request: AuthenticatedRequest, row: ReadinessQuestion) -> HttpResponse:
    initial = {"version": row.version, "verdict": row.verdict, "explanation": row.explanation}
    form = JudgeForm(request.POST or None, initial=initial)
    return _form(
        request,
        row.plan,
        form,
        lambda: services.judge(question=row, by=request.user.person, now=timezone.now(), **form.cleaned_data),
        title=translate(Message(row.asked)),
        intro=row.answer or _("It has not been answered yet."),
        done=_("Noted."),
    )


@allowed("succeed", HandoverPlan)
@while_open
def rehearse(request: AuthenticatedRequest, plan: HandoverPlan) -> HttpResponse:
    form = RehearsalForm(request.POST or None)
    return _form(
        request,
        plan,
        form,
        lambda: services.note_rehearsal(
            plan=plan, by=request.user.person, now=timezone.now(), **form.cleaned_data
        ),
        title=_("Rehearse the introduction"),
        intro=_("Go through the meeting aloud, with one of us as the client. Then say here how it went."),
        done=_("The rehearsal is noted."),
        action=_("Note it"),
    )


@allowed("succeed", IntroductionRehearsal)
@while_open
def edit_rehearsal(request: AuthenticatedRequest, row: IntroductionRehearsal) -> HttpResponse:
    initial = {name: getattr(row, name) for name in ("version", "partner", "held_on", "went", "improve")}
    form = EditRehearsalForm(request.POST or None, initial=initial, partner_id=row.partner_id)
    return _form(
        request,
        row.plan,
        form,
        lambda: services.edit_rehearsal(
            rehearsal=row, by=request.user.person, now=timezone.now(), **form.cleaned_data
        ),
        title=_("Rehearse the introduction"),
        done=_("Saved."),
    )


@require_POST
@allowed("succeed", IntroductionRehearsal)
@while_open
def withdraw_rehearsal(request: AuthenticatedRequest, row: IntroductionRehearsal) -> HttpResponse:
    version = version_of(request)
    try:
        return pressed(
            request,
            lambda: services.withdraw_rehearsal(
                rehearsal=row, version=version, by=request.user.person, now=timezone.now()
            ),
            done=_("The rehearsal is withdrawn."),
            back=_url(row.plan),
        )
    except plans.PlanRefused as error:
        for _field, sentence in error.problems:
            messages.error(request, translate(sentence))
        return redirect(_url(row.plan))


@require_POST
@allowed("ask_successor", ReadinessQuestion)
@while_open
def withdraw(request: AuthenticatedRequest, row: ReadinessQuestion) -> HttpResponse:
    version = version_of(request)
    return pressed(
        request,
        lambda: services.withdraw(question=row, version=version, by=request.user.person, now=timezone.now()),
        done=_("The question is withdrawn."),
        back=_url(row.plan),
    )


def _said(
    request: AuthenticatedRequest, plan: HandoverPlan, verb: Callable[..., object], done: str
) -> HttpResponse:
    """A button of the incoming rep, pressed over a version of the packet."""
    form = PacketForm(request.POST)
    if not form.is_valid():
        messages.info(request, translate(Message(HINDRANCES["packet"])))
        return redirect(_url(plan))
    try:
        verb(
            plan=plan,
            packet_version=form.cleaned_data["packet"],
            by=request.user.person,
            now=timezone.now(),
        )
    except StaleVersion:
        messages.warning(request, _("A newer packet was made meanwhile. Read that one first."))
    except plans.PlanRefused as error:
        for _field, sentence in error.problems:
            messages.error(request, translate(sentence))
    else:
        messages.success(request, done)
    return redirect(_url(plan))


def _form(
    request: AuthenticatedRequest, plan: HandoverPlan, form: Any, deed: Callable[[], object], **page: Any
) -> HttpResponse:
    page |= {"back": _url(plan), "back_label": plan.account.name}
    return edited(request, form, deed=refusing(form, deed), **page)


def _way(hindrance: str, plan: HandoverPlan) -> str:
    """Where a hindrance is removed, if not on the page itself."""
    names = {"packet": "packet", "unrehearsed": "readiness-rehearse"}
    return reverse(names[hindrance], args=[plan.uuid]) if hindrance in names else ""


def _url(plan: HandoverPlan) -> str:
    return reverse("readiness", args=[plan.uuid])
