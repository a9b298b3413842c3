"""Why a plan did not change: exceptions that carry data, caught by name in the views."""

from collections.abc import Sequence

from accounts.rules.text import Message, gettext_noop
from transitions.models import CustomerMeeting, HandoverPlan
from transitions.rules.gates import GateState


class PlanRefused(Exception):
    """What was asked cannot be. `problems`: (field, sentence) pairs; field "" is the whole form.

    Fields: account, playbook, reason, people roles ("incoming", "sponsor", ...), anchor keys
    ("cutover", "announcement", ...), and in moves "to".
    """

    def __init__(self, problems: Sequence[tuple[str, Message]]) -> None:
        super().__init__("; ".join(f"{field}: {message}" for field, message in problems))
        self.problems = list(problems)


class GatesClosed(Exception):
    """The next stage's gates that neither hold nor are waived."""

    def __init__(self, gates: Sequence[GateState]) -> None:
        super().__init__(", ".join(gate.key for gate in gates))
        self.gates = tuple(gates)


class NoFurtherStage(Exception):
    """The plan stands in its last stage."""


class PlanNotOpen(Exception):
    """The plan is on hold, closed or cancelled: nothing in it changes."""

    def __init__(self, plan: HandoverPlan) -> None:
        super().__init__(f"plan {plan.pk} is {plan.state}")
        self.plan = plan


class WaiverRefused(Exception):
    """The gate cannot be waived. Carries the sentence as `message`."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


class StepRefused(Exception):
    """The step is not in a state for this: done already, or not done. Carries `message`.

    `role`: the role that somebody must be given first.
    """

    def __init__(self, message: Message, role: str = "") -> None:
        super().__init__(str(message))
        self.message, self.role = message, role


class NotTold(StepRefused):
    """The step is a meeting with the client: it is done by telling how it went. Carries the `meeting`."""

    def __init__(self, meeting: CustomerMeeting) -> None:
        super().__init__(Message(gettext_noop("Say how the meeting went: that completes the step.")))
        self.meeting = meeting


class NotKept(StepRefused):
    """The step is a promise: it is done by saying how it was kept."""

    def __init__(self) -> None:
        super().__init__(Message(gettext_noop("Say how the promise was kept: that completes the step.")))


class NotRead(StepRefused):
    """The step asks a department to read the message: it is done by saying so on its page."""

    def __init__(self) -> None:
        super().__init__(Message(gettext_noop("Read the message and confirm it: that completes the step.")))


class NotChecked(StepRefused):
    """The step asks for the check of the CRM record: it is done on the page of the record."""

    def __init__(self) -> None:
        super().__init__(Message(gettext_noop("Check the record on its page: that completes the step.")))


class NotTaken(StepRefused):
    """The step asks whether somebody takes over support: it is done by saying so on its page."""

    def __init__(self) -> None:
        super().__init__(Message(gettext_noop("Say that you take it over: that completes the step.")))


class CannotUndo(Exception):
    """Something that the change touched was changed again since. `labels` name what."""

    def __init__(self, labels: Sequence[str]) -> None:
        super().__init__(", ".join(labels))
        self.labels = tuple(labels)


class DecisionRefused(Exception):
    """A guard was not decided. Carries the sentence as `message`; `decided`: somebody else was faster."""

    def __init__(self, message: Message, decided: bool = False) -> None:
        super().__init__(str(message))
        self.message, self.decided = message, decided
