"""What an account has beside its password."""

from django.conf import settings
from django.db import models

from reviewapp.models.constraints import SHA256_LENGTH


class RecoveryCode(models.Model):
    """A code that signs in once where the app with the second factor is lost; only its hash."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="recovery_codes"
    )
    sha256 = models.CharField(max_length=SHA256_LENGTH)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["user", "sha256"], name="recovery_code_once"),
        )

    def __str__(self) -> str:
        return f"recovery code of {self.user}"
