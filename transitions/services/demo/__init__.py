"""The demo company as rows: brought in by the importer, written by the services of real use."""

from transitions.services.demo.loading import Loaded, NotEmpty, load

__all__ = ["Loaded", "NotEmpty", "load"]
