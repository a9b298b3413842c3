"""The concern ledger: each fear of the client in their own words, until they say that it is answered."""

from datetime import date
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Channel, Contact, Person
from accounts.models.base import Addressed, LineField, ProseField, Versioned, tracked
from transitions.models.plans import HandoverPlan, OfPlanQuerySet, PlanState
from transitions.rules.concerns import SERIOUS, SERIOUSNESS, state_of

OPEN = models.Q(answered_at=None, confirmed_on=None, archived_at=None)


class ConcernQuerySet(OfPlanQuerySet):
    def live(self) -> Self:
        """Without those that were noted by mistake."""
        return self.filter(archived_at=None)

    def unconfirmed(self) -> Self:
        return self.live().filter(confirmed_on=None)

    def serious(self) -> Self:
        """What keeps the cutover shut."""
        return self.unconfirmed().filter(seriousness=SERIOUS)

    def due_by(self, day: date) -> Self:
        """Those of open plans whose answer was promised for `day` or before."""
        return self.filter(OPEN, plan__state=PlanState.OPEN, promised_on__lte=day)

    def in_state(self, state: str) -> Self:
        """`state` is one of rules.concerns.STATES."""
        if state == "withdrawn":
            return self.exclude(archived_at=None)
        if state == "confirmed":
            return self.live().exclude(confirmed_on=None)
        if state == "answered":
            return self.unconfirmed().exclude(answered_at=None)
        return self.filter(OPEN)


class Concern(Addressed, Versioned):
    """What the client fears about the change. It changes only through `transitions.services.concerns`."""

    plan = models.ForeignKey(HandoverPlan, models.CASCADE, related_name="concerns")
    words = ProseField(_("in the client's words"))
    raised_by = models.ForeignKey(
        Contact, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("raised by")
    )
    raised_by_name = LineField(_("or somebody else there"), max_length=200, blank=True)
    raised_on = models.DateField(_("raised on"))
    seriousness = models.CharField(
        _("how serious"),
        max_length=10,
        choices=[(level, _(words)) for level, words in SERIOUSNESS.items()],
    )
    owner = models.ForeignKey(Person, models.PROTECT, related_name="concerns", verbose_name=_("who answers"))
    promised_on = models.DateField(_("answer promised for"), null=True, blank=True)
    answer = ProseField(_("answer"), blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_by = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("confirmed by")
    )
    confirmed_on = models.DateField(_("confirmed on"), null=True, blank=True)
    confirmed_how = models.CharField(_("how"), max_length=20, choices=Channel.choices, blank=True)
    meeting = models.ForeignKey(
        "transitions.CustomerMeeting", models.SET_NULL, null=True, blank=True, related_name="concerns"
    )
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ConcernQuerySet.as_manager()
    history = tracked()

    class Meta:
        verbose_name = _("concern")
        verbose_name_plural = _("concerns")
        indexes = [
            models.Index("owner", "promised_on", name="concern_due", condition=OPEN),
            models.Index("plan", name="concern_of_plan"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(confirmed_on=None)
                | (models.Q(answered_at__isnull=False) & models.Q(confirmed_by__isnull=False)),
                name="concern_confirmed_once_answered",
            ),
            models.CheckConstraint(
                condition=models.Q(seriousness__in=list(SERIOUSNESS)), name="concern_is_on_the_scale"
            ),
        ]

    def __str__(self) -> str:
        return f"concern {self.pk}"

    @property
    def state(self) -> str:
        return state_of(self.answered_at, self.confirmed_on, self.archived_at)

    @property
    def is_serious(self) -> bool:
        return self.seriousness == SERIOUS

    @property
    def raiser(self) -> str:
        """Who raised it, as far as it is known."""
        return self.raised_by.name if self.raised_by else self.raised_by_name
