"""Settings that administrators change in the browser.

group.py      what a group of settings is    adjustments.py  keeps them, and says what is in force
branding.py   how end users' pages look      colours.py      contrast, and what follows from an accent
pictures.py   logos; svg.py those that are drawn             links.py  addresses that pages link to
mail.py       the mail server                retention.py    how long what is over is kept
in_force.py   what others use of them
"""

from engine.adjustments.adjustments import Adjustments, File, SettingsChanged, State
from engine.adjustments.branding import BRANDING, Branding
from engine.adjustments.group import Fixed, Group
from engine.adjustments.in_force import InForce
from engine.adjustments.mail import MAIL, MailSettings
from engine.adjustments.retention import RETENTION, RetentionSettings

__all__ = [
    "BRANDING",
    "MAIL",
    "RETENTION",
    "Adjustments",
    "Branding",
    "File",
    "Fixed",
    "Group",
    "InForce",
    "MailSettings",
    "RetentionSettings",
    "SettingsChanged",
    "State",
]
