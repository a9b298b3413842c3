"""Handover plans: a plan, its anchors, its dated steps, its people, and every move it made."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, NamedTuple, Self
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, AccountRole, Assignment, Person, Team, Tier
from accounts.models.base import Addressed, LineField, ProseField, Versioned, VersionedQuerySet, tracked
from accounts.models.prepared import prepared
from transitions.models.playbooks import Mode, PlaybookVersion, Reason

if TYPE_CHECKING:
    from accounts.models import User


class Purpose(models.TextChoices):
    PERMANENT = "permanent", _("Permanent")
    COVER = "cover", _("Temporary cover")


class PlanState(models.TextChoices):
    OPEN = "open", _("Open")
    ON_HOLD = "on_hold", _("On hold")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")


class Outcome(models.TextChoices):
    """How a plan that was closed ended; a cancelled one has none."""

    HANDED_OVER = "handed_over", _("Handed over")
    CLIENT_LOST = "client_lost", _("The client left us")
    WITHDRAWN = "withdrawn", _("The change was withdrawn")
    OTHER = "other", _("Something else")


OPEN = models.Q(state__in=["open", "on_hold"])
SUMS = [
    "risk",
    "cutover_on",
    "next_due_on",
    "decides_on",
    "late_steps",
    "has_incoming",
    "has_second_choice",
    "promises_owed",
    "promises_missed",
    "promises_kept",
    "undecided",
    "waiting_guards",
    "team",
    "yearly_value",
]


class HandoverPlanQuerySet(VersionedQuerySet):
    def open(self) -> Self:
        return self.filter(state__in=(PlanState.OPEN, PlanState.ON_HOLD))

    def keep_sums(self, plans: "Iterable[HandoverPlan]") -> int:
        """Write what these plans keep for lists and boards. The sums have no history: they repeat rows."""
        return self.bulk_update(plans, SUMS, batch_size=500)

    def visible_to(self, user: "User") -> Self:
        """Plans of accounts the user sees, and of people whose leader the user is.

        A plan that is not released is seen by its named readers only, whatever the user's role.
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.in_sight(**sight_of(user))

    def in_sight(
        self,
        *,
        reader: int | None = None,
        person: int | None = None,
        teams: "list[int] | tuple[()]" = (),
        led: "list[int] | tuple[()]" = (),
    ) -> Self:
        """The same by values alone, which `sight_of` gives: for prepared queries."""
        if reader:
            return self.filter(models.Q(released_at__isnull=False) | _named(reader))
        ways = ways_in(person=person, teams=teams, led=led)
        return self.filter(reduce(or_, ways))


def ways_in(
    *, person: int | None, teams: "list[int] | tuple[()]", led: "list[int] | tuple[()]"
) -> list[models.Q]:
    """Each way by which somebody who does not read everything sees a plan; any one will do.

    What Account.visible_to says, in lists that an index answers each.
    """
    released = models.Q(released_at__isnull=False)
    theirs = Account.objects.filter(team__in=teams).values("pk")
    held = Assignment.objects.live().shown().filter(person=person).values("account")
    # A plan writes every role but the owner's; saying so lets an index find the few among one's hundreds.
    roles = PlanRole.objects.exclude(assignment__role=AccountRole.OWNER).values("plan")
    roles = roles.filter(assignment__person__team__in=led)
    return [
        # The account's team decides; that the plan repeats it lets an index find the few.
        released & models.Q(team__in=teams) & models.Q(account__in=theirs),
        released & models.Q(account__in=held),
        released & models.Q(pk__in=roles),
        _named(person),
    ]


def _named(person: int | None) -> models.Q:
    return models.Q(pk__in=PlanReader.objects.filter(person=person).values("plan"))


def sight_of(user: "User") -> dict[str, Any]:
    """What of the user decides which plans they see."""
    if user.reads_everything:
        return {"reader": user.person_id}
    return {"person": user.person_id, "teams": user.team_ids(), "led": user.led_team_ids()}


