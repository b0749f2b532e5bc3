"""A CSV file (RFC 4180) with many process tokens: one row a token, whatever a spreadsheet made it with.

UTF-8 with or without a byte order mark; commas, semicolons or tabs, whichever splits the first row into most columns.
That row names the columns: `name` (empty cells get a random one), `first name`, `last name`, `e-mail`,
`external ID`, however they are written; any other name is a parameter of its own, `vip:flag` or `age:number` when its
values are no texts. An empty cell sets nothing; an empty row is passed over.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO

from engine.errors import Problem
from engine.tokens.records import APPLICANT, TokenInvalid, Value
from engine.tokens.rules import MAXIMUM_PARAMETERS, check_parameter
from engine.typed_text import WANTED, typed

MAXIMUM_BYTES = 512 * 1024
"""How large a file may be."""
MAXIMUM_ROWS = 2000
"""How many tokens are made at once."""

DELIMITERS = (",", ";", "\t")
KINDS = ("text", "number", "flag")
"""What the values of a column can be."""

NAME = "name"
KNOWN: Mapping[str, str] = {
    NAME: NAME,
    "firstname": "firstName",
    "lastname": "lastName",
    "email": "email",
    "externalid": APPLICANT,
}
"""What the usual columns set, by how they are called without spaces, hyphens and capital letters."""

TEMPLATE = ("name", "first name", "last name", "e-mail", "external ID")
"""The first row of an empty file."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column."""

    header: str
    """As it is written."""
    key: str
    """`name`, or the parameter that it sets."""
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class SheetRow:
    """What one token is called and carries."""

    line: int
    """On which it begins, counted from 1."""
    name: str
    """Empty: a random one."""
    parameters: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is in a file, and everything that is wrong with it."""

    delimiter: str = ","
    columns: tuple[Column, ...] = ()
    rows: tuple[SheetRow, ...] = ()
    problems: tuple[Problem, ...] = ()

    def column(self, where: str) -> str | None:
        """Return the header of the column that sets `name` or `parameters.` with a name."""
        key = where.removeprefix("parameters.")
        return next((each.header for each in self.columns if each.key == key), None)


def read(content: bytes) -> Sheet:
    """Return what is in a file."""
    if len(content) > MAXIMUM_BYTES:
        return _refused("too-large", f"The file has more than {MAXIMUM_BYTES // 1024} KiB.", "Send it in parts.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _refused("not-utf-8", "The file is not in UTF-8.", "Save it as “CSV UTF-8”, then send it again.")
    delimiter = _delimiter(text)
    problems: list[Problem] = []
    lines = _records(text, delimiter, problems)
    line, header = next(lines, (1, ()))
    columns = tuple(_columns(line, header, problems))
    if problems:
        return Sheet(delimiter, columns, problems=tuple(problems))
    if not columns:
        return _refused("empty", "The file is empty.", "Its first row names the columns; see the template.")
    rows = tuple(_rows(columns, lines, problems))
    if not rows and not problems:
        problems.append(_problem("no-rows", 1, None, "There is no row below the names of the columns.", "Add some."))
    return Sheet(delimiter, columns, rows, tuple(problems))


def _refused(code: str, message: str, remedy: str) -> Sheet:
    return Sheet(problems=(_problem(code, None, None, message, remedy),))


def _problem(code: str, line: int | None, column: str | None, message: str, remedy: str) -> Problem:
    return Problem(f"sheet.{code}", message, remedy, line=line, field=column)


def _delimiter(text: str) -> str:
    """Return what splits the first row into most columns."""
    first = next(iter(text.lstrip("\r\n").splitlines()), "")
    # Every second part is inside quotation marks.
    outside = "".join(first.split('"')[::2])
    return max(DELIMITERS, key=outside.count)


def _records(text: str, delimiter: str, problems: list[Problem]) -> Iterator[tuple[int, Sequence[str]]]:
    """Yield the rows that are not empty, each with the line on which it begins."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begins = 1
    try:
        for cells in reader:
            if any(each.strip() for each in cells):
                yield begins, cells
            begins = reader.line_num + 1
    except csv.Error:
        remedy = "A cell with quotation marks in it begins and ends with one, and has two for each inside."
        problems.append(_problem("quotes", begins, None, "The quotation marks do not match from here on.", remedy))


def _columns(line: int, header: Sequence[str], problems: list[Problem]) -> Iterator[Column]:
    seen: set[str] = set()
    if len(header) > MAXIMUM_PARAMETERS + 1:
        problems.append(
            _problem("too-many-columns", line, None, f"There are {len(header)} columns.", f"{MAXIMUM_PARAMETERS} do.")
        )
        return
    for number, written in enumerate(header, start=1):
        column = _column(written.strip())
        called = column.header[:50] or f"column {number}"
        wrong = ""
        if not column.header:
            wrong = "This column has no name."
        elif column.kind not in KINDS:
            wrong = f"No value is of the kind {column.kind[:50]!r}."
        elif column.key in seen:
            wrong = "Two columns set the same."
        elif column.key != NAME:
            try:
                check_parameter(column.key, True)
            except TokenInvalid as refused:
                wrong = refused.message
        if wrong:
            remedy = "A column of your own is called like desk, age:number or vip:flag."
            problems.append(_problem("column", line, called, wrong, remedy))
        seen.add(column.key)
        yield column


def _column(written: str) -> Column:
    plain = "".join(each for each in written.casefold() if each not in " _-\u00a0\u2010\u2011")
    if plain in KNOWN:
        return Column(written, KNOWN[plain])
    key, colon, kind = (part.strip() for part in written.partition(":"))
    return Column(written, key, kind.casefold() if colon else "text")


def _rows(
    columns: Sequence[Column], lines: Iterator[tuple[int, Sequence[str]]], problems: list[Problem]
) -> Iterator[SheetRow]:
    names: dict[str, int] = {}
    for number, (line, cells) in enumerate(lines, start=1):
        if number > MAXIMUM_ROWS:
            remedy = "Send the file in parts."
            problems.append(_problem("too-many-rows", line, None, f"There are more than {MAXIMUM_ROWS} rows.", remedy))
            return
        if len(cells) != len(columns):
            message = f"This row has {len(cells)} cells, and there are {len(columns)} columns."
            remedy = "Look for a separator too many or too few, or for one in a cell without quotation marks."
            problems.append(_problem("cells", line, None, message, remedy))
            continue
        row = _row(columns, line, cells, problems)
        first = names.setdefault(row.name, line) if row.name else line
        if first != line:
            message, remedy = f"Line {first} has the name {row.name[:50]!r}, too.", "Give each token another name."
            problems.append(_problem("same-name", line, _named(columns), message, remedy))
        yield row


def _row(columns: Sequence[Column], line: int, cells: Sequence[str], problems: list[Problem]) -> SheetRow:
    name, parameters = "", {}
    for column, written in zip(columns, cells, strict=True):
        cell = written.strip()
        if not cell:
            continue
        if column.key == NAME:
            name = cell
            continue
        try:
            parameters[column.key] = typed(column.kind, cell)
        except ValueError:
            message = f"This must be {WANTED[column.kind]}, not {cell[:50]!r}."
            remedy = "Write a number with a point: 1.5." if column.kind == "number" else "Write true or false."
            problems.append(_problem("value", line, column.header, message, remedy))
    return SheetRow(line, name, parameters)


def _named(columns: Sequence[Column]) -> str | None:
    return next((each.header for each in columns if each.key == NAME), None)
