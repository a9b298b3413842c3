import os
import signal
from io import StringIO

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from accounts.models import Commitment, Delivery, Person
from tests.factories import TODAY, make_account


def tick(*arguments: str) -> str:
    said = StringIO()
    call_command("tick", *arguments, stdout=said)
    return said.getvalue()


def test_a_tick_at_a_moment_writes_and_sends_what_is_due_then(cast):
    Person.objects.update(tz="UTC")
    account = make_account("Acme", team=cast.east)
    Commitment.objects.create(
        account=account, owner=cast.olga, text="Send the report", made_on=TODAY, due_on=TODAY
    )

    early = tick("--at", "2027-03-02T07:59:00Z")
    on_time = tick("--at", "2027-03-02T10:00:00+02:00")
    again = tick("--at", "2027-03-02T08:01:00Z")

    assert "plan-digests: nothing to report\nsend-deliveries: nothing to report\n" in early
    assert "plan-digests: digests 1\nsend-deliveries: sent 1\n" in on_time
    assert "plan-digests: nothing to report\nsend-deliveries: nothing to report\n" in again
    assert [message.to for message in mail.outbox] == [["olga.ortiz@example.com"]]
    assert Delivery.objects.get().state == "sent"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--at", "tomorrow"], "--at is no instant: tomorrow"),
        (["--at", "2027-03-02T08:00:00"], "needs an offset"),
        (["--at", "2027-03-02T08:00:00Z", "--every", "5"], "--every goes with the clock"),
        (["--every", "-1"], "1 to 3600"),
    ],
)
def test_a_moment_that_makes_no_sense_is_refused_in_words(arguments, said):
    with pytest.raises(CommandError, match=said):
        tick(*arguments)


class StopsAfterTwoRounds(StringIO):
    """Asks the command to stop, as the operating system does, when it has gone round twice."""

    def write(self, said: str) -> int:
        written = super().write(said)
        if self.getvalue().count("run-jobs: ") == 2:
            os.kill(os.getpid(), signal.SIGTERM)
        return written


def test_with_every_it_goes_on_until_it_is_asked_to_stop(cast):
    handler = signal.getsignal(signal.SIGTERM)
    said = StopsAfterTwoRounds()

    call_command("tick", "--every", "1", stdout=said)

    assert said.getvalue().count("send-deliveries: ") == 2
    assert said.getvalue().count("purge: ") == 1
    assert signal.getsignal(signal.SIGTERM) == handler
