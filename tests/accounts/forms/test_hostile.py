"""Hostile text in every field: stored clean, or refused with a message; the same on every database.

What decides is `accounts.rules.text` alone, so the expectation is computed from it, not from a database.
"""

from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from accounts.forms.briefing import BriefingForm
from accounts.forms.clients import (
    AccountForm,
    AcquaintanceForm,
    ArchiveForm,
    ChangeOwnerForm,
    ContactForm,
)
from accounts.forms.history import TouchpointForm
from accounts.forms.requests import CommitmentForm, RequestForm
from accounts.models import (
    Account,
    Acquaintance,
    BriefingEntry,
    ClientRequest,
    Commitment,
    Contact,
    Touchpoint,
)
from accounts.rules.text import LINE_LENGTH, TEXT_LENGTH, BadText, clean_line, clean_text
from accounts.services.history import keep
from tests.factories import NOW, make_account, make_contact

HOSTILE = (
    "\r",
    "\n",
    "a\rb",
    "a\nb",
    "a\r\nb",
    "a\x0bb",
    "a\x00b",
    "a\x85b",
    "a\u2028b",
    "a\u2029b",
    "a\u202eb",
    "a\u2066b",
    "\ud800",
    "a" * 1_000_000,
    "e" + "\u0301" * 2000,
    "\u0301",
    "{{7*7}}",
    "{% load x %}",
    "{name} {0.__class__}",
    "%s %(name)s %n",
    "</script><script>alert(1)</script>",
    "'\"><img src=x onerror=alert(1)>",
    "=1+1",
    "@SUM(A1)",
    "\u200b",
    "\ufeff",
    "\ufb1d",  # two characters once it is composed
    "日本語 😀 עברית",
    " ",
    "",
)
texts = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=60))


@dataclass(frozen=True)
class Field:
    name: str
    most: int = LINE_LENGTH
    prose: bool = False
    required: bool = False

    def accepts(self, typed: str) -> str | None:
        """What is stored of `typed`, or None when it must be refused."""
        stripped = typed.strip()
        if not stripped:
            return None if self.required else ""
        if "\x00" in stripped or (not self.prose and len(stripped) > self.most):
            return None
        try:
            cleaned = (clean_text if self.prose else clean_line)(stripped, most=self.most)
        except BadText:
            return None
        return None if self.required and not cleaned else cleaned


@dataclass(frozen=True)
class Typed:
    """A form, the row it edits and everything else that it needs."""

    form: Any
    row: Any
    rest: dict[str, Any]
    fields: tuple[Field, ...]


def forms_of(cast) -> dict[str, Typed]:
    account = make_account("Acme", team=cast.east)
    contact = make_contact(account, "Maria")
    of_account = {"account": account}
    return {
        "account": Typed(
            lambda *args, **kwargs: AccountForm(*args, user=cast.users["vera"], **kwargs),
            lambda: Account(created_at=NOW),
            {"name": "Acme", "tier": "small", "team": cast.east.pk},
            (Field("name", 200, required=True), Field("industry", 100)),
        ),
        "contact": Typed(
            ContactForm,
            lambda: Contact(**of_account),
            {"name": "Maria", "level": "staff", "role": "champion", "channel": "email"},
            (
                Field("name", 200, required=True),
                Field("title", 200),
                Field("phone", 50),
                Field("dos_and_donts", TEXT_LENGTH, prose=True),
            ),
        ),
        "acquaintance": Typed(
            AcquaintanceForm,
            lambda: Acquaintance(contact=contact),
            {"person": cast.olga.pk, "strength": 2},
            (Field("note"),),
        ),
        "request": Typed(
            lambda *args, **kwargs: RequestForm(*args, account=account, **kwargs),
            lambda: ClientRequest(**of_account),
            {"title": "A report", "owner": cast.olga.pk, "opened_on": "2027-03-02"},
            (Field("title", required=True), Field("detail", TEXT_LENGTH, prose=True)),
        ),
        "commitment": Typed(
            lambda *args, **kwargs: CommitmentForm(*args, account=account, **kwargs),
            lambda: Commitment(**of_account),
            {"text": "A discount", "owner": cast.olga.pk, "made_on": "2027-03-02"},
            (Field("text", required=True),),
        ),
        "touchpoint": Typed(
            lambda *args, **kwargs: TouchpointForm(*args, account=account, **kwargs),
            lambda: Touchpoint(**of_account),
            {
                "subject": "Call",
                "channel": "email",
                "person": cast.olga.pk,
                "happened_at": "2027-03-02T10:00",
            },
            (Field("subject", required=True), Field("note", TEXT_LENGTH, prose=True)),
        ),
        "briefing": Typed(
            BriefingForm,
            lambda: BriefingEntry(account=account, updated_at=NOW),
            {
                "section": "goals",
                "provenance": "records",
                "audience": "internal",
                "owner": cast.olga.pk,
            },
            (Field("text", TEXT_LENGTH, prose=True),),
        ),
    }


