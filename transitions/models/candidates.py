"""Who was chosen to take over and on what grounds; and when the second choice took the place of the first."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.models.base import Addressed, ProseField
from transitions.models.plans import HandoverPlan, OfPlanQuerySet


class CandidateChoice(Addressed):
    """A leader chose somebody for a role among the candidates. Never edited: a later one counts instead.

    What was known then is kept with it, because loads and weights change. Fits are not for reps.
    """

    plan = models.ForeignKey(HandoverPlan, models.CASCADE, related_name="candidate_choices")
    role = models.SlugField(max_length=20)  # one of rules.candidates.ROLES
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    chosen_at = models.DateTimeField()
    why = ProseField(_("why this one"), blank=True)
    fit = models.PositiveSmallIntegerField()  # 0 to 100
    place = models.PositiveSmallIntegerField()  # 1: the best of those who could
    considered = models.PositiveSmallIntegerField()  # how many could
    weights = models.PositiveIntegerField()  # the version of the weights
    # [{"key": "industry", "score": 80, "weight": 14.0}, ...]; score None: nothing known
    parts: Any = models.JSONField(default=list)
    # The best of the others: [{"name": "...", "fit": 74}, ...]
    others: Any = models.JSONField(default=list)

    objects = OfPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("choice of a candidate")
        verbose_name_plural = _("choices of candidates")
        indexes = [models.Index("plan", "role", "id", name="choice_by_plan")]

    def __str__(self) -> str:
        return f"choice {self.pk}"


class Swap(Addressed):
    """The second choice took the place of the first. Never edited; undoing it leaves it marked."""

    plan = models.ForeignKey(HandoverPlan, models.CASCADE, related_name="swaps")
    trigger = models.SlugField(max_length=20)  # one of rules.candidates.TRIGGERS
    why = ProseField(_("what happened"))
    former = models.ForeignKey(Person, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    to_client = ProseField(_("what the client is told"), blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    swapped_at = models.DateTimeField()
    change_set = models.OneToOneField(
        "transitions.ChangeSet", models.PROTECT, related_name="swap", null=True, blank=True
    )

    objects = OfPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("swap to the second choice")
        verbose_name_plural = _("swaps to the second choice")
        indexes = [models.Index("plan", "id", name="swap_by_plan")]

    def __str__(self) -> str:
        return f"swap {self.pk}"
