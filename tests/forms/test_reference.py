"""The reference page of the form elements."""

from forms import ELEMENTS, declarations
from forms.elements import UNSUPPORTED
from forms.reference import PAGE, page


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m forms.reference"


def test_everything_that_is_declared_is_on_it() -> None:
    text = page()
    for element in declarations()["elements"]:
        section = text[text.index(f"### {element['name']}\n") :].split("\n### ")[0]
        assert element["description"] in section
        for each in element["properties"]:
            row = f"`{'.'.join(each['path'])}`", each["help"]
            assert all(part in section or part in text[: text.index("## Text\n")] for part in row)
    assert all(f"`{kind}`" in text for kind in UNSUPPORTED)
    assert len(declarations()["elements"]) == len(ELEMENTS)


def test_every_property_says_what_it_is_for() -> None:
    for element in declarations()["elements"]:
        assert element["description"].endswith(".")
        for each in element["properties"]:
            assert each["help"].endswith((".", "…")), (element["type"], each["path"])
            assert each["label"]
            assert each["section"] in declarations()["sections"]
