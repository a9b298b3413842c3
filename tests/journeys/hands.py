"""What hands do on any page: fill a field by its label, choose somebody in a picker."""

import re
from datetime import datetime

from playwright.sync_api import Locator, Page, expect

from accounts.models import Account, Person
from accounts.rules.briefing import QUESTIONS
from accounts.services import briefing


def field(page: Page, label: str) -> Locator:
    """The field with this label; a star behind it says that it must be filled."""
    return page.get_by_label(re.compile(rf"^\W*{re.escape(label)}\W*$"))


def pick(page: Page, name: str, person: str) -> None:
    """Choose in the select `name`, which finds what one types.

    Behind a name may stand a team, a title, or that there is no address; a team is indented in its tree.
    """
    whole = page.locator(f"#id_{name} + .ts-wrapper")
    whole.locator(".ts-control").click()
    whole.locator("input").fill(person)
    whole.locator(".option").filter(has_text=re.compile(rf"^\s*{re.escape(person)}( [·(].*)?$")).click()
    if "multi" in (whole.get_attribute("class") or ""):
        page.keyboard.press("Escape")
    expect(whole.locator(".ts-dropdown")).to_be_hidden()
    expect(whole.locator(".item").filter(has_text=person)).to_have_count(1)


def tell_all(account: Account, by: Person, now: datetime) -> None:
    """Answer every question of the interview about a client that has no answer yet."""
    answered = set(account.briefing.exclude(question="").values_list("question", flat=True))
    for question in QUESTIONS:
        if question.key not in answered:
            briefing.answer(
                account=account,
                question=question.key,
                version=0,
                text="As the client said at our last meeting.",
                provenance="said_by",
                said_by=by,
                by=by,
                now=now,
            )
