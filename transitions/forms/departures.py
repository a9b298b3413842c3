"""What is typed when a rep leaves: who and when, scenarios and their weights, and who takes on the rest."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter, FilterSet, ModelChoiceFilter

from accounts.forms.fields import DayField, PersonField, country_choices, version_field
from accounts.forms.filters import Search
from accounts.forms.people import LineInput
from accounts.models import Person, Team, Tier
from accounts.rules.text import NAME_LENGTH, gettext_noop
from transitions.forms.fields import DrawnForm, PeopleField
from transitions.forms.filters import teams_of
from transitions.forms.plans import ProseInput
from transitions.models import Mode, Reason
from transitions.rules.departures import GRADES, ROLES
from transitions.rules.fit import DEFAULTS, PARTS

REASONS = [one for one in Reason.choices if one[0] not in (Reason.LEAVE, Reason.CLOSEOUT)]
BY_NOTICE = ("", _("By notice: soft if there is time enough"))
HEIRS = {
    "incoming": gettext_noop("Who takes over other clients instead, where no second choice is named"),
    "interim": gettext_noop("Who stands in instead"),
    "second_choice": gettext_noop("Who is second choice instead"),
    "sponsor": gettext_noop("Who is sponsor instead"),
    "support": gettext_noop("Who gives support instead"),
}
NARROWED = ("tier", "team", "industry", "country")


# How full reps are counts for all accounts of a book together, so it has no weight of its own.
WEIGHED = tuple(part for part in PARTS if part != "workload")


def batched_pairs(names: Sequence[str]) -> list[tuple[str, ...]]:
    return [tuple(names[start : start + 2]) for start in range(0, len(names), 2)]


class DepartureForm(DrawnForm):
    rows: tuple[tuple[str, ...], ...] = (
        ("last_on", "reason"),
        ("mode",),
        ("why",),
        ("reason_detail",),
        ("tier", "team"),
        ("industry", "country"),
    )
    last_on = DayField(label=_("Last day"))
    reason = forms.ChoiceField(label=_("Reason"), choices=[("", _("Choose")), *REASONS])
    mode = forms.ChoiceField(label=_("Mode"), choices=[BY_NOTICE, *Mode.choices], required=False)
    why = ProseInput(
        label=_("Why the change, for clients"),
        lines=2,
        help_text=_("As you would say it to them. It stands on every plan and can be changed there."),
    )
    reason_detail = ProseInput(
        label=_("More about the reason"), lines=2, help_text=_("For leaders only; never in a packet.")
    )
    tier = forms.MultipleChoiceField(
        label=_("Only these tiers"),
        choices=Tier.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    team = forms.MultipleChoiceField(
        label=_("Only these teams"), required=False, widget=forms.CheckboxSelectMultiple
    )
    industry = forms.MultipleChoiceField(
        label=_("Only these industries"), required=False, widget=forms.CheckboxSelectMultiple
    )
    country = forms.MultipleChoiceField(
        label=_("Only these countries"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, book: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        teams = Team.objects.filter(pk__in={row.team_id for row in book if row.team_id}).order_by("path")
        offered: dict[str, list[tuple[str, str]]] = {
            "team": [(str(team.pk), team.name) for team in teams],
            "industry": [(one, one) for one in sorted({row.industry for row in book if row.industry})],
            "country": [one for one in country_choices() if one[0] in {row.country for row in book} - {""}],
        }
        for name, choices in offered.items():
            self.fields[name].choices = choices
            if len(choices) < 2:  # nothing to choose
                del self.fields[name]

    def narrowed(self) -> dict[str, list[Any]]:
        """The filter of the book, as the departure keeps it."""
        found: dict[str, list[Any]] = {name: self.cleaned_data.get(name) or [] for name in NARROWED}
        found["team"] = [int(one) for one in found["team"]]
        return {name: values for name, values in found.items() if values}

    def details(self) -> dict[str, Any]:
        given = self.cleaned_data
        kept = ("last_on", "mode", "reason", "why", "reason_detail")
        return {name: given[name] for name in kept} | {"narrowed": self.narrowed()}


class BeginForm(DepartureForm):
    rows = (*DepartureForm.rows, ("confidential",), ("readers",))
    confidential = forms.BooleanField(
        label=_("Confidential until released"),
        required=False,
        initial=True,
        help_text=_("Only you and the readers whom you name see it, whatever their role."),
    )
    readers = PeopleField(label=_("Readers"))

    def __init__(self, *args: Any, leaver: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["readers"].queryset = readers_for(leaver)

    def details(self) -> dict[str, Any]:
        given = self.cleaned_data
        more = {"confidential": given["confidential"], "readers": list(given["readers"])}
        return super().details() | more


class EditForm(DepartureForm):
    version = version_field()

    def details(self) -> dict[str, Any]:
        return super().details() | {"version": self.cleaned_data["version"]}


class ReadersForm(DrawnForm):
    readers = PeopleField(label=_("Readers"))
    version = version_field()

    def __init__(self, *args: Any, leaver: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["readers"].queryset = readers_for(leaver)


def readers_for(leaver: Person) -> QuerySet[Person]:
    """Who may read what is thought of reps' fit: leaders, executives and administrators who sign in."""
    leading = Person.objects.live().filter(user__role__in=("leader", "executive", "administrator"))
    return leading.exclude(pk=leaver.pk).select_related("team").order_by("name", "pk")


