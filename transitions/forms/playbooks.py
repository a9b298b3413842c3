"""Parts of playbooks as people type them. Nothing here saves, and what makes no sense is for `problems()`."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import one_line, version_field
from accounts.models import Channel, Tier
from transitions.forms.fields import DrawnForm
from transitions.rendering.words import title
from transitions.rules.gates import CHECKS, WORDS
from transitions.rules.playbooks import KINDS, PURPOSES, TIERS, AnchorRule, Fade, Gate, Playbook, Stage, Step
from transitions.rules.playbooks.editing import free_key, one_or_by_tier, stage_of
from transitions.rules.playbooks.problems import LONGEST_OFFSET, MOST_TIMES

TITLE_LENGTH = 200
TIER_WORDS = dict(Tier.choices)
BY_LINK = {None: "", True: "yes", False: "no"}
WORD_TITLES = {
    "why": _("Why the change"),
    "gets_better": _("What gets better for them"),
    "stays": _("What stays as it is"),
    "unseen": _("Why satisfaction did not show it sooner"),
}


class TitleField(forms.CharField):
    """One line that people read, as it is written."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=TITLE_LENGTH, **kwargs)

    def clean(self, value: Any) -> str:
        return one_line(super().clean(value))


class DaysField(forms.IntegerField):
    """A number for one tier."""

    def __init__(self, *, least: int = -LONGEST_OFFSET, most: int = LONGEST_OFFSET, **kwargs: Any) -> None:
        super().__init__(min_value=least, max_value=most, **kwargs)


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A number that may differ between tiers, as a row of a table."""

    label: Any
    name: str
    fields: tuple[BoundField, ...]


class PartForm(DrawnForm):
    """What all parts have: a title in the reader's language, and the version of the draft it is typed over.

    A title that nobody changed stays the msgid that it was, so that the shipped words stay translated.
    """

    version = version_field()
    numbers: Mapping[str, Any] = {}  # name of a number to its label
    whole: tuple[str, ...] = ()  # which of them cannot be negative
    texts: tuple[str, ...] = ("title",)  # fields that hold msgids

    def __init__(self, data: Any = None, *, playbook: Playbook, part: Any = None, **kwargs: Any) -> None:
        self.playbook, self.part = playbook, part
        initial = (
            {**self.initial_of(part), **kwargs.pop("initial", {})} if part else kwargs.pop("initial", {})
        )
        super().__init__(data, initial=initial, **kwargs)
        for name, label in self.numbers.items():
            least = 0 if name in self.whole else -LONGEST_OFFSET
            most = MOST_TIMES if name == "times" else LONGEST_OFFSET
            value = (
                getattr(part, name, 1 if name == "times" else 0) if part else (1 if name == "times" else 0)
            )
            self.add_numbers(name, label, value, least=least, most=most)

    def initial_of(self, part: Any) -> dict[str, Any]:
        found = {name: getattr(part, name) for name in self.base_fields if hasattr(part, name)}
        return found | {name: gettext(getattr(part, name)) for name in self.texts if getattr(part, name)}

    def add_numbers(self, name: str, label: Any, value: Any, *, least: int, most: int) -> None:
        for tier in TIERS:
            field = DaysField(label=f"{label}: {TIER_WORDS[tier]}", least=least, most=most)
            field.widget.attrs |= {"aria-label": field.label, "class": "form-control"}
            self.fields[f"{name}_{tier}"] = field
            self.initial.setdefault(f"{name}_{tier}", value[tier] if isinstance(value, Mapping) else value)

    def by_tier(self, name: str) -> Any:
        return one_or_by_tier({tier: self.cleaned_data[f"{name}_{tier}"] for tier in TIERS})

    @property
    def tier_words(self) -> list[Any]:
        return [TIER_WORDS[tier] for tier in TIERS]

    def matrix(self) -> Iterator[MatrixRow]:
        for name, label in self.numbers.items():
            yield MatrixRow(label, name, tuple(self[f"{name}_{tier}"] for tier in TIERS))

    def plain(self) -> list[BoundField]:
        """The fields that are no numbers per tier, in order."""
        tiered = {f"{name}_{tier}" for name in self.numbers for tier in TIERS}
        return [field for field in self.visible_fields() if field.name not in tiered]

    def said(self, name: str) -> str:
        """What was typed, or the msgid where that is what it says in the reader's language."""
        typed, before = self.cleaned_data[name], getattr(self.part, name, "") if self.part else ""
        return before if before and typed == gettext(before) else typed

    def new_key(self, words: str) -> str:
        return self.part.key if self.part else free_key(self.playbook, words)

    def made(self) -> Any:
        """The part as it was typed."""
        raise NotImplementedError


