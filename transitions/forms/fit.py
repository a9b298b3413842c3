"""What counts how much, as an administrator types it."""

from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import version_field
from accounts.forms.people import LineInput
from transitions.forms.fields import DrawnForm
from transitions.forms.plans import ProseInput
from transitions.rules.fit import PARTS, Weights
from transitions.rules.fit.facts import SENIORITIES, TIERS
from transitions.rules.fit.weights import STANDARD, TABLES
from transitions.rules.fit.words import SENIORITY, TIER

ONE = {"step": "any", "inputmode": "decimal"}


def levels() -> list[tuple[str, Any]]:
    return [(key, _(SENIORITY[key])) for key in SENIORITIES]


class PointsField(LineInput):
    """How much fullness costs: "0: 0, 0.7: 0, 1: 1.5"."""

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, str) or value is None:
            return value
        return ", ".join(f"{at:g}: {cost:g}" for at, cost in value)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            pairs = [piece.split(":") for piece in text.split(",")]
            return tuple((float(at), float(cost)) for at, cost in pairs)
        except ValueError:
            message = _("Write pairs such as “0: 0, 0.7: 0, 1: 1.5”: how full, and what it costs.")
            raise forms.ValidationError(message) from None


def number(label: Any, *, most: float, whole: bool = False, **more: Any) -> forms.Field:
    field: Any = forms.IntegerField if whole else forms.FloatField
    return field(label=label, min_value=0, max_value=most, widget=forms.NumberInput(ONE), **more)


class FitWeightsForm(DrawnForm):
    unknown = number(_("What is not known scores"), most=1, help_text=_("From 0 to 1."))
    new_until = number(
        _("Counts as a new hire for"), most=3650, whole=True, help_text=_("Days after joining; they score 0.")
    )
    settled_after = number(
        _("Settled after"),
        most=7300,
        whole=True,
        help_text=_("Days after joining from which nothing is deducted."),
    )
    busy_from = number(
        _("More work costs from"), most=0.99, help_text=_("Share of the capacity, such as 0.7.")
    )
    hours_wanted = number(_("Working hours in common that are enough"), most=8)
    disruption = number(
        _("A new face costs"),
        most=10,
        help_text=_("What a rep who is new to the client costs, against a misfit of 1."),
    )
    most_strategic = number(_("New strategic clients for one rep, in a quarter"), most=100, whole=True)
    imbalance = PointsField(
        label=_("What fullness costs"), help_text=_("Share of the capacity: cost, rising ever faster.")
    )
    why = ProseInput(label=_("Why it changes"), lines=2)
    version = version_field()

    def __init__(self, data: Any = None, *, weights: Weights) -> None:
        made: dict[str, forms.Field] = {}
        initial: dict[str, Any] = {"version": weights.version}
        for part, name in PARTS.items():
            made[f"part_{part}"] = number(_(name), most=1000)
            initial[f"part_{part}"] = weights.parts.get(part, 0)
        for tier in TIERS:
            words = _(TIER[tier])
            made[f"floor_{tier}"] = forms.ChoiceField(label=words, choices=levels)
            made[f"wished_{tier}"] = forms.ChoiceField(label=words, choices=levels)
            made[f"tier_weight_{tier}"] = number(words, most=1000)
            for table in TABLES:
                initial[f"{table}_{tier}"] = getattr(weights, table)[tier]
        for name in self.base_fields:
            if hasattr(weights, name) and name != "version":
                initial[name] = getattr(weights, name)
        self.base_fields = {**made, **self.base_fields}  # type: ignore[misc]
        super().__init__(data, initial=initial)

    def groups(self) -> list[tuple[Any, Any, list[Any]]]:
        """The fields under their headings, for the page."""

        def of(*names: str) -> list[Any]:
            return [self[name] for name in names]

        tiers = [
            (table, [f"{table}_{tier}" for tier in TIERS]) for table in ("floor", "wished", "tier_weight")
        ]
        floors, wishes, counts = (of(*names) for _table, names in tiers)
        return [
            (_("Parts of the fit"), _("0 leaves a part out."), of(*(f"part_{part}" for part in PARTS))),
            (_("Lowest seniority"), _("A limit: whoever is below is ruled out."), floors),
            (_("Seniority wished for"), _("Below it the part “Seniority” scores less."), wishes),
            (_("A client of this tier counts"), _("When a whole book is shared out."), counts),
            (
                _("Thresholds"),
                "",
                of("unknown", "new_until", "settled_after", "busy_from", "hours_wanted", "disruption"),
            ),
            (_("Limits and balance"), "", of("most_strategic", "imbalance")),
        ]

    def weights(self) -> Weights:
        given = self.cleaned_data
        tables: dict[str, Any] = {
            table: {tier: given[f"{table}_{tier}"] for tier in TIERS} for table in TABLES
        }
        plain = {name: given[name] for name in given if hasattr(STANDARD, name) and name != "version"}
        parts = {part: given[f"part_{part}"] for part in PARTS}
        return replace(STANDARD, version=given["version"], parts=parts, **tables, **plain)


class RestoreForm(DrawnForm):
    why = ProseInput(label=_("Why it changes"), lines=2)
    version = version_field()
