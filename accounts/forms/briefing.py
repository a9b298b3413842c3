"""What is typed into a briefing."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import LARGEST_VERSION, DayField, RowForm, VerbForm
from accounts.forms.people import ProseInput
from accounts.models import Account, Audience, BriefingEntry, Person, Provenance
from accounts.rules.briefing import Question
from accounts.selectors.briefing import people_around


class BriefingForm(RowForm):
    rows = (("section",), ("text",), ("provenance", "said_by"), ("owner", "due_on"), ("audience",))

    class Meta(RowForm.Meta):
        model = BriefingEntry
        fields = ("section", "text", "provenance", "said_by", "owner", "due_on", "audience")
        widgets = {"text": forms.Textarea({"rows": 8})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {
            "text": _("Leave it empty to note a gap, and say below who will fill it."),
            "owner": _("Who keeps this right, or fills the gap."),
            "due_on": _("By when a gap is filled, or the entry is checked again."),
            "audience": _("Opinions about people always stay internal."),
        }
        for name, text in words.items():
            self.fields[name].help_text = text

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("provenance") == Provenance.SAID_BY and not cleaned.get("said_by"):
            self.add_error("said_by", _("Say who said it."))
        if not cleaned.get("text") and not cleaned.get("owner") and "text" not in self.errors:
            self.add_error("owner", _("Say who will fill the gap, or write what is known."))
        return cleaned


class AnswerForm(VerbForm):
    """The answer to one question of the interview, typed over `version`: 0 where there was none."""

    question = forms.CharField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=LARGEST_VERSION)
    text = ProseInput(label=_("Answer"), required=False)
    provenance = forms.ChoiceField(
        label=_("Where this comes from"), choices=Provenance.choices, widget=forms.RadioSelect, required=False
    )
    said_by = forms.ModelChoiceField(Person.objects.none(), label=_("Said by"), required=False)
    owner = forms.ModelChoiceField(Person.objects.none(), label=_("Who finds it out"), required=False)
    due_on = DayField(label=_("By when"), required=False)
    share = forms.BooleanField(label=_("The client may read it"), required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        account: Account,
        question: Question,
        entry: BriefingEntry | None = None,
        by: Person,
        around: list[Person] | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("auto_id", f"id_{question.key}_%s")
        kwargs.setdefault("initial", _stands(question, entry, by))
        super().__init__(data, **kwargs)
        if around is None:
            around = people_around(account, _named(entry, by))
        people = [(person.pk, person.name) for person in around]
        offered = Person.objects.filter(pk__in=[pk for pk, _name in people])
        for name in ("said_by", "owner"):
            self.fields[name].queryset = offered
            self.fields[name].choices = [("", _("Nobody")), *people]
        if not question.shareable:
            del self.fields["share"]
        looks = {"provenance": "form-check-input", "due_on": "form-control form-control-sm"}
        looks |= {"said_by": "form-select form-select-sm", "owner": "form-select form-select-sm"}
        for name, look in (looks | {"share": "form-check-input"}).items():
            if name in self.fields:
                self.fields[name].widget.attrs["class"] = look

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        cleaned["provenance"] = cleaned.get("provenance") or Provenance.TO_CONFIRM
        if not cleaned.get("text"):
            cleaned["provenance"] = Provenance.TO_CONFIRM  # a gap was said by nobody
        if cleaned["provenance"] != Provenance.SAID_BY:
            cleaned["said_by"] = None
        elif not cleaned.get("said_by") and "said_by" not in self.errors:
            self.add_error("said_by", _("Say who said it."))
        if cleaned.get("due_on") and not cleaned.get("text") and not cleaned.get("owner"):
            self.add_error("owner", _("Say who finds it out by then."))
        cleaned["audience"] = Audience.CLIENT if cleaned.pop("share", False) else Audience.INTERNAL
        return cleaned


def _stands(question: Question, entry: BriefingEntry | None, by: Person) -> dict[str, Any]:
    if entry is None:
        # Whoever sits here says it, until they say otherwise.
        return {"question": question.key, "version": 0, "provenance": Provenance.SAID_BY, "said_by": by.pk}
    return {
        "question": question.key,
        "version": entry.version,
        "text": entry.text,
        "provenance": entry.provenance,
        "said_by": entry.said_by_id or by.pk,
        "owner": entry.owner_id,
        "due_on": entry.due_on,
        "share": entry.audience == Audience.CLIENT,
    }


def _named(entry: BriefingEntry | None, by: Person) -> list[int | None]:
    return [by.pk, *((entry.owner_id, entry.said_by_id) if entry else ())]
