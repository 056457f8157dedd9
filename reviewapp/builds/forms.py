"""The forms of a draft: what a study shall be made of, and its settings until it is frozen."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.core.files.uploadedfile import UploadedFile

from lesions.columns import DRAWN_IN
from lesions.questionnaire import Questionnaire
from reviewapp.builds.plan import (
    DICTIONARY,
    KEY,
    PRACTICE,
    SAMPLE,
    StudyPlan,
    questionnaire_of,
    read_json,
)
from reviewapp.cohort_samples import Draw
from reviewapp.models import NAME_LENGTH, SharedCohort, Study
from reviewapp.protocol import AMENDABLE, DEFAULT_SETTINGS, StudySettings, settings_of
from reviewapp.steps import StudyError
from reviewapp.storable import MAX_REVISION
from reviewapp.study_forms import AmendableForm

#: Largest number that a form takes where there is no other bound; the database's own.
MOST = MAX_REVISION
#: Settings that the freezing fixes for good, beside those of `AMENDABLE`.
FIXED = ("seed", "repeat_share", "repeat_distance", "block_size")


def _whole(label: str, help_text: str = "", *, least: int = 0, **more: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, help_text=help_text, min_value=least, max_value=MOST, **more
    )


def _file(label: str, help_text: str, kinds: str) -> forms.FileField:
    widget = forms.FileInput(attrs={"accept": kinds})
    return forms.FileField(label=label, help_text=help_text, required=False, widget=widget)


class SettingsForm(AmendableForm):
    """The settings of a study that isn't frozen."""

    seed = _whole("Seed of the orders", "Settles in which order each rater sees the ROIs.")
    repeat_share = forms.FloatField(
        label="Share of hidden repeats",
        min_value=0,
        max_value=0.5,
        help_text="0.1: one ROI in ten comes a second time, to measure how far a rater agrees "
        "with themselves.",
        widget=forms.NumberInput(attrs={"step": "0.01"}),
    )
    repeat_distance = _whole(
        "ROIs to a repeat, at least",
        "As many as there are ROIs where that is less.",
    )
    block_size = _whole("ROIs between two pauses (0: none)")

    def settings(self) -> StudySettings:
        """Give the settings as the form has them; the practice block is another matter."""
        given = {name: self.cleaned_data[name] for name in (*AMENDABLE, *FIXED)}
        return replace(DEFAULT_SETTINGS, **given)


class ChangeForm(SettingsForm):
    """A draft's name, settings and questions."""

    name = forms.CharField(label="Name", max_length=NAME_LENGTH, help_text="Raters see it.")
    questionnaire = _file(
        "Another questionnaire", "A JSON file; the questions stay without one.", ".json"
    )
    field_order = ("name",)

    def __init__(self, study: Study, data: Any = None, files: Any = None) -> None:
        now = settings_of(study)
        initial = {name: getattr(now, name) for name in (*AMENDABLE, *FIXED)}
        initial["name"] = study.name
        super().__init__(data, files, initial=initial, auto_id="id_change_%s")

    def clean(self) -> dict[str, Any]:
        """Read the file as what it is said to be."""
        super().clean()
        read_field(self, "questionnaire", _object_in)
        return self.cleaned_data

    def questions(self) -> Questionnaire | None:
        """Give the questionnaire in the file, None without one.

        Raises
        ------
        QuestionnaireError
            It isn't one.
        """
        given = self.cleaned_data["questionnaire"]
        return None if given is None else questionnaire_of(given)


class DrawForm(forms.Form):
    """How the sample is drawn from the cohort."""

    n = _whole("FNLs and TPLs to draw, each", least=1, initial=Draw.n)
    sample_seed = _whole("Seed of the sample", initial=Draw.seed)
    acquisition = forms.CharField(
        required=False, max_length=NAME_LENGTH, help_text="Needed where the cohort has several."
    )
    tpl_drawn_in = forms.ChoiceField(
        label="Outline of a TPL from the",
        choices=[(name, f"{name} mask") for name in sorted(DRAWN_IN, reverse=True)],
        initial=Draw.tpl_drawn_in,
        help_text="The hand that drew an outline can betray the group.",
    )
    max_per_patient = _whole(
        "Most FNLs, and most TPLs, of one patient",
        "The fewest that keep the balance where it is empty.",
        least=1,
        required=False,
    )

    def draw(self) -> Draw:
        """Give what the fields say."""
        data = self.cleaned_data
        return Draw(
            n=data["n"],
            seed=data["sample_seed"],
            acquisition=data["acquisition"] or None,
            tpl_drawn_in=data["tpl_drawn_in"],
            max_per_patient=data["max_per_patient"],
        )


