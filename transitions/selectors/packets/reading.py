"""The rows that a packet is made of, read once and capped."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Case, Q, QuerySet, When

from accounts.models import (
    Account,
    AccountRole,
    Acquaintance,
    Assignment,
    BriefingEntry,
    ClientRequest,
    Commitment,
    Contact,
    ContactLevel,
    Organisation,
    Person,
    Touchpoint,
)
from accounts.rules.text import Message
from accounts.selectors.calendar import calendar_of, tz_of
from accounts.selectors.organisation import organisation
from transitions.documents.packet import Money
from transitions.models import HandoverPlan, PlanStep, TalkingPoints
from transitions.selectors.care import extras_of, praise_of
from transitions.selectors.concerns import unanswered
from transitions.selectors.playbooks import playbook_of
from transitions.selectors.story import newest as newest_words

# What one packet shows at most. The app has the rest.
MOST_CONTACTS = 40
MOST_ROWS = 40  # of requests, commitments, roles, steps in a table
MOST_TOUCHPOINTS = 8
MOST_ENTRIES = 12  # notes in one section
MOST_ENTRIES_READ = 17 * MOST_ENTRIES
MOST_ACQUAINTANCES = 4  # named beside one contact
MOST_CHARACTERS = 1_500  # of one note
MOST_CHARACTERS_IN_SECTION = 4_500  # of all its notes: the worst packet must still be drawn in time
MOST_CHARACTERS_IN_CELL = 300

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
LEVELS = (ContactLevel.EXECUTIVE, ContactLevel.SENIOR, ContactLevel.MANAGER, ContactLevel.STAFF)


def label(choice: object) -> Message:
    return Message(str(choice.label))  # type: ignore[attr-defined]


def capped(rows: QuerySet[Any], most: int) -> tuple[list[Any], bool]:
    """The first `most` rows, and whether there are more."""
    found = list(rows[: most + 1])
    return found[:most], len(found) > most


def cut(rows: Sequence[Any], most: int = MOST_ROWS) -> tuple[list[Any], bool]:
    """The same of rows that were read already."""
    return list(rows[:most]), len(rows) > most


def shortened(text: str, most: int = MOST_CHARACTERS) -> tuple[str, bool]:
    """A text of at most `most` characters, cut between words, and whether it was cut."""
    if len(text) <= most:
        return text, False
    return text[:most].rsplit(None, 1)[0] + " …", True


class Reading:
    """The rows behind one packet, read once: a fixed number of queries, however many rows there are."""

    def __init__(self, plan: HandoverPlan) -> None:
        self.plan = (
            HandoverPlan.objects.defer("reason_detail")
            .select_related("account__team", "account__parent", "playbook", "created_by")
            .get(pk=plan.pk)
        )
        self.account: Account = self.plan.account
        self.ours: Organisation = organisation()
        self.zone = tz_of(self.account, ours=self.ours)
        self.playbook = playbook_of(self.plan.playbook, self.plan.tier)
        self.anchors = dict(self.plan.anchors.values_list("key", "falls_on"))
        # Around the plan's beginning and not around today: a packet knows no clock.
        self.calendar = calendar_of(self.account, self.plan.created_at.date(), ours=self.ours)
        self.steps = list(
            PlanStep.objects.standing()
            .filter(plan=self.plan)
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
        self.praise, self.more_praise = cut(praise_of(self.plan))
        self.concerns, self.more_concerns = cut(unanswered(self.plan))
        self.narrative = newest_words(self.plan)
        self.acknowledgements, self.more_acknowledgements = capped(
            self.plan.acknowledgements.filter(excused_why="")
            .select_related("department", "step__owner")
            .order_by("pk"),
            MOST_ROWS,
        )
        self.meetings = list(
            self.plan.meetings.standing()
            .select_related("step")
            .prefetch_related("attendees")
            .order_by("step__due_on", "pk")[:MOST_ROWS]
        )
        self.points = self._points()
        self.recurring, self.more_recurring = capped(
            self.plan.recurring.live().select_related("organiser").order_by("next_at", "pk"), MOST_ROWS
        )
        ahead = [extra for extra in extras_of(self.plan).rows if extra.done_on is None]
        self.extras, self.more_extras = cut(ahead)
        self.questions, self.more_questions = capped(
            self.plan.readiness_questions.live()
            .filter(answered_at=None)
            .select_related("created_by")
            .order_by("pk"),
            MOST_ROWS,
        )

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

    def _points(self) -> list[TalkingPoints]:
        """The newest talking points of each meeting that is still to be held."""
        rows = TalkingPoints.objects.filter(
            plan=self.plan, meeting__in=[one.pk for one in self.meetings if one.held_at is None]
        ).select_related("meeting__step")
        newest = {row.meeting_id: row for row in rows.order_by("version")[:200]}
        return sorted(newest.values(), key=lambda row: (row.meeting.step.due_on, row.pk))

    def _entries(self) -> dict[str, list[BriefingEntry]]:
        """Entries by section, the newest first, one more than a packet shows."""
        found: dict[str, list[BriefingEntry]] = defaultdict(list)
        rows = (
            BriefingEntry.objects.filter(account=self.account, archived_at=None)
            .select_related("said_by", "owner")
            .order_by(Case(When(question="", then=1), default=0), "-updated_at", "-pk")[:MOST_ENTRIES_READ]
        )
        for row in rows:
            if row.question or len(found[row.section]) <= MOST_ENTRIES:
                found[row.section].append(row)
        return dict(found)

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

    def money(self, amount: object) -> Money | None:
        return None if amount is None else Money(amount, self.ours.currency)  # type: ignore[arg-type]

    def day(self, at: datetime) -> date:
        """The client's calendar day of an instant."""
        return at.astimezone(self.zone).date()
