"""What passed between the demo company and its clients, written in bulk with its history."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from accounts.models import (
    Account,
    Acquaintance,
    BriefingEntry,
    ClientRequest,
    Commitment,
    Contact,
    Person,
    Touchpoint,
)
from accounts.services.history import keep_new
from transitions.rules.demo import company
from transitions.rules.demo.generator import Company


@dataclass(frozen=True, slots=True)
class Known:
    """Rows by what the generator calls them."""

    people: dict[str, Person]
    accounts: dict[str, Account]
    contacts: dict[tuple[str, str], Contact]


def known() -> Known:
    return Known(
        people={person.name: person for person in Person.objects.select_related("team")},
        accounts={account.name: account for account in Account.objects.select_related("team__lead")},
        contacts={(one.account.name, one.name): one for one in Contact.objects.select_related("account")},
    )


def write_facts(made: Company, *, now: datetime) -> None:
    rows = known()
    by = rows.people[company.member("Nadia Petrov").name]
    keep_new(requests(made, rows), ClientRequest, by=by, now=now)
    keep_new(commitments(made, rows), Commitment, by=by, now=now)
    keep_new(touchpoints(made, rows, now), Touchpoint, by=by, now=now)
    keep_new(briefing(made, rows, now), BriefingEntry, by=by, now=now)
    Acquaintance.objects.bulk_create(
        Acquaintance(
            person=rows.people[one.person],
            contact=rows.contacts[one.account, one.contact],
            strength=one.strength,
        )
        for one in made.acquaintances
    )


def requests(made: Company, rows: Known) -> list[ClientRequest]:
    return [
        ClientRequest(
            account=rows.accounts[one.account],
            contact=rows.contacts[one.account, one.contact],
            owner=rows.people[one.owner],
            title=one.title,
            detail=one.detail,
            opened_on=one.opened_on,
            promised_on=one.promised_on,
            closed_on=one.closed_on,
            escalated=one.escalated,
        )
        for one in made.requests
    ]


def commitments(made: Company, rows: Known) -> list[Commitment]:
    return [
        Commitment(
            account=rows.accounts[one.account],
            contact=rows.contacts[one.account, one.contact],
            owner=rows.people[one.owner],
            text=one.text,
            written=one.written,
            made_on=one.made_on,
            due_on=one.due_on,
            kept_on=one.kept_on,
        )
        for one in made.commitments
    ]


def touchpoints(made: Company, rows: Known, now: datetime) -> list[Touchpoint]:
    return [
        Touchpoint(
            account=rows.accounts[one.account],
            contact=rows.contacts[one.account, one.contact],
            person=rows.people[one.person],
            channel=one.channel,
            from_client=one.from_client,
            happened_at=datetime.combine(
                now.date() - timedelta(days=one.days_ago), time(one.hour), tzinfo=UTC
            ),
            subject=one.subject,
        )
        for one in made.touchpoints
    ]


def briefing(made: Company, rows: Known, now: datetime) -> list[BriefingEntry]:
    return [
        BriefingEntry(
            account=rows.accounts[one.account],
            section=one.section,
            text=one.text,
            audience=one.audience,
            provenance=one.provenance,
            said_by=rows.people[one.owner] if one.provenance == "said_by" else None,
            owner=rows.people[one.owner],
            due_on=one.due_on,
            question=one.question,
            updated_at=now - timedelta(days=20),
        )
        for one in made.briefing
    ]
