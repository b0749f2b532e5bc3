"""Which pages there are, by the routes that can be got and by the templates, and what else their addresses say."""

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from flask import Flask
from werkzeug.routing import Rule

import webui
from engine import demo
from tests.browser.inhabited import FORM, OPERATOR, REGISTRATION, Inhabited

NO_PAGES = {
    "static": "files",
    "manual_file": "files",
    "brand_css": "a stylesheet",
    "brand_logo": "a picture",
    "metrics": "for programs",
    "healthz": "for programs",
    "readyz": "for programs",
    "backoffice.theme_css": "a stylesheet",
    "backoffice.brand_preview_css": "a stylesheet",
    "backoffice.brand_contrast": "a part of a page",
    "backoffice.policy_meaning": "a part of a page",
    "backoffice.brand_preview": "a journey's page in a frame, where nothing in it does anything",
    "backoffice.provider_sign_in": "leads to the provider",
    "backoffice.export": "a file",
    "backoffice.export_process": "a file",
    "backoffice.element_templates": "a file",
    "backoffice.token_template": "a file",
}
"""What is got that nobody looks at; what has `/api/` in its address is not, either."""

ELSEWHERE = {
    "journey.show": "test_accessibility.py",
    "manual": "test_manual.py",
    "backoffice.api_reference": "test_accounts.py",
    "backoffice.builder": "test_builder_page.py",
    "backoffice.designer": "test_designer_drawing.py",
    "backoffice.sandbox_page": "test_designer_tryit.py",
    "backoffice.sign_in_code": "test_operators_day.py",
    "backoffice.provider_callback": "test_provider.py",
}
"""Pages that only come about on the way, or have much in them, by the test that looks at them."""

ON_THE_WAY = {
    "backoffice/api_reference.html": "test_accounts.py",
    "backoffice/forms/builder.html": "test_builder_page.py",
    "backoffice/processes/designer.html": "test_designer_drawing.py",
    "backoffice/provider_problem.html": "test_provider.py",
    "backoffice/recovery_codes.html": "test_operators_day.py",
    "backoffice/sign_in_code.html": "test_operators_day.py",
    "backoffice/tokens/codes.html": "test_token_sheet.py",
    "backoffice/tokens/made.html": "test_token_sheet.py",
    "backoffice/tokens/preview.html": "test_token_sheet.py",
    "journey/end.html": "test_accessibility.py",
    "journey/form.html": "test_accessibility.py",
    "journey/resume.html": "test_accessibility.py",
    "journey/waiting.html": "test_accessibility.py",
    "manual.html": "test_manual.py",
    "problem.html": "test_accessibility.py",
}
"""Templates of pages that are not seen here, by the test that looks at them."""

GONE_AT_ONCE = {"backoffice/going.html"}
"""Those that nobody sees, since they lead on by themselves."""

MORE = {
    "find": ("?q=a", "?q=zzzz"),
    "forms": ("?q=zzzz",),
    "versions": ("?old=1&new=2",),
    "processes": ("?q=zzzz",),
    "process_versions": ("?old=1&new=2",),
    "tokens": ("?q=zzzz", "?opened=yes"),
    "instances": ("?status=EXPIRED", "?q=zzzz"),
    "instance": ("?tab=variables", "?tab=incidents", "?tab=audit", "?tab=jobs", "?element=get_user"),
    "users": ("?store={store_id}&q=a", "?q=zzzz"),
}
"""What else the address of a page can say."""

ALWAYS = dict.fromkeys(("ask_retry_instances", "ask_cancel_instances"), "?id={stopped}")
"""What the address of a page has to say."""

EXTENDS = re.compile('{% extends "([^"]+)"')


def rules(app: Flask) -> list[Rule]:
    """Return what can be got, and may be a page."""
    return [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and "/api/" not in rule.rule]


@dataclass
class Pages:
    """The addresses of pages, from the routes."""

    app: Flask
    there: Inhabited

    def __iter__(self) -> Iterator[tuple[str, str]]:
        for rule in rules(self.app):
            if rule.endpoint not in NO_PAGES and rule.endpoint not in ELSEWHERE:
                path = self.path(rule)
                yield rule.endpoint, path
                for more in MORE.get(rule.endpoint.removeprefix("backoffice."), ()):
                    yield rule.endpoint, path + more.format(**asdict(self.there))

    def path(self, rule: Rule) -> str:
        there = asdict(self.there)
        values = {
            **there,
            "instance_id": there["suspended" if rule.endpoint.endswith("resume_instance") else "stopped"],
            "link": there["reset" if rule.endpoint == "backoffice.reset" else "link"],
            "account": OPERATOR,
            "action": "disable",
            "key": REGISTRATION if rule.endpoint.endswith("heat_map") else demo.PROCESS,
            "name": FORM,
            "version": 1,
            "rest": "nowhere",
        }
        given = {each: values[each] for each in rule.arguments}
        always = ALWAYS.get(rule.endpoint.removeprefix("backoffice."), "").format(**there)
        return self.app.url_map.bind("localhost").build(rule.endpoint, given, method="GET") + always


def pages() -> set[str]:
    """Return the templates of whole pages, but for those that others are made from."""
    folder = Path(webui.__file__).parent / "templates"
    texts = {each.relative_to(folder).as_posix(): each.read_text(encoding="utf-8") for each in folder.rglob("*.html")}
    bases = {name: EXTENDS.findall(text) for name, text in texts.items()}
    return {name for name, found in bases.items() if found} - {each for found in bases.values() for each in found}