def roles_of(playbook: Playbook) -> list[tuple[str, str]]:
    return [(role, title(role, "role")) for role in playbook.roles]


def bases_of(playbook: Playbook, without: str = "") -> list[tuple[str, str]]:
    """Anchors, and steps that come once, but not the step itself."""
    anchors = [(anchor.key, gettext(anchor.title)) for anchor in playbook.anchors]
    steps = [
        (step.key, gettext(step.title)) for step in playbook.steps() if not step.every and step.key != without
    ]
    return anchors + steps


def stages_of(playbook: Playbook, *, kind: str) -> list[tuple[str, str]]:
    """The stages that may hold a step or a gate: the last has no steps, the first no gates."""
    held = playbook.stages[:-1] if kind == "step" else playbook.stages[1:]
    return [(stage.key, gettext(stage.title)) for stage in held]


def tiers_field() -> forms.Field:
    return forms.MultipleChoiceField(
        label=_("Only for accounts of the tier"),
        choices=Tier.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: for all."),
    )


def either(choices: Iterable[tuple[Any, Any]], none: Any) -> list[tuple[Any, Any]]:
    return [("", none), *choices]


class StepForm(PartForm):
    title = TitleField(label=_("What is to be done"))
    stage = forms.ChoiceField(label=_("Stage"))
    owner = forms.ChoiceField(label=_("Who owes it"))
    base = forms.ChoiceField(label=_("Hangs on"))
    kind = forms.ChoiceField(label=_("Kind"))
    purpose = forms.ChoiceField(
        label=_("What the meeting is for"), required=False, help_text=_("Only for meetings with the client.")
    )
    channel = forms.ChoiceField(
        label=_("How it is held"), required=False, help_text=_("Only for meetings and check-ins.")
    )
    decides = forms.MultipleChoiceField(
        label=_("Decides who is"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only for decisions: nobody can tick it off while the role is empty."),
    )
    by_link = forms.TypedChoiceField(
        label=_("From the digest, without signing in"),
        required=False,
        choices=[
            ("", _("as the step suggests: not where a gate waits for it or something is decided")),
            ("yes", _("the link in the mail and one button are enough")),
            ("no", _("only after signing in")),
        ],
        coerce=lambda value: value == "yes",
        empty_value=None,
        help_text=_("Only for steps that are done by saying so."),
    )
    tiers = tiers_field()
    open_ended = forms.BooleanField(
        label=_("Goes on until a leader decides that the client has warmed up"), required=False
    )
    doubled = forms.BooleanField(
        label=_("Comes twice as often a week as before the plan, for as many weeks as “how often” says"),
        required=False,
    )
    numbers = {
        "offset": _("Business days after it (before: negative)"),
        "every": _("Again every so many business days (0: once)"),
        "times": _("How often in all"),
        "window": _("May be shifted by so many business days"),
    }
    whole = ("every", "times", "window")

    def __init__(
        self, data: Any = None, *, playbook: Playbook, part: Step | None = None, **kwargs: Any
    ) -> None:
        if part is not None:
            initial = {"stage": stage_of(playbook, "step", part.key), "by_link": BY_LINK[part.by_link]}
            kwargs["initial"] = {**initial, **kwargs.get("initial", {})}
        super().__init__(data, playbook=playbook, part=part, **kwargs)
        choices = {
            "stage": stages_of(playbook, kind="step"),
            "owner": [*roles_of(playbook), ("lead", title("lead", "role"))],
            "base": bases_of(playbook, part.key if part else ""),
            "kind": [(kind, title(kind, "kind")) for kind in KINDS],
            "decides": roles_of(playbook),
            "purpose": either(((one, title(one, "meeting")) for one in PURPOSES), _("among ourselves")),
            "channel": either(Channel.choices, _("however it suits")),
        }
        for name, offered in choices.items():
            self.fields[name].choices = offered

    def made(self) -> Step:
        given = self.cleaned_data
        step = Step(
            self.new_key(given["title"]),
            self.said("title"),
            given["owner"],
            given["base"],
            **{name: self.by_tier(name) for name in self.numbers},
            **{name: given[name] for name in ("kind", "purpose", "channel", "open_ended", "doubled")},
            decides=tuple(given["decides"]),
            by_link=given["by_link"],
            tiers=tuple(given["tiers"]),
        )
        return step


class GateForm(PartForm):
    """A check with its arguments; those that the chosen check does not take are left out."""

    label = TitleField(label=_("What must hold"), help_text=_("In plain words, true when the gate is open."))
    stage = forms.ChoiceField(label=_("Before the stage"))
    check = forms.ChoiceField(label=_("Checked by"))
    roles = forms.MultipleChoiceField(label=_("Roles"), required=False, widget=forms.CheckboxSelectMultiple)
    steps = forms.MultipleChoiceField(label=_("Steps"), required=False)
    words = forms.MultipleChoiceField(
        label=_("Words for the client"), required=False, widget=forms.CheckboxSelectMultiple
    )
    anchor = forms.ChoiceField(label=_("Date"), required=False)
    waivable = forms.BooleanField(label=_("A leader may waive it, with a reason"), required=False)
    tiers = tiers_field()
    LISTS = ("roles", "steps", "words")
    texts = ("label",)

    def __init__(
        self, data: Any = None, *, playbook: Playbook, part: Gate | None = None, **kwargs: Any
    ) -> None:
        args = dict(part.args) if part is not None else {}
        if part is not None:
            initial = {"stage": stage_of(playbook, "gate", part.key)}
            initial |= {name: args[name] for name in (*self.LISTS, "anchor") if name in args}
            kwargs["initial"] = {**initial, **kwargs.get("initial", {})}
        super().__init__(data, playbook=playbook, part=part, **kwargs)
        rows = [
            (f"{step.key}/{number}" if step.every else step.key, _numbered(step, number))
            for step in playbook.steps()
            for number in range(1, _most(step) + 1)
        ]
        choices = {
            "stage": stages_of(playbook, kind="gate"),
            "check": [(key, gettext(check.label)) for key, check in CHECKS.items()],
            "roles": roles_of(playbook),
            "steps": rows,
            "words": [(word, WORD_TITLES.get(word, word)) for word in WORDS],
            "anchor": either(((one.key, gettext(one.title)) for one in playbook.anchors), _("none")),
        }
        for name, offered in choices.items():
            self.fields[name].choices = offered
        self.fields["steps"].widget.attrs["size"] = 8
        # For the page, which hides the arguments that the chosen check does not take.
        self.fields["check"].widget.attrs["data-takes"] = json.dumps(
            {key: sorted(check.args | check.optional) for key, check in CHECKS.items()}
        )
        self.numbers = {
            name: _("At least so many (of the packet: percent)") if name == "at_least" else name
            for name in sorted(numbers_of_checks())
        }
        for name, label in self.numbers.items():
            self.add_numbers(name, label, args.get(name, 0), least=0, most=LONGEST_OFFSET)
            for tier in TIERS:
                self.fields[f"{name}_{tier}"].required = False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        check = CHECKS.get(cleaned.get("check", ""))
        for name in sorted(check.args) if check else ():
            fields = [f"{name}_{tier}" for tier in TIERS] if name in self.numbers else [name]
            for field in fields:
                if cleaned.get(field) in (None, "", []) and field not in self.errors:
                    self.add_error(field, _("This check asks for it."))
        return cleaned

    def made(self) -> Gate:
        given = self.cleaned_data
        args: dict[str, Any] = {}
        check = CHECKS[given["check"]]
        for name in sorted(check.args | check.optional):
            if name in check.optional and not any(given.get(f"{name}_{tier}") for tier in TIERS):
                continue
            if name in self.numbers:
                args[name] = self.by_tier(name)
            else:
                args[name] = tuple(given[name]) if name in self.LISTS else given[name]
        return Gate(
            self.new_key(given["label"]),
            self.said("label"),
            given["check"],
            args,
            given["waivable"],
            tuple(given["tiers"]),
        )


def numbers_of_checks() -> set[str]:
    """The arguments of checks that are numbers: all that name no part of the playbook."""
    named = {"roles", "steps", "words", "anchor"}
    return {name for check in CHECKS.values() for name in check.args | check.optional} - named


def _most(step: Step) -> int:
    """How often a step comes at most, in any tier."""
    if not step.every:
        return 1
    return max(step.times.values()) if isinstance(step.times, Mapping) else step.times


def _numbered(step: Step, number: int) -> str:
    return f"{gettext(step.title)} ({number})" if step.every else gettext(step.title)


class AnchorForm(PartForm):
    title = TitleField(label=_("Name"))
    base = forms.ChoiceField(label=_("Unless somebody chooses it, it hangs on"), required=False)
    past = forms.BooleanField(label=_("May lie in the past"), required=False)
    told = forms.BooleanField(label=_("The client hears something on this day"), required=False)
    numbers = {"offset": _("Business days after it (before: negative)")}

    def __init__(self, data: Any = None, *, playbook: Playbook, part: Any = None, **kwargs: Any) -> None:
        super().__init__(data, playbook=playbook, part=part, **kwargs)
        others = ((one.key, gettext(one.title)) for one in playbook.anchors if one.key != part.key)
        self.fields["base"].choices = either(others, _("nothing: it must be chosen"))

    def made(self) -> AnchorRule:
        given = self.cleaned_data
        kept = {name: given[name] for name in ("base", "past", "told")}
        return replace(self.part, title=self.said("title"), offset=self.by_tier("offset"), **kept)


class StageForm(PartForm):
    title = TitleField(label=_("Name"))
    summary = TitleField(label=_("What happens in it, in one sentence"))
    texts = ("title", "summary")

    def made(self) -> Stage:
        return replace(self.part, title=self.said("title"), summary=self.said("summary"))


class FadeForm(PartForm):
    title = TitleField(label=_("Who does what"))
    base = forms.ChoiceField(label=_("Hangs on"))
    leads = forms.ChoiceField(label=_("Leads"), required=False)
    shadows = forms.ChoiceField(label=_("Shadows or backs up"), required=False)
    outgoing = forms.IntegerField(
        label=_("Percent of the mail that the outgoing rep answers"), min_value=0, max_value=100
    )
    tiers = tiers_field()
    numbers = {"offset": _("Business days after it (before: negative)")}

    def __init__(self, data: Any = None, *, playbook: Playbook, part: Any = None, **kwargs: Any) -> None:
        kwargs["initial"] = {"outgoing": part.mail.get("outgoing", 0), **kwargs.get("initial", {})}
        super().__init__(data, playbook=playbook, part=part, **kwargs)
        choices = {
            "base": [(one.key, gettext(one.title)) for one in playbook.anchors],
            "leads": either(roles_of(playbook), _("both")),
            "shadows": either(roles_of(playbook), _("nobody")),
        }
        for name, offered in choices.items():
            self.fields[name].choices = offered

    def made(self) -> Fade:
        given = self.cleaned_data
        mail = self.part.mail
        if given["outgoing"] != mail.get("outgoing", 0):
            mail = {"outgoing": given["outgoing"], "incoming": 100 - given["outgoing"]}
        return replace(
            self.part,
            title=self.said("title"),
            offset=self.by_tier("offset"),
            mail=mail,
            tiers=tuple(given["tiers"]),
            **{name: given[name] for name in ("base", "leads", "shadows")},
        )


class NameForm(DrawnForm):
    version = version_field()
    name = TitleField(label=_("Name of the playbook"))


class CopyForm(DrawnForm):
    name = TitleField(label=_("Name of the new playbook"))
    key = forms.SlugField(
        label=_("Key"),
        max_length=60,
        help_text=_("Small letters, digits and hyphens. It names the playbook for good."),
    )

    def clean_key(self) -> str:
        return self.cleaned_data["key"].lower().replace("_", "-")


FORMS: Mapping[str, type[PartForm]] = {
    "step": StepForm,
    "gate": GateForm,
    "anchor": AnchorForm,
    "stage": StageForm,
    "fade": FadeForm,
}
ADDABLE = ("step", "gate")
