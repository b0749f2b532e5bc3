"""What forms say by themselves, in English: the words of form-js where it says the same.

A message is translated as it stands here; what is in braces is put in afterwards.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Say = Callable[[str], str]
"""Returns one of these messages in the language of the page."""


def N_(message: str) -> str:  # noqa: N802 - the name by which translators' tools find messages
    """Return `message`: this marks it for translation."""
    return message


@dataclass(frozen=True, slots=True)
class Message:
    """One sentence to the person who fills in the form."""

    text: str
    """In English, as it is translated."""
    values: tuple[tuple[str, Any], ...] = ()
    """What is put into it."""

    def said(self, say: Say) -> str:
        """Return the sentence in the language that `say` speaks."""
        return say(self.text).format_map(dict(self.values)) if self.values else say(self.text)


def message(text: str, /, **values: Any) -> Message:
    """Return a message with its values."""
    return Message(text, tuple(values.items()))


REQUIRED = N_("Field is required.")
PATTERN = N_("Field must match pattern {pattern}.")
MINIMUM_LENGTH = N_("Field must have minimum length of {length}.")
MAXIMUM_LENGTH = N_("Field must have maximum length of {length}.")
MINIMUM = N_("Field must have minimum value of {number}.")
MAXIMUM = N_("Field must have maximum value of {number}.")
NO_MINIMUM = N_("Min validation value is not a valid number.")
NO_MAXIMUM = N_("Max validation value is not a valid number.")
EMAIL = N_("Field must be a valid email.")
PHONE = N_("Field must be a valid international phone number. (e.g. +4930664040900)")
NOT_A_NUMBER = N_("Value is not a number.")
INTEGER = N_("Value is expected to be an integer.")
DECIMAL_DIGITS = N_("Value is expected to have at most {digits} decimal digits.")
ONE_DECIMAL_DIGIT = N_("Value is expected to have at most 1 decimal digit.")
INCREMENT = N_("Please select a valid value, the two nearest valid values are {previous} and {next}.")
PASSED_DATE = N_("Field must not be a date that has passed.")
BAD_DATE = N_("Enter a date, like 2026-01-31.")
BAD_TIME = N_("Enter a time, like 13:45.")
BAD_DATETIME = N_("Enter a date and a time.")
CODE = N_("Enter the {digits} digits of the code.")
NOT_AN_OPTION = N_("Choose one of the options.")
ONE_VALUE = N_("Enter one value only.")
TEXT = N_("Enter a text.")
UNSEEN = N_("Remove the characters that cannot be seen, such as line breaks and tabs.")
ONE_FILE = N_("Choose one file only.")
TOO_MANY_FILES = N_("Choose at most {count} files.")
FILE_TOO_LARGE = N_("{name} is larger than {size}.")
FILE_EMPTY = N_("{name} is empty.")
FILE_TYPE = N_("{name} is not one of the kinds of file that are taken: {accept}.")

DATE = N_("Date")
TIME = N_("Time")
OPTIONAL = N_("(optional)")
ERROR = N_("Error:")
SHOW_CODE = N_("Show QR code")
HIDE_CODE = N_("Hide QR code")
SHOW_TEXT = N_("Show text")
HIDE_TEXT = N_("Hide text")
QR_CODE = N_("QR code")
QR_HIDDEN = N_("This QR code is hidden.")
QR_NOTHING = N_("There is no QR code to show.")
QR_TOO_LONG = N_("The content is too long for a QR code.")
LINK_UNAVAILABLE = N_("{label}: this link is not available.")
COPY_NOTHING = N_("{label}: there is nothing to copy.")
CHOOSE = N_("Choose…")
CLOSE = N_("Close")
SUCCESS = N_("Success:")
WARNING = N_("Warning:")
ADD = N_("Add another")
REMOVE = N_("Remove")
NOTHING_THERE = N_("There is nothing to show.")
PAGE_OF = N_("Page {page} of {pages}")
PREVIOUS_PAGE = N_("Previous")
NEXT_PAGE = N_("Next")
FILES_TAKEN = N_("Kinds of file: {accept}.")
FILE_LIMIT = N_("At most {size} a file.")
