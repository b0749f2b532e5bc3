"""Stylesheet, script and icon: their URLs carry a hash of the content, so a browser never asks twice for the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask, Response, request

ENDPOINT = "static"
CACHE_SECONDS = 365 * 24 * 3600

_HASH = "v"
_HASH_LENGTH = 16


@dataclass(frozen=True, slots=True)
class Assets:
    """The static files and their hashes."""

    hashes: Mapping[str, str]

    def cache_control(self, response: Response) -> str:
        """Return how long the response to the current request may be kept: pages not at all, anywhere."""
        if request.endpoint != ENDPOINT or response.status_code >= 400:  # noqa: PLR2004 - an error
            return "no-store"
        name = (request.view_args or {}).get("filename", "")
        current = self.hashes.get(name) == request.args.get(_HASH)
        return f"public, max-age={CACHE_SECONDS}, immutable" if current else "no-cache"


def install(app: Flask) -> Assets:
    """Let `url_for("static", filename=…)` carry the hash of the file."""
    folder = Path(app.static_folder or "")
    files = (path for path in folder.rglob("*") if path.is_file())
    hashes = {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()[:_HASH_LENGTH] for path in files
    }

    @app.url_defaults
    def add_hash(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == ENDPOINT:
            values[_HASH] = hashes[values["filename"]]

    return Assets(hashes)
