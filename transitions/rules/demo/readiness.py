"""What the demo's incoming reps are asked about their clients, and what they know."""

# Besides what the records know: (question, what should be known, the answer, what whoever asked explained).
OWN = (
    (
        "What should you never promise them by mail?",
        "Delivery dates. They print every mail and hang it up in the plant.",
        "Delivery dates, before the plant has confirmed them.",
        "",
    ),
    (
        "Why did they nearly leave three years ago?",
        "Nobody called back for nine days after a complaint.",
        "Because of the price, I believe.",
        "It was never the price: nobody called back for nine days. Call the same day.",
    ),
)

ANSWERS = {
    "renewal": "I know the day from the packet; they want to talk about it two months earlier.",
    "decides": "{expected}, and nobody signs without having seen the numbers first.",
    "promises": "Two of them by heart, the rest from the packet: {expected}",
    "concerns": "They said it like this: {expected}",
    "avoid": "I have met them twice and read the notes; I will ask before I promise anything.",
}

# How the rehearsal of the introduction went, and what to work on.
REHEARSED = (
    "Three quarters of an hour, twice over. The second time the first five minutes belonged to the client.",
    "Ask about the plant before talking of us, and leave the price to the second meeting.",
)