class Holder(NamedTuple):
    """Somebody who holds a role on a plan."""

    role: str
    person_id: int
    team_id: int | None
    name: str
    uuid: UUID
    title: str
    email: str
    archived_at: datetime | None


class HandoverPlan(Addressed, Versioned):
    """The change of one rep on one account.

    Its people are `PlanRole`s, its dates are `Anchor`s and `PlanStep`s. The state changes only
    through `transitions.services.plans`.
    """

    account = models.ForeignKey(Account, models.PROTECT, related_name="plans", verbose_name=_("account"))
    playbook = models.ForeignKey(
        PlaybookVersion, models.PROTECT, related_name="plans", verbose_name=_("playbook")
    )
    mode = models.CharField(_("mode"), max_length=10, choices=Mode.choices)
    tier = models.CharField(_("tier"), max_length=20, choices=Tier.choices)  # the account's at the start
    reason = models.CharField(_("reason"), max_length=20, choices=Reason.choices)
    purpose = models.CharField(
        _("purpose"), max_length=10, choices=Purpose.choices, default=Purpose.PERMANENT
    )
    stage = models.CharField(_("stage"), max_length=60)
    state = models.CharField(_("state"), max_length=10, choices=PlanState.choices, default=PlanState.OPEN)
    released_at = models.DateTimeField(_("released at"), null=True, blank=True)
    reason_detail = ProseField(_("more about the reason (never in a packet)"), blank=True)
    why = ProseField(_("why, in the client's words"), blank=True)
    gets_better = ProseField(_("what gets better for the client"), blank=True)
    stays = ProseField(_("what stays as it is"), blank=True)
    # Asked of a change for performance only; never in a packet.
    unseen = ProseField(_("why satisfaction did not show it sooner"), blank=True)
    # Where the account goes at the cutover, for playbooks that move it to another team.
    to_team = models.ForeignKey(
        Team, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("team that takes over")
    )
    # Kept by services.plans beside the rows that they repeat, so that lists and boards need no join.
    risk = models.PositiveSmallIntegerField(default=0)  # 0 to 100, see rules.plans
    cutover_on = models.DateField(_("cutover"), null=True, blank=True)  # the anchor of that key
    next_due_on = models.DateField(_("next due"), null=True, blank=True)  # the earliest open step
    decides_on = models.DateField(null=True, blank=True)  # the earliest open decision
    late_steps = models.PositiveSmallIntegerField(default=0)  # on the client's date, counted hourly
    has_incoming = models.BooleanField(default=False)  # whether somebody is named in the role
    has_second_choice = models.BooleanField(default=False)
    promises_owed = models.PositiveSmallIntegerField(default=0)  # check-ins neither kept nor let go
    promises_missed = models.PositiveSmallIntegerField(default=0)  # of these, past their day; as late_steps
    promises_kept = models.PositiveSmallIntegerField(default=0)
    undecided = models.PositiveSmallIntegerField(default=0)  # raised guards that wait for a leader
    waiting_guards = models.CharField(max_length=100, blank=True, editable=False)  # which: keys, by blanks
    # The account's, for figures by team. Who may see a plan is asked of the account itself.
    team = models.ForeignKey(
        Team, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False, editable=False
    )
    yearly_value = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True, editable=False)
    # By which country and free days its dates were counted: they may have changed since. Empty: as now.
    reckoned: Any = models.JSONField(default=dict, blank=True)
    created_by = models.ForeignKey(
        Person, models.PROTECT, related_name="plans_created", verbose_name=_("created by")
    )
    # Whom reaches what reaches nobody else: the author while they are with us, see services.plans.stewards.
    steward = models.ForeignKey(Person, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("created at"))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=20, choices=Outcome.choices, blank=True)
    ending = ProseField(_("why it ended"), blank=True)
    told_client = ProseField(_("what the client was told"), blank=True)  # of a cancelled plan
    put_right = ProseField(_("how it is put right"), blank=True)
    held_on = models.DateField(_("on hold since"), null=True, blank=True)
    held_why = ProseField(_("why it is on hold"), blank=True)
    resumes_on = models.DateField(_("expected to go on"), null=True, blank=True)
    check_step: "PlanStep | None" = None  # that asks for the check of the CRM record, where it was read

    objects = HandoverPlanQuerySet.as_manager()
    history = tracked(excluded_fields=[*SUMS, "steward"])

    class Meta:
        verbose_name = _("handover plan")
        verbose_name_plural = _("handover plans")
        indexes = [
            models.Index("state", "stage", name="plan_by_stage"),
            # The leaders' board takes the first few of each of these orders.
            models.Index("cutover_on", "id", name="plan_by_cutover", condition=OPEN),
            models.Index("next_due_on", "id", name="plan_by_next_due", condition=OPEN),
            models.Index("decides_on", "id", name="plan_by_decision", condition=OPEN),
            models.Index("team", name="plan_by_team", condition=OPEN),
            models.Index("next_due_on", "id", name="plan_late", condition=OPEN & models.Q(late_steps__gt=0)),
            models.Index("promises_missed", name="plan_by_missed", condition=models.Q(promises_missed__gt=0)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "purpose"],
                condition=OPEN,
                name="plan_open_once_per_account_and_purpose",
            )
        ]

    def __str__(self) -> str:
        return f"plan {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state in (PlanState.OPEN, PlanState.ON_HOLD)

    @property
    def owes_promises(self) -> bool:
        """Whether promises of this plan are kept: while it is open, and after it was carried out."""
        handed_over = self.state == PlanState.CLOSED and self.outcome == Outcome.HANDED_OVER
        return self.state == PlanState.OPEN or handed_over

    def holders(self) -> list[Holder]:
        """Who holds its roles, in order. One query, kept on the instance: who may ask and what is shown
        both need it. For reading only; services ask `roles`."""
        if not hasattr(self, "_holders"):
            self._holders = [Holder(*row) for row in _holders(plan=self.pk)]
        return self._holders


