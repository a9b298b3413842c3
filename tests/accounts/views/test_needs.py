import pytest

from accounts.models import Clash, ClientNeeds
from accounts.services import needs
from tests.factories import NOW, make_account


@pytest.fixture
def acme(cast):
    return make_account("Acme", team=cast.east, owner=cast.olga)


@pytest.fixture
def clash(cast, acme):
    return needs.note_clash(
        account=acme, person=cast.ivan, side="client", words="He never called.", by=cast.vera, now=NOW
    )


def address(acme, rest="needs/"):
    return f"/accounts/{acme.uuid}/{rest}"


def test_needs_are_typed_and_shown(acme, sign_in):
    client = sign_in("olga")
    form = {
        "products": "Meters, Valves",
        "languages": "French",
        "working_styles": ["in_person"],
        "version": 0,
    }

    assert client.post(address(acme, "needs/edit/"), form).status_code == 302

    html = client.get(address(acme)).content.decode()
    assert "Meters, Valves" in html
    assert "Comes by in person" in html


@pytest.mark.parametrize(
    "changes", [{"language_required": "on", "languages": ""}, {"working_styles": ["loud"]}, {"version": "x"}]
)
def test_what_cannot_be_is_refused(acme, sign_in, changes):
    form = {"products": "", "languages": "French", "version": 0} | changes

    page = sign_in("olga").post(address(acme, "needs/edit/"), form)

    assert page.context["form"].errors
    assert not ClientNeeds.objects.exists()


def test_reps_read_of_no_clash_but_their_own(acme, clash, sign_in):
    seen = {
        name: "He never called." in sign_in(name).get(address(acme)).content.decode()
        for name in ("vera", "ada", "olga", "ivan")
    }

    assert seen == {"vera": True, "ada": True, "olga": False, "ivan": False}


def test_a_rep_notes_one_of_themselves_only(cast, acme, sign_in):
    sent = {"words": "I cannot work with them.", "person": cast.bea.pk, "side": "client"}

    assert sign_in("olga").post(address(acme, "clashes/add/"), sent).status_code == 302

    clash = Clash.objects.get()
    assert (clash.person, clash.side) == (cast.olga, "rep")
    assert "I cannot work with them." in sign_in("olga").get(address(acme)).content.decode()


def test_only_who_decides_settles_it(acme, clash, sign_in):
    form = {"why": "They had lunch.", "version": 1}
    settle = f"/clashes/{clash.uuid}/settle/"

    assert sign_in("ivan").post(settle, form).status_code == 404
    assert sign_in("olga").post(settle, form).status_code == 404
    assert sign_in("vera").post(settle, form).status_code == 302
    assert not Clash.objects.standing().exists()
