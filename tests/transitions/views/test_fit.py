import pytest

from transitions.models import FitWeights

ADDRESS = "/settings/fit/"


def typed(page, **changes):
    """What the form would send as it stands."""
    form = page.context["form"]
    return {
        field.name: field.value() if field.name != "imbalance" else "0: 0, 1: 2" for field in form
    } | changes


@pytest.mark.parametrize(("name", "status"), [("ada", 200), ("vera", 403), ("olga", 403)])
def test_weights_are_an_administrators(cast, sign_in, name, status):
    assert sign_in(name).get(ADDRESS).status_code == status


def test_a_change_is_published_with_its_reason_and_shown_with_what_it_changed(cast, sign_in):
    client = sign_in("ada")

    done = client.post(ADDRESS, typed(client.get(ADDRESS), part_language=50, why="Languages matter."))

    assert done.status_code == 302
    assert FitWeights.objects.get().content["parts"]["language"] == 50
    html = client.get(ADDRESS).content.decode()
    assert "Languages matter." in html
    assert "Language: <span" in html


@pytest.mark.parametrize(
    "changes",
    [
        {"part_language": -1},
        {"part_language": "much"},
        {"floor_small": "king"},
        {"imbalance": "a lot"},
        {"imbalance": "0: 1, 1: 0"},
        {"imbalance": "0: 0, 1: inf"},
        {"imbalance": "0: 0, nan: 1"},
        {"imbalance": "0: -1, 1: 1"},
        {"busy_from": 2},
        {"new_until": 5000},
        {"why": ""},
    ],
)
def test_what_cannot_be_comes_back_with_what_was_typed(cast, sign_in, changes):
    client = sign_in("ada")
    sent = typed(client.get(ADDRESS), part_industry=77, why="So it is.") | changes

    page = client.post(ADDRESS, sent)

    assert page.status_code == 200
    assert page.context["form"].errors
    assert str(page.context["form"]["part_industry"].value()) == "77"
    assert not FitWeights.objects.exists()


def test_an_earlier_version_becomes_the_newest(cast, sign_in):
    client = sign_in("ada")
    client.post(ADDRESS, typed(client.get(ADDRESS), part_language=50, why="Languages matter."))

    done = client.post(f"{ADDRESS}1/", {"why": "They do not.", "version": 2})

    assert done.status_code == 302
    newest = FitWeights.objects.order_by("-version").first()
    assert (newest.version, newest.content["parts"]["language"]) == (3, 5.0)


def test_a_version_that_never_was_is_not_found(cast, sign_in):
    assert sign_in("ada").get(f"{ADDRESS}9/").status_code == 404
