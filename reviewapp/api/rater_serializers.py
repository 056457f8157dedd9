"""The shapes of what the review page sends and receives; the schema is made of them.

`serializers.py` writes what is sent; reviewapp.answers, drafts and preferences check what comes.
Tests hold every response against these shapes.
"""

from typing import Any

from rest_framework import serializers as s

from lesions.columns import GUESSES
from reviewapp.models.page import MAX_BREAK_AFTER_MIN, THEMES
from reviewapp.redrawn import CONFIRMATIONS, MAX_TOOLS
from reviewapp.storable import MAX_REVISION

Shape = s.Serializer[Any]
REVISION: dict[str, Any] = {"min_value": 0, "max_value": MAX_REVISION}
#: What a file's address looks like.
VOLUME_HELP = "address of the NIfTI file"


def _texts(**more: Any) -> s.ListField:
    return s.ListField(child=s.CharField(), **more)


def _voxels() -> s.ListField:
    return s.ListField(child=s.IntegerField(min_value=0), min_length=3, max_length=3)


class QueueStudySerializer(Shape):
    """The study as a rater sees it."""

    id = s.UUIDField()
    name = s.CharField()
    synthetic = s.BooleanField(help_text="made from phantoms, not from patients")
    radiological = s.BooleanField(help_text="the patient's left on the right")
    state = s.ChoiceField(["open", "closed"])
    n = s.IntegerField(min_value=0, help_text="ROIs to answer, hidden repeats included")
    answered = s.IntegerField(min_value=0, help_text="of them with an answer")


class QueueItemSerializer(Shape):
    """One ROI in the rater's order."""

    id = s.UUIDField(help_text="of the assignment")
    position = s.IntegerField(min_value=1)
    answered = s.BooleanField()
    classes = _texts(help_text="of the own answer, most certain first")


class QueueSerializer(Shape):
    """A part of a rater's queue: all ROIs near a place, and the next open ones from it on."""

    study = QueueStudySerializer()
    at = s.IntegerField(min_value=1, help_text="the place")
    until = s.IntegerField(
        min_value=1,
        allow_null=True,
        help_text="going on from `at` and round, every open ROI is listed up to this place; "
        "null: all open ones are",
    )
    items = QueueItemSerializer(many=True)


class CropSerializer(Shape):
    """The image around the ROI."""

    url = s.CharField(help_text=VOLUME_HELP)
    offset_ijk = _voxels()
    shape = _voxels()


class MaskSerializer(Shape):
    """The ROI alone, on the crop's grid."""

    url = s.CharField(help_text=VOLUME_HELP)
    key = s.CharField(help_text="that a delineation names")


class ScanSerializer(Shape):
    """The whole scan."""

    url = s.CharField(help_text=VOLUME_HELP)
    shape = _voxels()


class OwnCorrectionSerializer(Shape):
    """A delineation as the rater drew it."""

    runs = s.ListField(child=s.IntegerField(min_value=0), help_text="start, length, …")
    tools = _texts()
    confirmed = s.ListField(child=s.ChoiceField([*CONFIRMATIONS]))
    n_voxels = s.IntegerField(min_value=0)
    volume_mm3 = s.FloatField(min_value=0)


class OwnAnswerSerializer(Shape):
    """An answer as the rater gave it."""

    classes = _texts(help_text="most certain first")
    confidence = s.IntegerField(min_value=1)
    reasons = _texts()
    needs_correction = s.BooleanField()
    comment = s.CharField(help_text="may be empty")
    guessed_source = s.ChoiceField(
        [*GUESSES], required=False, help_text="where the study asks whose hand drew the ROI"
    )
    revision = s.IntegerField(min_value=1)
    answered_at = s.DateTimeField()
    correction = OwnCorrectionSerializer(allow_null=True)


class DraftSerializer(Shape):
    """What was typed and not saved."""

    version = s.IntegerField(min_value=1)
    draft = s.DictField(help_text="as the page sent it")
    revises = s.IntegerField(**REVISION)
    client = s.UUIDField(help_text="the tab that sent it")
    saved_at = s.DateTimeField()


