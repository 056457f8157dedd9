"""The forms of the study page: each act is a deliberate one."""

from typing import Any

from django import forms

from lesions.questionnaire import CollapseRule
from reviewapp import invitations
from reviewapp.models import Study
from reviewapp.models.page import MAX_BREAK_AFTER_MIN
from reviewapp.protocol import AMENDABLE, MAX_HYPOTHESES, MAX_RATERS, settings_of

MIN_REASON, MAX_REASON = 10, 2000
#: The paper's rules in the words of the report's table.
CLASS_RULES: dict[CollapseRule, str] = {
    "set": "all classes in one family, else unclear or no MS lesion",
    "primary": "the class that was ranked first",
    "any_ms": "as the first, of the MS lesion classes alone",
}


def reason_field(
    label: str, help_text: str, *, required: bool = True, rows: int = 3
) -> forms.CharField:
    """Give the field in which somebody says why, in a sentence at least."""
    return forms.CharField(
        label=label,
        required=required,
        min_length=MIN_REASON if required else None,
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": rows}),
        help_text=help_text,
        error_messages={
            "required": "Say why in a sentence.",
            "min_length": "Say a little more: at least %(limit_value)d characters.",
        },
    )


def _reason(*, required: bool) -> forms.CharField:
    label = "Why?" if required else "Why? (may stay empty)"
    kept = "Kept with the study, beside your name and the time."
    return reason_field(label, kept, required=required, rows=2)


class ActForm(forms.Form):
    """A step in the study's life: why, and that it is meant."""

    reason = _reason(required=False)
    confirm = forms.BooleanField(error_messages={"required": "Tick this first."})

    def __init__(self, *args: Any, confirm: str, reasoned: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["confirm"].label = confirm
        if reasoned:
            self.fields["reason"] = _reason(required=True)


class AmendableForm(forms.Form):
    """The settings that an amendment can change."""

    hypotheses = forms.CharField(max_length=MAX_HYPOTHESES, widget=forms.Textarea({"rows": 3}))
    class_rule = forms.ChoiceField(
        label="Several classes collapse by", choices=list(CLASS_RULES.items())
    )
    radiological = forms.BooleanField(label="The patient’s left on the right", required=False)
    break_after_min = forms.IntegerField(
        label="Minutes of work to a break (0: never)", min_value=0, max_value=MAX_BREAK_AFTER_MIN
    )
    n_raters = forms.IntegerField(
        label="Planned raters", required=False, min_value=1, max_value=MAX_RATERS
    )


class AmendForm(AmendableForm):
    """A new version of the protocol."""

    reason = _reason(required=True)
    #: The protocol that the page showed: one that came since must not be taken back unseen.
    seen = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def __init__(self, study: Study, data: Any = None) -> None:
        self.settings = settings_of(study)
        initial = {name: getattr(self.settings, name) for name in AMENDABLE}
        initial["seen"] = study.protocol_sha256
        super().__init__(data, initial=initial, auto_id="id_amend_%s")

    def changes(self) -> dict[str, Any]:
        """Give what differs from the protocol in force."""
        given = {name: self.cleaned_data[name] for name in AMENDABLE}
        return {k: value for k, value in given.items() if value != getattr(self.settings, k)}


class InviteForm(forms.Form):
    """A link for one rater."""

    note = forms.CharField(
        label="For whom?",
        required=False,
        max_length=invitations.MAX_NOTE,
        help_text="Researchers alone see it.",
    )
    days = forms.IntegerField(
        label="Good for days",
        initial=invitations.DEFAULT_DAYS,
        min_value=1,
        max_value=invitations.MAX_DAYS,
    )


class WithdrawForm(forms.Form):
    """One rater's withdrawal."""

    reason = _reason(required=True)
