"""Addresses of people, accounts, imports, deliveries and settings."""

from django.urls import URLPattern, URLResolver, path

from accounts.views import exports, health, imports, organisation

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

urlpatterns: list[URLPattern | URLResolver] = [
    *import_urls,
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("brand.css", organisation.brand_css, name="brand-css"),
]
