"""Addresses of plans and everything hung on them."""

from django.urls import URLPattern, URLResolver, include, path

from transitions.views import packets, playbooks, story
from transitions.views import people as persons
from transitions.views.plans import board, dates, day, lists, page, people, stages, start, steps

plan_urls = [
    path("", page.plan, name="plan"),
    path("history/", page.history, name="plan-history"),
    path("advance/", stages.advance, name="plan-advance"),
    path("gates/<slug:gate>/waive/", stages.waive, name="plan-waive"),
    path("release/", stages.release, name="plan-release"),
    path("people/<slug:role>/", people.people, name="plan-people"),
    path("words/", people.words, name="plan-words"),
    path("dates/<slug:key>/", dates.anchor, name="plan-anchor"),
    path("message/", story.message, name="message"),
    path("message/approve/", story.approve, name="message-approve"),
    path("message/ask/", story.ask, name="message-ask"),
    path("packet/", packets.packet, name="packet"),
    path("packet/make/", packets.make_packet, name="make-packet"),
]

step_urls = [
    path("", steps.step, name="step"),
    path("complete/", steps.complete, name="step-complete"),
    path("reopen/", steps.reopen, name="step-reopen"),
    path("move/", dates.step, name="step-move"),
    path("unpin/", steps.unpin, name="step-unpin"),
]

acknowledgement_urls = [
    path("", story.acknowledgement, name="acknowledgement"),
    path("excuse/", story.excuse, name="acknowledgement-excuse"),
    path("include/", story.include, name="acknowledgement-include"),
]

packet_urls = [
    path("", packets.packet_version, name="packet-version"),
    path("pdf/", packets.packet_pdf, name="packet-pdf"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", day.day, name="my-day"),
    path("transitions/", board.transitions, name="transitions"),
    path("plans/", lists.plans, name="plans"),
    path("plans/start/", start.choose, name="plan-start"),
    path("accounts/<uuid:uuid>/plans/", lists.of_account, name="account-plans"),
    path("accounts/<uuid:uuid>/plans/start/", start.start, name="plan-start-for"),
    path("accounts/<uuid:uuid>/plans/start/dates/", start.look, name="plan-start-preview"),
    path("people/<uuid:uuid>/steps/", persons.open_steps, name="person-steps"),
    path("plans/<uuid:uuid>/", include(plan_urls)),
    path("steps/<uuid:uuid>/", include(step_urls)),
    path("acknowledgements/<uuid:uuid>/", include(acknowledgement_urls)),
    path("packets/<uuid:uuid>/", include(packet_urls)),
    path("changes/<uuid:uuid>/undo/", dates.undo, name="change-undo"),
    path("playbooks/", playbooks.playbooks, name="playbooks"),
    path("playbooks/<slug:key>/<int:version>/", playbooks.playbook, name="playbook"),
]
