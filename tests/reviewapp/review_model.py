"""A plain model of what must be stored when a rater works in two tabs, step by step.

It knows the rules of `reviewapp/api/__init__.py` and nothing of the code behind it: an answer is
taken if it revises the current one, once a key; a draft if it follows the one before; a closed
study takes neither; what is refused changes nothing.
"""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Stored:
    """What the server must hold of one ROI."""

    revisions: list[dict[str, Any]] = field(default_factory=list)
    #: What each idempotency key made: the number of its revision, and what was sent.
    keys: dict[str, tuple[int, dict[str, Any]]] = field(default_factory=dict)
    draft: dict[str, Any] | None = None
    draft_revises: int = 0
    draft_client: str = ""
    draft_version: int = 0


@dataclass
class Seen:
    """What one tab saw of an ROI when it last looked."""

    revision: int = 0
    draft_version: int = 0


class ReviewModel:
    """All ROIs of a rater, and whether the study takes answers."""

    def __init__(self, n: int) -> None:
        self.rois = [Stored() for _ in range(n)]
        self.is_open = True

    def answer(self, roi: int, key: str, sent: dict[str, Any]) -> int:
        """Take an answer, and give the status that the server must answer with."""
        stored = self.rois[roi]
        if key in stored.keys:
            return 200 if stored.keys[key][1] == sent else 422
        if not self.is_open:
            return 403
        if sent["revises"] != len(stored.revisions):
            return 409
        stored.revisions.append(sent)
        stored.keys[key] = (len(stored.revisions), sent)
        if stored.draft is not None and stored.draft_revises < len(stored.revisions):
            stored.draft = None
            stored.draft_version += 1
        return 201

    def keep_draft(self, roi: int, client: str, seen: Seen, draft: dict[str, Any]) -> int:
        """Take a draft, and give the status."""
        stored = self.rois[roi]
        if not self.is_open:
            return 403
        if seen.revision < len(stored.revisions):
            return 409
        is_first = stored.draft_version == 0 or stored.draft is None
        follows = seen.draft_version == stored.draft_version or client == stored.draft_client
        if not (follows or (is_first and seen.draft_version == 0)):
            return 409
        stored.draft, stored.draft_revises = draft, seen.revision
        stored.draft_client, stored.draft_version = client, stored.draft_version + 1
        return 200

    def remove_draft(self, roi: int) -> int:
        """Remove a draft, and give the status."""
        stored = self.rois[roi]
        if not self.is_open:
            return 403
        if stored.draft is not None:
            stored.draft = None
            stored.draft_version += 1
        return 204
