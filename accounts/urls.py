"""Addresses of people, accounts, imports, deliveries and settings."""

from django.urls import URLPattern, URLResolver, include, path

from accounts.views import (
    briefing,
    clients,
    contacts,
    exports,
    health,
    history,
    imports,
    jobs,
    organisation,
    requests,
    suggestions,
)

import_urls = [
    path("imports/", imports.imports, name="imports"),
    path("imports/new", imports.import_new, name="import-new"),
    path("imports/<uuid:uuid>/", imports.import_run, name="import"),
    path("imports/<uuid:uuid>/columns", imports.import_columns, name="import-columns"),
    path("imports/<uuid:uuid>/countries", imports.import_countries, name="import-countries"),
    path("imports/<uuid:uuid>/commit", imports.import_commit, name="import-commit"),
    path("imports/<uuid:uuid>/discard", imports.import_discard, name="import-discard"),
    path("imports/<uuid:uuid>/bad-cells.csv", imports.import_bad_cells, name="import-bad-cells"),
    path("exports/", exports.exports, name="exports"),
    path("exports/<slug:key>.<slug:kind>", exports.export, name="export"),
]
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
]

urlpatterns: list[URLPattern | URLResolver] = [
    *import_urls,
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("brand.css", organisation.brand_css, name="brand-css"),
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
]
