"""Who was sent which image, results or export."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from reviewapp.models.answer import Assignment
from reviewapp.models.constraints import NAME_LENGTH, choices, one_of
from reviewapp.models.study import Study

ACCESS_KINDS = ["crop", "mask", "scan", "results", "download", "export"]


class AccessLog(models.Model):
    """One access. The database refuses to change or delete it."""

    # The log outlives what it tells of: a draft of a study may be deleted after a look at it.
    study = models.ForeignKey(
        Study, models.DO_NOTHING, related_name="accesses", db_constraint=False, db_index=False
    )
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="accesses",
        db_index=False,
        help_text="null: a command of manage.py",
    )
    who = models.CharField(
        max_length=NAME_LENGTH, help_text="the account's name at the time, or `shell:` and a name"
    )
    kind = models.CharField(max_length=10, choices=choices(ACCESS_KINDS))
    what = models.CharField(max_length=NAME_LENGTH, help_text="SHA-256 of a volume, or a file name")
    assignment = models.ForeignKey(
        Assignment,
        models.DO_NOTHING,
        null=True,
        related_name="accesses",
        db_constraint=False,
        db_index=False,
    )
    not_modified = models.BooleanField(
        default=False, help_text="asked for again, and not sent: the browser had it"
    )

    class Meta:
        ordering = ("pk",)
        indexes = (models.Index(fields=["study", "id"], name="accesses_of_a_study"),)
        constraints = (
            one_of("kind", ACCESS_KINDS, "access_kind_is_known"),
            models.CheckConstraint(condition=~Q(who="") & ~Q(what=""), name="access_says_who"),
        )

    def __str__(self) -> str:
        return f"{self.kind} by {self.who} at {self.at}"
