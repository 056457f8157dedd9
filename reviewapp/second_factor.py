"""A second factor: codes of an authenticator app (TOTP, RFC 6238), and recovery codes."""

import base64
import hashlib
import io
import secrets

import segno
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from reviewapp.models import RecoveryCode

N_RECOVERY_CODES = 10
#: Bytes of chance in a recovery code: 80 bits, 16 letters and digits. So a fast hash is enough.
_RECOVERY_BYTES = 10
_RECOVERY_LENGTH = 16
#: Wrong codes in a row after which the wait between tries grows no more: 2**10 s, 17 minutes.
#: Beyond it nobody who knows the password alone can shut the owner out for days.
_MOST_COUNTED = 11
#: Side of a QR code's square on the page, in CSS pixels.
_QR_SCALE = 5


def is_on(user: User) -> bool:
    """Say whether signing in takes a code."""
    found: bool = TOTPDevice.objects.filter(user=user, confirmed=True).exists()
    return found


def begin(user: User) -> None:
    """Draw a new secret, which counts once a code of it was typed."""
    unconfirmed(user).delete()
    TOTPDevice.objects.create(user=user, name="app", confirmed=False)


def unconfirmed(user: User) -> QuerySet[TOTPDevice]:
    """Give the secret that waits for its first code, in a set of one or none."""
    waiting: QuerySet[TOTPDevice] = TOTPDevice.objects.filter(user=user, confirmed=False)
    return waiting


def secret_text(device: TOTPDevice) -> str:
    """Give the secret as people type it, in groups of four."""
    text = base64.b32encode(device.bin_key).decode()
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def qr_svg(device: TOTPDevice) -> bytes:
    """Give the secret as a QR code, dark on white, in an SVG file without style or script."""
    file = io.BytesIO()
    code = segno.make(device.config_url, error="m")
    code.save(file, kind="svg", scale=_QR_SCALE, light="#fff", svgclass=None, lineclass=None)
    return file.getvalue()


@transaction.atomic
def confirm(user: User, code: str) -> list[str] | None:
    """Turn the second factor on with the first code of its app.

    Returns
    -------
    list of str, or None
        Recovery codes, to be shown once; None where the code is wrong.
    """
    device = unconfirmed(user).select_for_update().first()
    if device is None or not _matches(device, code):
        return None
    TOTPDevice.objects.filter(user=user, confirmed=True).delete()
    device.confirmed = True
    device.save(update_fields=["confirmed"])
    return new_recovery_codes(user)


@transaction.atomic
def new_recovery_codes(user: User) -> list[str]:
    """Make ten new codes; the old ones count no more."""
    RecoveryCode.objects.filter(user=user).delete()
    chance = (secrets.token_bytes(_RECOVERY_BYTES) for _ in range(N_RECOVERY_CODES))
    codes = [base64.b32encode(one).decode().lower() for one in chance]
    RecoveryCode.objects.bulk_create(
        RecoveryCode(user=user, sha256=_hash(user, code)) for code in codes
    )
    return ["-".join(code[at : at + 4] for at in range(0, _RECOVERY_LENGTH, 4)) for code in codes]


def n_recovery_codes(user: User) -> int:
    """Give how many recovery codes are left."""
    return RecoveryCode.objects.filter(user=user, used_at=None).count()


@transaction.atomic
def check(user: User, text: str) -> bool:
    """Say whether a code of the app or a recovery code is right; each counts once."""
    code = text.replace(" ", "").replace("-", "").lower()
    if len(code) == _RECOVERY_LENGTH:
        left = RecoveryCode.objects.filter(user=user, sha256=_hash(user, code), used_at=None)
        return left.update(used_at=timezone.now()) == 1
    device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=True).first()
    return device is not None and _matches(device, code)


@transaction.atomic
def remove(user: User) -> bool:
    """Turn the second factor off; say whether it was on."""
    was_on = is_on(user)
    TOTPDevice.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()
    return was_on


def _matches(device: TOTPDevice, text: str) -> bool:
    code = text.replace(" ", "")
    # int() would take other digits, signs and underscores too.
    if not (code.isascii() and code.isdecimal() and len(code) == device.digits):
        code = ""
    if device.verify_token(code):
        return True
    if device.throttling_failure_count > _MOST_COUNTED:
        device.throttling_failure_count = _MOST_COUNTED
        device.save(update_fields=["throttling_failure_count"])
    return False


def _hash(user: User, code: str) -> str:
    return hashlib.sha256(f"{user.pk}:{code}".encode()).hexdigest()
