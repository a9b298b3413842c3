"""The CRM record of a plan's account as it stands, field by field, beside what was checked of it."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from accounts.models import Account, BriefingEntry, ClientRequest, Commitment, Contact, User
from accounts.rules.countries import NAMES
from accounts.rules.text import Message
from transitions.documents.record import Check, Field, Record
from transitions.models import HandoverPlan, PlanStep, RecordCheck
from transitions.rules import record as rules
from transitions.rules.record import ASKED, FIELDS, FOLDER, GROUPS, RECORD, WORDS, Parts

Checks = Mapping[str, tuple[str, Check]]  # by the key of the field: what it was called then, and the check


def plan_to_check(user: User, uuid: UUID) -> HandoverPlan | None:
    """The plan, if the user may see it, with the step that asks for the check. Two queries."""
    plan = HandoverPlan.objects.visible_to(user).filter(uuid=uuid).first()
    if plan is not None:
        plan.check_step = PlanStep.objects.open().filter(plan=plan, kind="record").order_by("pk").first()
    return plan


def record_of(plan: HandoverPlan) -> Record:
    """The record as it stands now. Seven queries, however much is in it."""
    rows = plan.record_checks.select_related("by", "step__owner")
    checks = {row.field: (row.label, _check(row)) for row in rows}
    account = Account.objects.select_related("team").get(pk=plan.account_id)
    fields = [*_account(account, checks), *_rows(account, checks)]
    return Record((*fields, *_orphans(checks, {field.key for field in fields})))


def _check(row: RecordCheck) -> Check:
    step, owner = row.step, row.step.owner if row.step else None
    return Check(
        state=row.state,
        mark=row.mark,
        version=row.version,
        by_id=row.by_id,
        by=row.by.name,
        at=row.at,
        before=tuple((kind, value) for kind, value in row.before),
        step=step.uuid if step else None,
        owner_id=owner.pk if owner else None,
        owner=owner.name if owner else "",
        due_on=step.due_on if step else None,
    )


def _last(checks: Checks, key: str) -> Check | None:
    found = checks.get(key)
    return found[1] if found else None


def _account(account: Account, checks: Checks) -> Iterator[Field]:
    owner = account.assignments.owners().select_related("person").first()
    text, word = _text, _word
    told: dict[str, tuple[Parts, str]] = {
        "owner": (text(owner.person.name if owner else ""), rules.mark(owner.person_id if owner else None)),
        "team": (text(account.team.name if account.team else ""), rules.mark(account.team_id)),
        "tier": (word(account.tier), rules.mark(account.tier)),
        "industry": (text(account.industry), rules.mark(account.industry)),
        "place": (
            (*_country(account.country), *text(account.tz.replace("_", " "))),
            rules.mark(account.country, account.tz),
        ),
        "value": (
            (("money", str(account.yearly_value)),) if account.yearly_value is not None else (),
            rules.mark(None if account.yearly_value is None else account.yearly_value.normalize()),
        ),
        "renewal": (_day(account.renewal_on), rules.mark(account.renewal_on)),
    }
    for key, title in FIELDS.items():
        parts, mark = told[key]
        yield Field(key, "account", Message(title), parts, mark, _last(checks, key))


def _rows(account: Account, checks: Checks) -> Iterator[Field]:
    contacts = account.contacts.filter(archived_at=None).order_by("name", "pk")
    folders = account.briefing.filter(archived_at=None, section=rules.SECTION).exclude(text="").order_by("pk")
    requests = account.requests.open().select_related("owner").order_by("opened_on", "pk")
    commitments = account.commitments.open().select_related("owner").order_by("made_on", "pk")
    for group, rows in (
        ("contact", contacts),
        ("folder", folders),
        ("request", requests),
        ("commitment", commitments),
    ):
        found = [_field(group, row, checks) for row in rows]
        yield from found or [_none(group, checks)]


def _none(group: str, checks: Checks) -> Field:
    return Field(group, group, Message(GROUPS[group]), (), rules.mark(), _last(checks, group))


def _field(group: str, row: Any, checks: Checks) -> Field:
    key = key_of(group, row)
    title, parts, mark = _told(row)
    return Field(key, group, title, parts, mark, _last(checks, key))


def _told(row: Any) -> tuple[Message, Parts, str]:
    """What a row is called, what it says, and its fingerprint."""
    if isinstance(row, Contact):
        parts = (*_word(row.level), *_word(row.role), *_text(row.title), *_text(row.email))
        return typed(row.name), parts, rules.mark(row.name, row.level, row.role, row.title, row.email)
    if isinstance(row, BriefingEntry):
        return Message(FOLDER), _text(row.text), rules.mark(row.text)
    if isinstance(row, ClientRequest):
        parts = (*_text(row.owner.name), *_day(row.promised_on))
        return typed(row.title), parts, rules.mark(row.title, row.owner_id, row.promised_on)
    parts = (*_text(row.owner.name), *_day(row.due_on))
    return typed(row.text), parts, rules.mark(row.text, row.owner_id, row.due_on)


def _orphans(checks: Checks, there: set[str]) -> Iterator[Field]:
    """What somebody is still asked to correct although it is no longer in the record."""
    for key, (label, check) in checks.items():
        if key not in there and check.state == ASKED and check.step is not None:
            group = key.partition("-")[0]
            group = group if group in GROUPS else "account"
            yield Field(key, group, typed(label), (), rules.mark(), check, gone=True)


MODELS: Mapping[str, type[Any]] = {
    "contact": Contact,
    "folder": BriefingEntry,
    "request": ClientRequest,
    "commitment": Commitment,
}


def key_of(group: str, row: Any) -> str:
    return f"{group}-{row.uuid.hex}"


def row_of(account: Account, key: str) -> Any | None:
    """The row behind a key, even one that was archived since; None where there is none. One query."""
    group, _dash, uuid = key.partition("-")
    if group not in MODELS or len(uuid) != 32 or not set(uuid) <= set("0123456789abcdef"):
        return None
    return MODELS[group].objects.filter(account=account, uuid=uuid).first()


def typed(text: str) -> Message:
    """What people typed, as they typed it, whatever it looks like."""
    return Message("%(text)s", {"text": text})


def _text(text: str) -> Parts:
    return (("text", text),) if text else ()


def _word(key: str) -> Parts:
    return (("word", WORDS[key]),) if key in WORDS else _text(key)


def _country(code: str) -> Parts:
    return (("word", NAMES[code]),) if code in NAMES else _text(code)


def _day(on: date | None) -> Parts:
    return (("day", on.isoformat()),) if on else ()


def owed(plan: HandoverPlan) -> Iterable[Any]:
    """The steps of the playbook that ask for the check, as far as they are not done. One query."""
    return plan.steps.undone().filter(kind=RECORD).exclude(owner_role=RECORD).order_by("pk")


def facts(plan: HandoverPlan, today: date) -> Mapping[str, Any]:
    """What the gate "record" asks: see `rules.gates.Facts`. Seven queries."""
    fields = record_of(plan).fields
    changed = sum(field.standing == "changed" for field in fields)
    return {"outdated": changed, "unchecked": sum(not field.holds for field in fields) - changed}
