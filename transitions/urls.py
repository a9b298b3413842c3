"""Addresses of plans and everything hung on them."""

from django.urls import URLPattern, URLResolver, include, path

from transitions.views import (
    candidates,
    care,
    concerns,
    drafts,
    feeds,
    finish,
    fit,
    meetings,
    packets,
    playbooks,
    record,
    sponsors,
    story,
    successors,
    support,
)
from transitions.views import people as persons
from transitions.views.departures import cover as covers
from transitions.views.departures import drafts as departures
from transitions.views.departures import scenarios
from transitions.views.plans import (
    board,
    calendars,
    cover,
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
    path("candidates/", candidates.candidates, name="candidates"),
    path("candidates/<uuid:candidate>/choose/", candidates.choose, name="candidate-choose"),
    path("swap/", candidates.swap, name="plan-swap"),
    path("team/", people.team, name="plan-team"),
    path("hand-back/", cover.hand_back, name="plan-hand-back"),
    path("words/", people.words, name="plan-words"),
    path("dates/<slug:key>/", dates.anchor, name="plan-anchor"),
    path("promises/", sponsors.promises, name="promises"),
    path("promises/rehome/", sponsors.rehome, name="promises-rehome"),
    path("promises/<slug:series>/end/", sponsors.warm_up, name="series-end"),
    path("meetings/", meetings.meetings, name="plan-meetings"),
    path("recurring/", feeds.recurring, name="plan-recurring"),
    path("recurring/add/", feeds.add_recurring, name="recurring-add"),
    path("concerns/", concerns.concerns, name="plan-concerns"),
    path("concerns/add/", concerns.add, name="concern-add"),
    path("care/", care.care, name="plan-care"),
    path("care/praise/", care.add_praise, name="praise-add"),
    path("care/extra/", care.add_extra, name="extra-add"),
    path("dates/<slug:key>/told/", dates.told, name="plan-anchor-told"),
    path("readiness/", successors.readiness, name="readiness"),
    path("readiness/read/", successors.read, name="readiness-read"),
    path("readiness/ask/", successors.ask, name="readiness-ask"),
    path("readiness/rehearse/", successors.rehearse, name="readiness-rehearse"),
    path("readiness/accept/", successors.accept, name="readiness-accept"),
    path("readiness/return/", successors.hand_back, name="readiness-return"),
    path("readiness/training/", successors.train, name="readiness-training"),
    path("record/", record.record, name="plan-record"),
    path("record/confirm/", record.confirm, name="record-confirm"),
    path("record/rest/", record.confirm_rest, name="record-rest"),
    path("record/<slug:item>/correct/", record.correct, name="record-correct"),
    path("record/<slug:item>/ask/", record.ask, name="record-ask"),
    path("support/", support.support, name="plan-support"),
    path("support/add/", support.add, name="support-add"),
    path("message/", story.message, name="message"),
    path("message/approve/", story.approve, name="message-approve"),
    path("message/ask/", story.ask, name="message-ask"),
    path("packet/", packets.packet, name="packet"),
    path("packet/make/", packets.make_packet, name="make-packet"),
    path("packet/preview/", packets.preview, name="packet-preview"),
]

step_urls = [
    path("", steps.step, name="step"),
    path("complete/", steps.complete, name="step-complete"),
    path("reopen/", steps.reopen, name="step-reopen"),
    path("move/", dates.step, name="step-move"),
    path("told/", dates.step_told, name="step-told"),
    path("unpin/", steps.unpin, name="step-unpin"),
    path("notes/", notes.step_notes, name="step-notes"),
    path("promise/", sponsors.edit, name="promise-edit"),
    path("promise/keep/", sponsors.keep, name="promise-keep"),
    path("promise/let-go/", sponsors.let_go, name="promise-let-go"),
    path("promise/level/", sponsors.level, name="promise-level"),
]

