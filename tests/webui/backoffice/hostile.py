"""A text that would run in a page that let it, and what finds that it does."""

from html.parser import HTMLParser

XSS = '"><img src=x onerror=alert(1)><script>alert(2)</script>'


class Active(HTMLParser):
    """Finds what would run."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        table = dict(attrs)
        safe = "/static/" in (table.get("src") or "") or table.get("type") == "application/json"
        if tag == "img" or (tag == "script" and not safe) or any(name.startswith("on") for name in table):
            self.found.append(self.get_starttag_text() or tag)

    @classmethod
    def found_in(cls, text: str) -> list[str]:
        parser = cls()
        parser.feed(text)
        return parser.found
