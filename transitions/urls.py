"""Addresses of plans and everything hung on them."""

from django.urls import URLPattern, URLResolver, include, path

from transitions.views import packets, playbooks
from transitions.views import people as persons
from transitions.views.plans import (
    board,
    calendars,
    dates,
    day,
    guardrails,
    history,
    life,
    lists,
    notes,
    owners,
    page,
    people,
    stages,
    start,
    steps,
)

plan_urls = [
    path("", page.plan, name="plan"),
    path("history/", history.history, name="plan-history"),
    path("advance/", stages.advance, name="plan-advance"),
    path("gates/<slug:gate>/waive/", stages.waive, name="plan-waive"),
    path("guard-rails/", guardrails.guards, name="plan-guards"),
    path("guard-rails/<slug:guard>/", guardrails.decide, name="plan-guard"),
    path("release/", stages.release, name="plan-release"),
    path("hold/", life.hold, name="plan-hold"),
    path("resume/", life.resume, name="plan-resume"),
    path("close/", life.close, name="plan-close"),
    path("cancel/", life.cancel, name="plan-cancel"),
    path("reopen/", life.reopen, name="plan-reopen"),
    path("days-off/", calendars.recount, name="plan-recount"),
    path("readers/", life.readers, name="plan-readers"),
    path("switch/", life.switch, name="plan-switch"),
    path("owners/", owners.reassign, name="plan-owners"),
    path("notes/", notes.notes, name="plan-notes"),
    path("people/<slug:role>/", people.people, name="plan-people"),
    path("words/", people.words, name="plan-words"),
    path("dates/<slug:key>/", dates.anchor, name="plan-anchor"),
    path("dates/<slug:key>/told/", dates.told, name="plan-anchor-told"),
    path("packet/", packets.packet, name="packet"),
    path("packet/make/", packets.make_packet, name="make-packet"),
]

step_urls = [
    path("", steps.step, name="step"),
    path("complete/", steps.complete, name="step-complete"),
    path("reopen/", steps.reopen, name="step-reopen"),
    path("move/", dates.step, name="step-move"),
    path("unpin/", steps.unpin, name="step-unpin"),
    path("notes/", notes.step_notes, name="step-notes"),
]

packet_urls = [
    path("", packets.packet_version, name="packet-version"),
    path("pdf/", packets.packet_pdf, name="packet-pdf"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", day.day, name="my-day"),
    path("transitions/", board.transitions, name="transitions"),
    path("plans/", lists.plans, name="plans"),
    path("plans/days-off/", calendars.days_off, name="days-off"),
    path("plans/start/", start.choose, name="plan-start"),
    path("accounts/<uuid:uuid>/plans/", lists.of_account, name="account-plans"),
    path("accounts/<uuid:uuid>/plans/start/", start.start, name="plan-start-for"),
    path("accounts/<uuid:uuid>/plans/start/dates/", start.look, name="plan-start-preview"),
    path("people/<uuid:uuid>/steps/", persons.open_steps, name="person-steps"),
    path("plans/<uuid:uuid>/", include(plan_urls)),
    path("steps/<uuid:uuid>/", include(step_urls)),
    path("packets/<uuid:uuid>/", include(packet_urls)),
    path("notes/<uuid:uuid>/withdraw/", notes.withdraw, name="note-withdraw"),
    path("changes/<uuid:uuid>/undo/", dates.undo, name="change-undo"),
    path("playbooks/", playbooks.playbooks, name="playbooks"),
    path("playbooks/<slug:key>/<int:version>/", playbooks.playbook, name="playbook"),
]