class AssignmentSerializer(Shape):
    """What the page needs to show one ROI."""

    id = s.UUIDField()
    position = s.IntegerField(min_value=1)
    n = s.IntegerField(min_value=1)
    previous = s.UUIDField(allow_null=True)
    next = s.UUIDField(allow_null=True)
    crop = CropSerializer()
    mask = MaskSerializer()
    scan = ScanSerializer()
    focus_mm = s.ListField(child=s.FloatField(), min_length=3, max_length=3, help_text="r, a, s")
    answer = OwnAnswerSerializer(allow_null=True)
    draft = DraftSerializer(allow_null=True)


class CorrectionRequestSerializer(Shape):
    """A delineation on the crop's grid."""

    shape = _voxels()
    offset_ijk = _voxels()
    mask_key = s.CharField(help_text="the key of the mask as it was shown")
    runs = s.ListField(
        child=s.IntegerField(min_value=0), help_text="start, length, … in file order"
    )
    tools = _texts(max_length=MAX_TOOLS, help_text="in the order of first use")
    confirmed = s.ListField(child=s.ChoiceField([*CONFIRMATIONS]), max_length=len(CONFIRMATIONS))


class AnswerRequestSerializer(Shape):
    """An answer; which names and levels there are is the study's questionnaire's to say."""

    classes = _texts(min_length=1, help_text="most certain first")
    confidence = s.IntegerField(min_value=1)
    reasons = _texts(min_length=1)
    needs_correction = s.BooleanField()
    comment = s.CharField(required=False, allow_blank=True)
    guessed_source = s.ChoiceField(
        [*GUESSES], required=False, allow_null=True, help_text="where the study asks it"
    )
    active_s = s.FloatField(min_value=0, help_text="seconds of work")
    total_s = s.FloatField(
        min_value=0, required=False, allow_null=True, help_text="seconds from showing to saving"
    )
    revises = s.IntegerField(**REVISION, help_text="the revision that was seen, 0 for none")
    correction = CorrectionRequestSerializer(required=False, allow_null=True)
    client_version = s.CharField(
        required=False, allow_blank=True, help_text="version of the page, as the page has it"
    )


class ReceiptSerializer(Shape):
    """What is stored, and how far the rater is."""

    revision = s.IntegerField(min_value=1)
    answered_at = s.DateTimeField()
    answered = s.IntegerField(min_value=1)
    n = s.IntegerField(min_value=1)


class DraftRequestSerializer(Shape):
    """What was typed, and on what it is based."""

    draft = s.DictField(help_text="at most 256 KiB of JSON")
    revises = s.IntegerField(**REVISION, help_text="the revision that was seen, 0 for none")
    client = s.UUIDField(help_text="of the tab")
    based_on = s.IntegerField(
        **REVISION, help_text="version of the draft that was seen, 0 for none"
    )


class DraftReceiptSerializer(Shape):
    """The draft is kept."""

    version = s.IntegerField(min_value=1)
    saved_at = s.DateTimeField()


class KeysSerializer(Shape):
    """A profile of keys and what the account changed in it."""

    profile = s.CharField()
    changes = s.DictField(child=s.ListField(child=s.CharField()), help_text="action: chords")


class PreferencesSerializer(Shape):
    """How the account likes its pages."""

    keys = KeysSerializer()
    theme = s.ChoiceField(THEMES)
    break_after_min = s.IntegerField(
        min_value=0, max_value=MAX_BREAK_AFTER_MIN, help_text="0 for never"
    )


class PreferencesRequestSerializer(PreferencesSerializer):
    """What is to be changed; what is left out stays."""

    def get_fields(self) -> dict[str, s.Field[Any, Any, Any, Any]]:
        """Let each be left out."""
        fields = super().get_fields()
        for field in fields.values():
            field.required = False
        return fields
