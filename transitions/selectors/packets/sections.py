"""One function for each section that the account's rows can fill. What people wrote is added by `told`."""

from collections.abc import Callable, Iterator
from datetime import date

from accounts.models import (
    AccountRole,
    Assignment,
    Channel,
    Contact,
    ContactLevel,
    ContactRole,
    Strength,
    Tier,
)
from accounts.rules.briefing import SECTIONS
from accounts.rules.countries import NAMES
from accounts.rules.text import Message, gettext_noop, ngettext_noop
from transitions.documents.packet import (
    CLIENT,
    INTERNAL,
    TOLD,
    UNTOLD,
    Asked,
    Column,
    Draft,
    Fact,
    Gap,
    Row,
    Table,
    Value,
)
from transitions.models import Mode, Purpose, Reason
from transitions.selectors.packets import steps, talks, told
from transitions.selectors.packets.reading import (
    MOST_ACQUAINTANCES,
    MOST_CHARACTERS_IN_CELL,
    Reading,
    label,
    shortened,
)

KNOWN_BY = {
    Strength.TRUSTED: gettext_noop("%(name)s is trusted"),
    Strength.KNOWS: gettext_noop("%(name)s knows them well"),
    Strength.MET: gettext_noop("%(name)s has met them"),
}


def drafts(known: Reading) -> dict[str, Draft]:
    """What is known, by section key."""
    written = {key: write(known) for key, write in WRITERS.items()}
    return {
        key: told.with_entries(known, key, written.get(key, Draft()))
        for key in (section.key for section in SECTIONS)
    }


def cover(known: Reading) -> Draft:
    account, plan = known.account, known.plan
    before = ", ".join(person.name for person in known.outgoing) or None
    facts = [Fact(label(AccountRole.OUTGOING), before, CLIENT)]
    for role, audience in (
        (AccountRole.INTERIM, CLIENT),
        (AccountRole.INCOMING, CLIENT),
        (AccountRole.SPONSOR, CLIENT),
        (AccountRole.SECOND_CHOICE, INTERNAL),
    ):
        name = known.names(role)
        if name or role in (AccountRole.INCOMING, AccountRole.SPONSOR):
            facts.append(Fact(label(role), name, audience))
    for anchor in sorted(known.playbook.anchors, key=lambda rule: known.anchors.get(rule.key, date.max)):
        audience = CLIENT if anchor.key in ("cutover", "return") else INTERNAL
        facts.append(Fact(Message(anchor.title), known.anchors.get(anchor.key), audience))
    facts += [
        Fact(Message(gettext_noop("Kind of change")), label(Mode(plan.mode))),
        Fact(Message(gettext_noop("Reason")), label(Reason(plan.reason))),
        Fact(Message(gettext_noop("Tier")), label(Tier(account.tier))),
        Fact(Message(gettext_noop("Yearly value")), known.money(account.yearly_value)),
        Fact(Message(gettext_noop("Renewal")), account.renewal_on),
        Fact(Message(gettext_noop("Team")), account.team.name if account.team else None),
    ]
    if plan.purpose == Purpose.COVER:
        facts.append(Fact(Message(gettext_noop("Purpose")), label(Purpose.COVER)))
    return Draft(facts=tuple(facts))


def background(known: Reading) -> Draft:
    account = known.account
    values: list[tuple[str, Value]] = [
        (gettext_noop("Industry"), account.industry or None),
        (gettext_noop("Country"), country(account.country)),
        (gettext_noop("Employees"), account.employees),
        (gettext_noop("Their own turnover"), known.money(account.turnover)),
        (gettext_noop("Founded in"), str(account.founded) if account.founded else None),
        (gettext_noop("Part of"), account.parent.name if account.parent else None),
    ]
    return Draft(facts=tuple(Fact(Message(name), value) for name, value in values if value is not None))


def contract(known: Reading) -> Draft:
    facts = (
        Fact(Message(gettext_noop("Yearly value")), known.money(known.account.yearly_value)),
        Fact(Message(gettext_noop("Renewal")), known.account.renewal_on),
    )
    return Draft(facts=facts)


