"""Compare the versions of a study's protocol with what steps and answers carry of them."""

from collections.abc import Iterator, Mapping

from reviewapp.canonical import canonical_sha256
from reviewapp.models import Study
from reviewapp.protocol import practice_rows, sample_sha256
from reviewapp.verification.faults import Fault

BATCH = 2000
NOT_IN_FORCE = "is not of the version of the protocol that was in force"


def check_protocol(study: Study) -> Iterator[Fault]:
    """Give what the protocol fixed and the study's rows no longer have."""
    if canonical_sha256(study.protocol) != study.protocol_sha256:
        yield Fault("protocol", "protocol_sha256", "is not the checksum of the protocol")
    if study.protocol.get("questionnaire") != study.questionnaire:
        yield Fault("study", "questionnaire", "is not the one of the protocol")
    settings = study.protocol.get("settings", {})
    for name in ("seed", "radiological"):
        if settings.get(name, getattr(study, name)) != getattr(study, name):
            yield Fault("study", name, "is not the one of the protocol")
    if study.protocol.get("sampling", study.rois_provenance) != study.rois_provenance:
        yield Fault("study", "rois_provenance", "is not the one of the protocol")
    fixed = study.protocol.get("sample_sha256")
    if fixed is not None and fixed != sample_sha256(study):
        yield Fault("sample", "sample_sha256", "rows, groups, weights or volumes were changed")
    practice = practice_rows(study)
    expected = canonical_sha256({"practice": practice}) if practice else None
    if study.protocol.get("practice_sha256", expected) != expected:
        yield Fault("practice", "practice_sha256", "order, volumes or key were changed")


def check_versions(study: Study) -> Iterator[Fault]:
    """The versions of the protocol are whole, and the newest one is in force."""
    versions = list(study.protocol_versions.order_by("number"))
    if [version.number for version in versions] != list(range(1, len(versions) + 1)):
        yield Fault("protocol", "versions", f"expected 1 to {len(versions)} without a gap")
    for version in versions:
        if canonical_sha256(version.protocol) != version.sha256:
            yield Fault(f"protocol version {version.number}", "sha256", "is not its checksum")
    if not versions or versions[-1].sha256 != study.protocol_sha256:
        yield Fault("protocol", "protocol_sha256", "is not that of the newest version")
    known = {version.sha256 for version in versions}
    for step in study.steps.order_by("pk"):
        if step.protocol_sha256 not in known:
            yield Fault(f"step {step.pk}", "protocol_sha256", NOT_IN_FORCE)


def check_in_force(study: Study, before: Mapping[int, int]) -> Iterator[Fault]:
    """Each answer carries the version of its time, as far as that is known; told once a run.

    Parameters
    ----------
    study : Study
    before : mapping
        Number of a version -> revisions that there were before it. Versions that it doesn't name
        are known to follow each other, and no more.
    """
    numbers = dict(study.protocol_versions.values_list("sha256", "number"))
    newest = 1
    wrong: list[int] = []
    rows = study.revisions.order_by("place").values_list("place", "protocol_sha256")
    for place, sha256 in rows.iterator(BATCH):
        number = numbers.get(sha256, 0)
        is_after = number >= newest and place > before.get(number, 0)
        if is_after and place <= before.get(number + 1, place):
            newest = number
        else:
            wrong.append(place)
    if wrong:
        row = f"answers {wrong[0]} to {wrong[-1]}" if len(wrong) > 1 else f"answer {wrong[0]}"
        yield Fault(row, "protocol_sha256", f"{len(wrong)} of them: {NOT_IN_FORCE}")
