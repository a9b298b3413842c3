"""The handover plans of the demo company: in every stage and mode, some late, one confidential."""

from collections.abc import Mapping
from dataclasses import dataclass, field

SOFT, HARD = "soft", "hard"
CARE = "Client care"
MARSH, LINDGREN, RAMAN = "Helena Marsh", "Tomas Lindgren", "Priya Raman"


@dataclass(frozen=True, slots=True)
class Noted:
    """A note on a plan, with a link where there is a document."""

    text: str
    link: str = ""
    link_title: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """One plan. Days count from today: `begun` ago, `cutover` ahead, or behind where negative."""

    account: str
    mode: str
    reason: str
    begun: int
    cutover: int
    incoming: str = ""
    second_choice: str = ""
    interim: str = ""
    sponsor: str = LINDGREN
    returns: int = 0  # for a leave: days until the return, behind where negative
    to_team: str = ""  # for a closeout: the team that takes over
    chosen_at_once: bool = False  # the incoming rep is named when the plan begins
    idle: int = 0  # nothing was done in the last so many days: that is how plans become late
    skips: tuple[str, ...] = ()  # steps that nobody has done: a gate stays shut, a promise is missed
    otherwise: Mapping[str, str] = field(default_factory=dict)  # promise -> by which channel it was kept
    lets_go: Mapping[str, str] = field(default_factory=dict)  # promise -> why a leader lets it go
    detail: str = ""
    confidential: bool = False
    readers: tuple[str, ...] = ()
    waives: Mapping[str, str] = field(default_factory=dict)  # gate -> reason
    moved: tuple[str, int, str] | None = None  # anchor, days, why: the date was moved after a week
    cancelled: tuple[str, str, str] | None = None  # why, what the client was told, how it is put right
    approves: Mapping[str, str] = field(default_factory=dict)  # guard -> reason
    declines: Mapping[str, str] = field(default_factory=dict)  # guard -> reason, before the cutover
    notes: tuple[Noted, ...] = ()  # written on the day after it began
    rests: tuple[str, int] | None = None  # why it is on hold since it was idle, days until it goes on
    recurring: tuple[str, str, int] | None = (
        None  # a meeting that needs a new organiser: title, rhythm, in days
    )


