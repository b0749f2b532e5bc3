"""The texts of the pages in every language."""

import re
import subprocess
import sys
from collections.abc import Iterator
from gettext import c2py
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from tests.webui.conftest import Person, Site, hidden
from webui import catalogs, create_app, problems

ROOT = Path(__file__).parents[2]
FILES = {path.parents[1].name: path for path in catalogs.TRANSLATIONS.glob("*/LC_MESSAGES/messages.po")}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|\{\w*\}")
NUMBERS = range(1, 1001)
NAMES = {
    *("Idflow", "English", "Esperanto"),
    # Of the process and its form.
    "¶",
    *("Get Current TOTP Registration", "Show current TOTP", "Finished"),
    "You see your QR code, link and key again, to add your authenticator to a second device. It takes about a minute.",
    "Your authenticator is set up. You can close this page.",
}
"""What stands on a page and is not ours to translate."""


def read(path: Path, locale: str | None = None) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=locale, abort_invalid=True)


@pytest.fixture(params=sorted(FILES))
def catalog(request: pytest.FixtureRequest) -> Catalog:
    return read(FILES[request.param], request.param)


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """What there is to translate, as `make messages` finds it."""
    recipe = re.search(
        r"pybabel --quiet (extract .*?) --output-file \S+ \.\n", (ROOT / "Makefile").read_text(), re.DOTALL
    )
    assert recipe
    arguments = [each.strip("'") for each in re.findall(r"'[^']*'|[^\s\\]+", recipe[1])]
    file = tmp_path_factory.mktemp("messages") / "messages.pot"
    command = [sys.executable, "-m", "babel.messages.frontend", "-q", *arguments, "--output-file", str(file), "."]
    subprocess.run(command, cwd=ROOT, check=True)
    return read(file)


def messages(catalog: Catalog) -> Iterator[Message]:
    return (each for each in catalog if each.id)


