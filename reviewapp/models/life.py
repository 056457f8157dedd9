"""What a study went through: its steps, the versions of its protocol, its invitations."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from reviewapp.models.constraints import SHA256_LENGTH, choices, one_of
from reviewapp.models.study import Study

KINDS = [
    "created",
    "frozen",
    "opened",
    "closed",
    "reopened",
    "interim look",
    "unblinded",
    "amended",
    "rater added",
    "rater withdrawn",
    "researcher added",
    "researcher withdrawn",
]
#: Steps that nobody takes without saying why.
REASONED = [
    "closed",
    "reopened",
    "interim look",
    "unblinded",
    "amended",
    "rater withdrawn",
    "researcher withdrawn",
]
#: Steps that are about another person; `rater` names that account, a researcher's too.
PERSON_STEPS = ["rater added", "rater withdrawn", "researcher added", "researcher withdrawn"]


class StudyStep(models.Model):
    """One step in a study's life: who, when, why. The database refuses to change or delete it."""

    study = models.ForeignKey(Study, models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=20, choices=choices(KINDS))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="study_steps")
    at = models.DateTimeField(default=timezone.now)
    reason = models.TextField(blank=True)
    rater = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    n_answers = models.PositiveIntegerField(help_text="answers that there were at the time")
    protocol_sha256 = models.CharField(max_length=SHA256_LENGTH, help_text="in force from then on")

    class Meta:
        ordering = ("at", "pk")
        constraints = (
            one_of("kind", KINDS, "step_kind_is_known"),
            models.CheckConstraint(
                condition=~Q(kind__in=REASONED, reason=""), name="step_has_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=PERSON_STEPS, rater__isnull=False)
                | (~Q(kind__in=PERSON_STEPS) & Q(rater__isnull=True)),
                name="step_names_its_rater",
            ),
        )

    def __str__(self) -> str:
        return f"{self.study}: {self.kind} by {self.by} at {self.at}"

    @property
    def interim(self) -> bool:
        """Say whether it was a look that left the study blinded."""
        return self.kind == "interim look"


class ProtocolVersion(models.Model):
    """The protocol as it was frozen or amended. The database refuses to change or delete it."""

    study = models.ForeignKey(Study, models.PROTECT, related_name="protocol_versions")
    number = models.PositiveIntegerField(help_text="1 as it was frozen")
    protocol = models.JSONField()
    sha256 = models.CharField(max_length=SHA256_LENGTH)
    reason = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("study", "number")
        constraints = (
            models.UniqueConstraint(fields=["study", "number"], name="version_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="versions_begin_at_one"),
            models.CheckConstraint(
                condition=Q(number=1) | ~Q(reason=""), name="amendment_has_a_reason"
            ),
        )

    def __str__(self) -> str:
        return f"{self.study} protocol {self.number}"


class Invitation(models.Model):
    """A link by which one person joins a study as a rater; only the hash of its token is kept."""

    study = models.ForeignKey(Study, models.CASCADE, related_name="invitations")
    token_sha256 = models.CharField(max_length=SHA256_LENGTH, unique=True)
    note = models.CharField(max_length=200, blank=True, help_text="for whom, for the researcher")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)
    used_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta:
        ordering = ("study", "made_at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(used_at__isnull=True, used_by__isnull=True)
                | Q(used_at__isnull=False, used_by__isnull=False),
                name="invitation_use_is_whole",
            ),
        )

    def __str__(self) -> str:
        return f"invitation to {self.study} until {self.expires_at}"

    @property
    def is_valid(self) -> bool:
        """Say whether it can be used now."""
        return self.used_at is None and self.revoked_at is None and self.expires_at > timezone.now()
