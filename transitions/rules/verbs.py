"""Who may do what with handover plans: one table, applied by `transitions.permissions`.

Besides the global roles and the standings on the account ("owner", "lead"), a person can hold a
role on the plan: "outgoing", "incoming", "second_choice", "interim", "sponsor", "support", "author";
"lead" here is the leader of the account's team or of the incoming rep's, "ower" whoever a step was given to
(whatever else they are), "department" whoever answers for the department that an acknowledgement is asked
of, "checker" whoever makes the check of the CRM record, "heir" whoever is asked to take over a part of the
support.
"""

EVERYONE = frozenset({"account_manager", "leader", "executive", "colleague", "administrator"})
PLANNERS = frozenset({"author", "owner", "outgoing", "incoming", "interim", "lead", "administrator"})
LEADERS = frozenset({"lead", "administrator"})
DECIDERS = frozenset({"leader", "executive", "administrator"})

VERBS = {
    "see_plans": EVERYONE,
    "see_plan": EVERYONE,
    "see_dashboard": frozenset({"leader", "executive", "administrator"}),
    "see_playbooks": EVERYONE,
    "edit_playbooks": frozenset({"administrator"}),
    "edit_weights": frozenset({"administrator"}),
    "start_plan": frozenset({"owner", "lead", "administrator"}),
    "edit_plan": PLANNERS,
    "work_step": PLANNERS | {"sponsor", "support", "second_choice", "ower"},
    "advance": PLANNERS,
    "waive": LEADERS,
    "approve": LEADERS,
    "release": frozenset({"author", "lead", "administrator"}),
    "hold_plan": PLANNERS,
    "end_plan": frozenset({"author", "lead", "administrator"}),
    "switch_plan": PLANNERS,
    "choose_candidate": LEADERS,  # and see what is thought of the fit of reps
    "swap": LEADERS,
    "note": PLANNERS | {"sponsor", "support", "second_choice"},
    "make_packet": PLANNERS,
    "send_packet": PLANNERS,
    "make_packets": frozenset({"leader", "administrator"}),  # of many plans; each is asked for by itself
    "see_load": EVERYONE,  # of promises that they see
    "set_limit": EVERYONE,  # their own
    "level": PLANNERS | {"sponsor"},
    "let_go": LEADERS,
    "warm_up": LEADERS,
    "work_concern": PLANNERS | {"sponsor", "support"},
    "answer_concern": PLANNERS | {"sponsor", "support", "ower"},
    "ease_concern": LEADERS,  # say of a serious concern that it is less, or none
    "work_meeting": PLANNERS | {"sponsor", "ower"},
    "note_praise": PLANNERS | {"sponsor", "support", "second_choice"},
    "plan_extra": PLANNERS | {"sponsor"},
    "do_extra": PLANNERS | {"sponsor", "ower"},
    "ask_successor": PLANNERS - {"incoming"},  # and look at their answers
    "succeed": frozenset({"incoming"}),
    "hand_support": PLANNERS,
    "see_takeover": EVERYONE,
    "take_over": frozenset({"heir"}),
    "check_record": LEADERS | {"checker"},
    "approve_message": LEADERS,
    "ask_departments": PLANNERS,
    "acknowledge": LEADERS | {"department"},
    # "lead" is here the leader of whoever leaves. What a proposal says of fits is not for reps.
    "see_departures": DECIDERS,
    "begin_departure": LEADERS,
    "plan_departure": LEADERS | {"author"},
}
