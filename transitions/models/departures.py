"""Departures: a rep leaves, and a whole book goes into new hands; and what stands ready if one left today."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Person, Role
from accounts.models.base import Addressed, LineField, ProseField, Versioned, VersionedQuerySet, tracked
from transitions.models.plans import HandoverPlan
from transitions.models.playbooks import Mode, Reason

if TYPE_CHECKING:
    from accounts.models import User

LEADING = (Role.LEADER, Role.EXECUTIVE, Role.ADMINISTRATOR)


class DepartureState(models.TextChoices):
    DRAFT = "draft", _("Being prepared")
    COMMITTED = "committed", _("Carried out")
    UNDONE = "undone", _("Undone")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class DepartureQuerySet(VersionedQuerySet):
    def visible_to(self, user: "User") -> Self:
        """Of people in one's own subtree, for leaders; administrators and executives see all.

        What is not released is seen by its named readers only. Never by who leaves, and never by reps:
        a proposal holds what is thought of their fit.
        """
        if not user.is_authenticated or not user.is_active or user.role not in LEADING:
            return self.none()
        named = models.Q(pk__in=DepartureReader.objects.filter(person=user.person_id).values("departure"))
        theirs = models.Q(released_at__isnull=False)
        if not user.reads_everything:
            theirs &= models.Q(person__team__in=user.led_team_ids())
        return self.filter(named | theirs).exclude(person=user.person_id)


class Departure(Addressed, Versioned):
    """One rep who leaves, and what becomes of their book.

    Its accounts are those that the rep owns and that the filter leaves, not a list of keys: who is added
    meanwhile is planned too. Changed through `transitions.services.departures` only.
    """

    person = models.ForeignKey(
        Person, models.PROTECT, related_name="departures", verbose_name=_("who leaves")
    )
    last_on = models.DateField(_("last day"))
    mode = models.CharField(_("mode"), max_length=10, choices=Mode.choices)
    reason = models.CharField(_("reason"), max_length=20, choices=Reason.choices)
    reason_detail = ProseField(_("more about the reason (never in a packet)"), blank=True)
    why = ProseField(_("why, in the client's words"), blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=DepartureState.choices, default=DepartureState.DRAFT
    )
    # {"tier": [...], "team": [ids], "industry": [...], "country": [...]}; nothing: the whole book.
    narrowed: Any = models.JSONField(default=dict, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    committed_at = models.DateTimeField(null=True, blank=True)
    committed_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    # What the commit changed beside plans, as in ChangeSet, so that it can be undone.
    changes: Any = models.JSONField(default=list, blank=True)

    objects = DepartureQuerySet.as_manager()
    history = tracked(excluded_fields=["changes"])

    class Meta:
        verbose_name = _("departure")
        verbose_name_plural = _("departures")
        indexes = [models.Index("person", "state", name="departure_by_person")]

    def __str__(self) -> str:
        return f"departure {self.pk}"


class OfDepartureQuerySet(VersionedQuerySet):
    def visible_to(self, user: "User") -> Self:
        return self.filter(departure__in=Departure.objects.visible_to(user).values("pk"))


class DepartureReader(models.Model):
    """A named reader of a departure that is not released yet."""

    departure = models.ForeignKey(Departure, models.CASCADE, related_name="readers")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["departure", "person"], name="departure_reader_is_named_once")
        ]

    def __str__(self) -> str:
        return f"reader {self.pk}"


class ScenarioState(models.TextChoices):
    NEW = "new", _("Not computed yet")
    RUNNING = "running", _("Being computed")
    FOUND = "found", _("Proposal")
    IMPOSSIBLE = "impossible", _("Some accounts find no place")
    FAILED = "failed", _("Not computed")


class Scenario(Addressed, Versioned):
    """One way to hand the book over: what was set, and the proposal that came of it.

    `settings`: {"weights": {part: number}, "pinned": {account id: person id}, "without_reps": [person id],
    "without_accounts": [account id]}. The rest is written by the job. Keys are database ids, because names
    change and can be erased.
    """

    departure = models.ForeignKey(Departure, models.CASCADE, related_name="scenarios")
    name = LineField(_("name"), max_length=100)
    settings: Any = models.JSONField(default=dict, blank=True)
    weights_version = models.PositiveIntegerField(default=1)  # of the company's, when it was last proposed
    asked = models.PositiveIntegerField(default=1)  # counts up with every change of the settings
    state = models.CharField(max_length=12, choices=ScenarioState.choices, default=ScenarioState.NEW)
    answered = models.PositiveIntegerField(default=0)  # the `asked` that the proposal answers
    # [[account id, person id, fit, next best person id or None, their fit], ...]
    placements: Any = models.JSONField(default=list, blank=True)
    figures: Any = models.JSONField(default=dict, blank=True)  # see rules.departures.Figures
    problems: Any = models.JSONField(default=list, blank=True)  # messages, see rules.departures.packed
    found_at = models.DateTimeField(null=True, blank=True)

    objects = OfDepartureQuerySet.as_manager()

    class Meta:
        verbose_name = _("scenario")
        verbose_name_plural = _("scenarios")

    def __str__(self) -> str:
        return self.name

    @property
    def fresh(self) -> bool:
        """Whether the proposal answers the settings as they are now."""
        return self.answered == self.asked and self.state in (ScenarioState.FOUND, ScenarioState.IMPOSSIBLE)


class DeparturePlan(models.Model):
    """A plan that a departure opened, or changed where one was open already."""

    departure = models.ForeignKey(Departure, models.CASCADE, related_name="plans")
    plan = models.ForeignKey(HandoverPlan, models.CASCADE, related_name="departures")
    opened = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["departure", "plan"], name="departure_names_each_plan_once")
        ]

    def __str__(self) -> str:
        return f"plan of departure {self.pk}"


class StandingCoverQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> Self:
        """Of people in the teams that one leads; administrators and executives see all. Never one's own."""
        if not user.is_authenticated or not user.is_active or user.role not in LEADING:
            return self.none()
        found = self.exclude(person=user.person_id)
        return found if user.reads_everything else found.filter(person__team__in=user.led_team_ids())


class StandingCover(Addressed):
    """What would be if this rep left today. Counted again when what it is made of has changed."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="standing_cover")
    counted_on = models.DateField()
    digest = models.CharField(max_length=64)  # of everything that it is made of
    accounts = models.PositiveIntegerField(default=0)
    revenue = models.DecimalField(max_digits=16, decimal_places=2, default=0)
    strategic = models.PositiveIntegerField(default=0)
    single_threaded = models.PositiveIntegerField(default=0)  # accounts that nobody else of ours knows
    undocumented = models.PositiveIntegerField(default=0)  # open promises that stand nowhere in writing
    uncovered = models.PositiveIntegerField(default=0)  # accounts for which nobody is suggested
    score = models.PositiveSmallIntegerField(default=100)
    grade = models.CharField(max_length=1, default="A")
    # [[account id, single-threaded, undocumented promises, suggested person id or None, fit], ...]
    lines: Any = models.JSONField(default=list, blank=True)

    objects = StandingCoverQuerySet.as_manager()

    class Meta:
        verbose_name = _("standing cover")
        verbose_name_plural = _("standing cover")
        indexes = [models.Index("score", "person", name="standing_cover_worst_first")]

    def __str__(self) -> str:
        return f"standing cover {self.pk}"
