"""Drafts of studies: made from a sample, changed, deleted; nobody but researchers sees them."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path

from django.contrib.auth.models import User
from django.db import transaction

from lesions.questionnaire import Questionnaire, paper_questionnaire
from lesions.scans import Scan
from reviewapp import orders, steps, volumes
from reviewapp.freezing import FrozenScan, Sample, file_sha256, freeze_scan, read_sample
from reviewapp.models import NAME_LENGTH, Membership, Study
from reviewapp.practice import PracticePaths, add_practice, freeze_practice, read_practice
from reviewapp.protocol import DEFAULT_SETTINGS, StudySettings, check_settings, fill_in, settings_of
from reviewapp.raters import People, check_raters
from reviewapp.sampled import add_sample
from reviewapp.steps import StudyError

Progress = Callable[[Sequence[Scan]], Iterable[Scan]]


def create_draft(
    name: str,
    rois_path: Path | str,
    scans_path: Path | str,
    people: People,
    settings: StudySettings = DEFAULT_SETTINGS,
    *,
    questionnaire: Questionnaire | None = None,
    practice: PracticePaths | None = None,
    progress: Progress = iter,
) -> Study:
    """Make a draft of a study from a sample: check every file and store the volumes.

    Parameters
    ----------
    name : str
        Unique; shown to the raters.
    rois_path, scans_path : paths of the sample and its cohort
    people : People
        Raters may come later.
    settings : StudySettings
    questionnaire : Questionnaire, optional
        The paper's where not given.
    practice : PracticePaths, optional
        A block with a key, before the first ROI.
    progress : function
        Goes over the scans, one step each, such as a tqdm bar.

    Raises
    ------
    StudyError, SampleError, OrderError, TableError, ImageError, GridError, CropError, VolumeError
        Nothing is left behind: rows are written in one transaction, and new volumes are removed.
    """
    check_name(name)
    check_raters(people.raters, [people.researcher])
    # Refuses bad settings before the long work.
    check_settings(settings)
    questions = questionnaire or paper_questionnaire()
    sample = read_sample(rois_path, scans_path)
    block = read_practice(practice, questions, settings.seed) if practice else None
    with volumes.adding() as store:
        # Before the transaction: raters of other studies answer meanwhile.
        frozen = _freeze(sample, store, progress)
        frozen_block = freeze_practice(block, store) if block else []
        with transaction.atomic():
            study = Study(name=name, created_by=people.researcher, seed=settings.seed)
            study.questionnaire = questions.as_dict()
            study.synthetic, study.protocol = sample.synthetic, {}
            study.save(force_insert=True)
            Membership.objects.create(study=study, user=people.researcher, role="researcher")
            _add_raters(study, people.raters, simulated=people.simulated)
            add_sample(study, sample, frozen)
            if block is not None:
                add_practice(study, block, frozen_block)
                settings = replace(settings, practice=len(block.rows))
            fill_in(study, settings, _sources(sample))
            study.save()
    return study


def change_draft(
    study: Study,
    by: User,
    *,
    name: str | None = None,
    settings: StudySettings | None = None,
    raters: Sequence[User] | None = None,
    questionnaire: Questionnaire | None = None,
    sample_paths: tuple[Path | str, Path | str] | None = None,
    progress: Progress = iter,
) -> None:
    """Change a draft; what isn't given stays as it is.

    Parameters
    ----------
    study : Study
    by : User
        A researcher of it.
    name, settings, questionnaire : as in `create_draft`
    raters : sequence of User, optional
        All raters, in the place of those that there are.
    sample_paths : (rois.tsv, scans.tsv), optional
        Another sample, in the place of the one that there is.
    progress : function
        As in `create_draft`.

    Raises
    ------
    StudyError, SampleError, OrderError, TableError, ImageError, GridError, CropError, VolumeError
        The draft stays as it was.
    """
    if settings is not None:
        check_settings(settings)
    sample = None if sample_paths is None else read_sample(*sample_paths)
    adding: AbstractContextManager[Callable[[bytes], str] | None] = nullcontext()
    with volumes.adding() if sample is not None else adding as store:
        frozen = _freeze(sample, store, progress) if sample is not None and store else []
        with steps.acting(study, by, "change") as row:
            orders.drop(row)
            if name is not None and name != row.name:
                check_name(name)
                row.name = name
            if questionnaire is not None:
                row.questionnaire = questionnaire.as_dict()
            if raters is not None:
                check_raters(raters, list(User.objects.filter(pk__in=_leaders(row))))
                row.memberships.filter(role="rater").exclude(user__in=raters).delete()
                _add_raters(row, raters)
            sources = row.protocol
            if sample is not None:
                add_sample(row, sample, frozen)
                sources = _sources(sample)
            now = replace(settings or settings_of(row), practice=row.practice_rois.count())
            fill_in(row, now, sources)
            row.save()


def delete_draft(study: Study, by: User) -> None:
    """Delete a draft with its sample; volumes that no other study names stay in the store.

    Raises
    ------
    StudyError
        It is frozen, or `by` is no researcher of it.
    """
    with steps.acting(study, by, "delete") as row:
        orders.drop(row)
        row.invitations.all().delete()
        row.memberships.all().delete()
        row.practice_rois.all().delete()
        row.rois.all().delete()
        row.scans.all().delete()
        row.delete()


def check_name(name: str) -> None:
    """Refuse a name that is empty, unprintable, too long or taken.

    Raises
    ------
    StudyError
    """
    if not name.strip() or not name.isprintable() or len(name) > NAME_LENGTH:
        raise StudyError(f"a study's name must have 1 to {NAME_LENGTH} printable characters")
    if Study.objects.filter(name=name).exists():
        raise StudyError(f'there is a study "{name}" already; give this one another name')


def _freeze(sample: Sample, store: Callable[[bytes], str], progress: Progress) -> list[FrozenScan]:
    scans = tuple(dict.fromkeys(sample.scans))
    return [freeze_scan(sample, scan, store) for scan in progress(scans)]


def _add_raters(study: Study, raters: Sequence[User], *, simulated: bool = False) -> None:
    known = set(study.memberships.values_list("user", flat=True))
    for user in raters:
        if user.pk not in known:
            study.memberships.create(user=user, role="rater", simulated=simulated)


def _leaders(study: Study) -> list[int]:
    return list(study.memberships.filter(role="researcher").values_list("user", flat=True))


def _sources(sample: Sample) -> dict[str, str]:
    return {
        "rois_sha256": file_sha256(sample.path),
        "scans_sha256": file_sha256(sample.cohort.path),
    }
