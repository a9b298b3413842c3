"""What people type into plans, cleaned. Nothing here saves: views hand `cleaned_data` to services."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import DayField, PersonField, version_field
from accounts.forms.people import TeamField
from accounts.models import Person
from accounts.models.base import translated
from accounts.rules.text import TEXT_LENGTH, BadText, clean_text
from transitions.forms.fields import DrawnForm, PeopleField
from transitions.models import Mode, PlaybookVersion, Reason
from transitions.selectors.playbooks import fitting

# Roles that several people may hold.
SEVERAL = ("sponsor", "support")


class ProseInput(forms.CharField):
    """Several lines, cleaned by the one validator of text."""

    def __init__(self, *, lines: int = 3, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(widget=forms.Textarea({"rows": lines}), **kwargs)
        self.validators.append(MaxLengthValidator(TEXT_LENGTH))

    def clean(self, value: Any) -> str:
        cleaned = super().clean(value)
        try:
            return clean_text(cleaned)
        except BadText as error:
            raise forms.ValidationError(translated(error), code="bad_text") from None


class NoteForm(DrawnForm):
    version = version_field()
    note = ProseInput(label=_("Note"), lines=2)


class WaiveForm(DrawnForm):
    reason = ProseInput(
        label=_("Why this need not hold"),
        required=True,
        help_text=_("It stays on record beside your name, for everyone who sees the plan."),
    )


class DayForm(DrawnForm):
    """A day to look at what a move would do."""

    to = DayField(label=_("New date"))


class VersionForm(DrawnForm):
    """A button, and what its page showed."""

    version = version_field()


class ConfirmedField(forms.BooleanField):
    """The person's word that the client hears of a date that was promised in writing and moves."""

    def __init__(self, **kwargs: Any) -> None:
        label = _("The client is told that the date moves which they were promised in writing.")
        super().__init__(label=label, required=False, **kwargs)


