"""File picker: files that the person sends."""

import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any, ClassVar

from engine.declare import parameter
from engine.errors import Problem
from engine.form import Attachment, Upload
from engine.variables import Kind
from forms import messages
from forms.input import AnswerRefused, Input, Values, clean
from forms.messages import message
from forms.place import Place

MAXIMUM_MEGABYTES = 5
"""How large one file may be."""

MAXIMUM_FILES = 10
"""How many files one field takes."""

MAXIMUM_NAME = 200
"""How many characters the name of a file may have; longer ones are cut at the front."""

_MEGABYTE = 1024 * 1024
_ACCEPTED = re.compile(r"\.[A-Za-z0-9]{1,10}|[a-z]+/(?:\*|[a-z0-9.+-]+)")
_ID_LENGTH = 24

# Unicode 16, UAX 9, 2: with them, exe.txt can be written so that people read txt.exe.
_DIRECTIONS = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")


class FilePicker(Input):
    """Asks for files. They are kept sealed with the instance; a process sees their names, kinds and sizes."""

    type: ClassVar[str] = "filepicker"
    name: ClassVar[str] = "File picker"
    group: ClassVar[str] = "Inputs"
    icon: ClassVar[str] = "M6 3h9l4 4v14H6z M12 17v-6 M9 14l3-3 3 3"
    empty: ClassVar[Any] = []
    answer: ClassVar[Kind] = "list"
    overridden: ClassVar[Mapping[str, str]] = {
        **Input.overridden,
        **dict.fromkeys(
            (
                messages.ONE_FILE,
                messages.TOO_MANY_FILES,
                messages.FILE_TOO_LARGE,
                messages.FILE_EMPTY,
                messages.FILE_TYPE,
            ),
            "invalid_error_message",
        ),
    }
    html: ClassVar[str] = """
{%- from "parts" import field, state -%}
{% call field(place, view) -%}
<input id="{{ place.anchor }}" name="{{ place.name }}" type="file"{% if accept %} accept="{{ accept }}"{% endif %}\
{% if multiple %} multiple{% endif %}{{ " disabled" if view.readonly and not view.disabled }}{{ state(view) }}>
{%- endcall %}
"""

    accept: str | None = parameter(
        "Kinds of file",
        section="Validation",
        help="Endings or types with commas between: .pdf, image/*. Empty takes any.",
    )
    multiple: bool = parameter(
        "Several files", default=False, section="Validation", help="Whether more than one is taken."
    )
    max_files: int = parameter(
        "Maximum files", default=5, minimum=1, maximum=MAXIMUM_FILES, section="Validation", help="How many are taken."
    )
    max_file_size: int = parameter(
        "Maximum size",
        default=MAXIMUM_MEGABYTES,
        minimum=1,
        maximum=MAXIMUM_MEGABYTES,
        section="Validation",
        help="Of one file, in megabytes.",
    )

    def check(self) -> Iterator[Problem]:
        """Find kinds of file that are none."""
        yield from super().check()
        for each in self._accepted:
            if not _ACCEPTED.fullmatch(each):
                remedy = "Write endings such as .pdf, or types such as image/*."
                yield Problem("form.invalid-property", f"Kinds of file: {each[:50]!r} is none.", remedy)

    def initial(self, place: Place, known: object) -> list[object]:  # noqa: ARG002 - always the same
        """Return nothing: a browser sends a file once."""
        return []

    def take(self, place: Place, values: Values) -> list[Attachment]:  # noqa: ARG002 - the same everywhere
        """Return the files that were sent; raises `AnswerRefused` when one is not taken."""
        uploads = [each for each in values if isinstance(each, Upload) and each.name]
        if len(uploads) > 1 and not self.multiple:
            raise AnswerRefused(message(messages.ONE_FILE))
        if len(uploads) > self.max_files:
            raise AnswerRefused(message(messages.TOO_MANY_FILES, count=self.max_files))
        for each in uploads:
            self._measure(each)
        return [_attachment(each) for each in uploads]

    def kept(self, place: Place) -> object:
        """Return what the process knows of the files."""
        return [
            {
                "id": each.id,
                "name": each.upload.name,
                "contentType": each.upload.content_type,
                "size": len(each.upload.content),
                "sha256": sha256(each.upload.content).hexdigest(),
            }
            for each in place.value
        ]

    def seen(self, place: Place) -> object:
        """Return what expressions see of the files: what the process does."""
        return self.kept(place)

    def written(self, place: Place) -> str:  # noqa: ARG002 - always the same
        """Return nothing."""
        return ""

    def view(self, place: Place) -> Mapping[str, object]:
        """Return what is shown; the limits stand in the hint."""
        view = dict(super().view(place))
        accept = ", ".join(self._accepted)
        limits = [place.say(messages.FILE_LIMIT, size=f"{self.max_file_size} MB")]
        if accept:
            limits.insert(0, place.say(messages.FILES_TAKEN, accept=accept))
        hint = f"{place.anchor}-hint"
        if not view["description"]:
            view["described"] = f"{hint} {view['described']}".strip()
        view["description"] = " ".join([str(view["description"]), *limits]).strip()
        return {**view, "accept": accept.replace(" ", ""), "multiple": self.multiple}

    @property
    def _accepted(self) -> list[str]:
        return [each.strip().lower() for each in (self.accept or "").split(",") if each.strip()]

    def _measure(self, upload: Upload) -> None:
        name = _base(upload.name)
        if not upload.content:
            raise AnswerRefused(message(messages.FILE_EMPTY, name=name))
        if len(upload.content) > self.max_file_size * _MEGABYTE:
            raise AnswerRefused(message(messages.FILE_TOO_LARGE, name=name, size=f"{self.max_file_size} MB"))
        kind = upload.content_type.partition(";")[0].strip().lower()
        accepted = self._accepted
        if accepted and not any(_is_accepted(each, name.lower(), kind) for each in accepted):
            raise AnswerRefused(message(messages.FILE_TYPE, name=name, accept=", ".join(accepted)))


def _is_accepted(accepted: str, name: str, kind: str) -> bool:
    """Tell whether a file is of a kind (WHATWG HTML, 4.10.5.1.17); both are only what the browser says of it."""
    if accepted.startswith("."):
        return name.endswith(accepted)
    return kind.startswith(accepted[:-1]) if accepted.endswith("/*") else kind == accepted


def _attachment(upload: Upload) -> Attachment:
    """Return the file under an id that its content makes: the same file has the same one within an instance."""
    name, kind = _base(upload.name), clean(upload.content_type)[:100]
    digest = sha256(b"\0".join((name.encode(), kind.encode(), upload.content))).hexdigest()
    return Attachment(digest[:_ID_LENGTH], Upload(name, kind, upload.content))


def _base(name: str) -> str:
    """Return the name of a file without folders, which some browsers send, and as it is read: from one side only."""
    base = _DIRECTIONS.sub("", clean(PureWindowsPath(PurePosixPath(name).name).name))[-MAXIMUM_NAME:]
    return base if base.strip(". ") else "file"
