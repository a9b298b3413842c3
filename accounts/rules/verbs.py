"""Who may do what with people and accounts: one table, applied by `accounts.permissions`.

A standing is a global role ("administrator") or a relation to the row at hand ("owner" of the
account, "lead" of its team). A verb is allowed to whoever holds one of its standings; which rows
exist for them at all is decided before, by `visible_to`.
"""

EVERYONE = frozenset({"account_manager", "leader", "executive", "colleague", "administrator"})
WORKERS = frozenset({"account_manager", "leader", "administrator"})
ON_ACCOUNT = frozenset({"owner", "interim", "incoming", "lead", "administrator"})
WORK = WORKERS | ON_ACCOUNT | {"outgoing", "sponsor", "support"}
ADMINISTRATORS = frozenset({"administrator"})

VERBS = {
    "see_day": EVERYONE,
    "see_accounts": EVERYONE,
    "see_people": EVERYONE,
    "see_person": EVERYONE,
    "see_teams": EVERYONE,
    "see_own_mail": EVERYONE,
    "edit_own_preferences": EVERYONE,
    "see_job": EVERYONE,  # their own: see Job.visible_to
    "steer_job": EVERYONE,
    "create_account": frozenset({"leader", "administrator"}),
    "edit_account": ON_ACCOUNT,
    # Contacts, touchpoints, requests, commitments, briefing: whoever works with accounts and sees this one.
    "work_account": WORK,
    # A request or a commitment: "ower" is who answers for it, and whoever stands in for them.
    "settle": WORK | {"ower"},
    # "lead" decides who looks after the client; a rep notes one of themselves with "work_account".
    "note_clash": frozenset({"lead", "administrator"}),
    "archive_account": frozenset({"lead", "administrator"}),
    "change_owner": frozenset({"lead", "administrator"}),
    # Who is offered the button; the plan's own table decides.
    "offer_plan": frozenset({"owner", "lead", "administrator"}),
    "import": ADMINISTRATORS,
    "manage_people": ADMINISTRATORS,
    "manage_organisation": ADMINISTRATORS,
    "see_outbox": ADMINISTRATORS,
    "manage_outbox": ADMINISTRATORS,
}
