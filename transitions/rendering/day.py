"""My day, with the links that lead on, and what to do first where nothing is there yet."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from accounts.rendering.links import Places, link_if_any
from accounts.rendering.rows import drawn
from accounts.rendering.text import translate
from transitions.documents.day import Day, DueItem, MyPlan
from transitions.rendering.words import days_away, title, weekday

IMPORTERS = frozenset({"administrator"})
PLANNERS = frozenset({"account_manager", "leader", "administrator"})
SHAPE = (
    "state",
    "kind",
    "doable",
    "promise",
    "planned",
    "repeated",
    "owed",
    "escalated",
    "missed",
    "stands_in",
    "returns",
    "told",
)


@dataclass(frozen=True, slots=True)
class First:
    """What to do first, on a page that has nothing else to say."""

    icon: str
    title: str
    text: str
    url: str
    action: str


def context(day: Day, role: str, *, has_accounts: bool, settled: bool = True) -> dict[str, Any]:
    """Everything that `transitions/day/day.html` reads."""
    places = Places()
    return {
        "day": day,
        "late": _drawn(day.late, day, places),
        "due_today": _drawn(day.due_today, day, places),
        "this_week": _drawn(day.this_week, day, places),
        "risen": _drawn(day.risen, day, places),
        "waiting": _drawn(day.waiting, day, places),
        "plans": _plans(day.plans, places),
        "first": _first(role, has_accounts, settled) if day.empty else None,
        "leave": _leave(day) if day.away else "",
        "start_url": link_if_any("plan-start") if role in PLANNERS else "",
    }


def _drawn(items: Iterable[DueItem], day: Day, places: Places) -> str:
    return drawn("transitions/day/item.html", [_cells(item, day, places) for item in items], shape=SHAPE)


def _cells(item: DueItem, day: Day, places: Places) -> dict[str, Any]:
    url = places[item.url_name](item.uuid)
    return {
        "state": item.state(day.today),
        "kind": item.kind,
        "doable": bool(item.step and item.version),
        "promise": item.promise,
        "missed": item.missed(day.today),
        "planned": item.plan is not None,
        "repeated": bool(item.number),
        "owed": bool(item.owner),
        "escalated": item.escalated,
        "stands_in": bool(item.for_name),
        "returns": item.back_on is not None,
        "told": item.has_come_up(day.today),
        "for_name": item.for_name,
        "away_until": _last_day(item.back_on),
        "told_who": item.told,
        "risen": weekday(item.risen_on or item.told_on),
        "version": item.version,
        "title": translate(item.title),
        "number": item.number,
        "account": item.account,
        "owner": item.owner,
        "day": weekday(item.due_on),
        "away": days_away(item.due_on, day.today),
        "iso": item.due_on.isoformat(),
        "url": f"{url}#step-{item.step}" if item.step else url,
        "plan_url": places["plan"](item.plan) if item.plan else "",
        "done_url": places["promise-keep" if item.promise else "step-complete"](item.step)
        if item.step
        else "",
    }


def _last_day(back_on: date | None) -> str:
    """The last day away."""
    return weekday(back_on - timedelta(days=1)) if back_on else ""


def _leave(day: Day) -> str:
    """What somebody on leave finds on top: until when, and who gets what is due from them."""
    until = _("You are on leave.")
    if day.back_on:
        until = _("You are on leave until %(day)s.") % {"day": _last_day(day.back_on)}
    who = _("Nobody stands in for you: what is due stays with you.")
    if day.stand_in:
        who = _("%(name)s gets what is due from you.") % {"name": day.stand_in}
    return f"{until} {who}"


def _plans(plans: Iterable[MyPlan], places: Places) -> str:
    rows = [
        {
            "late": plan.late,
            "confidential": plan.confidential,
            "dated": plan.cutover_on is not None,
            "url": places["plan"](plan.uuid),
            "account": plan.account,
            "stage": translate(plan.stage_title),
            "mode": title(plan.mode, "mode"),
            "on": weekday(plan.cutover_on),
            "roles": ", ".join(title(role, "role") for role in plan.roles),
        }
        for plan in plans
    ]
    return drawn("transitions/day/plan.html", rows, shape=("late", "confidential", "dated"))


def _first(role: str, has_accounts: bool, settled: bool) -> First:
    if role in IMPORTERS and not has_accounts and not settled:
        return First(
            "sliders",
            _("Say first who you are"),
            _("Name, currency, country and time zone of the company: amounts, dates and mails go by them."),
            link_if_any("organisation"),
            _("To the settings"),
        )
    if role in IMPORTERS and not has_accounts:
        return First(
            "upload",
            _("Bring in your accounts first"),
            _("Import accounts, reps and teams from your CRM’s export. Nothing is kept before you saw it."),
            link_if_any("imports"),
            _("Import accounts"),
        )
    if role in PLANNERS and has_accounts:
        return First(
            "arrow-left-right",
            _("Nothing is due, and no plan of yours is open"),
            _("When an account changes hands, start a plan: who does what by when, with reminders."),
            link_if_any("plan-start"),
            _("Start a plan"),
        )
    if role in PLANNERS:
        return First(
            "buildings",
            _("No account is yours yet"),
            _("As soon as one is given to you, or a plan needs you, it is here."),
            link_if_any("accounts"),
            _("See the accounts"),
        )
    return First(
        "sun",
        _("Nothing waits for you"),
        _("When a plan needs you, what to do and by when is here."),
        link_if_any("plans"),
        _("See the plans"),
    )
