"""The JSON interface of the review page, under /api/v1/.

A rater gets own assignments only, and nothing here tells group, outcome, diagnosis, subject,
site or file name. Errors are RFC 9457 problem details (`application/problem+json`):
`{"title", "status", "detail"}`, with `"errors": {field: sentence}` where fields are at fault.

GET studies/<uuid>/queue/ (url name `api:queue`)
    {"study": {"id", "name", "synthetic", "radiological", "state", "n"},
     "items": [{"id", "position", "answered"}]}, in the stored order.
GET assignments/<uuid>/ (`api:assignment`)
    {"id", "position", "n", "previous", "next": id or null,
     "crop": {"url", "offset_ijk", "shape"}, "mask": {"url"}, "scan": {"url", "shape"},
     "focus_mm": [r, a, s],
     "answer": null or {"classes", "confidence", "reasons", "needs_correction", "comment",
     "revision"}}
POST assignments/<uuid>/answers/ (`api:answers`), header `Idempotency-Key: <uuid>`
    {"classes", "confidence", "reasons", "needs_correction", "comment", "active_s",
     "revises": number of the revision seen, or 0}
    201 {"revision", "answered_at", "answered", "n"}; the same key again: 200, the same receipt.
    400 breaks a rule; 403 the study is closed, or the CSRF token is missing;
    409 `revises` is not the current revision, with "current": the current revision's number;
    422 the key was used for another answer.
GET or HEAD assignments/<uuid>/crop/<sha256>.nii, …/mask/<sha256>.nii, scans/<uuid>/<sha256>.nii
    Plain NIfTI with Content-Encoding gzip, immutable; 500 where the store has lost it.
GET or PUT preferences/ (`api:preferences`)
    {"keys": {"profile", "changes": {action: [chord, …]}}, "theme": "dark", "light" or "system",
     "break_after_min": 0 (never) to 240}; what a PUT leaves out stays as it is.
    400 breaks a rule, with "errors".

401 without a session (sign in again and send the same request), 404 for what isn't the rater's.
"""
