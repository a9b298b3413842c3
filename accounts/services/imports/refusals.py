"""Why an import was not staged or not carried out. Nothing has changed when one of these is raised."""

from collections.abc import Sequence

from accounts.documents.imports import Preview
from accounts.models import ImportRun
from accounts.rules.text import Message


class FilesRefused(Exception):
    """Files that cannot be used. `problems`: (file name, sentence) pairs."""

    def __init__(self, problems: Sequence[tuple[str, Message]]) -> None:
        super().__init__("; ".join(f"{name}: {message}" for name, message in problems))
        self.problems = list(problems)


class NotStaged(Exception):
    """The import was carried out or discarded already."""

    def __init__(self, run: ImportRun) -> None:
        super().__init__(f"import {run.pk} is {run.state}")
        self.run = run


class NotReady(Exception):
    """A file's kind, or a column that it needs, is not known yet."""

    def __init__(self, preview: Preview) -> None:
        super().__init__("columns are missing")
        self.preview = preview


class BadCells(Exception):
    """There are bad cells, and nobody said to import only the good records."""

    def __init__(self, preview: Preview) -> None:
        super().__init__(f"{preview.bad_count} bad cells")
        self.preview = preview


class PreviewOutdated(Exception):
    """What would be imported is no longer what the preview showed: somebody changed rows meanwhile."""


class AlreadyImported(Exception):
    """The same files were imported between this upload and now. Carries that import."""

    def __init__(self, run: ImportRun) -> None:
        super().__init__(f"imported as {run.pk}")
        self.run = run
