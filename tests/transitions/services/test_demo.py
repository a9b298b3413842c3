import io

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Account
from tests.factories import NOW, make_person
from transitions.services import demo


def test_the_demo_does_not_go_into_a_database_with_people(db):
    make_person("Olga Ortiz")

    with pytest.raises(demo.NotEmpty):
        demo.load(now=NOW)
    with pytest.raises(CommandError, match="an empty one"):
        call_command("load_demo", stdout=io.StringIO())

    assert not Account.objects.exists()


def test_the_demo_does_not_go_into_an_installation_on_the_open_network(db, settings):
    settings.HTTPS, settings.DEMO = True, False

    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("load_demo", stdout=io.StringIO())
