"""A plan carried out by people in a browser: who signs in, and which page opens which kind of gate.

`OPENERS` says for each check of `transitions.rules.gates` how people satisfy it on the pages. A closed gate
whose check is not there, or that stays closed afterwards, ends the walk with the words that the page shows.
"""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace

from playwright.sync_api import Page, expect
from time_machine import Traveller

from accounts.models import Person
from accounts.selectors.calendar import today_of
from accounts.tasks import run_jobs
from tests.journeys.hands import field, pick, tell_all
from tests.transitions.conftest import finish
from transitions.models import CustomerMeeting, HandoverPlan, PlanStep
from transitions.rules import gates
from transitions.rules.gates import GateState, Missing
from transitions.rules.playbooks import Playbook, Stage
from transitions.rules.record import RECORD
from transitions.rules.story import ACKNOWLEDGEMENT
from transitions.rules.successors import READING
from transitions.rules.support import TAKEOVER
from transitions.selectors.plans.facts import facts_of
from transitions.selectors.playbooks import playbook_of

WORDS = {
    "why": ("Why the change", "Olga takes on another task from summer."),
    "gets_better": ("What gets better for them", "Somebody who knows your industry."),
    "stays": ("What stays as it is", "Contract, prices and the support desk."),
    "unseen": (
        "Why satisfaction did not show it sooner",
        "We asked the buyer, never their people.",
    ),
}
AGREED = ("why", "gets_better", "stays")
AFTERNOON = time(20, 30, tzinfo=UTC)  # of the same day all over the client's country
WHO = {"incoming": "ivan", "second_choice": "bea", "interim": "bea", "sponsor": "sam", "support": "bea"}


