"""What someone with the database in hand could do to a study that `lived`, but for its answers."""

#: The id of a row, which the statements name.
IDS = {
    "anna": "(SELECT id FROM auth_user WHERE username = 'anna')",
    "member": "(SELECT m.id FROM reviewapp_membership m JOIN auth_user u ON u.id = m.user_id "
    "WHERE u.username = 'anna')",
    "access": "(SELECT MIN(id) FROM reviewapp_accesslog)",
    "look": "(SELECT id FROM reviewapp_studystep WHERE kind = 'interim look')",
    "amended": "(SELECT id FROM reviewapp_studystep WHERE kind = 'amended')",
}
#: What is changed, by which statements, and what is said then.
TAMPERING: dict[str, tuple[tuple[str, ...], str]] = {
    "a step's reason": (
        ("UPDATE reviewapp_studystep SET reason = 'x' WHERE id = {amended}",),
        "is not what was sealed",
    ),
    "a step's time": (
        (
            "UPDATE reviewapp_studystep SET at = '2020-01-01 00:00:00' "
            "WHERE id = {look}",
        ),
        "is not what was sealed",
    ),
    "who took a step": (
        ("UPDATE reviewapp_studystep SET by_id = {anna} WHERE kind = 'opened'",),
        "is not what was sealed",
    ),
    "answers at a step": (
        ("UPDATE reviewapp_studystep SET n_answers = 0 WHERE kind = 'interim look'",),
        "is not what was sealed",
    ),
    "the protocol of a step": (
        ("UPDATE reviewapp_studystep SET protocol_sha256 = 'x' WHERE kind = 'interim look'",),
        "protocol_sha256: is not of the version of the protocol that was in force",
    ),
    "an interim look deleted": (
        ("DELETE FROM reviewapp_studystep WHERE kind = 'interim look'",),
        "was sealed, and is not there any more",
    ),
    "the newest step deleted": (
        ("DELETE FROM reviewapp_studystep WHERE kind = 'rater withdrawn'",),
        "was sealed, and is not there any more",
    ),
    "an interim look deleted with its seal": (
        (
            "DELETE FROM reviewapp_seal WHERE place = (SELECT MIN(place) FROM reviewapp_seal "
            "WHERE n_revisions = 3)",
            "DELETE FROM reviewapp_studystep WHERE kind = 'interim look'",
        ),
        "deleted: the chain of seals has a gap here",
    ),
    "a step added": (
        (
            "INSERT INTO reviewapp_studystep (study_id, kind, by_id, at, reason, n_answers, "
            "protocol_sha256) SELECT study_id, 'reopened', by_id, at, 'x', 0, protocol_sha256 "
            "FROM reviewapp_studystep WHERE kind = 'opened'",
        ),
        "is in no seal",
    ),
    "every seal deleted": (("DELETE FROM reviewapp_seal",), "seals: there is none"),
    "what a seal says": (
        ("UPDATE reviewapp_seal SET facts = '{{}}' WHERE place = 3",),
        "seal 3: the row is not what was stored",
    ),
    "why a seal was written": (
        ("UPDATE reviewapp_seal SET cause = 'update' WHERE place = 1",),
        "seal 1: the row is not what was stored",
    ),
    "the state set back": (
        ("UPDATE reviewapp_study SET state = 'frozen'",),
        "study: state: is not what was sealed",
    ),
    "the state set back to a draft": (
        ("UPDATE reviewapp_study SET state = 'draft'",),
        "study: state: is not what was sealed",
    ),
    "closed": (
        ("UPDATE reviewapp_study SET state = 'closed', closed_at = created_at",),
        "study: closed_at: is not what was sealed",
    ),
    "the viewer's side": (
        ("UPDATE reviewapp_study SET radiological = (1 = 0)",),
        "study: radiological: is not what was sealed",
    ),
    "where the sample came from": (
        ("UPDATE reviewapp_study SET rois_provenance = '{{}}'",),
        "study: rois_provenance: is not what was sealed",
    ),
    "phantoms called patients": (
        ("UPDATE reviewapp_study SET synthetic = NOT synthetic",),
        "study: synthetic: is not what was sealed",
    ),
    "who made the study": (
        ("UPDATE reviewapp_study SET created_by_id = {anna}",),
        "study: created_by_id: is not what was sealed",
    ),
    "a rater who comes back": (
        ("UPDATE reviewapp_membership SET withdrawn_at = NULL",),
        "is not what was sealed",
    ),
    "a computer called a person": (
        ("UPDATE reviewapp_membership SET simulated = (1 = 1) WHERE id = {member}",),
        "is not what was sealed",
    ),
    "a member added": (
        (
            "INSERT INTO reviewapp_membership (study_id, user_id, role, simulated) SELECT id, "
            "(SELECT id FROM auth_user WHERE username = 'outsider'), 'researcher', (1 = 0) "
            "FROM reviewapp_study",
        ),
        "is in no seal",
    ),
    "every access deleted": (
        ("DELETE FROM reviewapp_accesslog",),
        "were changed: expected 4, came 0",
    ),
    "an access deleted": (
        ("DELETE FROM reviewapp_accesslog WHERE id = {access}",),
        "were changed: expected 4, came 3",
    ),
    "an access changed": (
        ("UPDATE reviewapp_accesslog SET who = 'ben' WHERE id = {access}",),
        "were changed: expected 4, came 4",
    ),
    "two showings swapped": (
        (
            "UPDATE reviewapp_assignment SET position = 99 WHERE position = 20 AND "
            "membership_id = {member}",
            "UPDATE reviewapp_assignment SET position = 20 WHERE position = 21 AND "
            "membership_id = {member}",
            "UPDATE reviewapp_assignment SET position = 21 WHERE position = 99",
        ),
        "order ",
    ),
    "the volume of an unanswered ROI": (
        ("UPDATE reviewapp_roi SET volume_mm3 = 7 WHERE row = 20",),
        "sample rois: is not what was sealed",
    ),
    "the outcome of an unanswered ROI": (
        ("UPDATE reviewapp_roi SET outcome = 'TPL' WHERE row = 20",),
        "sample rois: is not what was sealed",
    ),
    "a scan's site": (
        ("UPDATE reviewapp_scan SET site = 'elsewhere'",),
        "sample scans: is not what was sealed",
    ),
    "the files that a scan came from": (
        ("UPDATE reviewapp_scan SET source_sha256 = '{{}}'",),
        "sample scans: is not what was sealed",
    ),
    "the practice key": (
        ("UPDATE reviewapp_practiceroi SET key_classes = '[\"Unknown\"]' WHERE position = 1",),
        "practice: practice_sha256: order, volumes or key were changed",
    ),
    "where a practice ROI lies": (
        ("UPDATE reviewapp_practiceroi SET focus_ras_mm = '[0, 0, 0]' WHERE position = 1",),
        "sample practice: is not what was sealed",
    ),
    "a practice answer": (
        ("UPDATE reviewapp_practiceanswer SET answer = '{{}}'",),
        "practice answer ",
    ),
    "a practice answer deleted": (
        ("DELETE FROM reviewapp_practiceanswer WHERE id = (SELECT MAX(id) FROM "
         "reviewapp_practiceanswer)",),
        "was sealed, and is not there any more",
    ),
    "an amendment's reason": (
        ("UPDATE reviewapp_protocolversion SET reason = 'x' WHERE number = 2",),
        "version 2: is not what was sealed",
    ),
    "an amendment's time": (
        ("UPDATE reviewapp_protocolversion SET at = '2020-01-01 00:00:00' WHERE number = 2",),
        "version 2: is not what was sealed",
    ),
    "the newest answers deleted": (
        ("DELETE FROM reviewapp_answerrevision WHERE place = 4",),
        "head_sha256: is not in the chain: answers were deleted",
    ),
}  # fmt: skip