PLANS = (
    # Soft, from the first preparations to the end.
    Plan(
        "Whitlock Institute of Technology",
        SOFT,
        "promotion",
        4,
        42,
        detail="Laura will lead the new team for universities from the summer on.",
    ),
    Plan(
        "Maschinenfabrik Obermeier",
        SOFT,
        "performance",
        6,
        49,
        sponsor=MARSH,
        detail="Two complaints by the works manager since autumn. Chiara does not know of this plan yet; "
        "Jonas speaks with her on Thursday.",
        confidential=True,
        readers=("Jonas Weber", "Tomas Lindgren", "Helena Marsh"),
    ),
    Plan(
        "Quimica Atlas",
        SOFT,
        "realignment",
        24,
        15,
        "Sofia Alvarez",
        "Daniel Reyes",
        idle=13,
        rests=("Their plant stands still for a strike; nobody there has an ear for us now.", 11),
    ),
    Plan(
        "St. Bernadette Medical Center",
        SOFT,
        "promotion",
        21,
        26,
        sponsor=RAMAN,
        detail="Part of Laura's move to the new team.",
    ),
    Plan(
        "Two Rivers Water District",
        SOFT,
        "leave",
        16,
        17,
        "Daniel Reyes",
        "Marcus Bell",
        chosen_at_once=True,
        returns=199,
        detail="Parental leave for six months. Sofia comes back to the account.",
    ),
    Plan(
        "Prairie Light Power",
        SOFT,
        "leave",
        112,
        -73,
        "Daniel Reyes",
        "Marcus Bell",
        sponsor=RAMAN,
        chosen_at_once=True,
        returns=11,
        detail="A sabbatical of three months. Laura comes back to the account.",
    ),
    Plan(
        "Nordhavn Seafood",
        SOFT,
        "step_back",
        190,
        84,
        "Emma Nilsson",
        "Rhys Morgan",
        sponsor=MARSH,
        detail="Ingrid built this account with their founder and stays its friend when she steps back.",
    ),
    Plan(
        "Keystone Precision Parts",
        SOFT,
        "closeout",
        31,
        11,
        "Daniel Reyes",
        "Sofia Alvarez",
        to_team=CARE,
        detail="The new measuring hall is handed over; from then on they need service and spare parts.",
    ),
    Plan(
        "Officine Bertolini",
        SOFT,
        "resignation",
        20,
        14,
        "Chiara Rossi",
        "Lukas Huber",
        detail="Pavel goes back to research at the end of next month and introduces Chiara himself.",
    ),
    Plan(
        "Rheinquell Pharma",
        SOFT,
        "realignment",
        6,
        16,
        "Anna Schneider",
        "Pavel Novak",
        approves={
            "notice": "Their head of quality asked for the change himself and wants it before the "
            "inspection.",
        },
        detail="The account has outgrown a junior rep; Lukas agrees and stays on for the instruments.",
    ),
    Plan("Molkerei Sonnenhof", SOFT, "realignment", 23, 9, "Pavel Novak", "Lukas Huber"),
    Plan(
        "Stadtwerke Hohenfels",
        SOFT,
        "promotion",
        34,
        0,
        "Anna Schneider",
        "Chiara Rossi",
        skips=("intro-meeting",),
        moved=("cutover", 7, "The committee meets a week later than planned."),
        recurring=("Meters and outages: the month in numbers", "monthly", 9),
    ),
    Plan("Universite de la Vallee", SOFT, "realignment", 52, 5, "Laura Kim", "Marcus Bell", sponsor=RAMAN),
    Plan(
        "Norrland Stal",
        SOFT,
        "promotion",
        45,
        -3,
        "Ingrid Solberg",
        "Emma Nilsson",
        sponsor=MARSH,
        approves={
            "escalation": "Their works manager wants the change because of it; Ingrid brings the answer.",
        },
        declines={"escalation": "Not while the furnace stands still: we do not change hands on a bad day."},
        notes=(
            Noted("Their board sits in Lulea on the first Tuesday of the month; no visits on that day."),
            Noted(
                "What we agreed about the furnace contracts.",
                "https://files.larkfield.example/norrland/furnaces",
                "Furnace contracts, summary",
            ),
        ),
    ),
    Plan(
        "Coldline Freight",
        SOFT,
        "realignment",
        46,
        -4,
        "Laura Kim",
        "Daniel Reyes",
        skips=("contact-card",),
    ),
    Plan(
        "Brightwater Dairies",
        SOFT,
        "promotion",
        76,
        -30,
        "Marcus Bell",
        "Daniel Reyes",
        sponsor=MARSH,
        skips=("sponsor-call",),
    ),
    Plan(
        "Highland Haulage",
        SOFT,
        "client_request",
        110,
        -78,
        "Rhys Morgan",
        "Emma Nilsson",
        lets_go={
            "leader-call": "Their director wants one voice from us and named Rhys. Agreed by phone.",
        },
    ),
    Plan(
        "Oresund Frakt",
        SOFT,
        "realignment",
        40,
        10,
        idle=20,
        cancelled=(
            "They merge their depots this year; we change nothing until that is done.",
            "Their head of depots heard from us by phone that everything stays as it is.",
            "Emma visits them in the spring to say so in person.",
        ),
    ),
    # Hard: Ewan Fraser resigned, and his whole book changes hands.
    Plan(
        "Ashdown Pharmaceuticals",
        HARD,
        "resignation",
        15,
        -14,
        "Oliver Grant",
        "Rhys Morgan",
        interim="Rhys Morgan",
        sponsor=MARSH,
        detail="Ewan resigned on a Monday and left the same week.",
    ),
    Plan(
        "Calder Valley Engineering",
        HARD,
        "resignation",
        15,
        -14,
        "Rhys Morgan",
        "Ingrid Solberg",
        interim="Oliver Grant",
    ),
    Plan("Nordkyst Cold Chain", HARD, "resignation", 15, -14, interim="Ingrid Solberg"),
    Plan("Severnside Resins", HARD, "resignation", 15, -14, interim="Rhys Morgan", idle=9),
    Plan(
        "Vasterbotten Energi",
        HARD,
        "resignation",
        15,
        -14,
        interim="Emma Nilsson",
        skips=("first-note",),
    ),
    Plan("Skaraborg Mejeri", HARD, "resignation", 13, -14, idle=13),
    # Hard for other reasons.
    Plan("Frischdienst Berger", HARD, "client_request", 2, 4, interim="Pavel Novak", sponsor=LINDGREN),
    Plan(
        "Ironvale Castings",
        HARD,
        "leave",
        27,
        -25,
        interim="Laura Kim",
        returns=47,
        detail="Ill from one day to the next; he expects to be back after the cure.",
    ),
    Plan(
        "Gota Kemi",
        HARD,
        "realignment",
        27,
        -25,
        "Emma Nilsson",
        "Rhys Morgan",
        interim="Rhys Morgan",
        sponsor=MARSH,
        skips=("intro-meeting",),
    ),
    Plan(
        "Fjordlab Biotech",
        HARD,
        "client_request",
        43,
        -40,
        "Ingrid Solberg",
        "Emma Nilsson",
        interim="Emma Nilsson",
    ),
    Plan(
        "Harbor Point Logistics",
        HARD,
        "realignment",
        62,
        -60,
        "Laura Kim",
        "Marcus Bell",
        interim="Marcus Bell",
        otherwise={"leader-call": "email"},
    ),
    Plan(
        "Clinica San Rafael",
        HARD,
        "client_request",
        126,
        -124,
        "Sofia Alvarez",
        "Daniel Reyes",
        interim="Daniel Reyes",
    ),
)
# Extra free days: ours by month, day and name; of a client so many days ahead, entered after its plan began.
FREE_DAYS = ((12, 24, "Christmas Eve"), (12, 31, "New Year’s Eve"))
CLIENT_FREE = ("Rheinquell Pharma", 12, "Works outing")
# Where an escalated request keeps the gate of the cutover shut.
ESCALATED = ("Norrland Stal",)
CALM = tuple(plan.account for plan in PLANS if plan.account not in ESCALATED)

