"""The JSON interface under /api/v1/: of the review page, and of researchers' scripts.

docs/openapi.yaml describes every address; it is made of the views and of `rater_serializers`,
`study_serializers` and `problem_serializers`. docs/api.md is for those who write scripts. What
follows is what the review page relies on.

A rater gets own assignments only, and nothing here tells group, outcome, diagnosis, subject,
site or file name. Errors are RFC 9457 problem details (`application/problem+json`):
`{"type", "title", "status", "detail", "instance"}`, with `"errors": {field: sentence}` where fields
are at fault.

GET studies/<uuid>/queue/?at=<place> (url name `api:queue`; without `at` around the first open one)
    {"study": {"id", "name", "synthetic", "radiological", "state", "n", "answered"}, "at", "until",
     "items": [{"id", "position", "answered", "classes"}]}, in the stored order; `classes` are
    those of the own answer, most certain first. A part of the queue: all ROIs near the place, and
    the open ones from there on, past the last place to the first, up to the place `until` (null:
    all open ones are there).
GET assignments/<uuid>/ (`api:assignment`)
    {"id", "position", "n", "previous", "next": id or null,
     "crop": {"url", "offset_ijk", "shape"}, "mask": {"url", "key"}, "scan": {"url", "shape"},
     "focus_mm": [r, a, s],
     "answer": null or {"classes", "confidence", "reasons", "needs_correction", "comment",
     "guessed_source" where the study asks it, "revision", "answered_at", "correction": null or
     {"runs", "tools", "confirmed", "n_voxels", "volume_mm3"}},
     "draft": null or {"version", "draft", "revises", "client", "saved_at"}}
POST assignments/<uuid>/answers/ (`api:answers`), header `Idempotency-Key: <uuid>`
    {"classes", "confidence", "reasons", "needs_correction", "comment", "guessed_source" ("model",
     "hand" or "don't know") where the study asks it, "active_s": seconds of work,
     "total_s": seconds from showing to saving (may be left out),
     "revises": number of the revision seen, or 0,
     "client_version": of the page, in its data-client-version (may be left out)}
     "correction": null or left out, or {"shape", "offset_ijk" of the crop, "mask_key": the key of
     the mask as shown, "runs": [start, length, …] of voxels on the crop's grid in file order,
     "tools": [name, …], "confirmed": ["empty", "touches"] or less}
    At most 1 MiB. 201 {"revision", "answered_at", "answered", "n"}; the same key again: 200,
    the same receipt.
    400 breaks a rule; "confirm": ["empty"] or ["touches"] says what may be confirmed: a mask
    without voxels, or drawn voxels that touch another ROI's lesion of this scan and study.
    403 the study is closed, or the CSRF token is missing;
    409 `revises` is not the current revision, with "current": the current revision's number,
    "answer": the current answer as above (null for none) and "answered_at";
    422 the key was used for another answer.
PUT assignments/<uuid>/draft/ (`api:draft`)
    {"draft": an object of at most 256 KiB of JSON, "revises", "client": UUID of the tab,
     "based_on": version of the draft seen, 0 for none}
    200 {"version", "saved_at"}. Versions only grow, also past a removal. 400 breaks a rule;
    403 the study is closed; 409 another tab's draft came meanwhile, or an answer that is newer
    than `revises`, with "current": the draft that there is (null for none) and "revision": the
    number of the current answer. A tab may replace its own draft whatever it is based on.
DELETE the same: 204, the draft is removed. So does an answer with a draft made before it.
POST assignments/<uuid>/opened/ (`api:opened`)
    204: the ROI is on the screen now. The first time counts, and bounds `active_s` and `total_s`:
    send it at that time, never later.
GET or HEAD assignments/<uuid>/crop/<key>.nii, …/mask/<key>.nii, scans/<uuid>/<key>.nii
    Plain NIfTI with Content-Encoding gzip, immutable; 500 where the store has lost it. Keys differ
    between two showings of one ROI; the scan's is one for all showings of it to a rater.
GET or PUT preferences/ (`api:preferences`)
    {"keys": {"profile", "changes": {action: [chord, …]}}, "theme": "dark", "light" or "system",
     "break_after_min": 0 (never) to 240}; what a PUT leaves out stays as it is.
    400 breaks a rule, with "errors".

401 without a session, or where the header `X-Account` (for whom the page was opened; optional)
is not the session's account: sign in again and send the same request. 404 for what isn't the
rater's. 503 with `Retry-After` (seconds) while the disk is full, or the database is locked or away:
nothing was stored; send the same request again, with the same key.
"""
