"""The packet of a plan, from rows: a fixed number of queries, however much there is.

What never enters: the detail of the reason, notes on steps, and roles of other plans that are still
confidential. How much enters is capped; the packet then points to the app for the rest.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Case, Max, Q, QuerySet, When
from django.utils import translation

from accounts.models import (
    Account,
    AccountRole,
    Acquaintance,
    Assignment,
    BriefingEntry,
    Channel,
    ClientRequest,
    Commitment,
    Contact,
    ContactLevel,
    ContactRole,
    Job,
    Organisation,
    Person,
    Provenance,
    Strength,
    Tier,
    Touchpoint,
)
from accounts.rules.briefing import SECTIONS
from accounts.rules.text import Message, gettext_noop
from accounts.selectors.organisation import organisation
from transitions.documents import packet as documents
from transitions.documents.packet import (
    CLIENT,
    INTERNAL,
    Column,
    Draft,
    Fact,
    Gap,
    Milestone,
    Money,
    Note,
    Packet,
    Row,
    Table,
)
from transitions.models import HandoverPlan, Mode, PlanStep, Purpose, Reason
from transitions.models import Packet as StoredPacket

# What one packet shows at most. The app has the rest.
MOST_CONTACTS = 40
MOST_ROWS = 40  # of requests, commitments, roles, steps in a table
MOST_TOUCHPOINTS = 8
MOST_ENTRIES = 12  # notes in one section
MOST_ENTRIES_READ = 17 * MOST_ENTRIES
MOST_ACQUAINTANCES = 4  # named beside one contact
MOST_CHARACTERS = 1_500  # of one note
FIRST_WEEKS = (
    (7, gettext_noop("Week one")),
    (30, gettext_noop("By day 30")),
    (60, gettext_noop("By day 60")),
)
LAST_DAY = 90
MOST_VERSIONS = 50  # listed on the page

ANCHORS = {
    "announcement": gettext_noop("Announcement"),
    "cutover": gettext_noop("Cutover"),
    "departure": gettext_noop("Departure"),
    "return": gettext_noop("Return"),
}
# In the order in which people look for them.
ROLES = (
    AccountRole.OWNER,
    AccountRole.OUTGOING,
    AccountRole.INTERIM,
    AccountRole.INCOMING,
    AccountRole.SPONSOR,
    AccountRole.SUPPORT,
    AccountRole.SECOND_CHOICE,
)
KNOWN_BY = {
    Strength.TRUSTED: gettext_noop("%(name)s is trusted"),
    Strength.KNOWS: gettext_noop("%(name)s knows them well"),
    Strength.MET: gettext_noop("%(name)s has met them"),
}
LEVELS = (ContactLevel.EXECUTIVE, ContactLevel.SENIOR, ContactLevel.MANAGER, ContactLevel.STAFF)


def packet_of(plan: HandoverPlan, *, edition: str, language: str) -> Packet:
    """Return the packet of `plan`. It takes no clock: the same rows always say the same.

    Costs 11 queries.
    """
    with translation.override(None):  # choices then give their msgids, which rendering translates
        return _Reading(plan).packet(edition, language)


def label(choice: object) -> Message:
    return Message(str(choice.label))  # type: ignore[attr-defined]


def capped(rows: QuerySet[Any], most: int) -> tuple[list[Any], bool]:
    """The first `most` rows, and whether there are more."""
    found = list(rows[: most + 1])
    return found[:most], len(found) > most


def shortened(text: str) -> tuple[str, bool]:
    """A text of at most MOST_CHARACTERS, cut between words, and whether it was cut."""
    if len(text) <= MOST_CHARACTERS:
        return text, False
    return text[:MOST_CHARACTERS].rsplit(None, 1)[0] + " …", True


class _Reading:
    """Everything read once; each method then writes one section."""

    def __init__(self, plan: HandoverPlan) -> None:
        self.plan = (
            HandoverPlan.objects.defer("reason_detail")
            .select_related("account__team", "account__parent", "playbook", "created_by")
            .get(pk=plan.pk)
        )
        self.account: Account = self.plan.account
        self.ours: Organisation = organisation()
        self.zone = ZoneInfo(self.account.tz or self.ours.tz)
        self.anchors = dict(self.plan.anchors.values_list("key", "falls_on"))
        self.steps = list(
            PlanStep.objects.filter(plan=self.plan)
            .select_related("owner")
            .defer("note")
            .order_by("due_on", "position", "pk")[:1000]
        )
        self.roles = self._roles()
        self.contacts, self.more_contacts = capped(self._contacts(), MOST_CONTACTS)
        self.known = self._known()
        self.requests, self.more_requests = capped(
            ClientRequest.objects.filter(account=self.account)
            .open()
            .select_related("contact", "owner")
            .order_by("-escalated", "promised_on", "pk"),
            MOST_ROWS,
        )
        self.commitments, self.more_commitments = capped(
            Commitment.objects.filter(account=self.account)
            .open()
            .select_related("contact", "owner")
            .order_by("due_on", "pk"),
            MOST_ROWS,
        )
        self.touchpoints, self.more_touchpoints = capped(
            Touchpoint.objects.filter(account=self.account, archived_at=None)
            .select_related("contact", "person")
            .defer("note")
            .order_by("-happened_at", "-pk"),
            MOST_TOUCHPOINTS,
        )
        self.entries = self._entries()

    # --- Reading ----------------------------------------------------------------------------------
    def _roles(self) -> list[Assignment]:
        """Live roles on the account, and the plan's own, which may have ended or be confidential yet."""
        rows = (
            Assignment.objects.filter(account=self.account)
            .filter(Q(until_on=None, hidden=False) | Q(plan_role__plan=self.plan))
            .select_related("person")
            .order_by("from_on", "pk")[:MOST_ROWS]
        )
        return sorted(rows, key=lambda row: ROLES.index(AccountRole(row.role)))

    def _contacts(self) -> QuerySet[Contact]:
        """The most senior first: they must not be the ones that the cap leaves out."""
        rank = Case(*(When(level=level, then=place) for place, level in enumerate(LEVELS)))
        rows = Contact.objects.filter(account=self.account, archived_at=None)
        return rows.order_by(rank, "name", "pk")

    def _known(self) -> dict[int, list[Acquaintance]]:
        found: dict[int, list[Acquaintance]] = defaultdict(list)
        rows = (
            Acquaintance.objects.filter(contact__in=[contact.pk for contact in self.contacts])
            .select_related("person")
            .order_by("-strength", "person__name", "pk")[: MOST_CONTACTS * 10]
        )
        for row in rows:
            found[row.contact_id].append(row)
        return found

    def _entries(self) -> dict[str, list[BriefingEntry]]:
        found: dict[str, list[BriefingEntry]] = defaultdict(list)
        rows = (
            BriefingEntry.objects.filter(account=self.account, archived_at=None)
            .select_related("said_by", "owner")
            .order_by("-updated_at", "-pk")[:MOST_ENTRIES_READ]
        )
        for row in rows:
            if len(found[row.section]) <= MOST_ENTRIES:
                found[row.section].append(row)
        return {key: sorted(rows, key=lambda row: row.pk) for key, rows in found.items()}

    def people(self, role: str) -> list[Person]:
        """Who holds `role`; the plan's word goes before the account's."""
        return [row.person for row in self.roles if row.role == role]

    def names(self, role: str) -> str | None:
        return ", ".join(person.name for person in self.people(role)) or None

    @property
    def outgoing(self) -> list[Person]:
        return self.people(AccountRole.OUTGOING) or self.people(AccountRole.OWNER)

    def answerable(self) -> str:
        """Who fills the gaps: the outgoing rep while still here, else whoever holds the account."""
        everyone = [
            *self.outgoing,
            *self.people(AccountRole.INTERIM),
            *self.people(AccountRole.INCOMING),
            self.plan.created_by,
        ]
        return next((person.name for person in everyone if person.archived_at is None), "")

    def due_on(self) -> date | None:
        """When the packet must be whole: its own step's date, else the cutover."""
        packet = [step.due_on for step in self.steps if "packet" in step.key and step.done_at is None]
        return packet[0] if packet else self.anchors.get("cutover")

    # --- Writing ----------------------------------------------------------------------------------
    def packet(self, edition: str, language: str) -> Packet:
        written = {
            "cover": self.cover(),
            "background": self.background(),
            "contract": self.contract(),
            "people": self.people_map(),
            "issues": self.issues(),
            "promises": self.promises(),
            "cadence": self.cadence(),
            "communication": self.communication(),
            "actions": self.actions(),
        }
        keys = dict.fromkeys([*written, *self.entries])
        drafts = {key: self.with_entries(key, written.get(key, Draft())) for key in keys}
        return documents.build(
            edition=edition,
            language=language,
            client=self.account.name,
            drafts=drafts,
            owner=self.answerable(),
            due_on=self.due_on(),
        )

    def with_entries(self, key: str, draft: Draft) -> Draft:
        """Add what people wrote about this section; an entry without text is a known gap."""
        entries = self.entries.get(key, [])
        notes = [self.note(entry) for entry in entries if entry.text][:MOST_ENTRIES]
        asks = {section.key: section.asks for section in SECTIONS}
        gaps = [
            Gap(
                what=Message(asks[key]),
                owner=entry.owner.name if entry.owner else "",
                due_on=entry.due_on,
            )
            for entry in entries
            if not entry.text
        ]
        if len(entries) > MOST_ENTRIES:
            gaps.append(Gap(what=Message(gettext_noop("There is more; see the app for the rest."))))
        return Draft(
            facts=draft.facts,
            notes=(*draft.notes, *notes),
            tables=draft.tables,
            gaps=(*draft.gaps, *gaps),
        )

    def note(self, entry: BriefingEntry) -> Note:
        text, cut = shortened(entry.text)
        if entry.provenance == Provenance.SAID_BY and entry.said_by:
            source = Message(gettext_noop("Said by %(name)s"), {"name": entry.said_by.name})
        else:
            source = label(Provenance(entry.provenance))
        return Note(text=text, source=source, shortened=cut, audience=entry.audience)

    def cover(self) -> Draft:
        account, plan = self.account, self.plan
        before = ", ".join(person.name for person in self.outgoing) or None
        facts = [Fact(label(AccountRole.OUTGOING), before, CLIENT)]
        for role, audience in (
            (AccountRole.INTERIM, CLIENT),
            (AccountRole.INCOMING, CLIENT),
            (AccountRole.SPONSOR, CLIENT),
            (AccountRole.SECOND_CHOICE, INTERNAL),
        ):
            name = self.names(role)
            if name or role in (AccountRole.INCOMING, AccountRole.SPONSOR):
                facts.append(Fact(label(role), name, audience))
        for key, title in ANCHORS.items():
            if key in self.anchors or key == "cutover":
                audience = CLIENT if key in ("cutover", "return") else INTERNAL
                facts.append(Fact(Message(title), self.anchors.get(key), audience))
        facts += [
            Fact(Message(gettext_noop("Kind of change")), label(Mode(plan.mode))),
            Fact(Message(gettext_noop("Reason")), label(Reason(plan.reason))),
            Fact(Message(gettext_noop("Tier")), label(Tier(account.tier))),
            Fact(Message(gettext_noop("Yearly value")), self.money(account.yearly_value)),
            Fact(Message(gettext_noop("Renewal")), account.renewal_on),
            Fact(Message(gettext_noop("Team")), account.team.name if account.team else None),
        ]
        if plan.purpose == Purpose.COVER:
            facts.append(Fact(Message(gettext_noop("Purpose")), label(Purpose.COVER)))
        return Draft(facts=tuple(facts))

    def background(self) -> Draft:
        account = self.account
        known: list[tuple[str, documents.Value]] = [
            (gettext_noop("Industry"), account.industry or None),
            (gettext_noop("Country"), account.country or None),
            (gettext_noop("Employees"), account.employees),
            (gettext_noop("Their own turnover"), self.money(account.turnover)),
            (gettext_noop("Founded in"), str(account.founded) if account.founded else None),
            (gettext_noop("Part of"), account.parent.name if account.parent else None),
        ]
        return Draft(facts=tuple(Fact(Message(name), value) for name, value in known if value is not None))

    def contract(self) -> Draft:
        facts = (
            Fact(Message(gettext_noop("Yearly value")), self.money(self.account.yearly_value)),
            Fact(Message(gettext_noop("Renewal")), self.account.renewal_on),
        )
        return Draft(facts=facts)

    def people_map(self) -> Draft:
        theirs = Table(
            title=Message(gettext_noop("Their side")),
            columns=(
                Column(Message(gettext_noop("Who")), shape="wide"),
                Column(Message(gettext_noop("Part they play"))),
                Column(Message(gettext_noop("Prefers"))),
                Column(Message(gettext_noop("Last contact")), shape="date"),
                Column(Message(gettext_noop("Known by")), shape="wide"),
            ),
            rows=tuple(map(self.contact_row, self.contacts)),
            more=self.more_contacts,
        )
        outgoing = {person.pk for person in self.people(AccountRole.OUTGOING)}
        ours = Table(
            title=Message(gettext_noop("Our side")),
            columns=(
                Column(Message(gettext_noop("Who")), CLIENT, "wide"),
                Column(Message(gettext_noop("Role")), CLIENT),
                Column(Message(gettext_noop("Since")), shape="date"),
            ),
            rows=tuple(
                Row(
                    cells=(
                        present(row.person.name, row.person.title, row.person.email, row.person.phone),
                        label(AccountRole(row.role)),
                        row.from_on,
                    ),
                    audience=INTERNAL if row.role == AccountRole.SECOND_CHOICE else CLIENT,
                )
                for row in self.roles
                if not (row.role == AccountRole.OWNER and row.person_id in outgoing)
            ),
            audience=CLIENT,
        )
        habits = Table(
            title=Message(gettext_noop("How they want to be treated")),
            columns=(
                Column(Message(gettext_noop("Who"))),
                Column(Message(gettext_noop("Dos and don'ts")), shape="wide"),
            ),
            rows=tuple(
                Row(cells=(contact.name, shortened(contact.dos_and_donts)[0]))
                for contact in self.contacts
                if contact.dos_and_donts
            ),
        )
        return Draft(tables=(theirs, habits, ours))

    def contact_row(self, contact: Contact) -> Row:
        knowing = self.known.get(contact.pk, [])
        known = tuple(
            Message(KNOWN_BY[Strength(row.strength)], {"name": row.person.name})
            for row in knowing[:MOST_ACQUAINTANCES]
        )
        return Row(
            cells=(
                present(contact.name, contact.title, contact.email, contact.phone),
                (label(ContactRole(contact.role)), label(ContactLevel(contact.level))),
                label(Channel(contact.channel)),
                contact.last_touch_on,
                known or None,
            )
        )

    def issues(self) -> Draft:
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
                for row in self.requests
            ),
            more=self.more_requests,
            audience=CLIENT,
        )
        undated = sum(row.promised_on is None for row in self.requests)
        gaps: tuple[Gap, ...] = ()
        if undated:
            what = Message(
                gettext_noop("%(count)d request has no date by which it will be solved."),
                {"count": undated},
                gettext_noop("%(count)d requests have no date by which they will be solved."),
                "count",
            )
            gaps = (Gap(what),)
        return Draft(tables=(table,), gaps=gaps)

    def promises(self) -> Draft:
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
                for row in self.commitments
            ),
            more=self.more_commitments,
            audience=CLIENT,
        )
        return Draft(tables=(table,))

    def cadence(self) -> Draft:
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
                        self.day(row.happened_at),
                        label(Channel(row.channel)),
                        row.person.name,
                        row.contact.name if row.contact else None,
                        row.subject,
                    )
                )
                for row in self.touchpoints
            ),
            more=self.more_touchpoints,
        )
        return Draft(
            tables=(recent, self.step_table(gettext_noop("Promised check-ins"), self.of_kind("check-in")))
        )

    def communication(self) -> Draft:
        plan = self.plan
        words = (
            (gettext_noop("Why"), plan.why),
            (gettext_noop("What gets better"), plan.gets_better),
            (gettext_noop("What stays as it is"), plan.stays),
        )
        notes = tuple(
            Note(text=text, title=Message(title), shortened=cut, audience=CLIENT)
            for title, written in words
            if written
            for text, cut in [shortened(written)]
        )
        gaps = tuple(Gap(Message(title)) for title, written in words if not written)
        meetings = self.step_table(gettext_noop("Who meets them, in order"), self.of_kind("meeting"))
        return Draft(notes=notes, tables=(meetings,), gaps=gaps)

    def actions(self) -> Draft:
        cutover = self.anchors.get("cutover")
        if cutover is None:
            return Draft()
        table = Table(
            title=Message(gettext_noop("The first ninety days")),
            columns=(
                Column(Message(gettext_noop("Until"))),
                Column(Message(gettext_noop("Due")), shape="date"),
                Column(Message(gettext_noop("What to do")), shape="wide"),
            ),
            rows=tuple(
                Row(cells=(aim_of(step.due_on, cutover), step.due_on, step_title(step)))
                for step in self.steps
                if step.owner_role in (AccountRole.INCOMING, AccountRole.INTERIM)
                and step.done_at is None
                and cutover <= step.due_on <= cutover + timedelta(days=LAST_DAY)
            )[:MOST_ROWS],
        )
        return Draft(tables=(table,))

    def of_kind(self, kind: str) -> list[PlanStep]:
        return [step for step in self.steps if step.kind == kind]

    def step_table(self, title: str, steps: Sequence[PlanStep]) -> Table:
        return Table(
            title=Message(title),
            columns=(
                Column(Message(gettext_noop("When")), shape="date"),
                Column(Message(gettext_noop("What")), shape="wide"),
                Column(Message(gettext_noop("Who"))),
                Column(Message(gettext_noop("Done")), shape="date", optional=True),
            ),
            rows=tuple(
                Row(
                    cells=(
                        step.due_on,
                        step_title(step),
                        step.owner.name if step.owner else label(AccountRole(step.owner_role)),
                        self.day(step.done_at) if step.done_at else None,
                    )
                )
                for step in steps[:MOST_ROWS]
            ),
            more=len(steps) > MOST_ROWS,
        )

    def money(self, amount: object) -> Money | None:
        return None if amount is None else Money(amount, self.ours.currency)  # type: ignore[arg-type]

    def day(self, at: datetime) -> date:
        """The client's calendar day of an instant."""
        return at.astimezone(self.zone).date()