concern_urls = [
    path("", concerns.concern, name="concern"),
    path("edit/", concerns.edit, name="concern-edit"),
    path("answer/", concerns.answer, name="concern-answer"),
    path("confirm/", concerns.confirm, name="concern-confirm"),
    path("reopen/", concerns.reopen, name="concern-reopen"),
    path("withdraw/", concerns.withdraw, name="concern-withdraw"),
    path("bring-back/", concerns.bring_back, name="concern-bring-back"),
]

meeting_urls = [
    path("", meetings.meeting, name="meeting"),
    path("arrange/", meetings.arrange, name="meeting-arrange"),
    path("call-off/", meetings.call_off, name="meeting-call-off"),
    path("channel/", meetings.waive_channel, name="meeting-waive-channel"),
    path("points/", meetings.points, name="meeting-points"),
    path("debrief/", meetings.debrief, name="meeting-debrief"),
    path("agenda/", meetings.agenda, name="meeting-agenda"),
    path("agenda/pdf/", meetings.agenda_pdf, name="meeting-agenda-pdf"),
]

recurring_urls = [
    path("edit/", feeds.edit_recurring, name="recurring-edit"),
    path("done/", feeds.take_over, name="recurring-done"),
    path("undone/", feeds.take_back, name="recurring-undone"),
    path("archive/", feeds.archive_recurring, name="recurring-archive"),
    path("new-series.ics", feeds.new_series, name="recurring-new-series"),
    path("end-of-series.ics", feeds.end_of_series, name="recurring-end-of-series"),
]

praise_urls = [
    path("edit/", care.edit_praise, name="praise-edit"),
    path("archive/", care.archive_praise, name="praise-archive"),
    path("unarchive/", care.unarchive_praise, name="praise-unarchive"),
]

extra_urls = [
    path("edit/", care.edit_extra, name="extra-edit"),
    path("done/", care.done, name="extra-done"),
    path("archive/", care.archive_extra, name="extra-archive"),
    path("unarchive/", care.unarchive_extra, name="extra-unarchive"),
]

acknowledgement_urls = [
    path("", story.acknowledgement, name="acknowledgement"),
    path("excuse/", story.excuse, name="acknowledgement-excuse"),
    path("include/", story.include, name="acknowledgement-include"),
]

question_urls = [
    path("answer/", successors.answer, name="question-answer"),
    path("judge/", successors.judge, name="question-judge"),
    path("withdraw/", successors.withdraw, name="question-withdraw"),
]

takeover_urls = [
    path("", support.takeover, name="takeover"),
    path("say/", support.say, name="takeover-say"),
    path("edit/", support.edit, name="takeover-edit"),
    path("withdraw/", support.withdraw, name="takeover-withdraw"),
]

rehearsal_urls = [
    path("edit/", successors.edit_rehearsal, name="rehearsal-edit"),
    path("withdraw/", successors.withdraw_rehearsal, name="rehearsal-withdraw"),
]

packet_urls = [
    path("", packets.packet_version, name="packet-version"),
    path("pdf/", packets.packet_pdf, name="packet-pdf"),
    path("difference/", packets.packet_difference, name="packet-difference"),
    path("send/", packets.send_packet, name="packet-send"),
]

draft_urls = [
    path("", drafts.draft, name="playbook-draft"),
    path("name/", drafts.name, name="playbook-name"),
    path("publish/", drafts.publish, name="playbook-publish"),
    path("discard/", drafts.discard, name="playbook-discard"),
    path("add/<slug:part>/<slug:stage>/", drafts.add, name="playbook-add"),
    path("<slug:part>/<slug:key>/", drafts.part, name="playbook-part"),
    path("<slug:part>/<slug:key>/move/", drafts.move, name="playbook-move"),
    path("<slug:part>/<slug:key>/remove/", drafts.remove, name="playbook-remove"),
]

departure_urls = [
    path("", departures.departure, name="departure"),
    path("edit/", departures.edit, name="departure-edit"),
    path("readers/", departures.readers, name="departure-readers"),
    path("release/", departures.release, name="departure-release"),
    path("withdraw/", departures.withdraw, name="departure-withdraw"),
    path("undo/", departures.undo, name="departure-undo"),
]

