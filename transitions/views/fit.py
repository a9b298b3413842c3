"""What counts how much when a successor is looked for: seen, changed, and put back by administrators."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.permissions import AuthenticatedRequest
from accounts.rendering.text import translate
from accounts.rules.text import Message
from accounts.views.editing import Deed, Refused, edited
from transitions.forms.fields import DrawnForm
from transitions.forms.fit import FitWeightsForm, RestoreForm
from transitions.permissions import allowed
from transitions.rules.fit import PARTS, STANDARD, Weights
from transitions.rules.fit.weights import changes, loads
from transitions.rules.fit.words import SENIORITY, TIER
from transitions.selectors.fit import published_weights, weights_in_force, weights_of_version
from transitions.services import fit as services

LOOK_AND_DO = ["GET", "HEAD", "POST"]


@require_http_methods(LOOK_AND_DO)
@allowed("edit_weights")
def weights(request: AuthenticatedRequest) -> HttpResponse:
    """The weights that count, as a form, and every version that counted before."""
    current = weights_in_force()
    form = FitWeightsForm(request.POST or None, weights=current)
    page: dict[str, Any] = {"weights": current, "versions": _versions()}
    if request.method != "POST":
        return TemplateResponse(request, "transitions/fit/weights.html", {"form": form, **page})

    answer = edited(
        request,
        form,
        _publishing(request, form, form.weights),
        done=_("Published. Proposals and standing cover go by it from now on."),
        back=reverse("fit-weights"),
    )
    if isinstance(answer, TemplateResponse) and answer.status_code == 200:
        return TemplateResponse(request, "transitions/fit/weights.html", {"form": form, **page})
    return answer


@require_http_methods(LOOK_AND_DO)
@allowed("edit_weights")
def restore(request: AuthenticatedRequest, version: int) -> HttpResponse:
    """Publish an earlier version again, as the newest."""
    found = weights_of_version(version)
    if found.version != version:
        raise Http404
    form = RestoreForm(request.POST or None, initial={"version": weights_in_force().version})

    return edited(
        request,
        form,
        _publishing(request, form, lambda: found),
        done=_("Published. Proposals and standing cover go by it from now on."),
        title=_("Weights as in version %(number)d") % {"number": version},
        intro=_("They become the newest version; every version stays to be read."),
        action=_("Publish"),
        back=reverse("fit-weights"),
        back_label=_("Weights"),
    )


def _publishing(request: AuthenticatedRequest, form: DrawnForm, weights: Callable[[], Weights]) -> Deed:
    """Publish `weights()` over the version that the form was typed over; refusals stand in the form."""

    def deed() -> None:
        try:
            services.publish_weights(
                weights=weights(),
                why=form.cleaned_data["why"],
                over=form.cleaned_data["version"],
                by=request.user.person,
                now=timezone.now(),
            )
        except services.WeightsRefused as error:
            form.add_problems([(field, translate(message)) for field, message in error.problems])
            raise Refused from None

    return deed


def _versions() -> list[dict[str, Any]]:
    """Each version with what it changed of the one before, the newest first; last, what we come with."""
    rows = published_weights()
    before = [loads(row.content, row.version) for row in rows[1:]] + [STANDARD]
    shown = [
        {"row": row, "number": row.version, "changes": _said(was, loads(row.content, row.version))}
        for row, was in zip(rows, before, strict=False)
    ]
    return [*shown, {"row": None, "number": STANDARD.version, "changes": ()}]


TITLES = {
    "floor": gettext_lazy("Lowest seniority"),
    "wished": gettext_lazy("Seniority wished for"),
    "tier_weight": gettext_lazy("A client of this tier counts"),
    "unknown": gettext_lazy("What is not known scores"),
    "new_until": gettext_lazy("Counts as a new hire for"),
    "settled_after": gettext_lazy("Settled after"),
    "busy_from": gettext_lazy("More work costs from"),
    "hours_wanted": gettext_lazy("Working hours in common that are enough"),
    "disruption": gettext_lazy("A new face costs"),
    "most_strategic": gettext_lazy("New strategic clients for one rep, in a quarter"),
    "imbalance": gettext_lazy("What fullness costs"),
}


def _said(before: Weights, after: Weights) -> list[tuple[str, str, str]]:
    found = []
    for name, key, was, now in changes(before, after):
        what = translate(Message(PARTS[key])) if name == "parts" else str(TITLES[name])
        if name in ("floor", "wished", "tier_weight"):
            what = f"{what}, {_(TIER[key])}"
        found.append((what, _value(was), _value(now)))
    return found


def _value(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(f"{at:g}: {cost:g}" for at, cost in value)
    if isinstance(value, str):
        return _(SENIORITY.get(value, value))
    return "–" if value is None else f"{value:g}"
