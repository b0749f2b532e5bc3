import gzip
import json
import os
import re
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

import webui
from tests.webui.conftest import Site
from webui import assets, headers

FRONTEND = Path(webui.__file__).parent / "frontend"
INITIAL_LOAD = 700_000
"""How many bytes the designer may load before it can be used, compressed by gzip."""
VIEWER_LOAD = 80_000
"""How many bytes the script for diagrams that are looked at may have, compressed by gzip."""
SCRIPT = b"export const answer = 42;\n"


class Client:
    """Reads each response to its end, so that its file is closed."""

    def __init__(self, app: Flask) -> None:
        self._client = app.test_client()

    def get(self, path: str, **headers: str) -> TestResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._client.get(path, headers=named, buffered=True)


def client_of(folder: Path) -> Client:
    """Serve a static folder and a page that names what is in it."""
    app = Flask(__name__, static_folder=folder)
    headers.install(app, assets.install(app), https=False)
    template = "{% if has_bundle('builder.js') %}{{ bundle('builder.js') }}{% else %}left out{% endif %}"
    app.add_url_rule("/", "page", lambda: app.jinja_env.from_string(template).render())
    return Client(app)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    dist = tmp_path / "static/dist"
    dist.mkdir(parents=True)
    (dist / "manifest.json").write_text(json.dumps({"builder.js": "builder-ABCD.js"}))
    (dist / "builder-ABCD.js").write_bytes(SCRIPT)
    (dist / "builder-ABCD.js.gz").write_bytes(gzip.compress(SCRIPT, mtime=0))
    (dist / "builder-ABCD.js.br").write_bytes(b"as brotli")
    (dist / "chunk-EFGH.js").write_bytes(SCRIPT)
    (dist / ".stamp").write_text("hash")
    return tmp_path / "static"


@pytest.fixture
def client(folder: Path) -> Client:
    return client_of(folder)


def test_a_page_names_a_bundle_by_its_hash(client: Client) -> None:
    assert client.get("/").text == "/static/dist/builder-ABCD.js"


def test_a_page_can_tell_that_the_bundles_were_left_out(tmp_path: Path) -> None:
    (tmp_path / "static").mkdir()
    assert client_of(tmp_path / "static").get("/").text == "left out"


@pytest.mark.parametrize("name", ["builder-ABCD.js", "chunk-EFGH.js"])
def test_bundles_and_what_they_import_are_kept_for_a_year(client: Client, name: str) -> None:
    sent = client.get(f"/static/dist/{name}")
    assert sent.data == SCRIPT
    assert sent.mimetype == "text/javascript"
    assert (sent.cache_control.public, sent.cache_control.max_age, sent.cache_control.immutable) == (
        True,
        assets.CACHE_SECONDS,
        True,
    )


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("identity", None),
        ("", None),
        ("gzip;q=0", None),
    ],
)
def test_a_bundle_is_sent_as_the_browser_takes_it(client: Client, accepted: str, coding: str | None) -> None:
    sent = client.get("/static/dist/builder-ABCD.js", Accept_Encoding=accepted)
    assert sent.headers.get("Content-Encoding") == coding
    assert sent.headers["Vary"] == "Accept-Encoding"
    assert sent.mimetype == "text/javascript"
    assert sent.data == {"br": b"as brotli", "gzip": gzip.compress(SCRIPT, mtime=0), None: SCRIPT}[coding]


def test_a_bundle_that_is_not_compressed_is_sent_as_it_is(client: Client) -> None:
    sent = client.get("/static/dist/chunk-EFGH.js", Accept_Encoding="br, gzip")
    assert "Content-Encoding" not in sent.headers
    assert sent.data == SCRIPT


def test_each_coding_has_a_tag_of_its_own(client: Client) -> None:
    path = "/static/dist/builder-ABCD.js"
    compressed = client.get(path, Accept_Encoding="br")
    plain = client.get(path)
    assert compressed.headers["ETag"] != plain.headers["ETag"]
    again = client.get(path, Accept_Encoding="br", If_None_Match=compressed.headers["ETag"])
    assert again.status_code == 304
    assert again.cache_control.immutable


