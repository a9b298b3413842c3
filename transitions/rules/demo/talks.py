"""What the clients of the demo company said in meetings, what they feared, and what they were answered."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fear:
    words: str
    seriousness: str
    answer: str


FEARS = (
    Fear(
        "Will we have to explain everything again? It took {rep} two years to understand our night shifts.",
        "amber",
        "No. What {rep} knows is written down, and you read it before anybody takes over. {rep} corrected it "
        "with your shift leader.",
    ),
    Fear(
        "The last supplier changed our contact three times in a year. We left them for that.",
        "red",
        "{rep} stays reachable for three months, and {sponsor} promised in person that nobody changes again "
        "for two years.",
    ),
    Fear(
        "Who decides about prices now? With {rep} a phone call was enough.",
        "amber",
        "The same limits hold for the successor from the first day. They are in writing since Tuesday.",
    ),
    Fear(
        "Does the new one know our validation, or do we train them?",
        "red",
        "They have worked with four plants like yours; two of them are glad to take your call.",
    ),
    Fear(
        "Who answers when a line stands still at night?",
        "red",
        "The hotline and the engineers stay the same. The number is on the card that you have.",
    ),
    Fear("Do we keep our service engineer?", "green", "Yes. Nothing changes for service."),
    Fear(
        "We have a bonus agreement that stands nowhere but in {rep}'s head.",
        "amber",
        "It is written down and signed since last week, as {rep} and you remember it.",
    ),
    Fear(
        "Is this about saving money on us?", "green", "No. Your visits stay as many as they were: six a year."
    ),
)
# A plan whose serious concern is answered, but not confirmed by the client: its cutover stays shut.
UNCONFIRMED = ("Universite de la Vallee",)

SAID = {
    "listen": (
        "Sorry to lose {rep}. They asked twice who answers at night, and want to meet the successor on site.",
        "Calm and prepared: they had a list. Most of it is about who decides what from now on.",
    ),
    "introduce": (
        "{contact} showed the plant, which took longer than the meeting. They asked for the same rhythm of "
        "visits and liked that their list was on the table.",
        "Friendly, a little curious. {contact} tested the new one with the complaint of two years ago; it "
        "was known.",
    ),
    "review": (
        "“Better than we feared.” They would like the monthly summary to come earlier.",
        "They compare us with the time before, and we come out even. One promise is late and they know it.",
    ),
}
NEXT = (
    "Send the list of concerns with our answers by Friday. Next visit in two weeks.",
    "{contact} sends the plan for the summer shutdown; we confirm the engineers.",
    "Write the bonus agreement down and have it signed.",
)
MOODS = {"listen": (3, 3), "introduce": (3, 4), "review": (4, 5)}
PLACES = ("Their works, building 2", "Their head office", "Meeting room by the gate")
ANSWERED_WITH = ("answer-concerns", "packet-check")  # the steps with which concerns are answered

# What clients value in who leaves, and how the successor keeps it.
PRAISE = (
    ("{rep} calls before we notice anything.", "A call every other Thursday, also when all is well."),
    ("{rep} knows our night shift by name.", "One visit a month begins at five in the morning."),
    ("With {rep} a word is a word. We never needed it in writing.", "Confirm on the day, and keep the list."),
    ("{rep} tells us when we are about to make a mistake.", "Say it, and say why; they want to hear it."),
)
# Extras: what, days after the cutover, budget, what was spent, how they took it.
EXTRAS = (
    ("A seat in the operators' training for two of theirs", 30, 900, 840, "Both came, and asked for more."),
    (
        "A tour of our works for their apprentices",
        45,
        400,
        460,
        "Eleven came and wrote us a letter.",
    ),
    (
        "A workshop on the summer shutdown, at no charge",
        60,
        1200,
        1150,
        "It found two risks.",
    ),
)
