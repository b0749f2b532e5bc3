"""Logos: what they are is decided by their content, and nothing but the picture is kept."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from engine.adjustments.pictures import MAXIMUM_LOGO, LogoRefused, read_logo
from engine.adjustments.svg import SvgRefused
from engine.errors import Refused
from tests.adjustments.pictures import picture, svg


@pytest.mark.parametrize(("kind", "media_type"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/webp")])
def test_a_picture_is_taken_for_what_it_is(kind: str, media_type: str) -> None:
    logo = read_logo(picture(kind))
    assert (logo.file.media_type, logo.picture.width, logo.picture.height) == (media_type, 120, 40)
    with Image.open(BytesIO(logo.file.content)) as written:
        assert (written.format, written.size) == (kind, (120, 40))


def test_a_large_picture_is_made_as_small_as_pages_need_it() -> None:
    logo = read_logo(picture(size=(2000, 400)))
    assert (logo.picture.width, logo.picture.height) == (240, 48)
    with Image.open(BytesIO(logo.file.content)) as written:
        assert written.size == (960, 192)


def test_transparency_is_kept() -> None:
    file = BytesIO()
    Image.new("RGBA", (40, 40), (255, 0, 0, 0)).save(file, "PNG")
    with Image.open(BytesIO(read_logo(file.getvalue()).file.content)) as written:
        assert written.getpixel((0, 0)) == (255, 0, 0, 0)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_what_is_behind_or_beside_the_picture_is_not_kept(kind: str) -> None:
    extra = b"<script>alert(1)</script>"
    given = picture(kind, exif=b"Exif\0\0MM\0*\0\0\0\x08\0\0" + extra)
    given += b"<html>" + extra
    assert extra in given
    assert extra not in read_logo(given).file.content


def bomb(width: int, height: int) -> bytes:
    """Return a small PNG of many pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    pixels = zlib.compress(bytes((width // 8 + 1) * 1000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(20_000, 20_000), (60_000, 60_000), (2**31 - 1, 2**31 - 1)])
def test_a_bomb_is_not_unpacked(size: tuple[int, int]) -> None:
    given = bomb(min(size[0], 80_000), size[1])
    assert len(given) < MAXIMUM_LOGO
    with pytest.raises(LogoRefused):
        read_logo(given)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a" + bytes(100),
        b"<html><svg onload=alert(1)></html>",
        picture()[:60],
        picture("JPEG")[:200],
        b"\x89PNG\r\n\x1a\n" + bytes(50),
        picture(size=(1300, 100)),
        bytes(MAXIMUM_LOGO + 1),
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
    ],
)
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(Refused):
        read_logo(content)


def test_a_drawing_is_written_anew_without_what_draws_nothing() -> None:
    given = svg(
        '<!-- hidden --><metadata>by whom</metadata><s:view xmlns:s="urn:s" s:x="1"/><style>.a{fill:url(#g)}</style>'
        '<linearGradient id="g"><stop stop-color="red"/></linearGradient><path class="a" d="M0 0h9"/>',
        'xmlns:i="urn:i" i:name="secret"',
    )
    logo = read_logo(given)
    assert (logo.file.media_type, logo.picture.width, logo.picture.height) == ("image/svg+xml", 144, 48)
    assert all(each not in logo.file.content for each in (b"hidden", b"whom", b"secret", b"urn:", b"view xmlns"))
    assert all(each in logo.file.content for each in (b"url(#g)", b"M0 0h9", b"stop-color"))


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<script href="data:,alert(1)"/>',
        '<rect onclick="alert(1)"/>',
        '<g ONLOAD="alert(1)"/>',
        '<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"/></foreignObject>',
        '<a href="javascript:alert(1)"/>',
        '<use href="#x"/>',
        '<image href="https://example.com/x.png"/>',
        '<animate attributeName="href" to="javascript:alert(1)"/>',
        '<set attributeName="onload" to="alert(1)"/>',
        "<style>@import url(https://example.com)</style>",
        "<style>a{background:url(https://example.com)}</style>",
        "<style>a{background:\\75rl(https://example.com)}</style>",
        '<rect fill="url(https://example.com#x)"/>',
        '<rect style="fill:url( //example.com)"/>',
        '<linearGradient xmlns:l="http://www.w3.org/1999/xlink" l:href="https://example.com"/>',
        "<pattern/>",
        "<g>" * 3000 + "</g>" * 3000,
    ],
)
def test_a_drawing_with_anything_that_could_run_or_reach_out_is_refused(inside: str) -> None:
    with pytest.raises(SvgRefused):
        read_logo(svg(inside))


@pytest.mark.parametrize(
    "content",
    [
        b'<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + svg("<text>&b;</text>"),
        b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + svg("<text>&x;</text>"),
        b'<svg xmlns="urn:other"/>',
        b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 0 40"/>',
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 40"/>',
        b'<x:svg xmlns:x="http://www.w3.org/1999/xhtml"><x:script/></x:svg>',
        svg()[:-3],
    ],
)
def test_what_is_no_drawing_is_refused(content: bytes) -> None:
    with pytest.raises(Refused):
        read_logo(content)


def test_the_same_picture_is_the_same_file() -> None:
    assert read_logo(picture()).file == read_logo(picture()).file
    assert read_logo(picture()).file.id != read_logo(picture(colour=(0, 0, 0))).file.id
