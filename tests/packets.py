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
from accounts.rules.briefing import BY_KEY
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


# What Olga and the records say: question, words, audience, where from.
TOLD = (
    (
        "first-1",
        "The returned pumps are a sore spot. Open with the credit note, not with the plan.",
        "",
        "said",
    ),
    ("first-2", "Ingrid decides, Kostas prepares every decision. Never go around him.", "", "said"),
    ("first-3", "They stayed through the 2024 strike because Olga drove up herself.", "", "said"),
    ("mood", "Friendly, a little tired of us since the pumps came back in January.", "", "said"),
    ("never", "Do not mention the tender of Nordvik Maritime: Ingrid's brother works there.", "", "said"),
    (
        "business",
        "A family company in the third generation. They build deck machinery and service it for life.",
        "",
        "said",
    ),
    (
        "bought",
        "In 2019, because we promised parts within 48 hours, and we have kept that. It took nine months.",
        "",
        "said",
    ),
    (
        "terms",
        "Frame agreement until the end of November: compressors, spare parts, service within two days.",
        "",
        "records",
    ),
    ("payment", "30 days net, always paid on day 28.", "", "records"),
    (
        "influence",
        "Kostas resists every change of price list; Oksana helps when she is asked first.",
        "",
        "said",
    ),
    (
        "goals",
        "Cut unplanned downtime on their own test bench below 2 percent by the autumn.",
        "client",
        "records",
    ),
    ("delivered", "Downtime fell from 6 to 3.1 percent since the first retrofit.", "client", "records"),
    (
        "projects",
        "Retrofit of the second test bench: design approved, parts arrive in week 14.",
        "client",
        "records",
    ),
    (
        "sore",
        "Two batches of pumps had the same seal. Production changed the supplier in February.",
        "",
        "said",
    ),
    ("by-word", "That Olga comes to the christening of the third bench.", "", "said"),
    ("usage", "The parts portal is used daily by Oksana, never by anybody else.", "", "records"),
    (
        "risk",
        "Satisfied with the product, tired of waiting for paperwork. At risk if invoices slip again.",
        "",
        "said",
    ),
    ("more", "A third bench is in their budget for 2028.", "", "said"),
    ("reference", "Kostas would be a reference, if asked by Olga.", "", "confirm"),
    (
        "rhythm",
        "A call every second Tuesday with Kostas, a review each quarter with Ingrid.",
        "client",
        "records",
    ),
    (
        "places",
        "Shared folder: https://files.example.com/halvorsen and the channel #halvorsen.",
        "",
        "records",
    ),
    ("papers", "Contract and the minutes of the last three reviews are in the shared folder.", "", "records"),
    ("order", "Ingrid first and in person, then Kostas by phone the same day, then Oksana.", "", "said"),
    ("week-one", "Call Oksana about week 14. Sign the credit note. Ask Kostas for his list.", "", "said"),
    ("unanswered", "Who signs when Ingrid is at sea?", "", "confirm"),
)


def brief(cast: SimpleNamespace, plan: HandoverPlan) -> None:
    """All questions of the interview answered, but for the price, which Bea finds out."""
    from_ = {
        "said": Provenance.SAID_BY,
        "records": Provenance.RECORDS,
        "confirm": Provenance.TO_CONFIRM,
    }
    for question, text, audience, where in TOLD:
        BriefingEntry.objects.create(
            account=plan.account,
            section=BY_KEY[question].section,
            question=question,
            text=text,
            audience=audience or Audience.INTERNAL,
            provenance=from_[where],
            said_by=cast.olga if where == "said" else None,
            updated_at=NOW,
        )
    BriefingEntry.objects.create(
        account=plan.account,
        section="contract",
        question="price",
        owner=cast.bea,
        due_on=date(2027, 3, 19),
        updated_at=NOW,
    )
