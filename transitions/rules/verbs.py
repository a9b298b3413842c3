"""Who may do what with handover plans: one table, applied by `transitions.permissions`.

Besides the global roles and the standings on the account ("owner", "lead"), a person can hold a
role on the plan: "outgoing", "incoming", "second_choice", "interim", "sponsor", "support", "author";
"lead" here is the leader of the account's team or of the incoming rep's, "department" whoever answers for
the department that an acknowledgement is asked of.
"""

EVERYONE = frozenset({"account_manager", "leader", "executive", "colleague", "administrator"})
PLANNERS = frozenset({"author", "owner", "outgoing", "incoming", "interim", "lead", "administrator"})
LEADERS = frozenset({"lead", "administrator"})

VERBS = {
    "see_plans": EVERYONE,
    "see_plan": EVERYONE,
    "see_dashboard": frozenset({"leader", "executive", "administrator"}),
    "see_playbooks": EVERYONE,
    "start_plan": frozenset({"owner", "lead", "administrator"}),
    "edit_plan": PLANNERS,
    "work_step": PLANNERS | {"sponsor", "support", "second_choice"},
    "advance": PLANNERS,
    "waive": LEADERS,
    "release": frozenset({"author", "lead", "administrator"}),
    "make_packet": PLANNERS,
    "approve_message": LEADERS,
    "ask_departments": PLANNERS,
    "acknowledge": LEADERS | {"department"},
}
