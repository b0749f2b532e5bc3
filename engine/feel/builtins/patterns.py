"""Regular expressions (DMN 1.5, 10.3.4.3), in linear time: XPath's patterns are translated for RE2.

What RE2 cannot do in linear time, such as back references, makes the result null.
"""

import re
from functools import lru_cache
from typing import Any

import re2

from engine.feel.budget import MAXIMUM_ITEMS, MAXIMUM_PATTERN, MAXIMUM_TEXT, Run, too_long_text, too_many_items
from engine.feel.builtins.declare import Library
from engine.feel.builtins.xpath import UntranslatableError, translated
from engine.feel.errors import FeelEvaluationError

LIBRARY = Library()

MAXIMUM_MEMORY = 1 << 20
"""Bytes that a compiled pattern may take."""

CACHE_SIZE = 128
"""How many compiled patterns are kept."""

_REFERENCE = re.compile(r"\\([\\$])|\$([0-9]+)|([\\$])")


@lru_cache(CACHE_SIZE)
def _compiled(pattern: str, flags: str) -> Any:
    """Return the pattern for RE2; None when there is none."""
    try:
        source = translated(pattern, flags)
        options = re2.Options()
        options.max_mem = MAXIMUM_MEMORY
        options.log_errors = False
        options.case_sensitive = "i" not in flags
        return re2.compile(source, options)
    except (UntranslatableError, re2.error):
        return None


def _pattern(run: Run, text: str, pattern: str, flags: str | None) -> Any:
    if len(pattern) > MAXIMUM_PATTERN:
        raise FeelEvaluationError(f"A regular expression has more than {MAXIMUM_PATTERN} characters.")
    run.tick(1 + ((len(text) + len(pattern)) >> 4))
    if not (_is_unicode(text) and _is_unicode(pattern)):
        return run.null("the text has half of a surrogate pair")
    found = _compiled(pattern, flags or "")
    return run.null("the regular expression or its flags cannot be used") if found is None else found


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


@LIBRARY.function("matches", "input: string, pattern: string, flags?: string?")
def matches(run: Run, text: str, pattern: str, flags: str | None = None) -> object:
    """Return whether a part of the text matches (DMN 1.5, table 69; XPath 3.1, `fn:matches`)."""
    known = _pattern(run, text, pattern, flags)
    return None if known is None else known.search(text) is not None


@LIBRARY.function("replace", "input: string, pattern: string, replacement: string, flags?: string?")
def replace(run: Run, text: str, pattern: str, replacement: str, flags: str | None = None) -> object:
    """Return the text with every match replaced; `$1` is the first group (DMN 1.5, table 69; XPath, `fn:replace`)."""
    known = _pattern(run, text, pattern, flags)
    literal = "q" in (flags or "")
    if known is None or (not literal and not _is_replacement(replacement)):
        return run.null("the replacement cannot be used")
    if known.search("") is not None:
        return run.null("the regular expression matches nothing at all")
    parts, end, size = [], 0, 0
    for match in known.finditer(text):
        run.tick()
        made = replacement if literal else _filled(replacement, match, known.groups)
        parts += [text[end : match.start()], made]
        size += len(parts[-1]) + len(parts[-2])
        if size > MAXIMUM_TEXT:
            raise too_long_text()
        end = match.end()
    return "".join([*parts, text[end:]])


@LIBRARY.function("split", "string: string, delimiter: string")
def split(run: Run, text: str, delimiter: str) -> object:
    """Return the parts between the matches of a regular expression (DMN 1.5, table 69; XPath, `fn:tokenize`)."""
    known = _pattern(run, text, delimiter, "")
    if known is None or known.search("") is not None:
        return run.null("the delimiter matches nothing at all")
    parts, end = [], 0
    for match in known.finditer(text):
        run.tick()
        parts.append(text[end : match.start()])
        end = match.end()
        if len(parts) > MAXIMUM_ITEMS:
            raise too_many_items()
    return [*parts, text[end:]]


@LIBRARY.function("extract", "string: string, pattern: string")
def extract(run: Run, text: str, pattern: str) -> object:
    """Return every part that matches a regular expression (Camunda)."""
    known = _pattern(run, text, pattern, "")
    if known is None:
        return None
    found = []
    for match in known.finditer(text):
        run.tick()
        found.append(match.group())
        if len(found) > MAXIMUM_ITEMS:
            raise too_many_items()
    return found


def _is_replacement(text: str) -> bool:
    r"""Tell whether every backslash is followed by `\` or `$`, and every `$` by a digit."""
    return all(match[3] is None for match in _REFERENCE.finditer(text))


def _filled(replacement: str, match: Any, groups: int) -> str:
    def reference(found: re.Match[str]) -> str:
        if found[1]:
            return found[1]
        digits = found[2]
        # As many digits as make the number of a group are its number; the rest is text (XPath, fn:replace).
        count = len(digits)
        while count > 1 and (count > len(str(groups)) or int(digits[:count]) > groups):
            count -= 1
        number = int(digits[:count])
        return ((match.group(number) or "") if number <= groups else "") + digits[count:]

    return _REFERENCE.sub(reference, replacement)
