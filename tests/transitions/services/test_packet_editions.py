"""Nothing internal reaches the client: a canary in every text field that a packet reads, then a search."""

import json
from io import BytesIO

import pypdfium2
import pytest
from django.db import models
from pypdf import PdfReader

from accounts.models import (
    Account,
    Acquaintance,
    Assignment,
    BriefingEntry,
    ClientRequest,
    Commitment,
    Contact,
    Department,
    Team,
    Touchpoint,
)
from accounts.rules.briefing import QUESTIONS
from tests.factories import NOW, TODAY
from tests.packets import make_told_plan
from transitions.documents.packet import dumps, redaction
from transitions.models import (
    Acknowledgement,
    Anchor,
    Concern,
    CustomerMeeting,
    Extra,
    HandoverPlan,
    Narrative,
    PlanStep,
    Praise,
    ReadinessQuestion,
    RecurringMeeting,
    TalkingPoints,
)
from transitions.selectors.packets import editions_of, packet_of
from transitions.services import packets, story

# All that a packet is read from. A new text field of these is seeded without anybody's doing.
READ = (
    Account,
    Acknowledgement,
    Acquaintance,
    Anchor,
    Assignment,
    BriefingEntry,
    ClientRequest,
    Commitment,
    Concern,
    Contact,
    CustomerMeeting,
    Department,
    Extra,
    HandoverPlan,
    Narrative,
    PlanStep,
    Praise,
    ReadinessQuestion,
    RecurringMeeting,
    TalkingPoints,
    Team,
    Touchpoint,
)
# What the client may read, field by field, and why.
SHARED = {
    "Account.name",  # theirs
    "Contact.name",  # who asked, to whom it was promised
    "ClientRequest.title",  # what they asked for
    "Commitment.text",  # what was promised them
    "HandoverPlan.why",  # the story
    "HandoverPlan.gets_better",
    "HandoverPlan.stays",
    "Narrative.who_now",
    "BriefingEntry.text (client)",  # marked for the client by hand, where the question allows it
}
KEYS = ("key", "uid", "tz", "path", "source", "external_id", "kind", "owner_role", "stage", "role", "hint")


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def plan(cast):
    """A plan with a row of everything."""
    Department.objects.create(name="Accounting", person=cast.ada)
    plan = make_told_plan(cast)
    by = {"created_by": cast.olga, "created_at": NOW}
    story.approve(plan=plan, version=plan.version, who_now="Ivan Ilic.", by=cast.vera, now=NOW)
    contact = plan.account.contacts.first()
    Concern.objects.create(
        plan=plan, words="w", raised_by=contact, raised_on=TODAY, seriousness="red", owner=cast.olga, **by
    )
    Praise.objects.create(plan=plan, words="w", keep="k", said_on=TODAY, said_by=contact, **by)
    Extra.objects.create(plan=plan, what="w", owner=cast.olga, planned_on=TODAY, **by)
    ReadinessQuestion.objects.create(plan=plan, asked="a", expected="e", **by)
    RecurringMeeting.objects.create(
        plan=plan, title="t", rhythm="weekly", next_at=NOW, organiser=cast.olga, uid="u@example.com"
    )
    meeting = plan.meetings.first()
    TalkingPoints.objects.create(
        plan=plan,
        meeting=meeting,
        version=1,
        agenda="a",
        points="p",
        questions="q",
        made_by=cast.olga,
        made_at=NOW,
    )
    return plan


def seed():
    """Put a canary of its own into every text field, and return what each stands for."""
    planted = {}
    for model in READ:
        for field in model._meta.concrete_fields:
            text = isinstance(field, models.CharField | models.TextField)
            short = 0 < (field.max_length or 0) < 8  # codes, which hold no words
            if not text or short or field.choices or field.unique or field.name in KEYS:
                continue
            audiences = ("internal", "client") if model is BriefingEntry else ("",)
            for audience in audiences:
                canary = f"Zq{len(planted):03d}"
                rows = model.objects.filter(audience=audience).exclude(text="") if audience else model.objects
                rows.update(**{field.name: canary})
                said = f"{model.__name__}.{field.name}"
                planted[canary] = f"{said} ({audience})" if audience == "client" else said
    return planted


def found_in(text, planted):
    return {said for canary, said in planted.items() if canary in text}


def everything_in(pdf: bytes) -> str:
    """Text by two readers, metadata, attachments, bookmarks, and every string of the structure tree."""
    reader = PdfReader(BytesIO(pdf))
    parts = [page.extract_text() for page in reader.pages]
    parts += [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf)]
    parts += [str(reader.metadata), str(reader.xmp_metadata and reader.xmp_metadata.rdf_root.toxml())]
    parts += [str(reader.attachments), str(reader.outline)]
    for number in range(len(reader.xref[0]) if reader.xref else 0):
        parts.append(str(reader.get_object(number)) if number in reader.xref[0] else "")
    return "\n".join(parts)


def test_no_internal_field_reaches_the_client(plan, cast, sign_in):
    planted = seed()

    ours = json.dumps(dumps(packet_of(plan, edition="internal", language="en")), ensure_ascii=False)
    page = sign_in("olga").get(f"/plans/{plan.uuid}/packet/?edition=client").content.decode()
    body = page[page.index('<article class="packet') :]
    theirs = packets.make(plan=plan, edition="client", language="en", by=cast.olga, now=NOW)

    secret = found_in(ours, planted) - SHARED
    assert len(secret) > 15, secret  # the search finds what is there
    assert found_in(body, planted) <= SHARED
    assert found_in(json.dumps(theirs.content), planted) <= SHARED
    with theirs.pdf.open("rb") as pdf:
        printed = everything_in(pdf.read())
    assert found_in(printed, planted) <= SHARED
    assert found_in(printed, planted) >= {"HandoverPlan.why", "ClientRequest.title"}
    assert cast.bea.name not in body + printed  # the second choice


def test_people_are_named_to_the_client_with_their_role_only_where_it_is_meant(plan, cast):
    cast.sam.phone = "+1 555 0100"
    cast.sam.save()

    theirs = packet_of(plan, edition="client", language="en")

    said = json.dumps(dumps(theirs), ensure_ascii=False)
    assert "Sam Sato" in said
    assert [name for name in ("Bea Brandt", "Vera Voss") if name in said] == []


def test_every_question_is_internal_unless_it_says_otherwise():
    assert {one.key for one in QUESTIONS if one.shareable} == {"goals", "delivered", "projects", "rhythm"}


def test_the_preview_strikes_out_exactly_what_the_client_edition_lacks(plan):
    ours, theirs = editions_of(plan, language="en")

    by_key = {one.key: one for one in redaction(ours, theirs)}

    assert by_key["first"].left_out == len(by_key["first"].ours)
    assert by_key["first"].theirs == ()
    kept = [line for line in by_key["goals"].ours if line.for_client]
    assert len(kept) == len(by_key["goals"].theirs) == 2
    shown = [line for line in by_key["issues"].ours if line.for_client]
    assert len(shown) == len(by_key["issues"].theirs) == 2


def test_both_editions_come_from_the_same_rows(plan):
    ours, theirs = editions_of(plan, language="en")

    assert ours == packet_of(plan, edition="internal", language="en")
    assert theirs == packet_of(plan, edition="client", language="en")