class Walk:
    """One plan on its way, with a window for each person who has a hand in it."""

    def __init__(
        self, *, cast: SimpleNamespace, window: Callable[[Person], Page], clock: Traveller, lead: str
    ) -> None:
        self.cast, self.window, self.clock, self.lead = cast, window, clock, lead
        self.who = dict(WHO)
        self.plan: HandoverPlan

    # Where the plan stands

    @property
    def playbook(self) -> Playbook:
        return playbook_of(self.plan.playbook, self.plan.tier)

    @property
    def following(self) -> Stage:
        following = self.playbook.following(self.plan.stage)
        assert following is not None
        return following

    @property
    def now(self) -> datetime:
        return datetime.now(tz=UTC)

    @property
    def today(self) -> date:
        """The client's."""
        return today_of(self.plan.account, self.now)

    def closed(self) -> tuple[GateState, ...]:
        self.plan.refresh_from_db()
        facts = facts_of(self.plan, self.today, self.following.gates)
        return gates.closed(self.playbook, self.following.key, facts)

    def until(self, day: date) -> None:
        """Wait for the afternoon of `day`, where that lies ahead."""
        self.clock.move_to(max(self.now + timedelta(minutes=1), datetime.combine(day, AFTERNOON)))

    # Who does it, and where

    def page(self, address: str, by: Person | None = None) -> Page:
        """A page of the plan, opened by whoever leads the walk or by somebody else."""
        return self.visit(f"/plans/{self.plan.uuid}/{address}", by)

    def visit(self, address: str, by: Person | None = None) -> Page:
        page = self.window(by or getattr(self.cast, self.lead))
        page.goto(address)
        return page

    def doer(self, step: PlanStep) -> Person:
        """Whoever owes the step, where they can sign in; else the leader."""
        users = {user.person_id for user in self.cast.users.values()}
        return step.owner if step.owner_id in users else getattr(self.cast, self.lead)

    # What is done in a stage

    def steps(self) -> list[PlanStep]:
        found = self.plan.steps.undone().standing().filter(stage=self.plan.stage).order_by("due_on", "pk")
        return [step for step in found if step.kind != ACKNOWLEDGEMENT]

    def work(self, by_hand: Iterable[str]) -> None:
        """Do what the stage asks: the steps `by_hand` and those of the next gates on the pages."""
        self.plan.refresh_from_db()
        asked = {key for gate in self.following.gates for key in gate.args.get("steps", ())} | {READING}
        for step in self.steps():
            if step.key in asked or step.kind in (RECORD, TAKEOVER):  # done on pages that gates lead to
                continue
            self.until(step.due_on)
            step.refresh_from_db()  # naming somebody gives them the open steps of their role
            if step.key in by_hand:
                self.do(step)
            else:
                self.choose_for(step)
                finish(step, by=getattr(self.cast, self.lead), now=self.now)

    def do(self, step: PlanStep) -> None:
        """Do a step where a person would: on the page of its meeting or promise, or on the plan itself."""
        self.until(step.due_on)
        self.choose_for(step)
        meeting = CustomerMeeting.objects.filter(step=step).first()
        if meeting is not None:
            self.hold(meeting)
        elif step.kind == "check-in":
            self.keep(step)
        else:
            page = self.page("", self.doer(step))
            row = page.locator(f"#step-{step.uuid}")
            group = page.locator("details").filter(has=row)
            if group.count() and group.first.get_attribute("open") is None:
                group.first.locator("summary").first.click()
            row.locator("button.step-do").click()
            expect(row).to_have_class(re.compile(r"\bdone\b"))
        step.refresh_from_db()
        assert step.done_at is not None, step.title

    def choose_for(self, step: PlanStep) -> None:
        """A decision about who holds a role is taken once somebody is chosen for it."""
        rule = self.playbook.step(step.key)
        decides = rule.decides if rule else ()
        if decides and not self.plan.roles.filter(assignment__role__in=decides).exists():
            self.name(decides[0])
            step.refresh_from_db()

    def hold(self, meeting: CustomerMeeting) -> None:
        page = self.visit(f"/meetings/{meeting.uuid}/", self.doer(meeting.step))
        page.get_by_role("link", name="Say how it went").first.click()
        if not field(page, "When it was").input_value():
            field(page, "When it was").fill(f"{self.today.isoformat()}T08:00")
        if not field(page, "How it was held").input_value():
            field(page, "How it was held").select_option("phone")
        if not page.locator("#id_contacts + .ts-wrapper .item").count():
            pick(page, "contacts", "Carla Client")
        if not page.locator("#id_people + .ts-wrapper .item").count():
            pick(page, "people", self.doer(meeting.step).name)
        field(page, "What they said").fill("An hour, friendly; they ask who answers on Fridays.")
        page.get_by_role("button", name="It was held").click()
        expect(page.get_by_role("heading", name="How it went")).to_be_visible()

    def prepare(self, meeting: CustomerMeeting) -> None:
        """Arrange a meeting for tomorrow, write what is said there, and rehearse it."""
        page = self.visit(f"/meetings/{meeting.uuid}/", self.doer(meeting.step))
        page.get_by_role("link", name="Write the talking points").click()
        page.get_by_role("button", name="Save a version").click()
        page.get_by_role("button", name="I have rehearsed it").click()
        expect(page.get_by_text("Noted: you have rehearsed these words.")).to_be_visible()
        page.get_by_role("link", name="Arrange it").first.click()
        tomorrow = max(meeting.step.due_on, self.today + timedelta(days=1))
        field(page, "When").fill(f"{tomorrow.isoformat()}T10:00")
        field(page, "Place or link").fill("Their office, second floor")
        pick(page, "contacts", "Carla Client")
        page.get_by_role("button", name="Arrange it").click()
        expect(page.get_by_text("Their office, second floor")).to_be_visible()
        self.until(tomorrow)

    def keep(self, step: PlanStep) -> None:
        page = self.visit(f"/steps/{step.uuid}/", self.doer(step))
        page.get_by_role("link", name="Note how it was kept").click()
        field(page, "What was said").fill("They are content so far.")
        page.get_by_role("button", name="It was kept").click()
        expect(page.get_by_text("The account has a touchpoint of it.")).to_be_visible()

    def raise_concern(self, words: str, seriousness: str) -> None:
        page = self.page("concerns/")
        page.get_by_role("link", name="Note a concern").first.click()
        field(page, "In the client's words").fill(words)
        field(page, "Raised by").select_option(label="Carla Client · Head of operations")
        page.get_by_label(re.compile(rf"^\s*{seriousness}:")).check()
        pick(page, "owner", getattr(self.cast, self.lead).name)
        page.get_by_role("button", name=re.compile("Note|Save")).first.click()
        expect(page.get_by_text(words).first).to_be_visible()

    def name(self, role: str) -> None:
        page = self.page(f"people/{role}/")
        pick(page, role, getattr(self.cast, self.who[role]).name)
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text(re.compile("^Saved"))).to_be_visible()

    # On to the next stage

    def open_gates(self, waived: Iterable[str]) -> None:
        """Satisfy every gate of the next stage on the pages, in the playbook's order."""
        for gate in self.closed():
            if gate.key in waived:
                self.waive(gate)
                continue
            still = next((one for one in self.closed() if one.key == gate.key), None)
            if still is None:  # another gate's page opened it
                continue
            opener = OPENERS.get(still.gate.check)
            assert opener is not None, f"no page is known for: {words(still)}"
            opener(self, still.missing)
            left = [one for one in self.closed() if one.key == gate.key]
            assert not left, f"still closed: {words(left[0])}"

    def waive(self, gate: GateState) -> None:
        page = self.page("")
        page.locator(f"#gate-{gate.key}").get_by_role("link", name="Waive").click()
        field(page, "Why this need not hold").fill("The client asked us to go on.")
        page.get_by_role("button", name="Waive it").click()
        expect(page.locator(f"#gate-{gate.key}")).to_have_class("waived")

    def advance(self) -> None:
        following, last = self.following, self.playbook.is_last(self.following.key)
        page = self.page("")
        expect(page.get_by_text("Every gate is open.")).to_be_visible()
        page.get_by_role("button", name=f"Move to “{following.title}”").click()
        expect(page.get_by_text(f"The plan has moved to “{following.title}”.")).to_be_visible()
        if not last:
            expect(page.locator("#plan-rail li[aria-current=step]")).to_contain_text(following.title)
        self.plan.refresh_from_db()
        assert self.plan.stage == following.key