@pytest.mark.parametrize(
    "name", [".stamp", "manifest.json", "builder-ABCD.js.br", "builder-OLD.js", "../../conftest.py", ""]
)
def test_nothing_else_of_the_build_is_served(client: Client, name: str) -> None:
    sent = client.get(f"/static/dist/{name}")
    assert sent.status_code == 404
    assert sent.cache_control.no_store


def test_the_installation_has_the_bundles(site: Site) -> None:
    found = site.app.extensions["assets"]
    if os.environ.get("IDFLOW_SKIP_FRONTEND"):
        pytest.skip("The bundles were left out of this installation.")
    client = Client(site.app)
    for bundle in ("builder.js", "builder.css", "designer.js", "designer.css", "diagram.js", "diagram.css"):
        with site.app.test_request_context():
            url = found.bundle(bundle)
        for coding in ("br", "gzip"):
            sent = client.get(url, Accept_Encoding=coding)
            assert (sent.status_code, sent.headers["Content-Encoding"]) == (200, coding), url
    licences = client.get("/static/dist/THIRD-PARTY.txt")
    assert licences.mimetype == "text/plain"
    assert_accounts_for_every_package(licences.text)


def test_the_designer_is_there_soon(site: Site) -> None:
    found = site.app.extensions["assets"]
    if not found.has_bundle("designer.js"):
        pytest.skip("The bundles were left out of this installation.")
    dist = Path(found.folder) / "dist"
    needed, left = set(), {found.bundles["designer.js"]}
    while left:
        name = left.pop()
        needed.add(name)
        left |= set(re.findall(r'(?:import|from)\s*"\./([^"]+)"', (dist / name).read_text())) - needed
    style = found.bundles["designer.css"]
    fonts = re.findall(r"url\(\"?\./([^)?\"]+\.woff2)", (dist / style).read_text())
    assert fonts
    sent = [dist / f"{name}.gz" for name in (*needed, style)] + [dist / name for name in fonts]
    assert sum(each.stat().st_size for each in sent) < INITIAL_LOAD


def test_a_diagram_that_is_looked_at_is_small(site: Site) -> None:
    found = site.app.extensions["assets"]
    if not found.has_bundle("diagram.js"):
        pytest.skip("The bundles were left out of this installation.")
    script = Path(found.folder) / "dist" / found.bundles["diagram.js"]
    assert not re.search(r'(?:import|from)\s*"\./', script.read_text())
    assert script.with_name(f"{script.name}.gz").stat().st_size < VIEWER_LOAD


def assert_accounts_for_every_package(licences: str) -> None:
    """Every package that is installed for the bundles is listed with its licence, or as not being part of them."""
    listed, _, rest = licences.partition("Installed for them and not part of them:")
    unused = set(re.findall(r"^  (\S+ \S+)$", rest.partition("-" * 100)[0], re.MULTILINE))
    packages = json.loads((FRONTEND / "package-lock.json").read_text())["packages"]
    for path, package in packages.items():
        # One that is installed under another name has its own, too.
        name = package.get("name", path.rpartition("node_modules/")[2])
        title = f"{name} {package.get('version')}"
        if not path or package.get("dev") or title in unused:
            continue
        assert f"\n  {title}: " in listed, title
        text = rest.partition(f"\n{title} (")[2].partition("-" * 100)[0]
        assert re.search("permission|licen[cs]e", text, re.IGNORECASE), title
    for name in (
        "preact",
        "@bpmn-io/form-js-editor",
        "@codemirror/view",
        "dompurify",
        "diagram-js",
        "flatpickr",
        "bpmn-js",
        "bpmn-js-element-templates",
    ):
        assert f"\n  {name} " in listed, name


def test_the_lock_names_no_registry() -> None:
    lock = json.loads((FRONTEND / "package-lock.json").read_text())
    for path, package in lock["packages"].items():
        # Where an author asks for donations is part of the package.
        package.pop("funding", None)
        assert "resolved" not in package, path
        assert "://" not in json.dumps(package), path
        assert not path or package["integrity"].startswith("sha512-"), path


def test_every_package_is_pinned() -> None:
    package = json.loads((FRONTEND / "package.json").read_text())
    for name, version in {**package["dependencies"], **package["devDependencies"]}.items():
        assert re.fullmatch(r"\d+\.\d+\.\d+|npm:.*@\d+\.\d+\.\d+", version), name
