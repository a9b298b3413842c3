"""How one wants to be reminded."""

from collections.abc import Iterator
from datetime import time
from functools import cached_property
from typing import Any

from crispy_forms.bootstrap import InlineCheckboxes
from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Column, Fieldset, Layout, Row
from django import forms
from django.urls import reverse
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.formats import time_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import VerbForm
from accounts.models import Organisation, Person, ReminderPreference
from accounts.rules.countries import NAMES
from accounts.rules.reminders import URGENT
from accounts.selectors.reminders import chat_state, holiday_country, leads


def hours() -> list[tuple[int, str]]:
    return [(hour, time_format(time(hour), pgettext("time format", "H:i"))) for hour in range(24)]


def days_of_week() -> list[tuple[int, Any]]:
    return list(WEEKDAYS.items())


class ReminderForm(VerbForm):
    """Everything that a person chooses about reminders; what has no use for them is not asked.

    `chat` says whether they have entered a chat: none, broken (none of theirs works) or works. Two queries,
    and one for those who lead no team.
    """

    wants_digest = forms.BooleanField(
        label=_("Send me a daily digest"),
        required=False,
        help_text=_("What is overdue, due today and due this week. Nothing comes when nothing is due."),
    )
    hour = forms.TypedChoiceField(
        label=_("At"), choices=hours, coerce=int, help_text=_("In your own time zone, from your preferences.")
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=_("On these days"),
        choices=lambda: list(WEEKDAYS_ABBR.items()),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("What falls due on another day stands in the next digest."),
    )
    quiet_holidays = forms.BooleanField(label=_("Not on public holidays"), required=False)
    urgent_anyway = forms.BooleanField(
        label=_("Tell me of urgent things on quiet days, too"),
        required=False,
        help_text=_("On such a day the digest comes if something urgent is due or overdue, and only then."),
    )
    urgent = forms.MultipleChoiceField(
        label=_("What is urgent to me"),
        choices=[(kind, _(words)) for kind, words in URGENT.items()],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    wants_weekly = forms.BooleanField(
        label=_("Send me a weekly digest"),
        required=False,
        help_text=_("How the changes of the people and plans that you lead stand."),
    )
    weekly_weekday = forms.TypedChoiceField(
        label=_("On"), choices=days_of_week, coerce=int, help_text=_("At the hour of the daily digest.")
    )
    by_mail = forms.BooleanField(label=_("By mail"), required=False)
    by_chat = forms.BooleanField(label=_("To my chats"), required=False)

    def __init__(
        self, data: Any = None, *, person: Person, preference: ReminderPreference, ours: Organisation
    ) -> None:
        kept = [day for day in WEEKDAYS if day not in preference.quiet_weekdays]
        named = {name: getattr(preference, name) for name in self.base_fields if name != "weekdays"}
        super().__init__(data, initial={"weekdays": kept, **named})
        self.preference, self.chat = preference, chat_state(person)
        code = holiday_country(person.country, ours).upper()
        self.fields["quiet_holidays"].help_text = gettext(
            "Those of this country: %(country)s. And not on the company’s own free days."
        ) % {"country": gettext(NAMES.get(code, code))}
        if not leads(person):
            del self.fields["wants_weekly"], self.fields["weekly_weekday"]
        if self.chat == "none":  # then there is nothing to choose
            del self.fields["by_mail"], self.fields["by_chat"]
        else:
            self.fields["by_chat"].help_text = self._about_chats()

    @cached_property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag, helper.disable_csrf = False, True
        helper.layout = Layout(*self._groups())
        return helper

    def _groups(self) -> Iterator[Fieldset]:
        hour = Row(Column("hour", css_class="col-sm-6"))
        yield Fieldset(
            _("Daily digest"), "wants_digest", hour, InlineCheckboxes("weekdays"), "quiet_holidays"
        )
        yield Fieldset(_("On quiet days"), "urgent_anyway", "urgent")
        if "wants_weekly" in self.fields:
            on = Row(Column("weekly_weekday", css_class="col-sm-6"))
            yield Fieldset(_("Weekly digest"), "wants_weekly", on)
        ways = ("by_mail", "by_chat") if "by_mail" in self.fields else (HTML(self._about_chats()),)
        yield Fieldset(_("Where it comes"), *ways)

    def _about_chats(self) -> SafeString:
        """What stands beside the choice of chats, or in its place; the page of chats asks to sign in."""
        page = format_html('<a href="{}">{}</a>', reverse("chats"), gettext("Set up a chat"))
        if self.chat == "none":
            return format_html("<p>{} {}</p>", gettext("By mail, since you have entered no chat."), page)
        if self.chat == "broken":
            words = gettext("None of your chats works at present: until one does, it comes by mail.")
            return format_html("{} {}", words, page)
        return format_html('<a href="{}">{}</a>', reverse("chats"), gettext("See your chats"))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("wants_digest") and not given.get("weekdays") and "weekdays" not in self.errors:
            self.add_error("weekdays", _("Choose at least one day, or switch the daily digest off."))
        if given.get("urgent_anyway") and not given.get("urgent") and "urgent" not in self.errors:
            self.add_error("urgent", _("Choose what is urgent to you, or leave quiet days quiet."))
        if self._wanted(given) and "by_mail" in self.fields and not _by_some_way(given):
            self.add_error("by_mail", _("Choose mail or your chats, or switch every digest off."))
        return given

    def chosen(self) -> dict[str, Any]:
        """What was chosen, as accounts.services.reminders.choose takes it."""
        chosen = dict(self.cleaned_data)
        days = chosen.pop("weekdays")
        # Without any day there is no digest, and the days chosen before stay for when there is one again.
        chosen["quiet_weekdays"] = [day for day in WEEKDAYS if day not in days] if days else None
        if not _by_some_way(chosen):  # likewise
            chosen["by_chat"] = None
            lost = self._wanted(chosen) and not (self.preference.by_mail or self.preference.by_chat)
            chosen["by_mail"] = True if lost else None
        return chosen

    def _wanted(self, given: dict[str, Any]) -> bool:
        return bool(given.get("wants_digest") or given.get("wants_weekly"))


def _by_some_way(given: dict[str, Any]) -> bool:
    return bool(given.get("by_mail") or given.get("by_chat"))