def people_map(known: Reading) -> Draft:
    theirs = Table(
        title=Message(gettext_noop("Their side")),
        columns=(
            Column(Message(gettext_noop("Who")), shape="wide"),
            Column(Message(gettext_noop("Part they play"))),
            Column(Message(gettext_noop("Prefers"))),
            Column(Message(gettext_noop("Last contact")), shape="date"),
            Column(Message(gettext_noop("Known by")), shape="wide"),
        ),
        rows=tuple(contact_row(known, contact) for contact in known.contacts),
        more=known.more_contacts,
    )
    ours = Table(
        title=Message(gettext_noop("Our side")),
        columns=(
            Column(Message(gettext_noop("Who")), CLIENT, "wide"),
            Column(Message(gettext_noop("Role")), CLIENT),
            Column(Message(gettext_noop("Since")), shape="date"),
        ),
        rows=tuple(our_people(known)),
        audience=CLIENT,
    )
    habits = Table(
        title=Message(gettext_noop("How they want to be treated")),
        columns=(
            Column(Message(gettext_noop("Who"))),
            Column(Message(gettext_noop("Dos and don'ts")), shape="wide"),
        ),
        rows=tuple(
            Row(cells=(contact.name, shortened(contact.dos_and_donts, MOST_CHARACTERS_IN_CELL)[0]))
            for contact in known.contacts
            if contact.dos_and_donts
        ),
    )
    decides = any(contact.role == ContactRole.DECISION_MAKER for contact in known.contacts)
    asked = (
        []
        if not known.contacts
        else [Asked(Message(gettext_noop("Who decides")), TOLD if decides else UNTOLD)]
    )
    return Draft(tables=(theirs, habits, valued(known), ours), asked=tuple(asked))


def our_people(known: Reading) -> Iterator[Row]:
    """Each of ours once, with every role that they hold; what the client must not know stands apart."""
    outgoing = {person.pk for person in known.people(AccountRole.OUTGOING)}
    found: dict[tuple[int, str], list[Assignment]] = {}
    for row in known.roles:
        if row.role == AccountRole.OWNER and row.person_id in outgoing:
            continue
        audience = INTERNAL if row.role == AccountRole.SECOND_CHOICE else CLIENT
        found.setdefault((row.person_id, audience), []).append(row)
    for (_person, audience), held in found.items():
        person = held[0].person
        yield Row(
            cells=(
                present(person.name, person.title, person.email, person.phone),
                tuple(label(AccountRole(row.role)) for row in held),
                min(row.from_on for row in held),
            ),
            audience=audience,
        )


def valued(known: Reading) -> Table:
    """What must not be lost with the outgoing rep, in the client's words."""
    return Table(
        title=Message(gettext_noop("What they value in the outgoing rep")),
        columns=(
            Column(Message(gettext_noop("In their words")), shape="wide"),
            Column(Message(gettext_noop("Said by")), optional=True),
            Column(Message(gettext_noop("How we keep it")), shape="wide", optional=True),
        ),
        rows=tuple(
            Row(
                cells=(
                    shortened(one.words, MOST_CHARACTERS_IN_CELL)[0],
                    one.said_by.name if one.said_by else None,
                    shortened(one.keep, MOST_CHARACTERS_IN_CELL)[0] or None,
                )
            )
            for one in known.praise
        ),
        more=known.more_praise,
    )


def health(known: Reading) -> Draft:
    """The client's concerns about the change that they have not confirmed as answered."""
    table = Table(
        title=Message(gettext_noop("Concerns about the change")),
        columns=(
            Column(Message(gettext_noop("In their words")), shape="wide"),
            Column(Message(gettext_noop("Raised by")), optional=True),
            Column(Message(gettext_noop("Who answers"))),
            Column(Message(gettext_noop("Answer")), shape="wide", optional=True),
            Column(Message(gettext_noop("Promised for")), shape="date", optional=True),
        ),
        rows=tuple(
            Row(
                cells=(
                    shortened(one.words, MOST_CHARACTERS_IN_CELL)[0],
                    one.raiser or None,
                    one.owner.name,
                    shortened(one.answer, MOST_CHARACTERS_IN_CELL)[0] or None,
                    one.promised_on,
                ),
                mark=Message(gettext_noop("Serious")) if one.is_serious else None,
            )
            for one in known.concerns
        ),
        more=known.more_concerns,
    )
    return Draft(tables=(table,))


