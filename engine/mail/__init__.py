"""Mail: letters are posted in the transaction of a step, and sent by jobs.

port.py       what an activity may ask        office.py   keeps letters sealed, and has them sent
letter.py     what a mail says                smtp.py     hands it to a server       capture.py  keeps it instead
addresses.py  which addresses are taken       body.py     Markdown with placeholders
notices.py    what users are told by Idflow itself, from templates/
"""

from engine.mail.addresses import EmailAddressInvalid, read_address, read_addresses
from engine.mail.body import Body, Line, MailTextInvalid, SecretInMail
from engine.mail.capture import Capture, text_of
from engine.mail.letter import Letter, MailInvalid
from engine.mail.office import MailNotFound, MailRecord, PostOffice
from engine.mail.port import Mailer, MailNotConfigured, NoMail, Notice
from engine.mail.smtp import MailDelayed, MailRefused, Smtp, Transport

__all__ = [
    "Body",
    "Capture",
    "EmailAddressInvalid",
    "Letter",
    "Line",
    "MailDelayed",
    "MailInvalid",
    "MailNotConfigured",
    "MailNotFound",
    "MailRecord",
    "MailRefused",
    "MailTextInvalid",
    "Mailer",
    "NoMail",
    "Notice",
    "PostOffice",
    "SecretInMail",
    "Smtp",
    "Transport",
    "read_address",
    "read_addresses",
    "text_of",
]
