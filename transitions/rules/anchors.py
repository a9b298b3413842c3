"""The dates on which a plan hangs: which ones it may have, and what they are where nobody says."""

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import pairwise

from accounts.rules.calendar import Calendar
from accounts.rules.text import Message, gettext_noop
from transitions.rules.playbooks.types import Playbook, resolved

_ = gettext_noop

FURTHEST_AHEAD = timedelta(days=5 * 366)
FURTHEST_BACK = timedelta(days=366)


def complete(
    playbook: Playbook, anchors: Mapping[str, date], calendar: Calendar, today: date
) -> dict[str, date]:
    """`anchors` completed by the playbook's usual distances. `playbook` is that of one tier.

    Where time is short, preparation is halved before the client's notice is touched; then both
    shrink alike. What the client is told (`told`) is never told in the past.
    """
    found = dict(anchors)
    first = calendar.roll(today)
    missing = [rule for rule in playbook.anchors if rule.key not in anchors and rule.base]
    while ready := [rule for rule in missing if rule.base in found]:
        for rule in ready:
            missing.remove(rule)
            base, offset = found[rule.base], resolved(rule.offset)
            if offset < 0 and rule.key in playbook.order and rule.base in playbook.order:
                offset = -_notice(playbook, rule.key, -offset, calendar.between(first, base))
            found[rule.key] = calendar.add(base, offset)
            if rule.told:
                found[rule.key] = max(found[rule.key], first)
    return found


def problems_of_anchors(
    playbook: Playbook, anchors: Mapping[str, date], today: date, *, moved: str = ""
) -> list[tuple[str, Message]]:
    """What is wrong with these dates, as (anchor key, sentence). Empty: a plan can hang on them.

    Which order anchors keep and which may lie in the past is the playbook's word. With `moved` only
    that anchor is asked whether it lies in the past: the others may have passed meanwhile.
    """
    problems: list[tuple[str, Message]] = []
    titles = {rule.key: Message(rule.title) for rule in playbook.anchors}
    for key in anchors:
        if key not in titles:
            problems.append((key, Message(_("This playbook knows no date “%(key)s”."), {"key": key})))
    for rule in playbook.anchors:
        day = anchors.get(rule.key)
        if day is None:
            if not rule.base:
                problems.append((rule.key, Message(_("Enter this date."))))
        elif not moved or moved == rule.key:
            problem = _problem_of_day(playbook, rule.key, rule.past, day, today)
            if problem:
                problems.append((rule.key, problem))
    ordered = [key for key in playbook.order if key in anchors]
    pairs = [*pairwise(ordered), *((rule.after, rule.key) for rule in playbook.anchors if rule.after)]
    refused = {key for key, message in problems}
    for earlier, later in pairs:
        if earlier not in anchors or later not in anchors:
            continue
        if anchors[earlier] >= anchors[later] and not refused & {earlier, later}:
            sentence = _("%(earlier)s (%(first)s) must come before %(later)s (%(second)s).")
            params = {
                "earlier": titles[earlier],
                "first": anchors[earlier],
                "later": titles[later],
                "second": anchors[later],
            }
            problems.append((moved if moved in (earlier, later) else later, Message(sentence, params)))
    return problems


def _problem_of_day(playbook: Playbook, key: str, past: bool, day: date, today: date) -> Message | None:
    if day > today + FURTHEST_AHEAD:
        return Message(_("This date is more than five years ahead."))
    if day < today - FURTHEST_BACK:
        return Message(_("This date is more than a year ago."))
    if past:
        return None
    if key in playbook.order[1:] and day <= today:
        return Message(_("This date must lie after today, so that the client can be told before."))
    return Message(_("This date lies in the past.")) if day < today else None


def _notice(playbook: Playbook, key: str, usual: int, available: int) -> int:
    """Business days from the anchor `key` to the next, when `available` are left from today."""
    before = [resolved(step.offset) for step in playbook.steps() if step.base == key and not step.every]
    preparation = -min([*before, 0])
    kept = min(usual, available - (preparation + 1) // 2)
    alike = available * usual // max(usual + preparation, 1)
    return max(1, min(usual, max(kept, alike)))
