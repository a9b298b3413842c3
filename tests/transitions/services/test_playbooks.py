from dataclasses import replace

import pytest

from tests.factories import NOW
from transitions.models import PlaybookVersion
from transitions.rules.playbooks import SHIPPED, digest
from transitions.selectors.playbooks import newest_playbooks, playbook_of, stage_titles
from transitions.services.playbooks import PlaybookRefused, publish, publish_shipped

pytestmark = pytest.mark.django_db

BOOKS = {playbook.key: playbook for playbook in SHIPPED}
SOFT, HARD = BOOKS["soft-standard"], BOOKS["hard-standard"]


def test_publishing_the_same_again_gives_the_row_that_stands(cast):
    first = publish(playbook=SOFT, by=cast.ada, now=NOW)

    assert publish(playbook=SOFT, by=cast.vera, now=NOW) == first
    assert PlaybookVersion.objects.count() == 1
    assert (first.key, first.version, first.mode, first.digest, first.published_by) == (
        "soft-standard",
        1,
        "soft",
        digest(SOFT),
        cast.ada,
    )


def test_a_change_is_the_next_version_and_the_first_stays():
    first = publish(playbook=SOFT, by=None, now=NOW)
    second = publish(playbook=replace(SOFT, name="Softer"), by=None, now=NOW)

    assert (first.version, second.version) == (1, 2)
    assert playbook_of(PlaybookVersion.objects.get(pk=first.pk), "small") == SOFT.for_tier("small")
    assert list(newest_playbooks()) == [second]


def test_a_playbook_with_problems_is_not_published():
    with pytest.raises(PlaybookRefused) as caught:
        publish(playbook=replace(SOFT, mode="medium"), by=None, now=NOW)

    assert [str(problem) for problem in caught.value.problems] == ["The mode medium is unknown."]
    assert not PlaybookVersion.objects.exists()


def test_the_shipped_playbooks_are_published_once():
    first = publish_shipped(now=NOW)

    assert publish_shipped(now=NOW) == first
    assert {version.key for version in newest_playbooks()} == set(BOOKS)
    assert {version.reason for version in first} == {playbook.reason for playbook in SHIPPED}


def test_a_companys_own_version_of_a_shipped_playbook_stays_the_newest(cast):
    publish_shipped(now=NOW)
    own = publish(playbook=replace(SOFT, name="Ours"), by=cast.ada, now=NOW)

    publish_shipped(now=NOW)

    assert newest_playbooks().get(key="soft-standard") == own


def test_titles_of_stages_are_read_once(django_assert_num_queries):
    version = publish(playbook=replace(HARD, name="Read once"), by=None, now=NOW)
    pairs = [(version.pk, version.digest)]

    with django_assert_num_queries(1):
        titles = stage_titles(pairs)
    with django_assert_num_queries(0):
        assert stage_titles(pairs) == titles
    assert str(titles[version.pk, "secure"]) == "Secure"