def texts(message: Message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (message.string,)  # type: ignore[return-value]


def test_the_pages_speak_these_languages_at_least() -> None:
    assert {"ar", "de", "es", "fr"} <= set(FILES)


def test_the_catalogs_have_every_text_of_the_pages_and_no_other(catalog: Catalog, source: Catalog) -> None:
    assert {each.id for each in messages(catalog)} == {each.id for each in messages(source)}, "run `make messages`"
    assert not catalog.obsolete


def test_every_text_is_translated(catalog: Catalog) -> None:
    assert not [each.id for each in messages(catalog) if not all(text.strip() for text in texts(each))]
    assert not [each.id for each in messages(catalog) if each.fuzzy]


def test_every_translation_has_the_placeholders_of_its_text(catalog: Catalog) -> None:
    for each in messages(catalog):
        if not each.pluralizable:
            assert sorted(PLACEHOLDER.findall(str(each.string))) == sorted(PLACEHOLDER.findall(str(each.id))), each.id


def test_every_plural_form_is_there_and_names_its_number_when_it_stands_for_several(catalog: Catalog) -> None:
    plural = c2py(catalog.plural_expr)
    for each in messages(catalog):
        if not each.pluralizable:
            continue
        assert len(texts(each)) == catalog.num_plurals
        for form, text in enumerate(texts(each)):
            stands_for = [number for number in NUMBERS if plural(number) == form]
            placeholders = set(PLACEHOLDER.findall(each.id[1]))
            assert set(PLACEHOLDER.findall(text)) <= placeholders
            assert len(stands_for) <= 1 or set(PLACEHOLDER.findall(text)) == placeholders, (each.id, form)


def test_arabic_has_six_plurals() -> None:
    assert read(FILES["ar"], "ar").num_plurals == 6


def test_no_text_is_markup_or_ends_an_attribute(catalog: Catalog) -> None:
    for each in messages(catalog):
        for text in (*texts(each), *(each.id if each.pluralizable else (each.id,))):
            assert not re.search(r'[<>&"]', text), text
            assert "%" not in PLACEHOLDER.sub("", text)


def test_what_was_compiled_is_what_was_written(catalog: Catalog) -> None:
    say = catalogs.say(str(catalog.locale))
    for each in messages(catalog):
        if not each.pluralizable:
            assert say(str(each.id)) == each.string, "run `make messages`"
    assert say("") == ""
    assert say("No such text") == "No such text"


def test_every_problem_can_be_told_in_every_language(source: Catalog) -> None:
    known = {each.id for each in messages(source)}
    found = [
        each for value in vars(problems).values() for each in (value.values() if isinstance(value, dict) else [value])
    ]
    told = [each for each in found if isinstance(each, problems.Problem)]
    assert len(told) > 15
    for each in told:
        assert {each.title, each.text, each.advice, each.way_on} - {""} <= known


FORM = """{"type": "default", "id": "ShowCurrentTOTP", "versionTag": "9", "components": [
    {"type": "textfield", "id": "code", "key": "code", "label": "¶", "validate": {"minLength": 6}},
    {"type": "qrcode", "id": "qr", "content": "{{processvar._identityStore.currentTOTP.qrCodeString}}"},
    {"type": "qrcode", "id": "nothing", "content": "{{processvar.nothing}}"},
    {"type": "copy", "id": "copy", "label": "¶", "defaultValue": "{{processvar._identityStore.currentTOTP.secret}}"},
    {"type": "copy", "id": "nothing_to_copy", "label": "¶", "defaultValue": "{{processvar.nothing}}"},
    {"type": "link", "id": "no_link", "label": "¶", "defaultValue": "{{processvar.nothing}}"},
    {"type": "button", "id": "done", "label": "¶", "action": "submit"}]}"""


class _Seen(HTMLParser):
    """What a person reads or hears, without what comes from diagrams and forms."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.inside = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {"aria-label", "alt", "title", "placeholder", "data-copied", "data-not-copied"}
        self.seen += [value or "" for name, value in attrs if name in said]

    def handle_data(self, data: str) -> None:
        self.seen.append(data)


def foreign(text: str) -> str:
    """Return what of a text does not stand in brackets."""
    while (rest := re.sub(r"⟦[^⟦⟧]*⟧", "", text)) != text:
        text = rest
    return text.strip(" \n\u2013:")


@pytest.fixture
def marked(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: Catalog) -> Site:
    """The site in a language in which every text of ours stands in brackets."""
    made = Catalog(locale="eo")
    for each in messages(source):
        made.add(each.id, tuple(f"⟦{text}⟧" for text in each.id) if each.pluralizable else f"⟦{each.id}⟧")
    file = tmp_path / "translations" / "eo" / "LC_MESSAGES" / "messages.mo"
    file.parent.mkdir(parents=True)
    with file.open("wb") as out:
        write_mo(out, made)
    monkeypatch.setattr(catalogs, "TRANSLATIONS", tmp_path / "translations")
    site.app = create_app(site.application)
    return site


def test_nothing_on_a_page_is_left_in_english(marked: Site) -> None:
    marked.deploy_form(lambda _form: FORM)
    tries = '<zeebe:property name="maxAttempts" value="3" /></zeebe:properties>'
    marked.deploy_process(lambda process: process.replace("</zeebe:properties>", tries))
    person = Person(marked.app, marked.issue())
    person.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "eo"
    pages = [person.open("/"), person.open("/nowhere"), person.open("/t/x"), person.open()]
    pages.append(person.begin())
    pages.append(person.open())
    pages.append(person.send(pages[-2], code="1"))
    path = pages[-1].request.path
    pages.append(person.client.post(path, data={}))
    pages.append(person.client.post(path, data={**hidden(pages[4]), "task-id": "x"}))
    person.send(pages[4], code="123456")
    pages.append(person.open(path))
    for page in pages:
        parser = _Seen()
        parser.feed(page.text)
        assert any("⟦" in each for each in parser.seen)
        left = {foreign(each) for each in parser.seen} - {"", marked.key}
        assert {each.removesuffix(" \u2013 Idflow") for each in left} <= NAMES, page.request.path
