"""All that a browser receives in a study that uses what other studies leave out.

The rater joins by a link, practises, answers who drew each delineation, in blocks and in the
neurological view, and is withdrawn in the end.
"""

import uuid
from typing import Any

from django.contrib.auth.models import User

from lesions.questionnaire import paper_questionnaire, parse_questionnaire
from reviewapp import invitations
from reviewapp.addresses import crop_url, mask_url, practice_key, preview_key, scan_url
from reviewapp.models import PracticeRoi, Study
from reviewapp.protocol import StudySettings
from reviewapp.raters import People, withdraw_rater
from reviewapp.studies import create_study
from tests.reviewapp.cohort import ANSWER, Sample
from tests.reviewapp.practice_block import take_block
from tests.reviewapp.received import Received, Session, read_pages, read_roi, read_volumes

NAME, PASSWORD = "stranger", "correct horse battery staple"
GUESSES = ("model", "hand", "don't know")
#: ROIs that are read and answered: one with each guess, of which the first comes again below.
N_ROIS = 3


def study_with_options(sample: Sample, crew: People) -> Study:
    """Give a study with a practice block, the question who drew it, blocks and another view."""
    data = {**paper_questionnaire().as_dict(), "guessed_source": {"text": "Who drew it?"}}
    return create_study(
        "cortex",
        sample.rois,
        sample.scans,
        crew,
        StudySettings(block_size=5, radiological=False, break_after_min=20),
        practice=take_block(sample),
        questionnaire=parse_questionnaire(data),
    )


def everything_with_options(study: Study, *_: object) -> list[Received]:
    """Live through such a study as a rater who joins by a link and is withdrawn."""
    session = _join(study)
    _be_refused(session)
    for roi in study.practice_rois.order_by("position"):
        _practise(session, roi)
    _read_all_pages(session)
    for shown, guess in zip(session.own, GUESSES, strict=False):
        read_roi(session, shown)
        _answer(session, f"assignments/{shown.pk}", guess)
    _read_all_pages(session)
    withdraw_rater(study, study.created_by, session.who, "is ill for long")
    _read_all_pages(session)
    _be_refused(session)
    _answer(session, f"assignments/{session.own[0].pk}", "hand")
    return session.received


def _join(study: Study) -> Session:
    """Join by an invitation, refused a new account, with one that there is.

    A new one would have another number each time: PostgreSQL gives none twice.
    """
    _, token = invitations.invite(study, study.created_by)
    who = User.objects.get(username=NAME)
    guest = Session(study, who)
    address = f"/join/{token}/"
    for path in (address, "/join/no-such-token/", f"/accounts/login/?next={address}"):
        guest.send("GET", path)
    given = {"username": "somebody", "password1": PASSWORD, "password2": "another one"}
    guest.keep(f"POST {address}", guest.client.post(address, given))
    guest.client.force_login(who)
    guest.send("GET", address)
    guest.keep(f"POST {address}", guest.client.post(address))
    assert guest.received[-1].status == "302 Found"
    guest.send("GET", address)  # used now
    session = Session(study, who)
    session.client, session.received = guest.client, guest.received
    return session


def _read_all_pages(session: Session) -> None:
    read_pages(session)
    session.send("GET", f"/studies/{session.study.pk}/practice/")
    for roi in session.study.practice_rois.order_by("position"):
        session.send("GET", f"/studies/{session.study.pk}/practice/{roi.pk}/")


def _be_refused(session: Session) -> None:
    """Ask for what comes after the practice, and for what is the researchers' alone."""
    _read_all_pages(session)
    for shown in session.own[:N_ROIS]:
        own = f"/api/v1/assignments/{shown.pk}/"
        for url in (own, crop_url(shown), mask_url(shown), scan_url(shown)):
            session.send("GET", url)
        session.send("POST", f"{own}opened/", {})
        roi = shown.roi
        session.send("GET", f"/api/v1/previews/{roi.pk}/")
        session.send("GET", f"/api/v1/previews/{roi.pk}/mask/{preview_key(roi, 'mask')}.nii")
    _answer(session, f"assignments/{session.own[0].pk}", "model")


def _practise(session: Session, roi: PracticeRoi) -> None:
    own = f"/api/v1/practice/{roi.pk}/"
    member = session.study.memberships.get(user=session.who)
    session.send("GET", f"/studies/{session.study.pk}/practice/")
    read_volumes(session, session.send("GET", own).json())
    session.send("GET", f"{own}crop/{practice_key(roi, member, 'mask')}.nii")
    for guess in (None, "model"):
        _answer(session, f"practice/{roi.pk}", guess)
    session.send("GET", f"/studies/{session.study.pk}/practice/{roi.pk}/")


def _answer(session: Session, path: str, guess: str | None) -> None:
    """Give an answer, the same again, and one that its key came before with."""
    asked: dict[str, Any] = {} if guess is None else {"guessed_source": guess}
    for changed in ({}, {}, {"confidence": 1}):
        key = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{path} {guess}"))
        body = {**ANSWER, **asked, **changed}
        session.send("POST", f"/api/v1/{path}/answers/", body, **{"Idempotency-Key": key})
