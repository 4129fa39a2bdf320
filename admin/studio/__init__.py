"""The studio: the artisan's rooms. `admin.app` calls `attach`; each module is one group of pages."""

from admin.studio.app import attach

__all__ = ["attach"]
