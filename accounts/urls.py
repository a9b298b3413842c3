"""Addresses of people, accounts, imports, deliveries and settings."""

from django.urls import URLPattern, URLResolver, include, path

from accounts.views import (
    briefing,
    chat,
    clients,
    contacts,
    deliveries,
    departments,
    exports,
    health,
    history,
    imports,
    invitations,
    jobs,
    mail_links,
    organisation,
    people,
    preferences,
    reminders,
    requests,
    sign_in,
    suggestions,
    teams,
)

account_urls = [
    path("", clients.account, name="account"),
    path("edit/", clients.edit, name="account-edit"),
    path("owner/", clients.change_owner, name="account-owner"),
    path("archive/", clients.archive, name="account-archive"),
    path("unarchive/", clients.unarchive, name="account-unarchive"),
    path("contacts/", contacts.contacts, name="account-contacts"),
    path("contacts/add/", contacts.add, name="contact-add"),
    path("requests/", requests.requests, name="account-requests"),
    path("requests/add/", requests.add, name="request-add"),
    path("commitments/add/", requests.commit, name="commitment-add"),
    path("touchpoints/", history.touchpoints, name="account-touchpoints"),
    path("touchpoints/add/", history.add, name="touchpoint-add"),
    path("briefing/", briefing.briefing, name="account-briefing"),
    path("briefing/add/", briefing.add, name="briefing-add"),
    path("interview/", briefing.interview, name="interview"),
    path("interview/<slug:section>/", briefing.interview_section, name="interview-section"),
]
contact_urls = [
    path("edit/", contacts.edit, name="contact-edit"),
    path("archive/", contacts.archive, name="contact-archive"),
    path("unarchive/", contacts.unarchive, name="contact-unarchive"),
    path("acquaintances/add/", contacts.acquaint, name="acquaintance-add"),
]
request_urls = [
    path("edit/", requests.edit, name="request-edit"),
    path("solve/", requests.solve, name="request-solve"),
    path("reopen/", requests.reopen, name="request-reopen"),
    path("escalate/", requests.escalate, name="request-escalate"),
    path("calm/", requests.calm, name="request-calm"),
    path("archive/", requests.archive, name="request-archive"),
    path("unarchive/", requests.unarchive, name="request-unarchive"),
]
commitment_urls = [
    path("edit/", requests.edit_commitment, name="commitment-edit"),
    path("keep/", requests.keep, name="commitment-keep"),
    path("owe-again/", requests.owe_again, name="commitment-owe-again"),
    path("archive/", requests.archive_commitment, name="commitment-archive"),
    path("unarchive/", requests.unarchive_commitment, name="commitment-unarchive"),
]
touchpoint_urls = [
    path("edit/", history.edit, name="touchpoint-edit"),
    path("archive/", history.archive, name="touchpoint-archive"),
    path("unarchive/", history.unarchive, name="touchpoint-unarchive"),
]
briefing_urls = [
    path("edit/", briefing.edit, name="briefing-edit"),
    path("archive/", briefing.archive, name="briefing-archive"),
    path("unarchive/", briefing.unarchive, name="briefing-unarchive"),
    path("assign/", briefing.assign, name="briefing-assign"),
]
import_urls = [
    path("", imports.import_run, name="import"),
    path("columns/", imports.import_columns, name="import-columns"),
    path("countries/", imports.import_countries, name="import-countries"),
    path("commit/", imports.import_commit, name="import-commit"),
    path("discard/", imports.import_discard, name="import-discard"),
    path("bad-cells.csv", imports.import_bad_cells, name="import-bad-cells"),
]
mail_urls = [
    path("", deliveries.letter, name="letter"),
    path("html/", deliveries.letter_html, name="letter-html"),
]
outbox_urls = [
    path("retry/", deliveries.retry, name="delivery-retry"),
    path("release/", deliveries.release, name="delivery-release"),
    path("cancel/", deliveries.cancel, name="delivery-cancel"),
]
person_urls = [
    path("", people.person, name="person"),
    path("edit/", people.person_edit, name="person-edit"),
    path("rep/", people.rep_edit, name="rep-edit"),
    path("role/", people.person_role, name="person-role"),
    path("invite/", invitations.person_invite, name="person-invite"),
    path("archive/", people.person_archive, name="person-archive"),
    path("reactivate/", people.person_reactivate, name="person-reactivate"),
    path("void-links/", mail_links.void, name="person-void-links"),
]
chat_urls = [
    path("edit/", chat.edit, name="chat-edit"),
    path("test/", chat.test, name="chat-test"),
    path("state/", chat.state, name="chat-state"),
    path("switch/", chat.switch, name="chat-switch"),
    path("remove/", chat.remove, name="chat-remove"),
]
department_urls = [
    path("edit/", departments.department_edit, name="department-edit"),
    path("archive/", departments.department_archive, name="department-archive"),
    path("unarchive/", departments.department_unarchive, name="department-unarchive"),
]
team_urls = [
    path("edit/", teams.team_edit, name="team-edit"),
    path("remove/", teams.team_remove, name="team-remove"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("imports/", imports.imports, name="imports"),
    path("imports/new/", imports.import_new, name="import-new"),
    path("imports/<uuid:uuid>/", include(import_urls)),
    path("exports/", exports.exports, name="exports"),
    path("exports/<slug:key>.<slug:kind>", exports.export, name="export"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("brand.css", organisation.brand_css, name="brand-css"),
    path("logo.png", organisation.logo, name="logo"),
    path("settings/", organisation.organisation, name="organisation"),
    path("settings/colours/", organisation.colours, name="organisation-colours"),
    path("settings/departments/add/", departments.department_add, name="department-add"),
    path("settings/departments/<uuid:uuid>/", include(department_urls)),
    path("settings/chats/", chat.team_chats, name="team-chats"),
    path("settings/chats/add/", chat.team_add, name="team-chat-add"),
    path("settings/test-mail/", organisation.test_mail, name="test-mail"),
    path("settings/test-mail/state/", organisation.test_mail_state, name="test-mail-state"),
    path("preferences/", preferences.preferences, name="preferences"),
    path("preferences/chats/", chat.chats, name="chats"),
    path("preferences/chats/add/", chat.add, name="chat-add"),
    path("chats/<uuid:uuid>/", include(chat_urls)),
    path("sign-in/email/", sign_in.closed, name="closed-addresses"),
    path("sign-in/confirm-email/", sign_in.closed, name="closed-confirmation"),
    path("sign-in/3rdparty/", sign_in.closed, name="closed-connections"),
    path("people/", people.people, name="people"),
    path("people/add/", people.person_add, name="person-add"),
    path("people/invite/", invitations.people_invite, name="people-invite"),
    path("people/<uuid:uuid>/", include(person_urls)),
    path("invitations/", invitations.invitations, name="invitations"),
    path("invitations/<uuid:uuid>/revoke/", invitations.invitation_revoke, name="invitation-revoke"),
    path("welcome/<str:token>/", invitations.invitation_accept, name="invitation-accept"),
    path("teams/", teams.teams, name="teams"),
    path("teams/add/", teams.team_add, name="team-add"),
    path("teams/<uuid:uuid>/", include(team_urls)),
    path("suggestions/<slug:what>/", suggestions.suggest, name="suggest"),
    path("accounts/", clients.accounts, name="accounts"),
    path("accounts/add/", clients.add, name="account-add"),
    path("accounts/<uuid:uuid>/", include(account_urls)),
    path("contacts/<uuid:uuid>/", include(contact_urls)),
    path("acquaintances/<uuid:uuid>/remove/", contacts.forget, name="acquaintance-remove"),
    path("requests/<uuid:uuid>/", include(request_urls)),
    path("commitments/<uuid:uuid>/", include(commitment_urls)),
    path("touchpoints/<uuid:uuid>/", include(touchpoint_urls)),
    path("briefing/<uuid:uuid>/", include(briefing_urls)),
    path("jobs/<uuid:uuid>/", jobs.job, name="job"),
    path("jobs/<uuid:uuid>/cancel/", jobs.cancel_job, name="cancel-job"),
    path("jobs/<uuid:uuid>/retry/", jobs.retry_job, name="retry-job"),
    path("mail/", deliveries.mail, name="mail"),
    path("mail/<uuid:uuid>/", include(mail_urls)),
    path("outbox/", deliveries.outbox, name="outbox"),
    path("outbox/release/", deliveries.release_all, name="outbox-release"),
    path("outbox/<uuid:uuid>/", include(outbox_urls)),
    path("demo/mail/", deliveries.demo_mail, name="demo-mail"),
    path("demo/mail/html/", deliveries.demo_mail_html, name="demo-mail-html"),
    path("reminders/", reminders.reminders, name="reminders"),
    path("reminders/void-links/", mail_links.void_own, name="void-links"),
    path("unsubscribe/<uuid:uuid>/<str:token>/", reminders.unsubscribe, name="unsubscribe"),
]
