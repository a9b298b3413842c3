"""Addresses of people, accounts, imports, deliveries and settings."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