def words(gate: GateState) -> str:
    """A gate and what it lacks, as the page has it."""
    return f"{gate.label.msgid} ({gate.gate.check}): " + "; ".join(
        one.message.msgid % one.message.params for one in gate.missing
    )


Opener = Callable[[Walk, tuple[Missing, ...]], None]


def name_people(walk: Walk, missing: tuple[Missing, ...]) -> None:
    for one in missing:
        walk.name(one.subject)


def name_one(walk: Walk, missing: tuple[Missing, ...]) -> None:
    walk.name(missing[-1].subject)


def do_steps(walk: Walk, missing: tuple[Missing, ...]) -> None:
    for one in missing:
        walk.do(walk.plan.steps.get(key=one.subject))


def hold_meetings(walk: Walk, missing: tuple[Missing, ...]) -> None:
    for one in missing:
        meeting = CustomerMeeting.objects.get(step=walk.plan.steps.get(key=one.subject))
        if meeting.purpose == "introduce":
            walk.prepare(meeting)
        walk.do(meeting.step)


def write_words(walk: Walk, missing: tuple[Missing, ...]) -> None:
    page = walk.page("words/")
    for one in missing:
        label, text = WORDS[one.subject]
        field(page, label).fill(text)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The words for the client are saved.")).to_be_visible()


