"""Drafts of playbooks: begun, changed by two, thrown away, published."""

from dataclasses import replace

import pytest

from accounts.models.base import StaleVersion
from tests.factories import NOW, publish, start_plan
from transitions.models import PlaybookDraft, PlaybookVersion
from transitions.rules.playbooks import Step, loads
from transitions.rules.playbooks.editing import put, renamed, without
from transitions.selectors.playbooks import playbook_of
from transitions.services import playbooks

GIFT = Step("gift", "Send a book", "outgoing", "cutover", 3)


@pytest.fixture
def version(db):
    return publish("soft-standard")


@pytest.fixture
def draft(cast, version):
    return playbooks.draft(version=version, by=cast.ada, now=NOW)


def save(draft, playbook, cast, version=None):
    return playbooks.save_draft(
        draft=draft, playbook=playbook, version=version or draft.version, by=cast.ada, now=NOW
    )


def test_a_draft_begins_as_the_version_that_it_is_made_of(cast, version, draft):
    assert loads(draft.content) == loads(version.content)
    assert (draft.key, draft.begun_from, draft.created_by) == ("soft-standard", version, cast.ada)


def test_beginning_twice_gives_the_draft_that_stands(cast, version, draft):
    assert playbooks.draft(version=version, by=cast.vera, now=NOW) == draft


def test_a_copy_has_a_key_and_a_name_of_its_own(cast, version):
    copy = playbooks.copy(version=version, key="ours", name="Our way", by=cast.ada, now=NOW)

    book = loads(copy.content)
    assert (copy.key, book.key, book.name) == ("ours", "ours", "Our way")
    assert book.stages == loads(version.content).stages


@pytest.mark.parametrize("key", ["soft-standard", "ours"])
def test_a_key_that_is_taken_is_refused(cast, version, key):
    playbooks.copy(version=version, key="ours", name="Our way", by=cast.ada, now=NOW)

    with pytest.raises(playbooks.KeyTaken):
        playbooks.copy(version=version, key=key, name="Again", by=cast.ada, now=NOW)


def test_a_draft_may_have_problems_and_is_not_published_with_them(cast, version, draft):
    draft = save(draft, without(loads(draft.content), "step", "intro-meeting"), cast)

    with pytest.raises(playbooks.PlaybookRefused) as caught:
        playbooks.publish_draft(draft=draft, version=draft.version, by=cast.ada, now=NOW)

    assert sorted(str(problem) for problem in caught.value.problems) == [
        "The gate met names the unknown intro-meeting.",
        "The step success-plan hangs on the unknown base intro-meeting.",
    ]
    assert PlaybookDraft.objects.filter(pk=draft.pk).exists()
    assert PlaybookVersion.objects.count() == 1


def test_the_second_of_two_editors_is_told_and_changes_nothing(cast, draft):
    book = loads(draft.content)
    save(draft, renamed(book, "First"), cast, version=1)

    with pytest.raises(StaleVersion):
        save(draft, renamed(book, "Second"), cast, version=1)

    assert loads(PlaybookDraft.objects.get().content).name == "First"


def test_publishing_makes_the_next_version_ends_the_draft_and_leaves_running_plans_alone(
    cast, account, draft
):
    plan = start_plan(account, cast.vera)
    draft = save(draft, put(loads(draft.content), "step", GIFT, stage="settle"), cast)

    published = playbooks.publish_draft(draft=draft, version=draft.version, by=cast.ada, now=NOW)

    assert (published.key, published.version, published.published_by) == ("soft-standard", 2, cast.ada)
    assert not PlaybookDraft.objects.exists()
    plan.refresh_from_db()
    assert plan.playbook.version == 1
    assert "gift" not in {step.key for step in playbook_of(plan.playbook, plan.tier).steps()}
    assert "gift" in {step.key for step in playbook_of(published, "small").steps()}


def test_a_draft_that_changed_since_it_was_looked_at_is_not_published(cast, draft):
    save(draft, renamed(loads(draft.content), "Meanwhile"), cast)

    with pytest.raises(StaleVersion):
        playbooks.publish_draft(draft=draft, version=1, by=cast.ada, now=NOW)

    assert PlaybookVersion.objects.count() == 1


def test_a_draft_that_is_gone_is_like_one_that_changed(cast, draft):
    again = PlaybookDraft.objects.get()
    playbooks.discard_draft(draft=draft, version=1)

    for deed in (
        lambda: save(again, renamed(loads(again.content), "Late"), cast),
        lambda: playbooks.discard_draft(draft=again, version=1),
        lambda: playbooks.publish_draft(draft=again, version=1, by=cast.ada, now=NOW),
    ):
        with pytest.raises(StaleVersion):
            deed()


def test_a_published_copy_is_started_before_the_shipped_one(cast, version):
    copy = playbooks.copy(version=version, key="ours", name="Our way", by=cast.ada, now=NOW)
    book = replace(loads(copy.content), reason="promotion")
    copy = save(copy, book, cast)

    published = playbooks.publish_draft(draft=copy, version=copy.version, by=cast.ada, now=NOW)

    assert (published.key, published.reason, published.name) == ("ours", "promotion", "Our way")
