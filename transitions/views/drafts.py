"""Playbooks changed in the browser: part by part in a draft, which is published once it has no problem."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models.base import StaleVersion
from accounts.permissions import AuthenticatedRequest
from accounts.rendering.text import translate
from accounts.views.editing import conflict, form_page, pressed, version_of
from transitions.forms.playbooks import ADDABLE, FORMS, CopyForm, NameForm
from transitions.models import PlaybookDraft, PlaybookVersion
from transitions.permissions import allowed
from transitions.rendering.drafts import KINDS, shown_differences, shown_draft
from transitions.rules.playbooks import Playbook, editing, loads
from transitions.services import playbooks as services

UP, DOWN = "up", "down"


@require_POST
@allowed("edit_playbooks")
def begin(request: AuthenticatedRequest, key: str, version: int) -> HttpResponse:
    """A draft of the next version."""
    published = get_object_or_404(PlaybookVersion, key=key, version=version)
    draft = services.draft(version=published, by=request.user.person, now=timezone.now())
    return redirect("playbook-draft", draft.uuid)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("edit_playbooks")
def copy(request: AuthenticatedRequest, key: str, version: int) -> HttpResponse:
    """A draft of a playbook of its own."""
    published = get_object_or_404(PlaybookVersion, key=key, version=version)
    form = CopyForm(request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        try:
            draft = services.copy(
                version=published,
                key=given["key"],
                name=given["name"],
                by=request.user.person,
                now=timezone.now(),
            )
        except services.KeyTaken as error:
            form.add_error("key", translate(error.message))
        else:
            return redirect("playbook-draft", draft.uuid)
    return form_page(
        request,
        form,
        title=_("Copy a playbook"),
        intro=_("The copy is a draft of yours. Nobody can start a plan with it before you publish it."),
        back=reverse("playbook", args=[key, version]),
        back_label=_(published.name),
        action=_("Copy it"),
    )


@require_safe
@allowed("edit_playbooks", PlaybookDraft)
def draft(request: AuthenticatedRequest, draft: PlaybookDraft) -> HttpResponse:
    context = {"draft": draft, "book": shown_draft(loads(draft.content))}
    return TemplateResponse(request, "transitions/playbooks/draft.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("edit_playbooks", PlaybookDraft)
def name(request: AuthenticatedRequest, draft: PlaybookDraft) -> HttpResponse:
    book = loads(draft.content)
    form = NameForm(request.POST or None, initial={"version": draft.version, "name": _(book.name)})
    if form.is_valid():
        typed = form.cleaned_data["name"]
        changed = editing.renamed(book, book.name if typed == _(book.name) else typed)
        return _saved(request, draft, changed, form) or redirect(_address(draft))
    return form_page(
        request, form, title=_("Name of the playbook"), back=_address(draft), back_label=_(book.name)
    )


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("edit_playbooks", PlaybookDraft)
def part(request: AuthenticatedRequest, draft: PlaybookDraft, part: str, key: str) -> HttpResponse:
    """One part of the draft, to be changed."""
    book = loads(draft.content)
    found = editing.part(book, part, key) if part in FORMS else None
    if found is None:
        raise Http404
    form = FORMS[part](request.POST or None, playbook=book, part=found, initial={"version": draft.version})
    return _part_page(request, draft, book, part, form, _(editing.title_of(found)))


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("edit_playbooks", PlaybookDraft)
def add(request: AuthenticatedRequest, draft: PlaybookDraft, part: str, stage: str) -> HttpResponse:
    """A new step or gate of a stage."""
    book = loads(draft.content)
    if part not in ADDABLE or editing.part(book, "stage", stage) is None:
        raise Http404
    initial = {"version": draft.version, "stage": stage}
    form = FORMS[part](request.POST or None, playbook=book, initial=initial)
    words = _("A new step") if part == "step" else _("A new gate")
    return _part_page(request, draft, book, part, form, words)


@require_POST
@allowed("edit_playbooks", PlaybookDraft)
def move(request: AuthenticatedRequest, draft: PlaybookDraft, part: str, key: str) -> HttpResponse:
    """A step or gate one place up or down within its stage."""
    book = _book_with(draft, part, key)
    by = -1 if request.POST.get("to") == UP else 1
    return _press(request, draft, editing.shifted(book, part, key, by), part, key, _("Moved."))


@require_POST
@allowed("edit_playbooks", PlaybookDraft)
def remove(request: AuthenticatedRequest, draft: PlaybookDraft, part: str, key: str) -> HttpResponse:
    book = _book_with(draft, part, key)
    stage = editing.stage_of(book, part, key)
    return _press(request, draft, editing.without(book, part, key), "stage", stage, _("Removed."))


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("edit_playbooks", PlaybookDraft)
def publish(request: AuthenticatedRequest, draft: PlaybookDraft) -> HttpResponse:
    """What publishing would change; and then it is published."""
    if request.method == "POST":
        try:
            published = services.publish_draft(
                draft=draft, version=version_of(request), by=request.user.person, now=timezone.now()
            )
        except StaleVersion:
            messages.error(request, _("Somebody changed this draft meanwhile. Look at it as it is now."))
        except services.PlaybookRefused as error:
            for problem in error.problems:
                messages.error(request, translate(problem))
        else:
            messages.success(request, _("Published. Plans that begin from now on follow it."))
            return redirect("playbook", published.key, published.version)
        return redirect(_address(draft))
    before = PlaybookVersion.objects.filter(key=draft.key).order_by("-version").first() or draft.begun_from
    old, new = loads(before.content), loads(draft.content)
    context = {
        "draft": draft,
        "book": shown_draft(new),
        "before": before,
        "differences": shown_differences(editing.differences(old, new), old, new),
    }
    return TemplateResponse(request, "transitions/playbooks/publish.html", context)


@require_POST
@allowed("edit_playbooks", PlaybookDraft)
def discard(request: AuthenticatedRequest, draft: PlaybookDraft) -> HttpResponse:
    return pressed(
        request,
        lambda: services.discard_draft(draft=draft, version=version_of(request)),
        back=reverse("playbooks"),
        done=_("The draft is thrown away. What is published stays as it is."),
    )


def _book_with(draft: PlaybookDraft, part: str, key: str) -> Playbook:
    book = loads(draft.content)
    if part not in ADDABLE or editing.part(book, part, key) is None:
        raise Http404
    return book


def _address(draft: PlaybookDraft, part: str = "", key: str = "") -> str:
    place = f"#{part}-{key}" if part else ""
    return reverse("playbook-draft", args=[draft.uuid]) + place


def _saved(
    request: AuthenticatedRequest, draft: PlaybookDraft, book: Playbook, form: Any
) -> HttpResponse | None:
    """Keep the changed playbook; the answer if somebody else was faster."""
    try:
        services.save_draft(
            draft=draft,
            playbook=book,
            version=form.cleaned_data["version"],
            by=request.user.person,
            now=timezone.now(),
        )
    except StaleVersion as error:
        return conflict(request, form, error, back=_address(draft))
    messages.success(request, _("Saved in the draft."))
    return None


def _part_page(
    request: AuthenticatedRequest, draft: PlaybookDraft, book: Playbook, part: str, form: Any, words: str
) -> HttpResponse:
    if form.is_valid():
        made = form.made()
        stage = form.cleaned_data.get("stage", "")
        changed = editing.put(book, part, made, stage=stage)
        return _saved(request, draft, changed, form) or redirect(_address(draft, part, made.key))
    context = {
        "draft": draft,
        "book_name": _(book.name),
        "form": form,
        "part": part,
        "kind": KINDS[part],
        "title": words,
        "back": _address(draft),
    }
    return TemplateResponse(request, "transitions/playbooks/part.html", context)


def _press(
    request: AuthenticatedRequest, draft: PlaybookDraft, book: Playbook, part: str, key: str, done: str
) -> HttpResponse:
    def deed() -> None:
        services.save_draft(
            draft=draft,
            playbook=book,
            version=version_of(request),
            by=request.user.person,
            now=timezone.now(),
        )

    return pressed(request, deed, back=_address(draft, part, key), done=done)
