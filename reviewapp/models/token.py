"""Tokens by which researchers' scripts sign in."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from reviewapp.models.constraints import SHA256_LENGTH, choices, one_of

SCOPES = ["read", "write"]
TOKEN_NAME_LENGTH = 80


class ApiToken(models.Model):
    """A key to what its account may see of the studies that it leads; of the key only its hash."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=TOKEN_NAME_LENGTH, help_text="what it is for")
    sha256 = models.CharField(max_length=SHA256_LENGTH, unique=True)
    scope = models.CharField(max_length=10, choices=choices(SCOPES))
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, help_text="to the hour")
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("pk",)
        constraints = (
            one_of("scope", SCOPES, "token_scope_is_known"),
            models.CheckConstraint(condition=~Q(name=""), name="token_has_a_name"),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="token_lives_a_while"
            ),
        )

    def __str__(self) -> str:
        return f"token {self.pk} of {self.user}"

    def state(self, now: datetime) -> str:
        """Say whether it opens anything: valid, expired or revoked."""
        if self.revoked_at is not None:
            return "revoked"
        return "valid" if now < self.expires_at else "expired"
