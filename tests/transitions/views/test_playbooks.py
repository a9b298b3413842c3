from django.test import Client

from tests.factories import publish


def test_the_shipped_playbooks_can_be_read(cast, sign_in):
    publish("soft-standard")
    publish("hard-standard")

    html = sign_in("olga").get("/playbooks/").content.decode()

    assert "Soft cutover, standard" in html
    assert 'href="/playbooks/hard-standard/1/"' in html


def test_a_playbook_says_its_offsets_in_words_for_each_tier(cast, sign_in):
    publish("soft-standard")
    client = sign_in("olga")

    strategic = client.get("/playbooks/soft-standard/1/").content.decode()
    small = client.get("/playbooks/soft-standard/1/?tier=small").content.decode()

    assert "10 business days before: Announcement" in strategic
    assert "5 business days before: Announcement" in small
    assert "then every 5 business days, 8 times in all" in strategic
    assert "(a leader may waive it)" in strategic


def test_a_tier_that_does_not_exist_shows_the_usual_one(cast, sign_in):
    publish("soft-standard")

    assert sign_in("olga").get("/playbooks/soft-standard/1/?tier=huge").context["tier"] == "strategic"


def test_a_version_that_was_never_published_is_not_found(cast, sign_in):
    assert sign_in("olga").get("/playbooks/soft-standard/7/").status_code == 404


def test_without_playbooks_the_page_says_what_to_do(cast, sign_in):
    assert "No playbook is published yet" in sign_in("olga").get("/playbooks/").content.decode()


def test_playbooks_ask_who_is_there(db):
    assert Client().get("/playbooks/").status_code == 302
