"""What every response says to the browser, and which requests are not taken at all."""

from flask import Flask, Response, g, request
from werkzeug.exceptions import Forbidden

from webui.assets import FOR_EVER, Assets

_SOURCES = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    # The stylesheet has its icons in itself.
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}
POLICY, _FRAME = "Content-Security-Policy", "X-Frame-Options"


def _policy(**other: str) -> str:
    """Return the policy with some directives otherwise; underscores stand for hyphens."""
    sources = _SOURCES | {name.replace("_", "-"): source for name, source in other.items()}
    return "; ".join(f"{directive} {source}" for directive, source in sources.items())


CONTENT_SECURITY_POLICY = _policy()
"""Content Security Policy Level 3: nothing inline, nothing from another host, in no frame."""

IMAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
"""For a picture that somebody gave us: an SVG may have a style, and runs nothing, wherever it is opened."""

PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "microphone",
        "payment",
        "usb",
    )
)

HSTS_SECONDS = 365 * 24 * 3600

_ALWAYS = {
    POLICY: CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    _FRAME: "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": PERMISSIONS_POLICY,
    "X-Robots-Tag": "noindex, nofollow",
}

_READING = frozenset({"GET", "HEAD", "OPTIONS"})


class CrossSite(Forbidden):
    """Another site sent this request (Fetch Metadata, Sec-Fetch-Site)."""


def may_use_ours(response: Response, *kinds: str) -> Response:
    """Let this one page use what else this site has: pages in a frame are `frame-src`, fonts are `font-src`."""
    response.headers[POLICY] = _policy(**dict.fromkeys(kinds, "'self'"))
    return response


def may_be_framed_by_ours(response: Response) -> Response:
    """Let pages of this site show this one page in a frame."""
    response.headers[POLICY] = _policy(frame_ancestors="'self'")
    response.headers[_FRAME] = "SAMEORIGIN"
    return response


def may_be_kept(response: Response) -> Response:
    """Let browsers keep this one response for ever: its address says which content it has."""
    g.kept = response, FOR_EVER
    return response


def is_asked_for_again(response: Response) -> Response:
    """Let browsers keep this one response, and ask each time whether it is still the same (RFC 9111, 5.2.2.4)."""
    g.kept = response, "no-cache"
    return response


def install(app: Flask, assets: Assets, *, https: bool) -> None:
    """Add the headers to every response of `app`, and refuse what another site makes a browser send."""
    always = dict(_ALWAYS)
    if https:
        always["Strict-Transport-Security"] = f"max-age={HSTS_SECONDS}"

    @app.before_request
    def refuse_other_sites() -> None:
        if request.method not in _READING and request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
            raise CrossSite

    @app.after_request
    def add_headers(response: Response) -> Response:
        # A page that says otherwise has asked for it by a function above; an error in its place has not.
        said = {name.lower() for name, _ in response.headers}
        response.headers.extend((name, value) for name, value in always.items() if name.lower() not in said)
        kept, how = g.get("kept", (None, ""))
        response.headers["Cache-Control"] = how if kept is response else assets.cache_control(response)
        return response
