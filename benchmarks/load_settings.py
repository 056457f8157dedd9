"""The app's settings with one more address: a view that does nothing, to compare with."""

from reviewapp.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.load_urls"
