"""What the page of a plan needs besides its document: links to mend what is missing, and finished words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, tzinfo
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts.rendering.links import link, link_if_any
from accounts.rendering.numbers import day
from accounts.rendering.rows import drawn
from accounts.rendering.text import translate
from transitions.documents.concerns import Tally
from transitions.documents.meetings import Next
from transitions.documents.plan import GateLine, MissingLine, PlanPage, StageLine, StepGroup, StepLine, Who
from transitions.documents.timeline import Phase
from transitions.rendering import plan_cards as cards
from transitions.rendering.history import story
from transitions.rendering.timeline import phase_when, picture
from transitions.rendering.words import initials, title, weekday

SHORT_HISTORY = 8
STEP_SHAPE = (
    "works",
    "state",
    "promise",
    "repeated",
    "owned",
    "unreachable",
    "special",
    "pinned",
    "squeezed",
    "noted",
)


@dataclass(frozen=True, slots=True)
class Mend:
    """What a gate lacks, and the link that leads to where it is mended; "" where there is none."""

    says: str
    url: str
    action: str


@dataclass(frozen=True, slots=True)
class GateShown:
    line: GateLine
    mends: tuple[Mend, ...]


def context(
    page: PlanPage, may: Mapping[str, bool], *, tally: Tally, meeting: Next | None, currency: str
) -> dict[str, Any]:
    """Everything that `transitions/plans/plan.html` reads."""
    header, following = page.header, page.following
    works = may["work_step"] and header.state == "open"
    gates = [GateShown(gate, _mends(page, gate)) for gate in following.gates] if following else []
    return {
        "page": page,
        "header": header,
        "may": may,
        "open": header.state == "open",
        "following": following,
        "groups": _groups(page.groups, works=works, tz=ZoneInfo(header.tz)),
        "stages": _stages(page.stages),
        "gates": gates,
        "gates_drawn": _gates(page, gates, may),
        "people": _people(page, may),
        "advance_says": _advance_says(page, following) if following else "",
        "timeline": picture(page.timeline),
        "fade": drawn(
            "transitions/plans/fade_phase.html",
            fade := [_phase(page, phase) for phase in page.timeline.phases],
            shape=("now",),
        ),
        "fade_now": any(phase["now"] for phase in fade),
        "story": story(page.history[:SHORT_HISTORY], undoes=may["edit_plan"] and header.state == "open"),
        "packet_url": link_if_any("packet", header.uuid),
        "steps_done": page.steps_done,
        "steps_total": page.steps_total,
        "squeezed": len(page.compressed),
        "head": cards.head(page),
        "noted": cards.noted(page),
        "strip": cards.strip(page, currency),
        "talks": cards.talks(page, tally, meeting),
        "dates": cards.dates(page, edits=may["edit_plan"] and header.state == "open"),
        "about": cards.about(page, may),
    }


def _phase(page: PlanPage, phase: Phase) -> dict[str, Any]:
    """A part of the fade with the names of those who are named, else of their roles."""

    def who(role: str) -> str:
        holder = page.holder(role)
        return holder.name if holder else title(role, "role")

    shares = sorted(((percent, role) for role, percent in phase.mail if percent), reverse=True)
    sharing = " + ".join(who(role) for percent, role in shares)
    return {
        "title": translate(phase.title),
        "when": phase_when(phase),
        "leads": who(phase.leads) if phase.leads else sharing,
        "shadows": who(phase.shadows) if phase.shadows else "–",
        "mail": ", ".join(
            _("%(who)s %(percent)d%%") % {"who": who(role), "percent": percent} for percent, role in shares
        ),
        "now": page.header.state == "open" and phase.holds(page.header.today),
    }


def _groups(groups: Sequence[StepGroup], *, works: bool, tz: tzinfo) -> str:
    rows, language = [], get_language()
    for group in groups:
        late = ngettext("%(count)s late", "%(count)s late", group.late) % {"count": group.late}
        rows.append(
            {
                "key": group.key,
                "state": group.state,
                "complete": group.done == len(group.steps),
                "late": group.late > 0,
                "title": translate(group.title),
                "late_words": late,
                "done": group.done,
                "total": len(group.steps),
                "steps": mark_safe("".join([_step(step, works, tz, language) for step in group.steps])),
            }
        )
    return drawn("transitions/plans/step_group.html", rows, shape=("state", "complete", "late"))


@lru_cache(maxsize=5000)
def _step(step: StepLine, works: bool, tz: tzinfo, language: str | None) -> SafeString:
    """The row of a step, drawn once for as long as nothing of it changes: who completes one of sixty is
    shown the other fifty-nine as they were."""
    on = step.done_at.astimezone(tz).date() if step.done_at else step.due_on
    lost = ""
    if step.compressed and not step.done:
        lost = ngettext("%(days)d day lost", "%(days)d days lost", step.lost) % {"days": step.lost}
    cells = {
        "works": works,
        "state": step.state,
        "promise": step.kind == "check-in",
        "repeated": bool(step.number),
        "owned": step.owner is not None,
        "unreachable": bool(step.owner and not step.owner.reachable),
        "special": step.kind != "task",
        "pinned": step.pinned,
        "squeezed": bool(lost),
        "noted": bool(step.note),
        "uuid": step.uuid,
        "version": step.version,
        "url": link("step", step.uuid),  # of its own page; its verbs hang below it
        "title": translate(step.title),
        "number": step.number,
        "owner": step.owner.name if step.owner else "",
        "nobody": "" if step.owner else title(step.owner_role, "role"),
        "kind": title(step.kind, "kind"),
        "lost": lost,
        "note": step.note,
        "day": weekday(on),
        "iso": step.due_on.isoformat(),
    }
    return drawn("transitions/plans/step_row.html", [cells], shape=STEP_SHAPE)


def moved_in_words(what: str, before: date, after: date, along: int, stay: int) -> str:
    """What a move did, in one line: the thing itself, how many steps moved along, how many stayed."""
    sentences = [
        _("%(what)s moved from %(before)s to %(after)s.")
        % {"what": what, "before": day(before), "after": day(after)}
    ]
    if along:
        sentences.append(
            ngettext("%(count)d step moved along.", "%(count)d steps moved along.", along) % {"count": along}
        )
    if stay:
        sentences.append(
            ngettext(
                "%(count)d step stayed: it is done or pinned.",
                "%(count)d steps stayed: they are done or pinned.",
                stay,
            )
            % {"count": stay}
        )
    return " ".join(sentences)


def _mends(page: PlanPage, gate: GateLine) -> tuple[Mend, ...]:
    return tuple(Mend(translate(one.message), *_where(page, one)) for one in gate.missing)


def _where(page: PlanPage, missing: MissingLine) -> tuple[str, str]:
    header = page.header
    match missing.hint:
        case "people":
            return link("plan-people", header.uuid, missing.subject), _("Choose")
        case "step" if missing.step:
            return f"#step-{missing.step}", _("To the step")
        case "promise" if missing.step:
            return f"{link('promises', header.uuid)}#step-{missing.step}", _("To the promise")
        case "words":
            return link("plan-words", header.uuid), _("Write it")
        case "packet":
            return link_if_any("packet", header.uuid), _("Make the packet")
        case "dates" if missing.subject:
            return link("plan-anchor", header.uuid, missing.subject), _("Move the date")
        case "requests":
            return link_if_any("account", header.account_uuid), _("To the account")
        case "team":
            return link("plan-team", header.uuid), _("Choose")
        case "concerns":
            return f"{link('plan-concerns', header.uuid)}?seriousness=red", _("To the concerns")
        case "meeting":
            place = f"#meeting-{missing.step}" if missing.step else ""
            return link("plan-meetings", header.uuid) + place, _("To the meeting")
        case "guards":
            return f"{link('plan-guards', header.uuid)}#guard-{missing.subject}", _("Decide")
        case "message":
            return link("message", header.uuid), _("To the message")
        case "readiness":
            return link("readiness", header.uuid), _("To the readiness")
        case "record":
            return link("plan-record", header.uuid), _("To the record")
        case "support":
            return link("plan-support", header.uuid), _("To the support team")
        case "release":
            return "#release", _("To the release")
    return "", ""


def _stages(stages: Sequence[StageLine]) -> str:
    rows = [
        {
            "state": stage.state,
            "counted": stage.steps > 0,
            "number": number,
            "title": translate(stage.title),
            "done": stage.steps_done,
            "total": stage.steps,
        }
        for number, stage in enumerate(stages, start=1)
    ]
    return drawn("transitions/plans/rail_stage.html", rows, shape=("state", "counted"))


def _gates(page: PlanPage, gates: Sequence[GateShown], may: Mapping[str, bool]) -> str:
    header, rows = page.header, []
    for gate in gates:
        line, is_open = gate.line, header.state == "open"
        waives = line.state == "closed" and line.waivable and may["waive"] and is_open
        mends = [
            {"linked": bool(mend.url) and is_open, "says": mend.says, "url": mend.url, "action": mend.action}
            for mend in gate.mends
        ]
        rows.append(
            {
                "state": line.state,
                "lacking": line.state == "closed" and bool(mends),
                "waives": waives,
                "key": line.key,
                "label": translate(line.label),
                "who": line.waived_by,
                "on": day(line.waived_at),
                "why": line.waived_why,
                "mends": drawn("transitions/plans/mend.html", mends, shape=("linked",)),
                "waive_url": link("plan-waive", header.uuid, line.key) if waives else "",
            }
        )
    return drawn("transitions/plans/gate.html", rows, shape=("state", "lacking", "waives"))


def _people(page: PlanPage, may: Mapping[str, bool]) -> str:
    header, rows = page.header, []
    for line in page.people:
        edits = line.editable and may["edit_plan"] and header.state == "open"
        owes = ngettext("owes %(count)s step", "owes %(count)s steps", line.owes) % {"count": line.owes}
        rows.append(
            {
                "held": bool(line.people),
                "owing": line.owes > 0,
                "ended": header.state in ("closed", "cancelled"),
                "edits": edits,
                "role": translate(line.title),
                "people": _holders(line.people),
                "owes": owes,
                "url": link("plan-people", header.uuid, line.role) if edits else "",
            }
        )
    return drawn("transitions/plans/role.html", rows, shape=("held", "owing", "ended", "edits"))


def _holders(people: Iterable[Who]) -> str:
    rows = [
        {
            "left": who.left,
            "reachable": who.reachable,
            "titled": bool(who.title),
            "initials": initials(who.name),
            "name": who.name,
            "title": who.title,
        }
        for who in people
    ]
    return drawn("transitions/plans/holder.html", rows, shape=("left", "reachable", "titled"))


def _advance_says(page: PlanPage, following: StageLine) -> str:
    """What moving on does, before anyone presses the button."""
    names = {"account": page.header.account, "stage": translate(following.title)}
    if following.new_owner_role:
        owner = page.holder(following.new_owner_role)
        if owner:
            return _("Moving on makes %(owner)s the owner of %(account)s.") % {**names, "owner": owner.name}
    if following.ends_owner:
        outgoing = page.holder("outgoing")
        if outgoing:
            return _("Moving on ends the ownership of %(owner)s for %(account)s.") % {
                **names,
                "owner": outgoing.name,
            }
    if following.closes:
        return _("Moving on closes the plan: it stays readable, and nothing in it changes any more.")
    return _("Moving on begins “%(stage)s”.") % names
