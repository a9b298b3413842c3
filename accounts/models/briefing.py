"""What is known about an account, by section: it belongs to the account and outlives plans."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.base import Addressed, ProseField, Versioned, tracked
from accounts.models.clients import Account, OfAccountQuerySet
from accounts.models.people import Person
from accounts.rules.briefing import BY_KEY, QUESTIONS, SECTIONS, Question


class Audience(models.TextChoices):
    INTERNAL = "internal", _("Internal")
    CLIENT = "client", _("The client may read it")


class Provenance(models.TextChoices):
    RECORDS = "records", _("From records")
    SAID_BY = "said_by", _("Said by a person")
    TO_CONFIRM = "to_confirm", _("To confirm")


class BriefingEntry(Addressed, Versioned):
    """One piece of knowledge. Empty text: a known gap, with whoever will fill it and by when."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="briefing", verbose_name=_("account"))
    section = models.CharField(
        _("section"), max_length=20, choices=[(section.key, _(section.title)) for section in SECTIONS]
    )
    # What it answers, of the interview; blank: something else that somebody noted.
    question = models.CharField(
        _("question"), max_length=20, blank=True, choices=[(one.key, _(one.asks)) for one in QUESTIONS]
    )
    text = ProseField(_("text"), blank=True)
    audience = models.CharField(
        _("audience"), max_length=10, choices=Audience.choices, default=Audience.INTERNAL
    )
    provenance = models.CharField(
        _("provenance"), max_length=12, choices=Provenance.choices, default=Provenance.TO_CONFIRM
    )
    said_by = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("said by")
    )
    owner = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="briefing", verbose_name=_("owner")
    )
    due_on = models.DateField(_("due"), null=True, blank=True)
    updated_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = OfAccountQuerySet.as_manager()
    history = tracked()

    class Meta:
        verbose_name = _("briefing entry")
        verbose_name_plural = _("briefing entries")
        indexes = [models.Index("account", "section", name="briefing_by_section")]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "question"],
                condition=~models.Q(question="") & models.Q(archived_at=None),
                name="briefing_answers_each_question_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.section} {self.pk}"

    @property
    def answers(self) -> Question | None:
        """The question of the interview that it answers, if any."""
        return BY_KEY.get(self.question)
