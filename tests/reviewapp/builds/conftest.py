"""A cohort that is shared with the researcher, and orders that wait for somebody to build them."""

import pytest
from django.contrib.auth.models import User

from reviewapp import cohorts
from reviewapp.models import SharedCohort
from tests.reviewapp.cohort import Sample


@pytest.fixture
def cohort(sample: Sample, people: dict[str, User]) -> SharedCohort:
    """Share the cohort of three scans with the researcher."""
    return cohorts.share("Site D", sample.scans, [people["researcher"]])
