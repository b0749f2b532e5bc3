"""The end user's pages: the landing page of a link, the forms, the end."""

from webui.journey.routes import blueprint

__all__ = ["blueprint"]
