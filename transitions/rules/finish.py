"""Finishing a step from a mail: which steps a plain click finishes, for whom, and how long its link opens."""

import hashlib
from datetime import date, timedelta

from transitions.rules.digests import digest_key
from transitions.rules.playbooks import Playbook, Step
from transitions.rules.playbooks.vocabulary import PLAIN_KINDS

OPENS_FOR = timedelta(days=7)


def is_plain(kind: str) -> bool:
    """Whether a step of this kind is finished by a plain click."""
    return kind in PLAIN_KINDS


def by_link(playbook: Playbook, step: Step | None) -> bool:
    """Whether the link in a mail is enough to finish `step`, without signing in.

    What the playbook says; where it says nothing, a link is not enough for a decision, for a step that a gate
    waits for, and for one that the playbook does not know.
    """
    if step is None or not is_plain(step.kind):
        return False
    if step.by_link is not None:
        return step.by_link
    return step.kind != "decision" and not gates_of(playbook, step.key)


def gates_of(playbook: Playbook, key: str) -> tuple[str, ...]:
    """Labels (msgids) of the gates that wait for the step whose row has this key, "review/2" perhaps."""
    names = {key, key.partition("/")[0]}
    return tuple(gate.label for gate in playbook.gates() if names & set(gate.args.get("steps", ())))


def link_id(*, step: str, owner: int, due_on: date, series: int) -> str:
    """Return what the token of a link is made over.

    The link opens nothing any more once the step goes to somebody else or to another day, or the owner raises
    their `series` to make all earlier links void.
    """
    return f"finish:{step}:{owner}:{due_on.isoformat()}:{series}"


def secret_name(link: str) -> str:
    """Return the name of a link in the mail that carries it: short, and the same for the same link."""
    return hashlib.sha256(link.encode()).hexdigest()[:16]


def mail_of(*, owner: int, on: date) -> str:
    """Return the key of the digest that carries a person's links of the date `on`."""
    return digest_key(owner, on)


def has_expired(*, on: date, today: date) -> bool:
    """Whether the links in the digest for the date `on` are too old, or from a day that is yet to come."""
    # Where the reader is, it may be a day later or earlier than here.
    return not on - timedelta(days=1) <= today <= on + OPENS_FOR
