"""The words that playbooks are written in."""

MODES = ("soft", "hard")
TIERS = ("strategic", "standard", "small")
KINDS = ("task", "meeting", "check-in", "decision", "training")

# Roles that a plan fills, and "lead": whoever leads the account's team, given by the team tree.
PLAN_ROLES = ("outgoing", "incoming", "second_choice", "interim", "sponsor", "support")
STEP_ROLES = (*PLAN_ROLES, "lead")