class NewStudyForm(SettingsForm, DrawForm):
    """What a new study shall be made of."""

    name = forms.CharField(label="Name", max_length=NAME_LENGTH, help_text="Raters see it.")
    cohort = forms.ModelChoiceField(
        SharedCohort.objects.none(), label="Cohort", empty_label=None, to_field_name="name"
    )
    source = forms.ChoiceField(
        label="Sample",
        choices=[("draw", "Draw it from the cohort"), ("table", "Take a rois.tsv")],
        initial="draw",
        widget=forms.RadioSelect,
    )
    rois = _file("rois.tsv", "As <code>python -m lesions sample</code> writes it.", ".tsv")
    dictionary = _file("rois.json beside it", "So that exports tell how it was drawn.", ".json")
    questionnaire = _file("Questionnaire", "A JSON file; the paper’s without one.", ".json")
    practice = _file("rois.tsv of a practice block", "Other ROIs than the study’s.", ".tsv")
    practice_key = _file("practice-key.tsv", "What they are, told after each answer.", ".tsv")
    practice_n = _whole("Practice ROIs to draw", "All where it is empty.", least=1, required=False)

    def __init__(self, user: User, data: Any = None, files: Any = None) -> None:
        usual = {name: getattr(DEFAULT_SETTINGS, name) for name in (*AMENDABLE, *FIXED)}
        super().__init__(data, files, initial=usual)
        cohorts = SharedCohort.objects.open_to(user)
        self.fields["cohort"].queryset = cohorts  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Read the files as what they are said to be."""
        super().clean()
        data = self.cleaned_data
        for name in ("rois", "dictionary", "practice", "practice_key"):
            read_field(self, name, _text_in)
        read_field(self, "questionnaire", _object_in)
        if data.get("source") == "table" and not data.get("rois") and not self.errors:
            self.add_error("rois", "Choose the file, or let the sample be drawn.")
        return data

    @property
    def settings_refused(self) -> bool:
        """Say whether a field of the settings has an error, so that the page shows it."""
        return bool({*AMENDABLE, *FIXED} & {*self.errors})

    @property
    def extras_refused(self) -> bool:
        """Say the same of questionnaire and practice block."""
        return bool({"questionnaire", "practice", "practice_key", "practice_n"} & {*self.errors})

    def plan(self) -> StudyPlan:
        """Give what was ordered."""
        data = self.cleaned_data
        given = {PRACTICE: data["practice"], KEY: data["practice_key"]}
        if data["source"] == "table":
            given |= {SAMPLE: data["rois"], DICTIONARY: data["dictionary"]}
        return StudyPlan(
            settings=self.settings(),
            draw=self.draw(),
            tables={name: text for name, text in given.items() if text is not None},
            questionnaire=data["questionnaire"],
            practice_n=data["practice_n"],
        )


def read_field(form: forms.Form, name: str, read: Callable[[Any], Any]) -> None:
    """Put in a field's place what `read` makes of it, or its error."""
    if name not in form.cleaned_data:
        return
    try:
        form.cleaned_data[name] = read(form.cleaned_data[name])
    except forms.ValidationError as error:
        form.add_error(name, error)


def _text_in(file: "UploadedFile[bytes] | None") -> str | None:
    """Give the text of a file, None without one.

    Raises
    ------
    ValidationError
        It isn't UTF-8.
    """
    if file is None:
        return None
    try:
        # Excel begins its UTF-8 with a mark.
        return bytes(file.read()).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise forms.ValidationError(f"expected UTF-8 text, but {error}") from None


def _object_in(file: "UploadedFile[bytes] | None") -> dict[str, Any] | None:
    text = _text_in(file)
    try:
        return None if text is None or file is None else read_json(text, str(file.name))
    except StudyError as error:
        raise forms.ValidationError(str(error)) from None
