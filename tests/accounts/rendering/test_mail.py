"""Mail in its reader's language and the company's colours."""

from accounts.documents.people import InvitationLetter
from accounts.rendering.mail import Brand, invitation, notice
from accounts.rendering.mail import test_mail as mail_for_testing

LETTER = InvitationLetter(
    name="Nora <b>New</b>",
    organisation="Northwind & Co",
    invited_by="Ada Admin",
    link="https://care.example/welcome/__secret_invitation__/",
    days=14,
)
BRAND = Brand("Northwind & Co", "#aa0000")


def test_an_invitation_says_the_same_in_text_and_html():
    mail = invitation(LETTER, BRAND, language="en")

    assert mail.subject == "Ada Admin invites you to Northwind & Co"
    for said in ("Ada Admin", "14 days", LETTER.link):
        assert said in mail.text
        assert said in mail.html
    assert "Hello Nora <b>New</b>," in mail.text
    assert "Hello Nora &lt;b&gt;New&lt;/b&gt;," in mail.html


def test_mail_wears_the_colour_of_the_company_where_every_reader_shows_it():
    assert "background: #aa0000" in invitation(LETTER, BRAND, language="en").html


def test_nothing_of_a_template_is_left_over():
    for mail in (
        invitation(LETTER, BRAND, language="en"),
        mail_for_testing(BRAND, language="en"),
        notice("Subject", "Text\n\nhttps://care.example/x", BRAND, language="en"),
    ):
        assert not [mark for mark in ("{%", "%}", "{{", "%(") if mark in mail.text + mail.html + mail.subject]


def test_a_notice_makes_its_link_one_to_click():
    mail = notice(
        "Subject", "Look:\n\nhttps://care.example/reset/1-a.__secret_reset__/\n", BRAND, language="en"
    )

    assert 'href="https://care.example/reset/1-a.__secret_reset__/"' in mail.html
