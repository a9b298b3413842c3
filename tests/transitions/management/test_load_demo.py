import io
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import (
    Account,
    Acquaintance,
    AuditEvent,
    BriefingEntry,
    ClientRequest,
    Commitment,
    Contact,
    ImportRun,
    Organisation,
    Person,
    Team,
    Touchpoint,
    User,
)
from transitions.models import (
    HandoverPlan,
    Packet,
    PlanState,
    PlanStep,
    PlaybookVersion,
    RecurringMeeting,
    SponsorCheckIn,
)
from transitions.rules.demo import company
from transitions.selectors.playbooks import playbook_of
from transitions.services.plans import counted_otherwise

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """The demo company, loaded once for all tests of this file."""
    with django_db_blocker.unblock(), transaction.atomic():
        out = io.StringIO()
        call_command("load_demo", stdout=out)
        yield out.getvalue()
        transaction.set_rollback(True)


def counts() -> dict[str, int]:
    models = (
        Account,
        Contact,
        Person,
        Team,
        ClientRequest,
        Commitment,
        Touchpoint,
        Acquaintance,
        BriefingEntry,
    )
    more = (HandoverPlan, PlanStep, Packet, User, ImportRun, AuditEvent)
    return {model.__name__: model.objects.count() for model in (*models, *more)}


def test_it_loads_a_company(loaded, db):
    found = counts()

    assert (found["Account"], found["Team"], found["User"]) == (80, 5, 4)
    assert found["Person"] == len(company.MEMBERS)
    assert 160 <= found["Contact"] <= 320
    assert Organisation.objects.get().name == company.NAME
    assert ClientRequest.objects.escalated().exists()


def test_plans_stand_in_every_stage_of_both_modes(loaded, db):
    stages: dict[str, set[str]] = {"soft": set(), "hard": set()}
    for mode, stage in HandoverPlan.objects.values_list("mode", "stage"):
        stages[mode].add(stage)
    for mode, reached in stages.items():
        standard = PlaybookVersion.objects.get(key=f"{mode}-standard")
        assert {stage.key for stage in playbook_of(standard, "standard").stages} <= reached
    assert "hand-back" in stages["soft"]
    states = set(HandoverPlan.objects.values_list("state", flat=True))
    assert states == set(PlanState.values)


def test_one_plan_is_confidential_and_seen_by_its_readers_only(loaded, db):
    secret = HandoverPlan.objects.get(released_at=None)

    seen = {
        user.person.name
        for user in User.objects.all()
        if HandoverPlan.objects.visible_to(user).filter(pk=secret.pk)
    }

    assert seen == {"Tomas Lindgren"}
    assert secret.reason_detail


def test_one_plan_rests_one_counts_its_days_otherwise_and_one_has_a_series(loaded, db):
    resting = HandoverPlan.objects.get(state=PlanState.ON_HOLD)
    assert resting.held_why
    assert resting.resumes_on > timezone.now().date()
    assert Organisation.objects.get().free_days
    rows = HandoverPlan.objects.filter(state=PlanState.OPEN).select_related("account")
    assert [plan.account.name for plan in counted_otherwise(list(rows))] == ["Rheinquell Pharma"]
    assert RecurringMeeting.objects.get().plan.state == PlanState.OPEN


def test_a_plan_waits_at_a_gate_because_a_request_is_escalated(loaded, db):
    plan = HandoverPlan.objects.get(account__name="Norrland Stal")

    assert plan.stage == "burn-in"
    assert plan.account.requests.escalated().exists()


def test_promises_were_kept_missed_and_let_go(loaded, db):
    promises = SponsorCheckIn.objects.filter(plan__state=PlanState.OPEN)
    yesterday = timezone.now().date() - timedelta(days=1)

    kept = promises.exclude(delivered_on=None)
    assert kept.exclude(evidence="").count() == kept.count() > 20
    assert kept.exclude(channel="").exclude(delivered_channel=F("channel")).exists()
    assert SponsorCheckIn.objects.exclude(let_go_at=None).exists()
    assert HandoverPlan.objects.filter(promises_missed__gt=0).exists()
    assert promises.filter(step__owner__name="Helena Marsh", step__due_on__lt=yesterday).exists()


def test_nothing_happened_in_the_future(loaded, db):
    now = timezone.now()
    assert not PlanStep.objects.filter(done_at__gt=now).exists()
    assert not Touchpoint.objects.filter(happened_at__gt=now).exists()
    assert not ClientRequest.objects.filter(closed_on__gt=now.date()).exists()
    assert not HandoverPlan.objects.filter(created_at__gt=now).exists()


def test_the_sign_ins_work_and_are_written_down(loaded, db, client):
    for name, role, _words in company.SIGN_INS:
        user = User.objects.get(person__name=name)
        assert user.role == role
        assert user.check_password(company.PASSWORD)
        assert user.email in loaded
    written = (Path(settings.VAR_DIR) / "demo-sign-ins.txt").read_text()
    assert written in loaded


def test_loading_it_twice_changes_nothing(loaded, db):
    before = counts()

    out = io.StringIO()
    call_command("load_demo", stdout=out)

    assert counts() == before
    assert "loaded before" in out.getvalue()


def test_late_plans_have_late_steps(loaded, db):
    yesterday = timezone.now().date() - timedelta(days=1)
    late = HandoverPlan.objects.filter(state=PlanState.OPEN, next_due_on__lt=yesterday)

    assert late.exists()
    assert not late.filter(late_steps=0).exists()