class NameForm(DrawnForm):
    name = LineInput(label=_("Name of the scenario"), max_length=min(100, NAME_LENGTH))
    version = version_field()


class WeightsForm(DrawnForm):
    """One number for each part of the fit; 0 leaves the part out."""

    version = version_field()
    rows = tuple(batched_pairs(WEIGHED))

    def __init__(self, *args: Any, weights: dict[str, float], **kwargs: Any) -> None:
        parts = {
            part: forms.FloatField(
                label=_(title),
                min_value=0,
                max_value=1000,
                initial=weights.get(part, DEFAULTS[part]),
                widget=forms.NumberInput({"step": "any", "inputmode": "decimal"}),
            )
            for part, title in PARTS.items()
            if part in WEIGHED
        }
        self.base_fields = {**self.base_fields, **parts}  # type: ignore[misc]
        super().__init__(*args, **kwargs)

    def weights(self) -> dict[str, float]:
        return {part: self.cleaned_data[part] for part in WEIGHED}


class CommitForm(DrawnForm):
    """Who takes on what the leaver holds beside accounts. Only what there is to hand on is asked."""

    version = version_field()
    asked = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(
        self, *args: Any, held: dict[str, int], rest: int, leads: bool, leaver: Person, **kwargs: Any
    ) -> None:
        people = Person.objects.live().exclude(pk=leaver.pk)
        fields: dict[str, forms.Field] = {}
        for role in ROLES:
            if held.get(role):
                fields[role] = PersonField(people, label=_(HEIRS[role]), required=False)
        if leads:
            fields["lead"] = PersonField(people, label=_("Who leads the team from now on"), required=False)
        if rest:
            fields["rest"] = PersonField(
                people,
                label=_("Who takes on everything else"),
                required=False,
                help_text=_("Steps, requests and promises on accounts that are not in this book."),
            )
        fields["confirmed"] = forms.BooleanField(
            label=_("Everybody concerned is told by mail now, and the departure is no secret any more.")
        )
        self.base_fields = {**self.base_fields, **fields}  # type: ignore[misc]
        super().__init__(*args, **kwargs)

    def roles(self) -> dict[str, Person]:
        return {role: self.cleaned_data[role] for role in ROLES if self.cleaned_data.get(role)}


class CoverFilters(FilterSet):
    q = Search(fields=["person__name"], label=_("Search by name"))
    grade = ChoiceFilter(
        choices=[(grade, grade) for _least, grade in GRADES], label=_("Readiness"), empty_label=_("Any")
    )
    team = ModelChoiceFilter(queryset=teams_of, label=_("Team"), empty_label=_("Any"), method="in_team")

    def in_team(self, rows: QuerySet, name: str, team: Team) -> QuerySet:
        return rows.filter(person__team__in=Team.objects.under([team.path]))
