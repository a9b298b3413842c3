"""A plan with everything that a packet tells, for tests that render, store or show packets."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

from accounts.models import (
    Acquaintance,
    Audience,
    BriefingEntry,
    Channel,
    ClientRequest,
    Commitment,
    ContactLevel,
    ContactRole,
    Provenance,
    Strength,
    Touchpoint,
)
from tests.factories import CUTOVER, NOW, make_account, make_contact, start_plan
from transitions.models import HandoverPlan


def make_told_plan(cast: SimpleNamespace, *, name: str = "Halvorsen & Daughters") -> HandoverPlan:
    """A soft plan from Olga to Ivan on a standard account about which most is known."""
    account = make_account(
        name,
        team=cast.east,
        owner=cast.olga,
        industry="Marine equipment",
        employees=1240,
        founded=1968,
        renewal_on=date(2027, 11, 30),
    )
    plan = make_plan(cast, account)
    tell(cast, plan)
    return plan


def make_plan(cast: SimpleNamespace, account, **fields) -> HandoverPlan:
    """A plan as the service starts it, with its people named and its secret told."""
    fields = {
        "reason_detail": "CANARY-REASON-DETAIL",
        "why": "Olga takes over our new service centre in Rotterdam, which will also serve your fleet.",
        "gets_better": "Ivan has spent six years with marine suppliers and speaks Norwegian.",
        "stays": "Your service desk, your prices and your review every quarter stay as they are.",
    } | fields
    people = {"incoming": [cast.ivan], "second_choice": [cast.bea], "sponsor": [cast.sam]}
    plan = start_plan(account, cast.vera, cutover=CUTOVER, people=people, **fields)
    plan.steps.update(note="CANARY-STEP-NOTE")
    return plan


def tell(cast: SimpleNamespace, plan: HandoverPlan) -> None:
    account = plan.account
    ingrid = make_contact(
        account,
        "Ingrid Halvorsen",
        title="Managing director",
        level=ContactLevel.EXECUTIVE,
        role=ContactRole.DECISION_MAKER,
        channel=Channel.FACE_TO_FACE,
        email="ingrid@halvorsen.example",
        phone="+47 55 01 22 33",
        last_touch_on=date(2027, 1, 19),
        dos_and_donts="Never send slides beforehand. She reads them on the ferry and has decided.",
    )
    kostas = make_contact(
        account,
        "Kostas Παπαδόπουλος",
        title="Head of procurement",
        level=ContactLevel.SENIOR,
        role=ContactRole.INFLUENCER,
        email="kostas@halvorsen.example",
        last_touch_on=date(2027, 2, 11),
    )
    make_contact(
        account,
        "Oksana Мельник",
        title="Service coordinator",
        level=ContactLevel.STAFF,
        role=ContactRole.DAY_TO_DAY,
        channel=Channel.PHONE,
        email="oksana@halvorsen.example",
        phone="+47 55 01 22 40",
        last_touch_on=date(2027, 2, 26),
    )
    for person, contact, strength in (
        (cast.olga, ingrid, Strength.TRUSTED),
        (cast.sam, ingrid, Strength.MET),
        (cast.olga, kostas, Strength.KNOWS),
    ):
        Acquaintance.objects.create(person=person, contact=contact, strength=strength)
    ClientRequest.objects.create(
        account=account,
        contact=kostas,
        owner=cast.olga,
        title="Credit note for the pumps returned in January",
        detail="CANARY-REQUEST-DETAIL",
        opened_on=date(2027, 1, 28),
        promised_on=date(2027, 3, 12),
        escalated=True,
    )
    ClientRequest.objects.create(
        account=account,
        contact=ingrid,
        owner=cast.ivan,
        title="Can winter service be moved to Bergen?",
        opened_on=date(2027, 2, 20),
    )
    Commitment.objects.create(
        account=account,
        contact=ingrid,
        owner=cast.olga,
        text="A spare compressor stays on site until the new line has run for a month",
        made_on=date(2026, 12, 3),
        due_on=date(2027, 5, 14),
    )
    Commitment.objects.create(
        account=account,
        contact=kostas,
        owner=cast.sam,
        text="Prices held for the 2027 season",
        written=True,
        made_on=date(2026, 11, 20),
        due_on=date(2027, 11, 30),
    )
    for day, channel, person, subject in (
        (26, Channel.PHONE, cast.olga, "Schedule for the spring overhaul"),
        (11, Channel.VIDEO, cast.olga, "The returned pumps, and why it took so long"),
        (2, Channel.EMAIL, cast.ivan, "Introduction to the parts portal"),
    ):
        Touchpoint.objects.create(
            account=account,
            contact=kostas,
            person=person,
            channel=channel,
            happened_at=datetime(2027, 2, day, 9, 30, tzinfo=UTC),
            subject=subject,
            note="CANARY-TOUCHPOINT-NOTE",
        )
    brief(cast, plan)


def brief(cast: SimpleNamespace, plan: HandoverPlan) -> None:
    internal, said, records = Audience.INTERNAL, Provenance.SAID_BY, Provenance.RECORDS
    client = Audience.CLIENT
    for section, text, audience, provenance in (
        (
            "first",
            "The returned pumps are a sore spot. Open with the credit note, not with the plan.",
            internal,
            said,
        ),
        ("first", "Ingrid decides, Kostas prepares every decision. Never go around him.", internal, said),
        ("first", "They stayed through the 2024 strike because Olga drove up herself.", internal, said),
        (
            "first",
            "Do not mention the tender of Nordvik Maritime: Ingrid's brother works there.",
            internal,
            said,
        ),
        (
            "background",
            "A family company in the third generation. They build deck machinery and service it for life. "
            "They bought from us in 2019 because we promised parts within 48 hours, and we have kept that.",
            internal,
            said,
        ),
        (
            "contract",
            "Frame agreement until the end of November, 30 days net, always paid on day 28.",
            internal,
            records,
        ),
        (
            "goals",
            "Cut unplanned downtime on their own test bench below 2 percent by the autumn.",
            client,
            records,
        ),
        (
            "work",
            "Retrofit of the second test bench: design approved, parts arrive in week 14.",
            client,
            records,
        ),
        (
            "health",
            "Satisfied with the product, tired of waiting for paperwork. At risk if invoices slip again.",
            internal,
            said,
        ),
        (
            "opportunities",
            "A third bench is in their budget for 2028. Kostas would be a reference.",
            internal,
            said,
        ),
        (
            "access",
            "Shared folder: https://files.example.com/halvorsen and the channel #halvorsen.",
            internal,
            records,
        ),
        ("questions", "Who signs when Ingrid is at sea?", internal, Provenance.TO_CONFIRM),
    ):
        BriefingEntry.objects.create(
            account=plan.account,
            section=section,
            text=text,
            audience=audience,
            provenance=provenance,
            said_by=cast.olga if provenance == said else None,
            updated_at=NOW,
        )
    BriefingEntry.objects.create(
        account=plan.account, section="contract", owner=cast.bea, due_on=date(2027, 3, 19), updated_at=NOW
    )
