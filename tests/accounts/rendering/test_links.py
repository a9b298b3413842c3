from uuid import UUID, uuid4

import pytest
from django.urls import NoReverseMatch, reverse, set_script_prefix

from accounts.rendering.links import link, link_if_any, links

UUIDS = (uuid4(), UUID(int=0), UUID(int=2**128 - 1))


@pytest.mark.parametrize("uuid", UUIDS)
def test_an_address_is_what_reverse_gives(uuid):
    assert link("plan", uuid) == reverse("plan", args=[uuid])
    assert link("plan-anchor", uuid, "cutover") == reverse("plan-anchor", args=[uuid, "cutover"])
    assert links("step")(uuid) == reverse("step", args=[uuid])


def test_an_address_without_arguments_and_one_with_a_number():
    assert link("plans") == reverse("plans")
    assert link("playbook", "soft-standard", "3") == reverse("playbook", args=["soft-standard", 3])


def test_an_address_follows_the_folder_under_which_we_are_served():
    set_script_prefix("/care/")
    try:
        assert link("plan", UUIDS[0]).startswith("/care/plans/")
    finally:
        set_script_prefix("/")
    assert link("plan", UUIDS[0]).startswith("/plans/")


def test_what_does_not_fit_into_an_address_is_quoted():
    assert link("plan-anchor", UUIDS[0], 'a"/<b>').count('"') == 0


def test_a_name_without_an_address_is_a_mistake_unless_one_asks_whether_there_is_one():
    with pytest.raises(NoReverseMatch):
        link("nowhere", UUIDS[0])
    assert link_if_any("nowhere", UUIDS[0]) == ""
    assert links("nowhere")(UUIDS[0]) == ""