NAMES = ("account", "contact", "acquaintance", "request", "commitment", "touchpoint", "briefing")
unhurried = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.mark.parametrize("name", NAMES)
def test_hostile_text_is_stored_clean_or_refused_with_a_message(cast, name):
    typed = forms_of(cast)[name]

    @unhurried
    @given(text=texts)
    def check(text):
        for field in typed.fields:
            _check(typed, field, text, by=cast.olga)

    check()


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:12]))
@pytest.mark.parametrize("name", NAMES)
def test_each_known_attack_is_stored_clean_or_refused(cast, name, text):
    typed = forms_of(cast)[name]

    for field in typed.fields:
        _check(typed, field, text, by=cast.olga)


def _check(typed: Typed, field: Field, text: str, *, by) -> None:
    expected = field.accepts(text)
    form = typed.form({**typed.rest, field.name: text}, instance=typed.row())

    assert form.is_valid() == (expected is not None), (field.name, text[:40], form.errors)
    if expected is None:
        assert form.errors[field.name]
        return
    with transaction.atomic():
        row = keep(form.instance, by=by, now=NOW) if hasattr(form.instance, "history") else form.instance
        if row.pk is None:
            row.save()
        assert getattr(type(row)._default_manager.get(pk=row.pk), field.name) == expected
        transaction.set_rollback(True)


@unhurried
@given(why=texts)
def test_reasons_are_cleaned_or_refused(cast, why):
    expected = Field("why", LINE_LENGTH, required=True).accepts(why)
    form = ChangeOwnerForm({"person": cast.olga.pk, "why": why})

    assert form.is_valid() == (expected is not None)
    assert form.cleaned_data.get("why") == expected


@unhurried
@given(why=texts, version=texts)
def test_an_archive_form_takes_no_nonsense(db, why, version):
    expected = Field("why", 100).accepts(why)
    form = ArchiveForm({"why": why, "version": version})
    form.is_valid()

    assert form.cleaned_data.get("why") == expected
    assert form.cleaned_data.get("version") is None or 1 <= form.cleaned_data["version"] < 2**31


@unhurried
@given(
    typed=st.dictionaries(
        st.sampled_from(
            ("yearly_value", "turnover", "employees", "founded", "renewal_on", "country", "tz", "parent")
        ),
        st.one_of(
            st.sampled_from(
                ("1e400", "NaN", "-1", "Infinity", "99999999999999999999", "0001-01-01", "2/30/27")
            ),
            texts,
        ),
    )
)
@example(typed={"parent": "\ud800"})
def test_numbers_dates_and_choices_are_kept_or_refused(cast, typed):
    form = forms_of_account(cast)({"name": "Acme", "tier": "small", "team": cast.east.pk, **typed})

    if form.is_valid():
        with transaction.atomic():
            form.instance.created_at = NOW
            keep(form.instance, by=cast.olga, now=NOW)
            Account.objects.get(pk=form.instance.pk)
            transaction.set_rollback(True)
    else:
        assert set(form.errors) <= set(typed)


def forms_of_account(cast):
    return lambda data: AccountForm(data, instance=Account(), user=cast.users["vera"])


@unhurried
@given(text=texts)
def test_an_email_address_holds_no_control_character(db, text):
    form = ContactForm({"email": f"{text}@example.com"}, instance=Contact())
    form.is_valid()

    assert clean_line(form.cleaned_data.get("email", "")) == form.cleaned_data.get("email", "")


@pytest.mark.parametrize("email", ['"\x01"@example.com', '"a\x0bb"@example.com', "a@b\n.com"])
def test_a_quoted_control_character_is_refused(db, email):
    form = ContactForm({"email": email}, instance=Contact())

    form.is_valid()

    assert "email" in form.errors
