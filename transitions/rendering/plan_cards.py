"""The small cards of a plan's page, each drawn from its pattern."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.rendering.links import link
from accounts.rendering.numbers import day
from accounts.rendering.rows import drawn
from accounts.rendering.text import translate
from transitions.documents.concerns import Tally
from transitions.documents.meetings import Next
from transitions.documents.plan import AnchorLine, PlanPage, Who
from transitions.rendering.words import days_away, initials, money_in_short, risk, title, weekday


def head(page: PlanPage) -> str:
    """Whose account goes from whom to whom, and what kind of plan it is."""
    header = page.header
    taker = page.incoming or page.interim
    cells = {
        "ended": header.state != "open",
        "confidential": header.confidential,
        "interim": page.incoming is None and page.interim is not None,
        "cover": header.purpose == "cover",
        "plans_url": link("plans"),
        "account": header.account,
        "outgoing": _who(page.outgoing, _("nobody yet")),
        "incoming": _who(taker, _("incoming rep not chosen yet")),
        "state": title(header.state, "state"),
        "tier": title(header.tier, "tier"),
        "mode": title(header.mode, "mode"),
        "reason": title(header.reason, "reason"),
        "account_url": link("account", header.account_uuid),
        "packet_url": link("packet", header.uuid),
    }
    return drawn("transitions/plans/head.html", [cells], shape=("ended", "confidential", "interim", "cover"))


def _who(who: Who | None, nobody: str) -> str:
    cells = {
        "named": who is not None,
        "left": who is not None and who.left,
        "initials": initials(who.name) if who else "?",
        "name": who.name if who else nobody,
    }
    return drawn("transitions/plans/from_to.html", [cells], shape=("named", "left"))


def noted(page: PlanPage) -> bool:
    """Whether there is anything to say above the plan: that it is secret, rests, has ended, waits."""
    header = page.header
    unusual = header.confidential or header.purpose == "cover" or header.recount or header.undecided
    return bool(unusual) or header.state != "open"


def strip(page: PlanPage, currency: str) -> str:
    """The figures of the plan at a glance."""
    header, cutover = page.header, page.cutover
    degree = risk(header.risk)
    late = ngettext("%(count)s is late", "%(count)s are late", page.late) % {"count": page.late}
    notice = ngettext("%(count)s day", "%(count)s days", header.notice or 0) % {"count": header.notice or 0}
    cells = {
        "late": page.late > 0,
        "short": page.short_notice,
        "asking": bool(header.notice_asked),
        "renews": header.renewal_on is not None,
        "cutover": weekday(cutover.on) if cutover else "–",
        "away": days_away(cutover.on, header.today) if cutover else "",
        "stage": translate(header.stage_title),
        "number": page.stage_number,
        "stages": len(page.stages),
        "done": page.steps_done,
        "total": page.steps_total,
        "late_words": late,
        "notice": "–" if header.notice is None else notice,
        "asked": header.notice_asked,
        "risk": header.risk,
        "risk_words": degree.words,
        "look": degree.look,
        "value": "–" if header.yearly_value is None else money_in_short(header.yearly_value, currency),
        "renewal": day(header.renewal_on),
    }
    return drawn("transitions/plans/strip.html", [cells], shape=("late", "short", "asking", "renews"))


def dates(page: PlanPage, *, edits: bool) -> str:
    """The anchors, each with what may be done about it."""
    rows = [_date(page, anchor, edits=edits) for anchor in page.anchors]
    return drawn("transitions/plans/date.html", rows, shape=("edits", "moved", "promised"))


def _date(page: PlanPage, anchor: AnchorLine, *, edits: bool) -> dict[str, object]:
    moved = anchor.works_on != anchor.on
    sentence = _("%(day)s is no business day where the client is: its steps fall on %(works)s.")
    return {
        "edits": edits,
        "moved": moved,
        "promised": anchor.promised_at is not None,
        "title": translate(anchor.title),
        "day": day(anchor.on),
        "why": sentence % {"day": weekday(anchor.on), "works": weekday(anchor.works_on)} if moved else "",
        "move_url": link("plan-anchor", page.header.uuid, anchor.key) if edits else "",
        "told_url": link("plan-anchor-told", page.header.uuid, anchor.key) if edits else "",
    }


def about(page: PlanPage, may: Mapping[str, bool]) -> str:
    """What kind of plan it is, and the verbs that end or change it as a whole."""
    header = page.header
    is_open = header.state == "open"
    cells = {
        "teamed": bool(header.team),
        "ends": may["end_plan"] and header.state in ("open", "on_hold"),
        "holds": may["hold_plan"] and is_open,
        "switches": may["switch_plan"] and is_open and header.mode == "soft",
        "reason": title(header.reason, "reason"),
        "playbook": _(header.playbook) if header.playbook else "",
        "playbook_url": link_to_playbook(header.playbook_key, header.playbook_version),
        "version": header.playbook_version,
        "team": header.team,
        "on": day(header.created_at),
        "who": header.created_by,
        "hold_url": link("plan-hold", header.uuid),
        "switch_url": link("plan-switch", header.uuid),
        "close_url": link("plan-close", header.uuid),
        "cancel_url": link("plan-cancel", header.uuid),
    }
    return drawn("transitions/plans/about_card.html", [cells], shape=("teamed", "ends", "holds", "switches"))


def link_to_playbook(key: str, version: int) -> str:
    return link("playbook", key, str(version))


def talks(page: PlanPage, tally: Tally, meeting: Next | None) -> str:
    """The next meeting with the client, and how their concerns stand."""
    when = f"{translate(meeting.title)}, {day(meeting.on)}" if meeting else _("None is ahead.")
    concerns = _("None is noted yet.") if page.header.state == "open" else _("None is noted.")
    if tally.total:
        concerns = _("%(open)s open, %(answered)s answered, %(confirmed)s confirmed") % {
            "open": tally.open,
            "answered": tally.answered,
            "confirmed": tally.confirmed,
        }
    serious = ngettext("%(count)s serious", "%(count)s serious", tally.serious) % {"count": tally.serious}
    cells = {
        "unarranged": meeting is not None and meeting.starts_at is None,
        "serious": tally.serious > 0,
        "meetings_url": link("plan-meetings", page.header.uuid),
        "concerns_url": link("plan-concerns", page.header.uuid),
        "meeting": when,
        "concerns": concerns,
        "serious_words": serious,
    }
    return drawn("transitions/plans/talks_card.html", [cells], shape=("unarranged", "serious"))
