"""Choosing who takes over, and putting the second choice in the place of the first."""

from collections.abc import Iterable
from datetime import date

from accounts.rules.calendar import Calendar
from accounts.rules.text import gettext_noop as _
from transitions.rules.playbooks import Playbook

ROLES = ("incoming", "second_choice")  # that are chosen among candidates

CLASH = "clash"
# Why the second choice takes the place of the first.
TRIGGERS = {
    CLASH: _("The incoming rep and the client do not get along"),
    "leaves": _("The incoming rep leaves us or cannot take over"),
    "client": _("The client asks for somebody else"),
}
INTRODUCE = "introduce"  # the purpose of the meeting in which the client meets the incoming rep


def done_anew(playbook: Playbook, steps: Iterable[tuple[str, str]]) -> frozenset[str]:
    """Keys of the steps that were done for the first choice only, and are done again for the second.

    `steps` are pairs of key and role. What the incoming rep did themselves, the meeting in which the client
    met them, and what a leader did because they were chosen: approve the message that names them. What
    others prepared, such as the packet, the record and the announcement, holds for whoever comes.
    """
    rules = {key: playbook.step(key) for key, _role in steps}
    deciding = {key for key, rule in rules.items() if rule is not None and "incoming" in rule.decides}
    return frozenset(
        key
        for key, role in steps
        if role == "incoming"
        or ((rule := rules[key]) is not None and rule.purpose == INTRODUCE)
        or (rule is not None and role == "lead" and rule.base in deciding)
    )


def days_anew(days: dict[str, date], today: date, calendar: Calendar) -> dict[str, date]:
    """When work that is done again is due: as far apart as it was, from the next business day on.

    Days that lie ahead anyway stay.
    """
    past = [day for day in days.values() if day <= today]
    if not past:
        return dict(days)
    later = calendar.between(min(past), calendar.add(today, 1))
    return {key: max(day, calendar.add(day, later)) for key, day in days.items()}