def contact_row(known: Reading, contact: Contact) -> Row:
    knowing = known.known.get(contact.pk, [])
    known_by = tuple(
        Message(KNOWN_BY[Strength(row.strength)], {"name": row.person.name})
        for row in knowing[:MOST_ACQUAINTANCES]
    )
    return Row(
        cells=(
            present(contact.name, contact.title, contact.email, contact.phone),
            (label(ContactRole(contact.role)), label(ContactLevel(contact.level))),
            label(Channel(contact.channel)),
            contact.last_touch_on,
            known_by or None,
        )
    )


def issues(known: Reading) -> Draft:
    escalated = Message(gettext_noop("Escalated"))
    table = Table(
        title=Message(gettext_noop("Open requests")),
        columns=(
            Column(Message(gettext_noop("What they ask")), CLIENT, "wide"),
            Column(Message(gettext_noop("Asked by")), CLIENT),
            Column(Message(gettext_noop("Asked on")), CLIENT, "date"),
            Column(Message(gettext_noop("Who answers")), CLIENT),
            Column(Message(gettext_noop("Solved by")), CLIENT, "date"),
        ),
        rows=tuple(
            Row(
                cells=(
                    row.title,
                    row.contact.name if row.contact else None,
                    row.opened_on,
                    row.owner.name,
                    row.promised_on,
                ),
                audience=CLIENT,
                mark=escalated if row.escalated else None,
            )
            for row in known.requests
        ),
        more=known.more_requests,
        audience=CLIENT,
    )
    undated = sum(row.promised_on is None for row in known.requests)
    gaps: tuple[Gap, ...] = ()
    if undated:
        what = Message.counted(
            ngettext_noop(
                "%(count)d request has no date by which it will be solved.",
                "%(count)d requests have no date by which they will be solved.",
            ),
            {"count": undated},
            count="count",
        )
        gaps = (Gap(what),)
    return Draft(tables=(table,), gaps=gaps)


def promises(known: Reading) -> Draft:
    how = {True: gettext_noop("In writing"), False: gettext_noop("By word")}
    table = Table(
        title=Message(gettext_noop("Open promises")),
        columns=(
            Column(Message(gettext_noop("What was promised")), CLIENT, "wide"),
            Column(Message(gettext_noop("To whom")), CLIENT),
            Column(Message(gettext_noop("Promised on")), CLIENT, "date"),
            Column(Message(gettext_noop("How"))),
            Column(Message(gettext_noop("Who keeps it")), CLIENT),
            Column(Message(gettext_noop("Due")), CLIENT, "date"),
        ),
        rows=tuple(
            Row(
                cells=(
                    row.text,
                    row.contact.name if row.contact else None,
                    row.made_on,
                    Message(how[row.written]),
                    row.owner.name,
                    row.due_on,
                ),
                audience=CLIENT,
            )
            for row in known.commitments
        ),
        more=known.more_commitments,
        audience=CLIENT,
    )
    return Draft(tables=(table,))


def cadence(known: Reading) -> Draft:
    recent = Table(
        title=Message(gettext_noop("Latest contact")),
        columns=(
            Column(Message(gettext_noop("When")), shape="date"),
            Column(Message(gettext_noop("How"))),
            Column(Message(gettext_noop("Who"))),
            Column(Message(gettext_noop("With")), optional=True),
            Column(Message(gettext_noop("About")), shape="wide"),
        ),
        rows=tuple(
            Row(
                cells=(
                    known.day(row.happened_at),
                    label(Channel(row.channel)),
                    row.person.name,
                    row.contact.name if row.contact else None,
                    row.subject,
                )
            )
            for row in known.touchpoints
        ),
        more=known.more_touchpoints,
    )
    return Draft(tables=(talks.recurring(known), recent, steps.check_ins(known)))


def country(code: str) -> Value:
    return Message(NAMES.get(code, code)) if code else None


def present(*values: str) -> tuple[str, ...]:
    return tuple(value for value in values if value)


WRITERS: dict[str, Callable[[Reading], Draft]] = {
    "cover": cover,
    "background": background,
    "contract": contract,
    "people": people_map,
    "issues": issues,
    "promises": promises,
    "health": health,
    "cadence": cadence,
    "communication": talks.communication,
    "actions": lambda known: Draft(
        tables=(steps.first_actions(known), talks.introductions(known), talks.extras(known))
    ),
    "questions": talks.questions,
}
