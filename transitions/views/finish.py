"""The small page behind the link of a step in a digest: it asks once, and one button does it.

Opening it changes nothing, however often and by whom: mail programs and their guards open every link. Whoever
presses the button by mistake finds another on the same page that takes it back.
"""

from collections.abc import Callable
from datetime import date
from uuid import UUID

from allauth.core import ratelimit
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_http_methods

from accounts.models.base import StaleVersion
from accounts.permissions import public
from accounts.rendering.text import translate
from accounts.rules.text import Message, gettext_noop
from accounts.selectors.calendar import our_tz, tz_in
from accounts.selectors.organisation import organisation_of
from accounts.views.editing import version_of
from accounts.views.mail_links import private
from transitions.models import PlanStep
from transitions.selectors import finish as selectors
from transitions.selectors.finish import Finishable
from transitions.services import finish as services
from transitions.services.refusals import PlanNotOpen, StepRefused

CHANGED = gettext_noop("The step was changed meanwhile. Look at it again before you press the button.")


@require_http_methods(["GET", "HEAD", "POST"])
@public
def finish(request: HttpRequest, on: str, uuid: UUID, token: str) -> HttpResponse:
    now = timezone.now()
    found = _found(on, uuid, token, now.date())
    someone_else = request.user.is_authenticated and found and request.user.person_id != found.owner.pk
    if found is None or someone_else:
        # Whoever only opens it has no use of guessing, and is answered at less cost than counting has.
        limited = request.method == "POST" and ratelimit.consume_or_429(request, action="bad_link")
        return private(limited or render(request, "transitions/finish/void.html", status=404))
    if not (found.by_link or request.user.is_authenticated):
        # The step's own page, since what needs a sign-in needs more than a glance.
        return private(redirect_to_login(reverse("step", args=[uuid])))
    if request.method != "POST":
        return _page(request, found, found.step)
    verb = services.take_back if request.POST.get("undo") else services.finish
    return _done(request, found, lambda: verb(found=found, version=version_of(request), now=now))


def _done(request: HttpRequest, found: Finishable, deed: Callable[[], PlanStep]) -> HttpResponse:
    try:
        step = deed()
    except StaleVersion as error:
        step = error.row  # type: ignore[assignment]
        if bool(step.done_at) == (not request.POST.get("undo")):  # pressed twice in one moment
            return _page(request, found, step, pressed=True)
        return _page(request, found, step, says=Message(CHANGED), status=409)
    except PlanNotOpen:  # it was closed in the same second
        return private(render(request, "transitions/finish/void.html", status=404))
    except StepRefused as refusal:
        return _page(request, found, found.step, says=refusal.message, status=409)
    return _page(request, found, step, pressed=True)


def _found(on: str, uuid: UUID, token: str, today: date) -> Finishable | None:
    try:
        day = date.fromisoformat(on)
    except ValueError:
        day = date.min
    if day.isoformat() != on:  # another spelling is another address
        day = date.min  # of which no link is good: the work stays the same
    return selectors.found(uuid=uuid, on=day, token=token, today=today)


def _page(
    request: HttpRequest,
    found: Finishable,
    step: PlanStep,
    *,
    says: Message | None = None,
    pressed: bool = False,
    status: int = 200,
) -> HttpResponse:
    """The page in the owner's language and time, whatever the browser's: it belongs to their mail."""
    ours, owner = organisation_of(request), found.owner
    tz = tz_in(owner.tz, owner.country) or our_tz(ours)
    with translation.override(owner.language or ours.language), timezone.override(tz):
        context = {
            "found": found,
            "step": step,
            "says": translate(says) if says else "",
            "pressed": pressed,
            "may_undo": services.may_take_back(found, step),
            "signed_in": request.user.is_authenticated,
        }
        return private(render(request, "transitions/finish/finish.html", context, status=status))
