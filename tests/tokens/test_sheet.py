"""Reading a CSV file with process tokens: whatever it is, it is read, or told what is wrong with it."""

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.tokens.sheet import DELIMITERS, Sheet, read

CELLS = st.text(st.sampled_from(["a", "Ä", '"', ",", ";", "\t", "\r", "\n", " ", "\0", "=", "1", ":"]), max_size=6)


@settings(max_examples=60)
@given(st.binary(max_size=60) | CELLS.map(lambda each: f"name,{each}\n1,{each}\n".encode()))
def test_any_file_is_read_or_refused_with_a_remedy(content: bytes) -> None:
    sheet = read(content)
    assert sheet.rows or sheet.problems
    assert all(each.message and each.remedy for each in sheet.problems)


@settings(max_examples=60)
@given(
    st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=4),
    st.sampled_from(DELIMITERS),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_what_is_quoted_comes_through(rows: list[tuple[str, str]], delimiter: str, end: str) -> None:
    def line(cells: tuple[str, str]) -> str:
        return delimiter.join('"' + each.replace('"', '""') + '"' for each in cells)

    sheet = read(end.join(map(line, [("first name", "note"), *rows])).encode())
    assert sheet.problems == (() if sheet.rows else sheet.problems)
    known = [{"firstName": first.strip(), "note": note.strip()} for first, note in rows]
    filled = [{name: text for name, text in each.items() if text} for each in known]
    assert [row.parameters for row in sheet.rows] == [each for each in filled if each]


def test_lines_are_those_of_the_file_even_below_a_cell_with_several() -> None:
    sheet = read(b'name,note\r\n"a","one\r\ntwo"\r\n\r\nb,x\r\n')
    assert [row.line for row in sheet.rows] == [2, 5]


def test_a_quoted_separator_says_nothing_about_the_file() -> None:
    sheet = read(b'name;"a;b,c,d,e":text\nx;y\n')
    assert isinstance(sheet, Sheet)
    assert sheet.delimiter == ";"
