"""Who supports the demo's clients beside the rep, and who takes over from whom."""

SERVICE, ENGINEER, COORDINATOR = "service", "engineer", "Onboarding"

# By turns over the plans: (capacity, who does it today, who takes it over; "": they stay).
TEAMS = (
    ((SERVICE, "Mei Tanaka", ""), (ENGINEER, "Ben Carter", "Mei Tanaka")),
    ((SERVICE, "Ben Carter", "Mei Tanaka"),),
    ((ENGINEER, "Ben Carter", ""), ("inside_sales", "Carla Mendes", "Ben Carter")),
    ((COORDINATOR, "Mei Tanaka", "Ben Carter"),),
)

# What turned out to be old when the record was checked, by turns: the new title of the main contact.
TITLES = ("Head of Operations", "Director of Procurement", "Plant Manager", "Head of Laboratory")
