"""Say how far a study in the making is, or how it ended."""

from reviewapp.models import Build

_WORDS = {
    "ordered": "About to begin …",
    "drawing": "Reading the cohort and drawing the sample …",
    "waiting": "Waiting until another study is made …",
    "done": "The draft is there.",
    "stopped": "It was stopped; nothing of it is left.",
}
LOST = (
    "The server stopped in the middle. Nothing of the study is left; images that were stored "
    "already are used by the next try."
)


def words(build: Build) -> str:
    """Give a sentence or two for the person who ordered it."""
    if build.is_lost:
        return LOST
    if build.stop_asked and build.is_running:
        return "Stopping …"
    if build.state == "storing":
        return f"Storing the images: {build.n_done} of {build.n_scans} scans."
    return build.error if build.state == "failed" else _WORDS[build.state]
