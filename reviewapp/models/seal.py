"""Seals: what a study held beside its answers, chained by SHA-256."""

from django.db import models
from django.db.models import Q

from reviewapp.models.constraints import SHA256_LENGTH, choices, one_of
from reviewapp.models.study import Study

CAUSES = ["step", "answers", "practice", "access", "update"]


class Seal(models.Model):
    """What was there at one moment; `seals.seal` writes it. The database refuses to change one."""

    # The constraint's index is the study's too.
    study = models.ForeignKey(Study, models.PROTECT, related_name="seals", db_index=False)
    place = models.PositiveBigIntegerField(help_text="in the study's chain of seals, from 1")
    at = models.DateTimeField()
    cause = models.CharField(
        max_length=10,
        choices=choices(CAUSES),
        help_text="why it was written; update: older than the seals, sealed as it was then",
    )
    facts = models.JSONField(help_text="what is new or changed since the seal before: `facts`")
    n_revisions = models.PositiveBigIntegerField(help_text="of answers, so far")
    head_sha256 = models.CharField(max_length=SHA256_LENGTH, help_text="of the chain of answers")
    accesses_to = models.PositiveBigIntegerField(help_text="id of the newest access, 0 for none")
    n_accesses = models.PositiveIntegerField(help_text="accesses since the seal before")
    accesses_sha256 = models.CharField(max_length=SHA256_LENGTH, help_text="of those")
    previous_sha256 = models.CharField(max_length=SHA256_LENGTH)
    sha256 = models.CharField(max_length=SHA256_LENGTH, help_text="`seals.sha256_of`")

    class Meta:
        ordering = ("study", "place")
        constraints = (
            models.UniqueConstraint(fields=["study", "place"], name="seal_place_once"),
            one_of("cause", CAUSES, "seal_cause_is_known"),
            models.CheckConstraint(
                condition=Q(place__gte=1) & ~Q(sha256="") & ~Q(previous_sha256=""),
                name="seal_is_chained",
            ),
        )

    def __str__(self) -> str:
        return f"seal {self.place} of {self.study}"
