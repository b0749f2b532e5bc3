"""The documentation at /docs, and the site that MkDocs makes of docs/."""

import json
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from mkdocs.commands.build import build
from mkdocs.config import load_config

from tests.webui.conftest import Site
from webui import assets, create_app, headers, manual

ROOT = Path(__file__).parents[2]
REFUSED = re.compile(
    r"<style|<script(?![^>]* src=)|<[^>]+ (?:style|on[a-z]+)=|<(?:script|link|img)[^>]*https?:", re.IGNORECASE
)
"""What the Content-Security-Policy of our pages does not take."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site as `mkdocs build --strict` makes it: a link that leads nowhere stops it."""
    found = tmp_path_factory.mktemp("manual") / "site"
    build(load_config(str(ROOT / "mkdocs.yml"), site_dir=str(found), strict=True))
    return found


@pytest.fixture
def client(folder: Path) -> FlaskClient:
    app = Flask("webui")
    headers.install(app, assets.install(app), https=False)
    manual.install(app, folder)
    return app.test_client()


def test_every_page_of_docs_is_in_the_navigation(folder: Path) -> None:
    first = (folder / "index.html").read_text()
    pages = [path.relative_to(ROOT / "docs").with_suffix(".html") for path in (ROOT / "docs").rglob("*.md")]
    for page in pages:
        address = page.with_name("index.html") if page.stem == "README" else page
        assert f'href="{address.as_posix()}"' in first


def test_no_page_needs_what_the_policy_refuses(folder: Path) -> None:
    pages = list(folder.rglob("*.html"))
    assert len(pages) > 20
    assert {page.name: found for page in pages if (found := REFUSED.findall(page.read_text()))} == {}


def test_a_link_to_a_file_of_the_repository_leads_to_a_page_that_shows_it(folder: Path) -> None:
    assert 'href="source/webui/client/nouns.py.html"' in (folder / "api.html").read_text()
    assert "class Tokens" in (folder / "source/webui/client/nouns.py.html").read_text()
    assert 'href="get_current_totp/index.html"' in (folder / "source/bpmn/index.html").read_text()


def test_the_search_finds_pages_and_no_code(folder: Path) -> None:
    found = json.loads((folder / "search/search_index.json").read_text())
    places = {each["location"].partition("#")[0] for each in found["docs"]}
    assert {"tutorial.html", "reference/settings.html", "source/CONTRIBUTING.html"} <= places
    assert not [each for each in places if each.endswith(".py.html")]


def test_a_page_is_sent_to_everybody_and_is_asked_for_again_only_when_it_changed(client: FlaskClient) -> None:
    assert client.get("/docs").headers["Location"].endswith("/docs/")
    for path in ("/docs/", "/docs/operating.html", "/docs/search/search_index.json"):
        sent = client.get(path, buffered=True)
        assert sent.status_code == 200
        assert sent.headers["Cache-Control"] == "no-cache"
        again = client.get(path, headers={"If-None-Match": sent.headers["ETag"]}, buffered=True)
        assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("path", ["nothing.html", "../__init__.py", "%2e%2e/__init__.py", "reference/"])
def test_nothing_else_is_sent(client: FlaskClient, path: str) -> None:
    assert client.get(f"/docs/{path}", buffered=True).status_code == 404


def test_an_installation_without_it_says_so(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manual, "SITE", tmp_path)
    sent = create_app(site.application).test_client().get("/docs/")
    assert sent.status_code == 404
    assert "IDFLOW_SKIP_FRONTEND" in sent.text
