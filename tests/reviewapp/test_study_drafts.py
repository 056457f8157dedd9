"""A draft can be changed and deleted; its freezing fixes what it holds."""

from typing import Any

import pytest
from django.contrib.auth.models import User

from lesions.columns import GROUPS
from lesions.questionnaire import paper_questionnaire, parse_questionnaire
from reviewapp import studies
from reviewapp.canonical import canonical_sha256
from reviewapp.models import Assignment, ProtocolVersion, Roi, Scan, Study, StudyStep
from reviewapp.protocol import StudySettings, amend, sample_sha256, settings_of
from reviewapp.raters import People
from reviewapp.steps import StudyError
from reviewapp.study_drafts import change_draft, create_draft, delete_draft
from tests.reviewapp.cohort import Sample, build_sample

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(people: dict[str, User]) -> User:
    return people["researcher"]


@pytest.fixture
def draft(sample: Sample, people: dict[str, User], lead: User) -> Study:
    return create_draft("cortex", sample.rois, sample.scans, People((people["anna"],), lead))


def test_a_draft_has_no_orders_and_no_log_until_it_is_frozen(draft: Study, lead: User) -> None:
    assert not Assignment.objects.exists()
    assert not StudyStep.objects.exists()
    assert not ProtocolVersion.objects.exists()
    studies.freeze(draft, lead, "as planned")
    assert Assignment.objects.filter(membership__study=draft).count() == 26
    version = draft.protocol_versions.get()
    assert (version.number, version.sha256) == (1, draft.protocol_sha256)
    assert draft.protocol_sha256 == canonical_sha256(draft.protocol)
    assert draft.protocol["sample_sha256"] == sample_sha256(draft)
    assert draft.protocol["settings"]["n_raters"] == 1


def test_everything_of_a_draft_can_be_changed(
    draft: Study, people: dict[str, User], lead: User, tmp_path: Any
) -> None:
    own = paper_questionnaire().as_dict()
    own["classes"]["options"] = [{"name": "Lesion", "family": "CL"}]
    names = sorted(GROUPS)
    other = build_sample(tmp_path / "other", groups=lambda index: names[index % 4])
    before = draft.protocol_sha256
    change_draft(
        draft,
        lead,
        name="cortex 2",
        settings=StudySettings(seed=7, repeat_share=0, radiological=False),
        raters=[people["ben"], people["stranger"]],
        questionnaire=parse_questionnaire(own, source="a test"),
        sample_paths=(other.rois, other.scans),
    )
    draft.refresh_from_db()
    assert (draft.name, draft.seed, draft.radiological) == ("cortex 2", 7, False)
    assert draft.protocol["raters"] == ["ben", "stranger"]
    assert draft.questionnaire["classes"]["options"][0]["name"] == "Lesion"
    assert draft.rois.count() == 24
    assert draft.rois.get(row=1).group == names[1]
    assert draft.protocol_sha256 != before
    studies.freeze(draft, lead)
    orders = Assignment.objects.filter(membership__study=draft)
    assert set(orders.values_list("membership__user__username", flat=True)) == {"ben", "stranger"}
    assert orders.count() == 48


def test_a_refused_change_leaves_the_draft_as_it_was(
    draft: Study, people: dict[str, User], lead: User, sample: Sample
) -> None:
    create_draft("taken", sample.rois, sample.scans, People((), lead))
    before = Study.objects.filter(pk=draft.pk).values().get()
    for change, says in (
        ({"name": "taken"}, 'a study "taken" already'),
        ({"raters": [lead]}, "can't rate and lead"),
        ({"settings": StudySettings(break_after_min=-1)}, "minutes to a break"),
        ({"settings": StudySettings(block_size=-1)}, "ROIs of a block must be 0"),
        ({"name": "other", "raters": [people["ben"], people["ben"]]}, "ben twice"),
    ):
        with pytest.raises(StudyError, match=says):
            change_draft(draft, lead, **change)  # type: ignore[arg-type]
    assert Study.objects.filter(pk=draft.pk).values().get() == before
    assert draft.memberships.filter(role="rater").get().user == people["anna"]


def test_a_deleted_draft_leaves_no_row(draft: Study, lead: User) -> None:
    delete_draft(draft, lead)
    for model in (Study, Scan, Roi, StudyStep):
        assert not model.objects.exists()


def test_a_study_of_a_draft_equals_one_made_in_one_step(
    draft: Study, sample: Sample, people: dict[str, User], lead: User
) -> None:
    studies.freeze(draft, lead)
    studies.open_study(draft, lead)
    at_once = studies.create_study(
        "at once", sample.rois, sample.scans, People((people["anna"],), lead)
    )
    assert at_once.protocol_sha256 == draft.protocol_sha256
    assert [step.kind for step in at_once.steps.all()] == ["created", "frozen", "opened"]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"seed": 7}, "seed is frozen"),
        ({"repeat_share": 0.2}, "repeat_share is frozen"),
        ({"questionnaire": {}}, "questionnaire is frozen"),
        ({"class_rule": "majority"}, "must be one of set, primary, any_ms"),
        ({"class_rule": "set"}, "changes nothing"),
        ({"n_raters": 0}, "planned raters must be 1 to"),
    ],
)
def test_an_amendment_changes_what_may_change_alone(
    study: Study, lead: User, changes: dict[str, Any], says: str
) -> None:
    with pytest.raises(StudyError, match=says):
        amend(study, lead, "the board asked", changes)
    assert study.protocol_versions.count() == 1


def test_each_amendment_is_a_version_of_its_own(study: Study, lead: User) -> None:
    amend(study, lead, "the board asked", {"hypotheses": "H1 alone", "n_raters": 4})
    amend(study, lead, "as ITK-SNAP has it not", {"radiological": False})
    assert settings_of(study).hypotheses == "H1 alone"
    assert study.radiological is False
    hashes = list(study.protocol_versions.values_list("sha256", flat=True))
    assert len(set(hashes)) == 3
    assert hashes[-1] == study.protocol_sha256
    for version in study.protocol_versions.all():
        assert canonical_sha256(version.protocol) == version.sha256
    with pytest.raises(StudyError, match="that is version 2 of the protocol"):
        amend(study, lead, "back again", {"radiological": True})
