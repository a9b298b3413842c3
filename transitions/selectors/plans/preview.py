"""What a plan for an account would look like, before it is started."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from accounts.models import Account
from accounts.rules.calendar import Calendar
from accounts.rules.text import Message
from accounts.selectors.calendar import calendar_of, today_of
from transitions.documents.start import AnchorPreview, LostTime, StagePreview, StartPreview
from transitions.models import PlaybookVersion
from transitions.rules import schedule
from transitions.rules.anchors import complete, problems_of_anchors
from transitions.rules.playbooks import Playbook
from transitions.selectors.playbooks import attention_of, playbook_of

FAR = timedelta(days=500)  # far enough ahead that no plan is squeezed


def usual_cutover(account: Account, version: PlaybookVersion, now: datetime) -> date:
    """The first cutover that leaves every step its full time; today for what may happen at once."""
    playbook, today = playbook_of(version, account.tier), today_of(account, now)
    calendar = calendar_of(account, today)
    rule = playbook.anchor("cutover")
    if rule is not None and rule.past:
        return calendar.roll(today)
    far = calendar.roll(today + FAR)
    steps = _schedule(playbook, {"cutover": far}, calendar, today, account.tier).steps
    lead = max((calendar.between(step.planned_on, far) for step in steps), default=0)
    return calendar.add(today, max(lead, 1))


def preview(
    account: Account, version: PlaybookVersion, given: Mapping[str, date], now: datetime
) -> StartPreview:
    """The dates that a plan would have with the anchors `given`; the rest as the playbook has it."""
    playbook, today = playbook_of(version, account.tier), today_of(account, now)
    calendar = calendar_of(account, today)
    known = {key: on for key, on in given.items() if playbook.anchor(key)}
    problems = problems_of_anchors(playbook, known, today)
    if problems:
        return StartPreview(problems=tuple(problems))
    anchors = complete(playbook, known, calendar, today)
    problems = problems_of_anchors(playbook, anchors, today)
    if problems:
        return StartPreview(problems=tuple(problems))
    attention = attention_of(playbook, account, now)
    planned = schedule.plan(playbook, anchors, calendar, today, account.tier, attention=attention)
    rules = sorted(playbook.anchors, key=lambda rule: anchors[rule.key])
    return StartPreview(
        playbook=Message(playbook.name),
        anchors=tuple(
            AnchorPreview(
                Message(rule.title), anchors[rule.key], rule.key in known, calendar.roll(anchors[rule.key])
            )
            for rule in rules
        ),
        stages=tuple(_stages(playbook, planned)),
        steps=len(planned.steps),
        notice=_notice(anchors, calendar) if _asks_notice(playbook) else None,
        lost=tuple(LostTime(Message(step.title), step.lost) for step in planned.compressed),
    )


def _schedule(
    playbook: Playbook, given: Mapping[str, date], calendar: Calendar, today: date, tier: str
) -> schedule.Schedule:
    anchors = complete(playbook, given, calendar, today)
    return schedule.plan(playbook, anchors, calendar, today, tier)


def _stages(playbook: Playbook, planned: schedule.Schedule) -> list[StagePreview]:
    found = []
    for stage in playbook.stages:
        days = [step.due_on for step in planned.steps if step.stage == stage.key]
        if days:
            found.append(StagePreview(Message(stage.title), min(days), max(days), len(days)))
    return found


def _asks_notice(playbook: Playbook) -> bool:
    return any(gate.check == "notice" for gate in playbook.gates())


def _notice(anchors: Mapping[str, date], calendar: Calendar) -> int | None:
    if "announcement" not in anchors or "cutover" not in anchors:
        return None
    return calendar.between(anchors["announcement"], anchors["cutover"])