# Why the change comes, in the client's words, by reason; `{rep}` is the outgoing one.
WHY = {
    "promotion": "{rep} takes on a new task at Larkfield. We lose the person who knows us, for a good "
    "reason.",
    "leave": "{rep} will be away for some months. We want to know who answers until then.",
    "resignation": "{rep} has left Larkfield. We want to know who looks after us, and what is still owed "
    "to us.",
    "performance": "We need somebody beside us who keeps what was agreed.",
    "realignment": "Larkfield wants to give us somebody who has worked with companies like ours for years.",
    "client_request": "We asked for somebody who answers faster and comes to see us.",
    "step_back": "{rep} hands over after many years; the time for it is well chosen.",
    "closeout": "The project is done; from now on we need care rather than planning.",
}
STAYS = (
    "Prices, contract and the engineers on site stay as they are. {sponsor} remains our line to the top.",
    "The service engineers we know stay, and so does every date that was agreed. We can still call "
    "{sponsor}.",
    "Nothing changes in the contract or in the delivery dates, and {sponsor} keeps an eye on us.",
)
# What was noted when a step was done, by the step's key; `{contact}` is the main contact.
NOTES: Mapping[str, tuple[str, ...]] = {
    "guard-rails": (
        "No renewal within three months, no escalation, no change of rep for four years.",
        "Renewal is nine months away; the one open escalation was closed last week.",
    ),
    "shortlist": (
        "Two names, agreed with HR; neither knows yet.",
        "Two names. Both have room for the account.",
    ),
    "packet-draft": ("Fourteen sections of seventeen are there. Access and open questions are missing.",),
    "baseline": (
        "Median answer in the last quarter: nine hours. Two open requests. Six visits in twelve months.",
    ),
    "walk-through": ("Fifty minutes. The history of the complaint of two years ago was new to everyone.",),
    "log-concerns": (
        "“Will we have to explain everything again?” and “Who decides about prices now?”",
        "“The last supplier changed our contact three times in a year.”",
    ),
    "answer-concerns": (
        "Answered in person. {contact} keeps the list and will strike out what proves true.",
    ),
    "confirm-rep": (
        "Chosen for the experience in this industry and because {contact} asked for a technical person.",
    ),
    "message-again": ("The same words, with the new name and number.",),
    "over-prepare": ("Eleven of twelve questions answered. The pricing history needs another hour.",),
    "intro-meeting": ("All three on site. {contact} showed the plant, which took longer than the meeting.",),
    "new-task": ("One afternoon a week until the cutover, agreed with the head of the new team.",),
    "mend": ("Three things: two credit notes and the missing drawings. All promised for Friday.",),
    "their-side": ("They gain an engineer who has run a line like theirs; they lose a short way to us.",),
    "their-words": ("“We want somebody who calls back the same day and has seen our plant.”",),
    "delivered": ("Everything but the second gauge is delivered; the warranty runs for two years.",),
    "last-weeks": ("Four days a week with clients until the last day, and no farewell by mail.",),
    "cover-note": ("Written to {contact} and the shift leaders: who answers, and until when.",),
    "notes-back": ("Two pages: one new buyer, one promise for the autumn, and who is cross with whom.",),
    "hand-over-list": ("Open requests, calendar series and folders are moved; two passwords were reset.",),
    "sponsor-call": ("Ten minutes. {contact} said that the change was well prepared.",),
    "leader-call": ("“Better than we feared.” Would like the monthly summary to come earlier.",),
    "sponsor-visit": ("Two hours on site with {contact}, and a list of three wishes for next year.",),
    "check-in": (
        "{contact} had two questions about the last invoice; both answered on the spot.",
        "Nothing open. {contact} mentioned a budget round in autumn.",
        "The delivery of last week was late by a day; {contact} had been told before.",
        "A quarter of an hour about the plan for the summer. Good mood.",
    ),
    "senior-call": ("Called within the hour. {contact} had heard it already and was glad that we called.",),
    "leaver-interview": ("Seventy minutes, recorded. Three promises came up that stood nowhere.",),
    "stop-list": ("Four promises, two of them without a date.",),
    "recover-records": ("Mail of twelve months read. The special discount is in a mail of last March.",),
}