def agree_on_message(walk: Walk, missing: tuple[Missing, ...]) -> None:
    """A leader approves the words; whoever answers for a department reads them, signed in as themself."""
    page = walk.page("message/", walk.cast.vera)
    if any("read" not in one.message.msgid for one in missing):
        unwritten = [word for word in AGREED if not getattr(walk.plan, word)]
        if unwritten:
            write_words(walk, tuple(Missing(missing[0].message, "words", word) for word in unwritten))
            page = walk.page("message/", walk.cast.vera)
        field(page, "Whom they turn to now").fill("Olga Ortiz and the support desk, 555 0100.")
        page.get_by_role("button", name="Approve the message").click()
        expect(page.get_by_text(re.compile(r"Version \d+, approved by Vera Voss"))).to_be_visible()
    for row in walk.plan.acknowledgements.filter(step__done_at=None).select_related("department__person"):
        page = walk.visit(f"/acknowledgements/{row.uuid}/", row.department.person)
        page.get_by_role("button", name="We have read it and say the same").click()
        expect(page.get_by_text(f"Confirmed by {row.department.person.name}")).to_be_visible()


def approve_guards(walk: Walk, missing: tuple[Missing, ...]) -> None:
    for guard in dict.fromkeys(one.subject for one in missing):
        page = walk.page("guard-rails/", walk.cast.vera)
        line = page.locator(f"#guard-{guard}")
        line.get_by_label("Why").fill("The client knows and agrees.")
        line.get_by_role("button", name="Approve").click()
        expect(page.locator(f"#guard-{guard}").get_by_text("approved", exact=True)).to_be_visible()


def solve_requests(walk: Walk, missing: tuple[Missing, ...]) -> None:
    page = walk.visit(f"/accounts/{walk.plan.account.uuid}/requests/", walk.cast.vera)
    for _ in range(walk.plan.account.requests.filter(escalated=True, closed_on=None).count()):
        page.get_by_role("link", name="Solved").first.click()
        page.get_by_role("button", name="It is solved").click()
        expect(page.get_by_text("Solved. Has the client been told?")).to_be_visible()


def release(walk: Walk, missing: tuple[Missing, ...]) -> None:
    page = walk.page("")
    page.once("dialog", lambda asked: asked.accept())
    page.get_by_role("button", name="Release the plan").click()
    expect(page.get_by_text("Released: whoever sees the account now sees this plan.")).to_be_visible()


def wait_for_day(walk: Walk, missing: tuple[Missing, ...]) -> None:
    for one in missing:
        walk.until(walk.plan.anchors.get(key=one.subject).falls_on)


def name_team(walk: Walk, missing: tuple[Missing, ...]) -> None:
    page = walk.page("team/")
    pick(page, "to_team", "West")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The team that takes over is saved.")).to_be_visible()


def make_packet(walk: Walk, missing: tuple[Missing, ...]) -> None:
    """The interview is answered, its first question on the page; then the PDF is made."""
    account = walk.plan.account
    if not account.briefing.filter(question="first-1").exists():
        page = walk.visit(f"/accounts/{account.uuid}/interview/first/")
        page.locator("#q-first-1 textarea").fill("They plan in February, for the year.")
        expect(page.locator("#q-first-1 .answer-said")).to_contain_text("Saved")
    tell_all(account, getattr(walk.cast, walk.lead), walk.now)
    page = walk.page("packet/")
    page.get_by_role("button", name="Make the PDF").click()
    expect(page.get_by_text("Waiting for its turn.")).to_be_visible()
    run_jobs()  # what a worker does, on the clock of this test
    link = page.get_by_role("link", name="Open the PDF")
    expect(link).to_be_visible()  # the page asks until it is there
    answer = page.request.get(link.get_attribute("href") or "")
    assert answer.headers["content-type"] == "application/pdf"