def present(*values: str) -> tuple[str, ...]:
    return tuple(value for value in values if value)


def step_title(step: PlanStep) -> Message:
    """A step's title; of a step that comes several times, its number too."""
    _, _, number = step.key.partition("/")
    if not number:
        return Message(step.title)
    return Message("%(title)s (%(number)s)", {"title": Message(step.title), "number": number})


def aim_of(due_on: date, cutover: date) -> Message:
    for days, title in FIRST_WEEKS:
        if due_on <= cutover + timedelta(days=days):
            return Message(title)
    return Message(gettext_noop("By day 90"))


def milestones(anchors: Iterable[tuple[str, date]]) -> tuple[Milestone, ...]:
    return tuple(Milestone(Message(ANCHORS.get(key, key)), on) for key, on in anchors)


# --- Stored packets -------------------------------------------------------------------------------
def newest_packet(plan: HandoverPlan, edition: str, language: str) -> StoredPacket | None:
    """The newest stored version in one edition and language. One query."""
    return (
        StoredPacket.objects.filter(plan=plan, edition=edition, language=language)
        .defer("content")
        .order_by("-version")
        .first()
    )


def next_version(plan: HandoverPlan, edition: str) -> int:
    taken = StoredPacket.objects.filter(plan=plan, edition=edition).aggregate(newest=Max("version"))
    return (taken["newest"] or 0) + 1


def versions_of(plan: HandoverPlan, edition: str) -> list[StoredPacket]:
    """Stored versions of one edition, newest first. One query."""
    rows = StoredPacket.objects.filter(plan=plan, edition=edition).defer("content")
    return list(rows.select_related("made_by").order_by("-version")[:MOST_VERSIONS])


def job_key(plan: HandoverPlan, edition: str, language: str, by: Person) -> str:
    """What makes two requests for a packet the same one."""
    return f"packet:{plan.uuid}:{edition}:{language}:{by.pk}"


def latest_job(plan: HandoverPlan, edition: str, language: str, by: Person) -> Job | None:
    """What became of the person's last request for this packet. One query."""
    return Job.objects.filter(key=job_key(plan, edition, language, by)).order_by("-pk").first()


def newest_if_unchanged(versions: Sequence[StoredPacket], content: Packet) -> StoredPacket | None:
    """The newest of `versions` in the language of `content`, if it still says the same."""
    newest = next((row for row in versions if row.language == content.language), None)
    same = newest is not None and newest.content_hash == documents.content_hash(content)
    return newest if same else None