class MoveForm(DrawnForm):
    """Another day for a step or an anchor, chosen before with DayForm."""

    version = version_field()
    to = DayField(label=_("New date"), widget=forms.HiddenInput)
    why = ProseInput(label=_("Why"), lines=2, help_text=_("The history says it beside what moved."))
    confirmed = ConfirmedField()

    def __init__(self, *args: Any, promised: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not promised:
            del self.fields["confirmed"]


class MoveAnchorForm(MoveForm):
    why = ProseInput(
        label=_("Why"), lines=2, required=True, help_text=_("The history says it beside what moved.")
    )


class RecountForm(DrawnForm):
    """Drawn only where a day moves that the client has in writing."""

    confirmed = ConfirmedField()


class PeopleForm(DrawnForm):
    """Who holds one role. The field has the name of the role, as the service's refusals do."""

    version = version_field()

    def __init__(self, *args: Any, role: str, label: str, **kwargs: Any) -> None:
        self.base_fields = {**self.base_fields, role: _holder(role, label)}  # type: ignore[misc]
        super().__init__(*args, **kwargs)
        self.role = role

    @property
    def people(self) -> list[Person]:
        chosen = self.cleaned_data[self.role]
        if self.role in SEVERAL:
            return list(chosen)
        return [chosen] if chosen else []


def _holder(role: str, label: Any) -> forms.Field:
    if role in SEVERAL:
        return PeopleField(label=label)
    return PersonField(label=label, required=False)


class WordsForm(DrawnForm):
    """Fields bear the names of the plan's columns: a conflict shows them side by side."""

    version = version_field()
    why = ProseInput(
        label=_("Why the change"), help_text=_("As you would say it to the client. Shown in the packet.")
    )
    gets_better = ProseInput(label=_("What gets better for them"))
    stays = ProseInput(label=_("What stays as it is"))
    reason_detail = ProseInput(
        label=_("Only for us, never in a packet"), help_text=_("More about the reason, where it helps us.")
    )
    unseen = ProseInput(
        label=_("Why satisfaction did not show it sooner"),
        help_text=_(
            "Whom did we not ask, what did we not want to see? Only for us; the history keeps every answer."
        ),
    )

    def __init__(self, *args: Any, asks_unseen: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks_unseen:
            del self.fields["unseen"]


# The dates that a person may choose; others are as the playbook has them.
ANCHORS = ("cutover", "announcement", "departure", "return")


class TeamForm(DrawnForm):
    """The team to which the account goes at the cutover."""

    version = version_field()
    to_team = TeamField(label=_("Team that takes over"), required=False, empty_label=_("Not named yet"))


class PreviewForm(DrawnForm):
    """As much of a new plan as its dates hang on. Mode and reason choose the playbook."""

    mode = forms.ChoiceField(label=_("How the change happens"), choices=Mode.choices)
    reason = forms.ChoiceField(
        label=_("Reason"), choices=[("", _("Choose a reason")), *Reason.choices], required=False
    )
    playbook = forms.ModelChoiceField(
        PlaybookVersion.objects.none(),
        label=_("Playbook"),
        required=False,
        empty_label=_("The one for this reason"),
    )
    cutover = DayField(
        label=_("Cutover"),
        required=False,
        help_text=_("When the account changes hands. Empty: the first day that leaves every step its time."),
    )
    announcement = DayField(
        label=_("Announcement"),
        required=False,
        help_text=_("When the client is told. Empty: as the playbook has it."),
    )
    departure = DayField(
        label=_("Departure"),
        required=False,
        help_text=_("The last day on which the leaver can be asked. Empty: as the playbook has it."),
    )

    def __init__(self, *args: Any, playbooks: Iterable[PlaybookVersion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["return"] = DayField(
            label=_("Return"),
            required=False,
            help_text=_("When the owner comes back. Empty: as the playbook has it."),
        )
        chosen: Any = self.fields["playbook"]
        self.playbooks = list(playbooks)
        chosen.queryset = PlaybookVersion.objects.filter(pk__in=[one.pk for one in self.playbooks])
        chosen.label_from_instance = lambda version: translated_name(version.name)
        # Drawn from what was read already.
        chosen.choices = [
            ("", chosen.empty_label),
            *((version.pk, translated_name(version.name)) for version in self.playbooks),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        mode, version = cleaned.get("mode"), cleaned.get("playbook")
        if version is not None and mode and version.mode != mode:
            self.add_error("playbook", _("This playbook is for the other way of changing hands."))
        elif version is None and mode and "playbook" not in self.errors:
            cleaned["playbook"] = fitting(self.playbooks, mode, cleaned.get("reason", ""))
            if cleaned["playbook"] is None:
                self.add_error("mode", _("No playbook for this is published. Ask an administrator."))
        return cleaned

    @property
    def anchors(self) -> dict[str, date]:
        """The dates that were given, by anchor."""
        return {key: on for key in ANCHORS if (on := self.cleaned_data.get(key))}


def translated_name(name: str) -> str:
    """The name of a playbook in the reader's language; one that people typed stays as it is."""
    return gettext(name)


class StartForm(PreviewForm):
    """A new plan. Names of fields are those by which the service refuses."""

    reason = forms.ChoiceField(label=_("Reason"), choices=[("", _("Choose a reason")), *Reason.choices])
    to_team = TeamField(
        label=_("Team that takes over"),
        required=False,
        empty_label=_("Not named yet"),
        help_text=_("The account moves to it at the cutover."),
    )
    incoming = PersonField(
        label=_("Incoming rep"),
        required=False,
        empty_label=_("Not chosen yet"),
        help_text=_("May wait: the client is heard before the choice."),
    )
    second_choice = PersonField(
        label=_("Second choice"),
        required=False,
        empty_label=_("Not chosen yet"),
        help_text=_("If the first falls through."),
    )
    interim = PersonField(
        label=_("Interim rep"),
        required=False,
        empty_label=_("Not chosen yet"),
        help_text=_("Hard cutover only: who answers from day 0."),
    )
    sponsor = PeopleField(label=_("Sponsor"), help_text=_("The leaders who stay in touch with the client."))
    why = ProseInput(label=_("Why the change"), lines=2)
    gets_better = ProseInput(label=_("What gets better for them"), lines=2)
    stays = ProseInput(label=_("What stays as it is"), lines=2)
    reason_detail = ProseInput(label=_("Only for us, never in a packet"), lines=2)
    confidential = forms.BooleanField(
        label=_("Keep this plan confidential for now"),
        required=False,
        help_text=_(
            "Only you and the readers named here see it, until you release it. The outgoing rep does not."
        ),
    )
    readers = PeopleField(label=_("Readers"))

    @property
    def people(self) -> Mapping[str, list[Person]]:
        given = self.cleaned_data
        single = {role: given.get(role) for role in ("incoming", "second_choice", "interim")}
        return {
            **{role: [person] for role, person in single.items() if person},
            "sponsor": list(given.get("sponsor") or ()),
        }
