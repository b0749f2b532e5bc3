"""Stylesheets, scripts and icons: their URLs carry a hash of the content, so a browser never asks twice for the same.

Files that were written by hand get it as a parameter (`idflow.css?v=…`), bundles have it in their name
(`dist/builder-….js`, by `dist/manifest.json`), because they import each other by name. They lie there
compressed, too.
"""

import json
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, request, send_from_directory, url_for

from webui.stylesheets import PARTS, whole

ENDPOINT = "static"
CACHE_SECONDS = 365 * 24 * 3600
FOR_EVER = f"public, max-age={CACHE_SECONDS}, immutable"
"""What is said of a response whose address changes with its content."""
BUNDLES = "dist/"
"""Where the build puts bundles, in the static folder."""

_EXTENSION = "assets"
_HASH = "v"
_HASH_LENGTH = 16
_MANIFEST = "manifest.json"
_COMPRESSED = {"br": ".br", "gzip": ".gz"}
"""Content codings (RFC 9110, 8.4.1) and the suffixes of such files, the smaller first."""
_NOT_SENT = (*_COMPRESSED.values(), ".stamp", ".ttf", _MANIFEST)


@dataclass(frozen=True, slots=True)
class Assets:
    """The static files."""

    folder: Path
    hashes: Mapping[str, str]
    """Of the files that were written by hand."""
    sheets: Mapping[str, bytes]
    """Those of them that are put together from parts."""
    bundles: Mapping[str, str]
    """The file name of each bundle: `builder.js` is `builder-….js`. Empty when they were left out of the build."""
    built: frozenset[str]
    """The bundles and all that they import."""

    def has_bundle(self, name: str) -> bool:
        """Tell whether a bundle is there; it is not when Idflow was installed without."""
        return name in self.bundles

    def bundle(self, name: str) -> str:
        """Return the URL of a bundle."""
        return url_for(ENDPOINT, filename=BUNDLES + self.bundles[name])

    def file(self, name: str) -> Path | None:
        """Return where something lies that the build made, for use on this side; None when it was left out."""
        return self.folder / BUNDLES / self.bundles[name] if name in self.bundles else None

    def cache_control(self, response: Response) -> str:
        """Return how long the response to the current request may be kept: pages not at all, anywhere."""
        if request.endpoint != ENDPOINT or response.status_code >= 400:  # noqa: PLR2004 - an error
            return "no-store"
        name = (request.view_args or {}).get("filename", "")
        current = name in self.built or self.hashes.get(name) == request.args.get(_HASH)
        return FOR_EVER if current else "no-cache"

    def send(self, filename: str) -> Response:
        """Return the response with a file, compressed when it lies there so and the browser takes it."""
        if filename in self.sheets:
            response = Response(self.sheets[filename], mimetype="text/css")
            response.add_etag()
            response.make_conditional(request)
            return response
        if filename in self.hashes:
            return send_from_directory(self.folder, filename)
        if filename not in self.built:
            abort(404)
        for coding, suffix in _COMPRESSED.items():
            if request.accept_encodings[coding] and (self.folder / (filename + suffix)).is_file():
                kind = mimetypes.guess_type(filename)[0]
                response = send_from_directory(self.folder, filename + suffix, mimetype=kind)
                response.content_encoding = coding
                break
        else:
            response = send_from_directory(self.folder, filename)
        response.vary.add("Accept-Encoding")
        return response


def of(app: Flask) -> Assets:
    """Return the static files of an application."""
    found: Assets = app.extensions[_EXTENSION]
    return found


def install(app: Flask) -> Assets:
    """Let `url_for("static", filename=…)` carry the hash of the file, and templates call `bundle("builder.js")`.

    `static_url("idflow.css")` is the same for templates of pages that many people open: built once.
    """
    assets = find(Path(app.static_folder or ""))
    app.extensions[_EXTENSION] = assets
    app.jinja_env.globals["bundle"] = assets.bundle
    app.jinja_env.globals["has_bundle"] = assets.has_bundle
    known: dict[tuple[str, str], str] = {}

    def static_url(filename: str) -> str:
        where = request.script_root, filename
        if where not in known:
            known[where] = url_for(ENDPOINT, filename=filename)
        return known[where]

    app.jinja_env.globals["static_url"] = static_url
    app.view_functions[ENDPOINT] = assets.send

    @app.url_defaults
    def add_hash(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == ENDPOINT and values["filename"] not in assets.built:
            values[_HASH] = assets.hashes[values["filename"]]

    return assets


def find(folder: Path) -> Assets:
    """Return the static files in a folder."""
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    built = {name for name in files if name.startswith(BUNDLES)}
    written = {name: path for name, path in files.items() if name not in built and not name.startswith(PARTS)}
    sheets = {name: whole(path) for name, path in written.items() if path.suffix == ".css"}
    manifest = folder / BUNDLES / _MANIFEST
    return Assets(
        folder=folder,
        hashes={
            name: sha256(sheets.get(name) or path.read_bytes()).hexdigest()[:_HASH_LENGTH]
            for name, path in written.items()
        },
        sheets=sheets,
        bundles=json.loads(manifest.read_text()) if manifest.is_file() else {},
        built=frozenset(name for name in built if not name.endswith(_NOT_SENT)),
    )