# A promise to the client outlives the plan that was carried out.
OUTLIVING = models.Q(kind="check-in", plan__state=PlanState.CLOSED, plan__outcome=Outcome.HANDED_OVER)


class OfPlanQuerySet(VersionedQuerySet):
    """Rows that belong to a plan are seen by whoever sees the plan."""

    def visible_to(self, user: "User") -> Self:
        return self.filter(plan__in=HandoverPlan.objects.visible_to(user).values("pk"))


class PlanReader(models.Model):
    """A named reader of a plan that is not released yet."""

    plan = models.ForeignKey(HandoverPlan, models.CASCADE, related_name="readers")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "person"], name="plan_reader_is_named_once")]

    def __str__(self) -> str:
        return f"reader {self.pk}"


class PlanRole(models.Model):
    """The link from a plan to an assignment that it wrote. The assignment holds person and role."""

    plan = models.ForeignKey(HandoverPlan, models.CASCADE, related_name="roles")
    assignment = models.OneToOneField(Assignment, models.CASCADE, related_name="plan_role")

    def __str__(self) -> str:
        return f"role {self.pk}"


@prepared
def _holders(*, plan: int) -> models.QuerySet:
    person = "assignment__person"
    return (
        PlanRole.objects.filter(plan=plan)
        .order_by("pk")
        .values_list(
            "assignment__role",
            person,
            f"{person}__team",
            f"{person}__name",
            f"{person}__uuid",
            f"{person}__title",
            f"{person}__email",
            f"{person}__archived_at",
        )
    )


