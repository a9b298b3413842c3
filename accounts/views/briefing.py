"""What is known about an account, by section, and the interview that asks for it."""

from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.forms.briefing import AnswerForm, BriefingForm
from accounts.models import Account, BriefingEntry
from accounts.models.base import StaleVersion
from accounts.permissions import AuthenticatedRequest, allowed
from accounts.rules.briefing import ASKED_SECTIONS, BY_KEY, SECTION_KEYS, Question
from accounts.selectors import briefing as selectors
from accounts.services import briefing as services
from accounts.views.clients import around
from accounts.views.editing import conflict, edited, on_live_account, pressed, version_of


def address(account: Account, section: str = "") -> str:
    return reverse("account-briefing", args=[account.uuid]) + (f"#{section}" if section else "")


@allowed("see_accounts", Account)
def briefing(request: AuthenticatedRequest, account: Account) -> HttpResponse:
    context = {
        "chapters": selectors.chapters_of(account),
        "of": len(SECTION_KEYS),
        "today": timezone.localdate(),
    }
    return TemplateResponse(
        request, "accounts/briefing/sections.html", around(request, account, "briefing") | context
    )


@allowed("work_account", Account)
@on_live_account
def add(request: AuthenticatedRequest, account: Account) -> HttpResponse:
    asked = request.GET.get("section", "")
    entry = BriefingEntry(
        account=account,
        section=asked if asked in SECTION_KEYS else SECTION_KEYS[0],
        owner=request.user.person,
    )
    form = BriefingForm(request.POST or None, instance=entry)

    def deed() -> str:
        services.add(entry=entry, by=request.user.person, now=timezone.now())
        return address(account, entry.section)

    return edited(
        request,
        form,
        deed,
        done=_("Noted."),
        back=address(account),
        back_label=account.name,
        title=_("Add to the briefing"),
        action=_("Add"),
    )


@allowed("work_account", BriefingEntry)
@on_live_account
def edit(request: AuthenticatedRequest, entry: BriefingEntry) -> HttpResponse:
    form = BriefingForm(request.POST or None, instance=entry)
    return edited(
        request,
        form,
        deed=lambda: services.edit(
            entry=entry, version=form.version, by=request.user.person, now=timezone.now()
        ),
        done=_("Saved."),
        back=address(entry.account, entry.section),
        back_label=entry.account.name,
        title=_("Edit the briefing"),
    )


@require_POST
@allowed("work_account", BriefingEntry)
@on_live_account
def archive(request: AuthenticatedRequest, entry: BriefingEntry) -> HttpResponse:
    version = version_of(request)
    return pressed(
        request,
        lambda: services.archive(entry=entry, version=version, by=request.user.person, now=timezone.now()),
        done=_("Archived."),
        undo=reverse("briefing-unarchive", args=[entry.uuid]),
        back=address(entry.account),
    )


@require_POST
@allowed("work_account", BriefingEntry)
@on_live_account
def unarchive(request: AuthenticatedRequest, entry: BriefingEntry) -> HttpResponse:
    return pressed(
        request,
        lambda: services.unarchive(entry=entry, by=request.user.person, now=timezone.now()),
        done=_("It is back."),
        back=address(entry.account),
    )


# --- The interview --------------------------------------------------------------------------------


@allowed("work_account", Account)
@on_live_account
def interview(request: AuthenticatedRequest, account: Account) -> HttpResponse:
    """Go on where somebody stopped."""
    return redirect("interview-section", account.uuid, selectors.resume_at(account))


@allowed("work_account", Account)
@on_live_account
def interview_section(request: AuthenticatedRequest, account: Account, section: str) -> HttpResponse:
    """The questions of one section; each answer is sent, and kept, for itself."""
    if section not in ASKED_SECTIONS:
        raise Http404
    if request.method == "POST":
        return _answered(request, account, section)
    return _asked(request, account, section)


@require_POST
@allowed("work_account", BriefingEntry)
@on_live_account
def assign(request: AuthenticatedRequest, entry: BriefingEntry) -> HttpResponse:
    """Let a note answer a question of its section."""
    question, version = request.POST.get("question", ""), version_of(request)
    if question not in BY_KEY or BY_KEY[question].section != entry.section:
        raise BadRequest("no question of this section")
    return pressed(
        request,
        lambda: services.assign(
            entry=entry, version=version, question=question, by=request.user.person, now=timezone.now()
        ),
        done=_("It answers that question now."),
        back=reverse("interview-section", args=[entry.account.uuid, entry.section]) + f"#q-{question}",
    )


def _answered(request: AuthenticatedRequest, account: Account, section: str) -> HttpResponse:
    typed = request.POST.copy()
    question = BY_KEY.get(typed.get("question", ""))
    if question is None or question.section != section:
        raise BadRequest("no question of this section")
    if typed.get("over"):  # the button beside a conflict: over that version, knowingly
        typed["version"] = typed.get("over", "")
    form = AnswerForm(typed, account=account, question=question, by=request.user.person)
    back = reverse("interview-section", args=[account.uuid, section]) + f"#q-{question.key}"
    if not form.is_valid():
        stands = selectors.answer_to(account, question.key)
        said = _state(request, account, form, question, entry=stands)
        return said or _asked(request, account, section, form)
    try:
        entry = services.answer(
            account=account, by=request.user.person, now=timezone.now(), **form.cleaned_data
        )
    except StaleVersion as error:
        theirs = error.row
        return _state(request, account, form, question, theirs=theirs, status=409) or conflict(
            request, form, error, back=back
        )
    return _state(request, account, form, question, entry=entry, saved=True) or redirect(back)


def _state(
    request: AuthenticatedRequest,
    account: Account,
    form: AnswerForm,
    question: Question,
    *,
    status: int = 422,
    saved: bool = False,
    **found: object,
) -> HttpResponse | None:
    """How the answer stands, to be put beside what was typed, which stays untouched. None: a whole page."""
    if not request.htmx:  # type: ignore[attr-defined]
        return None
    context = {
        "account": account,
        "form": form,
        "question": question,
        "saved": saved,
        "version": form["version"].value(),
        **found,
    }
    if saved:
        entry = found.get("entry")
        context["version"] = entry.version if isinstance(entry, BriefingEntry) else 0
        context["interview"] = selectors.interview_of(account, question.section)
    return TemplateResponse(
        request, "accounts/briefing/answer_state.html", context, status=200 if saved else status
    )


def _asked(
    request: AuthenticatedRequest, account: Account, section: str, typed: AnswerForm | None = None
) -> HttpResponse:
    found = selectors.interview_of(account, section)
    by = request.user.person
    named = [pk for one in found.asked if one.entry for pk in (one.entry.owner_id, one.entry.said_by_id)]
    around = selectors.people_around(account, [by.pk, *named])
    lines = []
    for one in found.asked:
        form = typed if typed is not None and typed["question"].value() == one.question.key else None
        form = form or AnswerForm(
            account=account, question=one.question, entry=one.entry, by=by, around=around
        )
        lines.append((one, form))
    open_questions = [one.question for one in found.asked if one.entry is None]
    context = {"account": account, "interview": found, "lines": lines, "free": open_questions}
    return TemplateResponse(request, "accounts/briefing/interview.html", context)
