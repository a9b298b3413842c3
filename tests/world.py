"""Team East, full of canaries: one row of everything, so that whatever leaks can be named."""

import hashlib
from datetime import timedelta

from django.core.files.base import ContentFile

from accounts.models import (
    Acquaintance,
    BriefingEntry,
    ClientRequest,
    Commitment,
    Delivery,
    Department,
    ImportRun,
    Invitation,
    Job,
    Touchpoint,
)
from accounts.services import chat, needs
from tests.factories import NOW, TODAY, make_account, make_contact
from transitions.documents.packet import content_hash, dumps
from transitions.models import (
    CandidateChoice,
    ChangeSet,
    Concern,
    Extra,
    IntroductionRehearsal,
    Packet,
    PlanNote,
    PlaybookVersion,
    Praise,
    ReadinessQuestion,
    RecurringMeeting,
    Swap,
    TalkingPoints,
)
from transitions.selectors.packets import packet_of
from transitions.services import departures, plans, playbooks, sponsors, story, support

CANARY = "Canaryeast"


def fill_east(cast) -> dict[type, object]:
    """One row per model that has pages, all of team East and all named with the canary."""
    account = make_account(
        f"{CANARY} account", team=cast.east, owner=cast.olga, industry=f"{CANARY} industry"
    )
    contact = make_contact(account, f"{CANARY} contact", email="canaryeast@client.example")
    playbooks.publish_shipped(by=None, now=NOW)
    plan = plans.start(
        account=account,
        playbook=PlaybookVersion.objects.newest().get(key="soft-standard"),
        reason="realignment",
        anchors={"announcement": TODAY + timedelta(days=20), "cutover": TODAY + timedelta(days=50)},
        people={"incoming": [cast.ivan], "second_choice": [cast.bea], "sponsor": [cast.sam]},
        why=f"{CANARY} why",
        gets_better=f"{CANARY} better",
        stays=f"{CANARY} stays",
        reason_detail=f"{CANARY} detail",
        by=cast.vera,
        now=NOW,
    )
    step = plan.steps.order_by("due_on", "pk").first()
    call = plan.steps.get(key="sponsor-call")
    sponsors.deliver(
        step=call,
        version=call.version,
        channel="phone",
        on=TODAY,
        evidence=f"{CANARY} evidence",
        contact=contact,
        person=cast.sam,
        by=cast.sam,
        now=NOW,
    )
    concern = Concern.objects.create(
        plan=plan,
        words=f"{CANARY} words",
        raised_by=contact,
        raised_on=TODAY,
        seriousness="red",
        owner=cast.olga,
        promised_on=TODAY,
        answer=f"{CANARY} answer",
        created_by=cast.olga,
        created_at=NOW,
    )
    meeting = plan.meetings.order_by("pk").first()
    meeting.place, meeting.said = f"{CANARY} place", f"{CANARY} said"
    meeting.save()
    points = TalkingPoints.objects.create(
        plan=plan, meeting=meeting, version=1, agenda=f"{CANARY} agenda", made_by=cast.olga, made_at=NOW
    )
    recurring = RecurringMeeting.objects.create(
        plan=plan,
        title=f"{CANARY} series",
        rhythm="weekly",
        next_at=NOW,
        organiser=cast.olga,
        uid="canary@example.com",
    )
    praise = Praise.objects.create(
        plan=plan, words=f"{CANARY} praise", said_on=TODAY, created_by=cast.olga, created_at=NOW
    )
    extra = Extra.objects.create(
        plan=plan,
        what=f"{CANARY} extra",
        owner=cast.olga,
        planned_on=TODAY,
        created_by=cast.olga,
        created_at=NOW,
    )
    department = Department.objects.create(name=f"{CANARY} department", person=cast.olga)
    plan.refresh_from_db()
    story.approve(plan=plan, version=plan.version, who_now=f"{CANARY} who", by=cast.vera, now=NOW)
    document = packet_of(plan, edition="internal", language="en")
    draft = playbooks.copy(
        version=plan.playbook, key="canaryeast", name=f"{CANARY} draft", by=cast.ada, now=NOW
    )
    departure = departures.begin(
        person=cast.olga,
        last_on=TODAY + timedelta(days=30),
        mode="hard",
        reason="resignation",
        reason_detail=f"{CANARY} detail",
        why=f"{CANARY} why",
        confidential=False,
        by=cast.vera,
        now=NOW,
    )
    scenario = departure.scenarios.get()
    scenario.name = f"{CANARY} scenario"
    scenario.save()
    departures.compute(scenario=scenario, user=cast.users["vera"], now=NOW, seconds=1, worker=None)
    departures.keep_covers(now=NOW)
    rows = [
        draft,
        departure,
        scenario,
        cast.olga.standing_cover,
        account,
        contact,
        plan,
        step,
        concern,
        meeting,
        points,
        recurring,
        praise,
        extra,
        department,
        plan.acknowledgements.get(),
        ReadinessQuestion.objects.create(
            plan=plan,
            asked=f"{CANARY} question",
            expected=f"{CANARY} expected",
            answer=f"{CANARY} answer",
            answered_by=cast.ivan,
            answered_at=NOW,
            created_by=cast.olga,
            created_at=NOW,
        ),
        IntroductionRehearsal.objects.create(
            plan=plan,
            person=cast.ivan,
            partner=cast.olga,
            held_on=TODAY,
            went=f"{CANARY} went",
            improve=f"{CANARY} work",
            created_at=NOW,
        ),
        support.add(
            plan=plan,
            capacity=f"{CANARY} capacity",
            from_person=cast.olga,
            to_person=cast.bea,
            falls_on=TODAY + timedelta(days=50),
            by=cast.vera,
            now=NOW,
        ),
        Acquaintance.objects.create(person=cast.olga, contact=contact, note=f"{CANARY} note"),
        ClientRequest.objects.create(
            account=account, owner=cast.olga, title=f"{CANARY} request", opened_on=TODAY, escalated=True
        ),
        Commitment.objects.create(
            account=account, owner=cast.olga, text=f"{CANARY} commitment", made_on=TODAY, due_on=TODAY
        ),
        Touchpoint.objects.create(
            account=account, person=cast.olga, channel="phone", happened_at=NOW, subject=f"{CANARY} call"
        ),
        BriefingEntry.objects.create(
            account=account, section="health", text=f"{CANARY} briefing", updated_at=NOW, owner=cast.olga
        ),
        Delivery.objects.create(
            key=f"digest:{cast.olga.pk}:2027-03-02",
            kind="digest",
            person=cast.olga,
            address=cast.olga.email,
            subject=f"{CANARY} subject",
            text=f"{CANARY} text",
            html=f"<p>{CANARY} html</p>",
            message_id="<canary@example.com>",
            dated_at=NOW,
            due_at=NOW,
            created_at=NOW,
        ),
        needs.note_clash(
            account=account, person=cast.ivan, side="client", words=f"{CANARY} clash", by=cast.vera, now=NOW
        ),
        needs.edit_needs(
            account=account,
            version=0,
            products=[f"{CANARY} product"],
            languages=[f"{CANARY} tongue"],
            language_required=False,
            working_styles=[],
            selling_styles=[],
            by=cast.vera,
            now=NOW,
        ),
        CandidateChoice.objects.create(
            plan=plan,
            role="incoming",
            person=cast.ivan,
            by=cast.vera,
            chosen_at=NOW,
            why=f"{CANARY} choice",
            fit=70,
            place=1,
            considered=2,
            weights=1,
        ),
        Swap.objects.create(
            plan=plan,
            trigger="clash",
            why=f"{CANARY} swap",
            former=cast.ivan,
            person=cast.bea,
            to_client=f"{CANARY} letter",
            by=cast.vera,
            swapped_at=NOW,
        ),
        chat.add(
            kind="slack",
            name=f"{CANARY} channel",
            url=f"https://hooks.slack.com/services/{CANARY}",
            person=cast.olga,
            by=cast.olga,
            now=NOW,
        ),
        PlanNote.objects.create(plan=plan, text=f"{CANARY} plan note", by=cast.vera, at=NOW),
        ChangeSet.objects.create(plan=plan, verb="move_anchor", by=cast.vera, at=NOW, why=f"{CANARY} why"),
        Job.objects.create(kind="packet", key="canary", by=cast.olga, created_at=NOW),
        ImportRun.objects.create(source=f"{CANARY} source", by=cast.vera, created_at=NOW),
        Invitation.objects.create(
            person=cast.olga,
            email="olga@example.com",
            role="account_manager",
            token_hash=hashlib.sha256(b"canary").hexdigest(),
            invited_by=cast.ada,
            created_at=NOW,
            expires_at=NOW + timedelta(days=14),
        ),
        Packet.objects.create(
            plan=plan,
            version=1,
            content=dumps(document),
            content_hash=content_hash(document),
            pdf=ContentFile(f"%PDF-1.7 {CANARY}".encode(), name="canary.pdf"),
            pdf_sha256="0" * 64,
            made_by=cast.olga,
            made_at=NOW,
        ),
    ]
    return {type(row): row for row in rows}
