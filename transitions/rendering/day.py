"""My day, with the links that lead on, and what to do first where nothing is there yet."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.rendering.text import translate
from transitions.documents.day import Day, DueItem
from transitions.rendering.plans import url_of
from transitions.rendering.words import days_away, weekday

IMPORTERS = frozenset({"administrator"})
PLANNERS = frozenset({"account_manager", "leader", "administrator"})


@dataclass(frozen=True, slots=True)
class Shown:
    """One due item in finished words, and where it leads: to itself, its plan, its doing ("": nowhere)."""

    item: DueItem
    state: str
    title: str
    number: str
    day: str
    away: str
    iso: str
    url: str
    plan_url: str
    done_url: str


@dataclass(frozen=True, slots=True)
class First:
    """What to do first, on a page that has nothing else to say."""

    icon: str
    title: str
    text: str
    url: str
    action: str


def context(day: Day, role: str, *, has_accounts: bool) -> dict[str, Any]:
    """Everything that `transitions/day/day.html` reads."""
    return {
        "day": day,
        "late": _shown(day.late, day),
        "due_today": _shown(day.due_today, day),
        "this_week": _shown(day.this_week, day),
        "waiting": _shown(day.waiting, day),
        "first": _first(role, has_accounts) if day.empty else None,
        "start_url": url_of("plan-start") if role in PLANNERS else "",
    }


def _shown(items: Iterable[DueItem], day: Day) -> list[Shown]:
    return [
        Shown(
            item=item,
            state=item.state(day.today),
            title=translate(item.title),
            number=str(item.number or ""),
            day=weekday(item.due_on),
            away=days_away(item.due_on, day.today),
            iso=item.due_on.isoformat(),
            url=url_of(item.url_name, item.uuid) + (f"#step-{item.step}" if item.step else ""),
            plan_url=reverse("plan", args=[item.plan]) if item.plan else "",
            done_url=reverse("step-complete", args=[item.step]) if item.step and item.version else "",
        )
        for item in items
    ]


def _first(role: str, has_accounts: bool) -> First:
    if role in IMPORTERS and not has_accounts:
        return First(
            "upload",
            _("Bring in your accounts first"),
            _("Import accounts, reps and teams from your CRM’s export. Nothing is kept before you saw it."),
            url_of("imports"),
            _("Import accounts"),
        )
    if role in PLANNERS and has_accounts:
        return First(
            "arrow-left-right",
            _("Nothing is due, and no plan of yours is open"),
            _("When an account changes hands, start a plan: who does what by when, with reminders."),
            url_of("plan-start"),
            _("Start a plan"),
        )
    if role in PLANNERS:
        return First(
            "buildings",
            _("No account is yours yet"),
            _("As soon as one is given to you, or a plan needs you, it is here."),
            url_of("accounts"),
            _("See the accounts"),
        )
    return First(
        "sun",
        _("Nothing waits for you"),
        _("When a plan needs you, what to do and by when is here."),
        url_of("plans"),
        _("See the plans"),
    )