class Anchor(models.Model):
    """A date on which other dates hang: announcement, cutover, departure, return."""

    plan = models.ForeignKey(HandoverPlan, models.CASCADE, related_name="anchors")
    key = models.SlugField(max_length=40)
    falls_on = models.DateField(_("date"))
    promised_at = models.DateTimeField(null=True, blank=True)  # when the client was told of it

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "key"], name="anchor_is_unique_in_plan")]

    def __str__(self) -> str:
        return f"{self.key} {self.falls_on}"


class PlanStepQuerySet(OfPlanQuerySet):
    def standing(self) -> Self:
        """Steps that belong to the plan as it is now: without those that it no longer needs."""
        return self.filter(dropped_at=None)

    def undone(self) -> Self:
        return self.standing().filter(done_at=None)

    def open(self) -> Self:
        """Steps that somebody owes now: of open plans, and promises of those that were handed over."""
        return self.undone().filter(models.Q(plan__state=PlanState.OPEN) | OUTLIVING)

    def due_by(self, day: date) -> Self:
        return self.open().filter(due_on__lte=day)


class PlanStep(Addressed, Versioned):
    """A dated thing to do: the only dated obligation of a plan.

    `key` stays the same when dates move ("check-in/3"). `base` is an anchor or another step's key.
    """

    plan = models.ForeignKey(HandoverPlan, models.CASCADE, related_name="steps")
    key = models.CharField(max_length=80)
    stage = models.CharField(max_length=60)
    kind = models.CharField(max_length=20, default="task")  # rules.playbooks.KINDS
    title = LineField(_("step"))
    position = models.PositiveSmallIntegerField(default=0)  # order among steps of one day
    base = models.CharField(max_length=80, blank=True)
    offset = models.SmallIntegerField(default=0)  # business days from the base
    planned_on = models.DateField()  # what the playbook's notice would have given
    due_on = models.DateField(_("due"))
    pinned = models.BooleanField(_("pinned by hand"), default=False)
    promised_at = models.DateTimeField(null=True, blank=True)  # when the client had this day in writing
    owner_role = models.CharField(max_length=20)  # the plan role that owes it
    owner = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="steps", verbose_name=_("owner")
    )
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    done_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    dropped_at = models.DateTimeField(null=True, blank=True)  # the plan went another way; kept as history
    note = ProseField(_("note"), blank=True)

    objects = PlanStepQuerySet.as_manager()
    history = tracked()

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        indexes = [
            models.Index("owner", "due_on", name="step_due", condition=models.Q(done_at=None)),
            models.Index("plan", "due_on", "position", name="step_by_plan"),
            models.Index("due_on", name="step_late", condition=models.Q(done_at=None)),
        ]
        constraints = [models.UniqueConstraint(fields=["plan", "key"], name="step_is_unique_in_plan")]

    def __str__(self) -> str:
        return f"{self.key} {self.pk}"


class StageChange(models.Model):
    """One move of a plan. Never edited."""

    plan = models.ForeignKey(HandoverPlan, models.CASCADE, related_name="stage_changes")
    from_stage = models.CharField(max_length=60, blank=True)
    to_stage = models.CharField(max_length=60)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.from_stage} to {self.to_stage}"


class Waiver(models.Model):
    """A gate that somebody with the right chose to pass, and why. Never edited."""

    plan = models.ForeignKey(HandoverPlan, models.CASCADE, related_name="waivers")
    gate = models.CharField(max_length=60)
    reason = ProseField(_("reason"))
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    waived_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "gate"], name="gate_is_waived_once")]

    def __str__(self) -> str:
        return self.gate


class ChangeSet(Addressed):
    """One deed that touched several rows: what each was before and after, and why."""

    plan = models.ForeignKey(HandoverPlan, models.CASCADE, related_name="change_sets")
    verb = models.CharField(max_length=40)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    why = ProseField(blank=True)
    # [{"model", "id", "version", "label", "before": {field: value}, "after": {field: value}}, ...]
    changes = models.JSONField(default=list)

    objects = OfPlanQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.verb} {self.pk}"
