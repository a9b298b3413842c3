"""The words that playbooks are written in."""

MODES = ("soft", "hard")
TIERS = ("strategic", "standard", "small")
PURPOSES_OF_PLANS = ("permanent", "cover")
REASONS = (
    "promotion",
    "leave",
    "resignation",
    "performance",
    "realignment",
    "client_request",
    "step_back",
    "closeout",
)
KINDS = ("task", "meeting", "check-in", "decision", "training", "record")
# Steps that are done by saying so. The others are done on pages of their own, by telling how it went.
PLAIN_KINDS = ("task", "training", "decision")

# What a meeting with the client is for: explain the change and listen, introduce and endorse the incoming
# rep, or look at how it goes.
PURPOSES = ("listen", "introduce", "review")
# The words of accounts.models.Channel; a rule knows no models.
CHANNELS = ("face_to_face", "video", "phone", "email", "chat")

# Roles that a plan fills, and "lead": whoever leads the account's team, given by the team tree.
PLAN_ROLES = ("outgoing", "incoming", "second_choice", "interim", "sponsor", "support")
STEP_ROLES = (*PLAN_ROLES, "lead")
