"""The routes of settings that administrators change: branding, mail, retention."""

from engine.accounts import Permission
from engine.application import Application
from webui.backoffice.access import Access, Routes
from webui.backoffice.brand_preview import BrandPreview
from webui.backoffice.branding import BrandingPages
from webui.backoffice.mail import MailPages
from webui.backoffice.retention import RetentionPages

UPLOADS = ("save_branding", "preview_branding")
"""The routes that take files."""


def add(routes: Routes, application: Application, access: Access) -> None:
    """Add them."""
    view, edit, post = Permission.SETTINGS_VIEW, Permission.SETTINGS_EDIT, ["POST"]
    branding, preview = BrandingPages(application, access), BrandPreview(application)
    of_brand = "/settings/branding"
    routes.add(of_brand, "branding", branding.show, needs=view)
    routes.add(of_brand, "save_branding", branding.save, needs=edit, methods=post)
    routes.add(f"{of_brand}/contrast", "brand_contrast", branding.contrast, needs=view)
    routes.add(f"{of_brand}/preview", "brand_preview", preview.show, needs=view)
    routes.add(f"{of_brand}/preview", "preview_branding", preview.show_sent, needs=edit, methods=post)
    routes.add(f"{of_brand}/preview.css", "brand_preview_css", preview.css, needs=view)
    routes.add(f"{of_brand}/reset", "ask_reset_branding", branding.ask_reset, needs=edit)
    routes.add(f"{of_brand}/reset", "reset_branding", branding.reset, needs=edit, methods=post)
    mail = MailPages(application, access)
    routes.add("/settings/mail", "mail", mail.show, needs=view)
    routes.add("/settings/mail", "save_mail", mail.save, needs=edit, methods=post)
    routes.add("/settings/mail/test", "test_mail", mail.test, needs=edit, methods=post)
    routes.add("/settings/mail/failed/<mail_id>/retry", "retry_mail", mail.retry, needs=edit, methods=post)
    retention = RetentionPages(application, access)
    routes.add("/settings/retention", "retention", retention.show, needs=view)
    routes.add("/settings/retention", "save_retention", retention.save, needs=edit, methods=post)