scenario_urls = [
    path("", scenarios.scenario, name="scenario"),
    path("propose/", scenarios.compute, name="scenario-propose"),
    path("account/", scenarios.place, name="scenario-account"),
    path("pin/", scenarios.pin, name="scenario-pin"),
    path("leave-out/", scenarios.leave_out, name="scenario-leave-out"),
    path("weights/", scenarios.weights, name="scenario-weights"),
    path("copy/", scenarios.save_as, name="scenario-copy"),
    path("remove/", scenarios.remove, name="scenario-remove"),
    path("commit/", scenarios.commit, name="scenario-commit"),
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
    path("people/<uuid:uuid>/departure/", departures.begin, name="departure-begin"),
    path("departures/", departures.departures, name="departures"),
    path("departures/<uuid:uuid>/", include(departure_urls)),
    path("scenarios/<uuid:uuid>/", include(scenario_urls)),
    path("settings/fit/", fit.weights, name="fit-weights"),
    path("settings/fit/<int:version>/", fit.restore, name="fit-weights-restore"),
    path("standing-cover/", covers.covers, name="standing-cover"),
    path("standing-cover/count/", covers.count, name="standing-cover-count"),
    path("standing-cover/<uuid:uuid>/", covers.cover, name="standing-cover-of"),
    path("people/<uuid:uuid>/steps/", persons.open_steps, name="person-steps"),
    path("sponsors/", sponsors.load, name="sponsors"),
    path("sponsors/limit/", sponsors.limit, name="promise-limit"),
    path("sponsors/<uuid:uuid>/", sponsors.person, name="sponsor"),
    path("plans/<uuid:uuid>/", include(plan_urls)),
    path("steps/<uuid:uuid>/", include(step_urls)),
    path("done/<str:on>/<uuid:uuid>/<str:token>/", finish.finish, name="finish"),
    path("concerns/<uuid:uuid>/", include(concern_urls)),
    path("meetings/<uuid:uuid>/", include(meeting_urls)),
    path("points/<uuid:uuid>/rehearse/", meetings.rehearse, name="points-rehearse"),
    path("recurring/<uuid:uuid>/", include(recurring_urls)),
    path("calendar/", feeds.calendar, name="calendar"),
    path("calendar/link/", feeds.make_link, name="calendar-link"),
    path("calendar/link/revoke/", feeds.revoke_link, name="calendar-revoke"),
    path("calendar/<str:token>/feed.ics", feeds.feed, name="calendar-feed"),
    path("praise/<uuid:uuid>/", include(praise_urls)),
    path("extras/<uuid:uuid>/", include(extra_urls)),
    path("acknowledgements/<uuid:uuid>/", include(acknowledgement_urls)),
    path("questions/<uuid:uuid>/", include(question_urls)),
    path("takeovers/<uuid:uuid>/", include(takeover_urls)),
    path("rehearsals/<uuid:uuid>/", include(rehearsal_urls)),
    path("packets/verify/", packets.verify, name="packet-verify"),
    path("packets/make/", packets.make_packets, name="make-packets"),
    path("packets/runs/<uuid:uuid>/", packets.packet_run, name="packet-run"),
    path("packets/runs/<uuid:uuid>/again/", packets.retry_run, name="packet-run-again"),
    path("packets/runs/<uuid:uuid>/packets.zip", packets.run_zip, name="packet-run-zip"),
    path("packets/<uuid:uuid>/", include(packet_urls)),
    path("notes/<uuid:uuid>/withdraw/", notes.withdraw, name="note-withdraw"),
    path("changes/<uuid:uuid>/undo/", dates.undo, name="change-undo"),
    path("playbooks/", playbooks.playbooks, name="playbooks"),
    path("playbooks/<slug:key>/<int:version>/", playbooks.playbook, name="playbook"),
    path("playbooks/<slug:key>/<int:version>/draft/", drafts.begin, name="playbook-begin"),
    path("playbooks/<slug:key>/<int:version>/copy/", drafts.copy, name="playbook-copy"),
    path("playbooks/drafts/<uuid:uuid>/", include(draft_urls)),
]
