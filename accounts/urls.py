"""Addresses of people, accounts, imports, deliveries and settings."""

from django.urls import URLPattern, URLResolver, path

from accounts.views import organisation

urlpatterns: list[URLPattern | URLResolver] = [
    path("brand.css", organisation.brand_css, name="brand-css"),
]
