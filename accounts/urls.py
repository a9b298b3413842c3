"""Addresses of people, accounts, imports, deliveries and settings."""

from django.urls import URLPattern, URLResolver, path

from accounts.views import health, organisation

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("brand.css", organisation.brand_css, name="brand-css"),
]
