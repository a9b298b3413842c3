"""Django's admin lets administrators look, and nobody touch."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.urls import reverse

from accounts.models import Account
from tests import factories
from tests.factories import NOW
from transitions.models import HandoverPlan, PlaybookVersion

OURS = ("accounts", "transitions")
MODELS = [model for model in admin.site._registry if model._meta.app_label in OURS]


def page(model, name: str, *arguments) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=arguments)


@pytest.fixture
def plan(cast) -> HandoverPlan:
    playbook = PlaybookVersion.objects.create(
        key="soft", version=1, name="Soft", mode="soft", content={}, digest="", published_at=NOW
    )
    return HandoverPlan.objects.create(
        account=factories.make_account("Acme", team=cast.east, owner=cast.olga),
        playbook=playbook,
        mode="soft",
        reason="promotion",
        reason_detail="Between us only",
        stage="prepare",
        created_by=cast.vera,
        steward=cast.vera,
        created_at=NOW,
    )


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_an_administrator_searches_every_list_and_changes_nothing(sign_in, plan, model):
    client = sign_in("ada")

    assert (
        client.get(
            page(model, "changelist"), {"q": "a"} if admin.site._registry[model].search_fields else {}
        ).status_code
        == 200
    )
    assert client.get(page(model, "add")).status_code == 403
    assert client.post(page(model, "add"), {}).status_code == 403


def test_a_row_is_shown_without_a_way_to_change_it(sign_in, plan):
    client = sign_in("ada")
    account = Account.objects.get()
    address = page(Account, "change", account.pk)

    shown = client.get(address)
    changed = client.post(address, {"name": "Other"})
    deleted = client.post(page(Account, "delete", account.pk), {"post": "yes"})

    assert (shown.status_code, changed.status_code, deleted.status_code) == (200, 403, 403)
    assert b'name="_save"' not in shown.content
    assert Account.objects.get().name == "Acme"


@pytest.mark.parametrize("name", ["olga", "sam", "vera"])
def test_nobody_else_gets_in(sign_in, plan, name):
    response = sign_in(name).get(page(Account, "changelist"))

    assert response.status_code in (302, 403)
    assert b"Acme" not in response.content


def test_a_stranger_is_sent_to_the_one_sign_in_page(client, db):
    response = client.get("/admin/login/")

    assert (response.status_code, response.url.split("?")[0]) == (302, reverse("account_login"))


def test_only_our_rows_are_in_it(sign_in):
    listed = {app["app_label"] for app in sign_in("ada").get("/admin/").context["app_list"]}

    assert listed == set(OURS)


def test_a_plan_that_is_not_released_is_hidden_here_too(sign_in, plan):
    client = sign_in("ada")
    assert "Acme" not in client.get(page(HandoverPlan, "changelist")).content.decode()
    assert client.get(page(HandoverPlan, "change", plan.pk)).status_code == 302

    HandoverPlan.objects.update(released_at=NOW)

    assert "Acme" in client.get(page(HandoverPlan, "changelist")).content.decode()
    assert "Between us only" not in client.get(page(HandoverPlan, "change", plan.pk)).content.decode()


def test_secrets_are_not_shown(sign_in, cast):
    shown = (
        sign_in("ada").get(page(type(cast.users["olga"]), "change", cast.users["olga"].pk)).content.decode()
    )

    assert cast.users["olga"].password not in shown
    assert "is_superuser" not in shown


@pytest.mark.parametrize(
    "model", [model for model in MODELS if model._meta.model_name in ("account", "person", "contact")]
)
def test_a_list_asks_no_more_questions_for_more_rows(sign_in, cast, django_assert_max_num_queries, model):
    client = sign_in("ada")
    with django_assert_max_num_queries(50) as one:
        client.get(page(model, "changelist"))
    for number in range(3):
        account = factories.make_account(f"More {number}", team=cast.west)
        factories.make_contact(account)
        factories.make_person(f"Person {number}", team=cast.east)

    with django_assert_max_num_queries(len(one)):
        client.get(page(model, "changelist"))


def test_history_is_not_in_it():
    historical = {model for model in apps.get_models() if model.__name__.startswith("Historical")}

    assert historical
    assert not historical & set(admin.site._registry)
