"""The modules of a QR code, in a quarter of the time that `qrcode` takes to say the same.

What a code is like, `qrcode` says: how many blocks of codewords a version has, how they are corrected, where each bit
is. It is asked once for each version; then a code is made with whole numbers instead of bit by bit.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import chain, zip_longest
from operator import itemgetter
from typing import NamedTuple

import qrcode
from qrcode import base, util
from qrcode.constants import ERROR_CORRECT_M

LARGEST = 40
"""The largest version (ISO/IEC 18004, 6.1)."""

_MASK = 0
"""Choosing the best of the eight masks takes four times as long, and scanners read them all."""

_PADDING = bytes((util.PAD0, util.PAD1)) * 1500


class _Version(NamedTuple):
    """What all codes of a version share."""

    width: int
    """In modules."""
    blocks: Sequence[base.RSBlock]
    length_bits: int
    """How long the number of bytes is."""
    blank: int
    """The modules of a code whose bits are all 0: a byte each, row by row, 1 for a dark one."""
    placed: Callable[[bytes], tuple[int, ...]]
    """Puts bits, one each byte, where they are among the modules; the last one is where no bit is."""

    @property
    def capacity(self) -> int:
        """How many codewords of data it has."""
        capacity: int = sum(block.data_count for block in self.blocks)
        return capacity


def rows(content: bytes) -> list[bytes]:
    """Return the code of `content` at error correction M: a byte for each module, 1 for a dark one.

    Raises:
        ValueError: when it is too long.

    """
    number = next((each for each in range(1, LARGEST + 1) if _room(each) >= len(content)), None)
    if number is None:
        raise ValueError("Nothing as long as this is in a QR code.")
    version = _version(number)
    words = _codewords(_data(content, version), version)
    bits = f"{int.from_bytes(words):0{8 * len(words)}b}0".encode().translate(_DIGITS)
    size = version.width**2
    modules = (int.from_bytes(bytes(version.placed(bits))) ^ version.blank).to_bytes(size)
    return [modules[start : start + version.width] for start in range(0, size, version.width)]


_DIGITS = bytes(each & 1 for each in range(256))
"""From the digits 0 and 1 to their values."""


@cache
def _room(number: int) -> int:
    """Return how many bytes a code of this version holds: what its blocks do, less mode and length."""
    capacity: int = sum(block.data_count for block in base.rs_blocks(number, ERROR_CORRECT_M))
    length: int = util.length_in_bits(util.MODE_8BIT_BYTE, number)
    return capacity - (4 + length + 7) // 8


def _data(content: bytes, version: _Version) -> bytes:
    """Return the codewords of data (7.4.5, 7.4.9, 7.4.10): byte mode, length, bytes, four bits of nothing, padding."""
    head: int = util.MODE_8BIT_BYTE << version.length_bits | len(content)
    used = (4 + version.length_bits + 7) // 8
    # Four bits of mode before a length of whole bytes: the end of the last byte are the four bits of nothing.
    packed: bytes = (head << 8 * len(content) + 4 | int.from_bytes(content) << 4).to_bytes(used + len(content))
    return (packed + _PADDING)[: version.capacity]


def _codewords(data: bytes, version: _Version) -> bytes:
    """Return the data with what corrects it, the blocks woven into one another (7.5, 7.6)."""
    parts, corrections, start = [], [], 0
    for block in version.blocks:
        part = data[start : start + block.data_count]
        start += block.data_count
        parts.append(part)
        corrections.append(_correction(part, block.total_count - block.data_count))
    return bytes(chain(_woven(parts), _woven(corrections)))


def _woven(parts: Sequence[bytes]) -> Iterator[int]:
    return (each for words in zip_longest(*parts) for each in words if each is not None)


def _correction(data: bytes, words: int) -> bytes:
    """Return the remainder of the data by the generator polynomial of so many words, in GF(256)."""
    products, top, remainder = _products(words), 8 * (words - 1), 0
    kept = (1 << top) - 1
    for each in data:
        remainder = (remainder & kept) << 8 ^ products[each ^ remainder >> top]
    return remainder.to_bytes(words)


@cache
def _products(words: int) -> tuple[int, ...]:
    """Return the generator polynomial without its first coefficient, times each element of the field."""
    generator = base.Polynomial([1], 0)
    for each in range(words):
        generator *= base.Polynomial([1, base.gexp(each)], 0)
    exponents = [base.glog(each) for each in list(generator)[1:]]
    return (0, *(int.from_bytes(base.gexp(base.glog(by) + each) for each in exponents) for by in range(1, 256)))


@cache
def _version(number: int) -> _Version:
    blocks = base.rs_blocks(number, ERROR_CORRECT_M)
    words = sum(block.total_count for block in blocks)
    blank = _drawn(number, bytes(words))
    # Each module says, digit by digit, which of the bits it is.
    where = [8 * words] * len(blank)
    digits = (8 * words).bit_length()
    for digit in range(digits):
        told = int("".join(str(bit >> digit & 1) for bit in range(8 * words)), 2).to_bytes(words)
        for module, (one, other) in enumerate(zip(_drawn(number, told), blank, strict=True)):
            if one != other:
                where[module] = where[module] % (8 * words) | 1 << digit
    # The first bit has no digit but 0: it is the one that changes where all bits are 1 and no digit was told.
    for module, (one, other) in enumerate(zip(_drawn(number, b"\xff" * words), blank, strict=True)):
        if one != other and where[module] == 8 * words:
            where[module] = 0
    width = 4 * number + 17
    return _Version(
        width, blocks, util.length_in_bits(util.MODE_8BIT_BYTE, number), int.from_bytes(blank), itemgetter(*where)
    )


def _drawn(number: int, words: bytes) -> bytes:
    """Return the modules that `qrcode` draws for these codewords."""
    code = qrcode.QRCode(number, error_correction=ERROR_CORRECT_M, mask_pattern=_MASK)
    code.data_cache = words
    code.makeImpl(False, _MASK)
    return bytes(bool(module) for row in code.modules for module in row)
