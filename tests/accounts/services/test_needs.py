import pytest

from accounts.models import Clash, ClientNeeds
from accounts.models.base import StaleVersion
from accounts.services import needs
from tests.factories import NOW, make_account

NEEDS = {
    "products": ["Meters"],
    "languages": ["French"],
    "language_required": True,
    "working_styles": ["in_person"],
    "selling_styles": [],
}


@pytest.fixture
def acme(cast):
    return make_account("Acme", team=cast.east, owner=cast.olga)


def note(acme, cast, **changes):
    wanted = {"person": cast.ivan, "side": "client", "words": "He never called back."} | changes
    return needs.note_clash(account=acme, by=cast.vera, now=NOW, **wanted)


def test_what_a_client_needs_is_kept_with_its_history(cast, acme):
    needs.edit_needs(account=acme, version=0, **NEEDS, by=cast.olga, now=NOW)
    needs.edit_needs(account=acme, version=1, **NEEDS | {"products": []}, by=cast.olga, now=NOW)

    row = ClientNeeds.objects.get()
    assert (row.products, row.languages, row.version) == ([], ["French"], 2)
    assert row.history.count() == 2


@pytest.mark.parametrize("version", [0, 7])
def test_needs_typed_over_an_old_version_are_refused(cast, acme, version):
    needs.edit_needs(account=acme, version=0, **NEEDS, by=cast.olga, now=NOW)

    with pytest.raises(StaleVersion):
        needs.edit_needs(account=acme, version=version, **NEEDS, by=cast.ivan, now=NOW)


def test_a_clash_that_stands_is_not_noted_twice(cast, acme):
    assert note(acme, cast) == note(acme, cast, words="And again.")
    assert note(acme, cast, side="rep") != note(acme, cast)
    assert Clash.objects.count() == 2


def test_a_clash_is_settled_with_a_reason_and_may_come_back(cast, acme):
    clash = note(acme, cast)
    with pytest.raises(needs.ClashRefused):
        needs.withdraw_clash(clash=clash, why=" ", version=1, by=cast.vera, now=NOW)

    needs.withdraw_clash(clash=clash, why="They had lunch.", version=1, by=cast.vera, now=NOW)

    assert not Clash.objects.standing().exists()
    with pytest.raises(needs.ClashRefused):
        needs.withdraw_clash(clash=clash, why="Once more.", version=2, by=cast.ada, now=NOW)
    assert note(acme, cast).pk != clash.pk


@pytest.mark.parametrize(("changes", "field"), [({"words": " "}, "words"), ({"person": "sam"}, "person")])
def test_a_clash_needs_words_and_a_rep(cast, acme, changes, field):
    changes = {key: getattr(cast, value, value) for key, value in changes.items()}

    with pytest.raises(needs.ClashRefused) as refused:
        note(acme, cast, **changes)

    assert refused.value.field == field
