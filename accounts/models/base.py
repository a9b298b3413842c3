"""What most rows share: a public address, a version, and text that passed the one validator."""

import uuid
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import override
from simple_history.models import HistoricalRecords

from accounts.rules.text import LINE_LENGTH, TEXT_LENGTH, BadText, clean_line, clean_text


class StaleVersion(Exception):
    """Somebody else changed the row since it was read. Carries the row as it is now."""

    def __init__(self, row: models.Model) -> None:
        super().__init__(f"{row._meta.label} {row.pk} was changed meanwhile")
        self.row = row


def tracked(**options: Any) -> HistoricalRecords:
    """History whose author is a person, not a sign-in: imports and mail links have no user."""
    return HistoricalRecords(user_model="accounts.Person", user_related_name="+", **options)


def translated(error: BadText) -> str:
    return _(error.message.msgid) % dict(error.message.params)


def msgid_of(label: object) -> str:
    """What stands in the code for a lazy label: to be kept, and translated for each reader."""
    with override(None):
        return str(label)


class LineField(models.CharField):
    """One line of text. Always cleaned, whichever way it came in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", LINE_LENGTH)
        super().__init__(*args, **kwargs)

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return value if value is None else _cleaned(clean_line, value, self.max_length or LINE_LENGTH)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = self.to_python(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, value)
        return value


class ProseField(models.TextField):
    """Several lines of text. Always cleaned, whichever way it came in."""

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return value if value is None else _cleaned(clean_text, value, self.max_length or TEXT_LENGTH)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = self.to_python(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, value)
        return value


def _cleaned(clean: Any, value: str, most: int) -> str:
    try:
        return clean(value, most=most)
    except BadText as error:
        raise ValidationError(translated(error), code="bad_text") from None


class Addressed(models.Model):
    """A row with a page of its own: its address tells nobody how many others there are."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        abstract = True


class VersionedQuerySet(models.QuerySet[Any]):
    def claim(self, *, pk: int, version: int) -> None:
        """Take the right to change row `pk`, last read as `version`; inside a transaction.

        Raises StaleVersion when someone else changed it first. The caller then writes the fields
        with `save()` in the same transaction, so that history sees them.
        """
        if not self.filter(pk=pk, version=version).update(version=models.F("version") + 1):
            raise StaleVersion(self.get(pk=pk))

    def claim_many(self, versions: "dict[int, int]") -> None:
        """Claim many rows at once: `versions` maps each row's key to the version last read.

        Raises StaleVersion for the first row that someone else changed. The caller saves each row
        with its version raised by one. Three queries per 500 rows.
        """
        keys = sorted(versions)
        for start in range(0, len(keys), 500):
            batch = keys[start : start + 500]
            self.filter(pk__in=batch).update(version=models.F("version") + 1)  # holds the rows from now on
            found = dict(self.filter(pk__in=batch).values_list("pk", "version"))
            for pk in batch:
                if found.get(pk) != versions[pk] + 1:
                    raise StaleVersion(self.get(pk=pk))


class Versioned(models.Model):
    """A row that two people can edit: the later one is told, and loses nothing."""

    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True


class ArchivableQuerySet(VersionedQuerySet):
    def live(self) -> Self:
        return self.filter(archived_at=None)


class Archivable(models.Model):
    """What has history is archived, never deleted."""

    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True
