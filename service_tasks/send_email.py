"""Send Email: sends a mail to somebody, after the step."""

from collections.abc import Mapping
from typing import Self

from engine.activity import Activity, Context
from engine.declare import parameter
from engine.errors import Problem
from engine.mail import Body, EmailAddressInvalid, Letter, Line, MailTextInvalid, read_address, read_addresses
from engine.model import Element, Source, Syntax
from engine.variables import scope


class SendEmail(Activity):
    """Sends an e-mail. The process goes on at once; the mail follows as soon as the mail server takes it."""

    type = "send-email"
    name = "Send Email"
    category = "Identity"
    icon = "M3 5h18v14H3zM3 6l9 7 9-7"
    errors = (EmailAddressInvalid,)
    returns = "The Message-ID of the e-mail (RFC 5322, 3.6.4)."

    to: str = parameter("To", required=True, help="The address, or several separated by commas.")
    subject: str = parameter("Subject", required=True, help="One line; {{ }} puts in process variables.")
    body: str = parameter("Body", required=True, help="Markdown; {{ }} puts in process variables, but no secret.")
    cc: str | None = parameter("Cc", help="Who else gets it: an address, or several separated by commas.")
    reply_to: str | None = parameter("Reply-To", help="The address that answers go to.")

    @classmethod
    def read(cls, values: Mapping[str, object]) -> Self:
        """Return the activity with its parameters; see `Declared.read`.

        Raises:
            EmailAddressInvalid: when To came out empty: that somebody has no address is an outcome like a wrong one.

        """
        if "to" in values and values["to"] in (None, ""):
            raise EmailAddressInvalid("To came out empty, so there is nobody to send the e-mail to.")
        return super().read(values)

    @classmethod
    def check(cls, element: Element) -> list[Problem]:
        """Return what is wrong with addresses, subject and body as they are drawn."""
        problems = []
        for key in ("to", "cc", "replyTo"):
            source = element.inputs.get(key)
            if source is not None and source.syntax is Syntax.LITERAL and source.text:
                try:
                    _ = read_address(source.text) if key == "replyTo" else read_addresses(source.text)
                except EmailAddressInvalid as error:
                    remedy = "Write name@example.com, or = and an expression."
                    problems.append(_problem("mail.address", error.message, remedy, element, key))
        for key, label in (("subject", "Subject"), ("body", "Body")):
            source = element.inputs.get(key)
            if source is not None and source.text:
                problems += _check_text(key, label, element, source)
        return problems

    def run(self, context: Context) -> object:
        """Post the letter; return its `Message-ID`."""
        table = scope(context.variables)
        subject = Line.compile(self.subject).fill(table)
        text, html = Body.compile(self.body).fill(table, title=subject)
        letter = Letter(
            to=read_addresses(self.to),
            cc=read_addresses(self.cc) if self.cc else (),
            reply_to=read_address(self.reply_to) if self.reply_to else None,
            subject=subject,
            text=text,
            html=html,
        )
        return context.mailer.post(context.session, letter, instance_id=context.instance_id)


def _check_text(key: str, label: str, element: Element, source: Source) -> list[Problem]:
    if source.syntax is not Syntax.LITERAL:
        # What an expression makes of a person's answers would be read as Markdown and as placeholders.
        message = f"{label} of Send Email is an expression."
        return [_problem("mail.expression", message, "Write it as text, and put values in with {{ }}.", element, key)]
    try:
        _ = Line.compile(source.text) if label == "Subject" else Body.compile(source.text)
    except MailTextInvalid as error:
        return [_problem("mail.text", f"{label} of Send Email: {error.message}", "Change it.", element, key)]
    return []


def _problem(code: str, message: str, remedy: str, element: Element, key: str) -> Problem:
    source = element.inputs[key]
    return Problem(code, message, remedy, element.id, source.line if source else element.line, field=key)