def get_ready(walk: Walk, missing: tuple[Missing, ...]) -> None:
    """The incoming rep reads and answers, whoever hands over looks at the answers, then it is accepted."""
    if not walk.plan.packets.exists():
        make_packet(walk, missing)
    incoming = getattr(walk.cast, walk.who["incoming"])
    theirs = walk.page("readiness/", incoming)
    theirs.get_by_role("button", name="I have read it").click()
    expect(theirs.get_by_text("Noted. Now answer the questions about this client.")).to_be_visible()
    for row in walk.plan.readiness_questions.filter(archived_at=None, answered_at=None):
        theirs.locator(f"#question-{row.uuid}").get_by_role("link", name="Answer").click()
        field(theirs, "Your answer").fill("As the packet says, on its first page.")
        theirs.get_by_role("button", name="Answer").click()
        ours = walk.page("readiness/")
        ours.locator(f"#question-{row.uuid}").get_by_role("link", name="Look at it").click()
        ours.get_by_label("Right", exact=False).first.check()
        ours.get_by_role("button", name="Save").click()
        expect(ours.locator(f"#question-{row.uuid}").get_by_text("right", exact=True)).to_be_visible()
    theirs = walk.page("readiness/", incoming)
    theirs.get_by_role("link", name="Note a rehearsal").click()
    pick(theirs, "partner", walk.cast.vera.name)
    field(theirs, "On").fill(walk.today.isoformat())
    field(theirs, "How it went").fill("Twice through; the second time without notes.")
    theirs.get_by_role("button", name="Note it").click()
    expect(theirs.get_by_text("The rehearsal is noted.")).to_be_visible()
    theirs.get_by_role("button", name="Accept the handover").click()
    expect(theirs.get_by_text("You have accepted the handover.")).to_be_visible()


def answer_concerns(walk: Walk, missing: tuple[Missing, ...]) -> None:
    for concern in walk.plan.concerns.filter(seriousness="red", confirmed_on=None, archived_at=None):
        page = walk.visit(f"/concerns/{concern.uuid}/")
        if concern.answered_at is None:
            page.get_by_role("link", name="Answer it").click()
            field(page, "What the client was answered").fill("A leader answers within a day, by name.")
            page.get_by_role("button", name="Keep the answer").click()
        page.get_by_role("link", name="The client has confirmed it").click()
        field(page, "Who confirmed it").select_option(label="Carla Client · Head of operations")
        field(page, "How").select_option("phone")
        page.get_by_role("button", name="The client has confirmed it").click()
        expect(page.get_by_text("Confirmed by the client").first).to_be_visible()


def check_record(walk: Walk, missing: tuple[Missing, ...]) -> None:
    """One field by itself, then all that remains."""
    page = walk.page("record/")
    page.get_by_role("button", name=re.compile(r"^Confirm\s*:")).first.click()
    expect(page.get_by_text(re.compile(r"^1 of \d+ checked$"))).to_be_visible()
    page.get_by_role("link", name="Confirm all that remains").click()
    page.get_by_role("button", name="Confirm them all").click()
    expect(page.get_by_text("Complete", exact=True)).to_be_visible()


def hand_over_support(walk: Walk, missing: tuple[Missing, ...]) -> None:
    """Say who takes over from whoever supports the client; they say so, signed in as themselves."""
    page = walk.page("support/")
    while page.get_by_role("link", name=re.compile(r"^Decide\s*:")).count():
        page.get_by_role("link", name=re.compile(r"^Decide\s*:")).first.click()
        pick(page, "to_person", getattr(walk.cast, walk.who["support"]).name)
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("Noted. Whoever takes over is asked to say so.")).to_be_visible()
    for row in walk.plan.takeovers.filter(said_at=None).exclude(to_person=None):
        page = walk.visit(f"/takeovers/{row.uuid}/", row.to_person)
        page.get_by_role("button", name="I take it over").click()
        expect(page.get_by_text(f"Confirmed by {row.to_person.name}")).to_be_visible()


# From a check to the pages that satisfy it.
OPENERS: dict[str, Opener] = {
    "named": name_people,
    "one-named": name_one,
    "done": do_steps,
    "held": hold_meetings,
    "notice": approve_guards,
    "guard-rails": approve_guards,
    "words": write_words,
    "one-message": agree_on_message,
    "released": release,
    "reached": wait_for_day,
    "team": name_team,
    "calm": solve_requests,
    "packet": make_packet,
    "ready": get_ready,
    "concerns": answer_concerns,
    "record": check_record,
    "support": hand_over_support,
}
