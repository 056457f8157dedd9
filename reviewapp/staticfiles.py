"""Serve static files under names that hold a hash of their content."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class ModuleManifestStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Hash and compress what `collectstatic` gathers, the imports of ES modules included.

    Before `collectstatic` has run there are no hashed names: pages then name the plain files,
    which whitenoise serves from `static/` itself.
    """

    support_js_module_import_aggregation = True

    def stored_name(self, name: str) -> str:
        """Give the hashed name, or the plain one where nothing was collected."""
        return str(super().stored_name(name)) if self.hashed_files else name
