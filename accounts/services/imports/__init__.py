"""Imports in two phases: files are staged and looked at, then carried out whole or not at all."""

from accounts.services.imports.commit import commit
from accounts.services.imports.refusals import (
    AlreadyImported,
    BadCells,
    FilesRefused,
    NotReady,
    NotStaged,
    PreviewOutdated,
)
from accounts.services.imports.staging import answer_countries, choose_columns, discard, stage

__all__ = [
    "AlreadyImported",
    "BadCells",
    "FilesRefused",
    "NotReady",
    "NotStaged",
    "PreviewOutdated",
    "answer_countries",
    "choose_columns",
    "commit",
    "discard",
    "stage",
]
