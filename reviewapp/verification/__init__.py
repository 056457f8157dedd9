"""Recompute all checksums of a study, and name what does not match.

Messages name ROIs by their row, and answers by their place in the chain, their rater and the place
in the rater's order: none tells a group, a patient or an answer.
"""

from reviewapp.verification.verify import Verification, verify

__all__ = ["Verification", "verify"]
