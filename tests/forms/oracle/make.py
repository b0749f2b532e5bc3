"""Asks form-js what it makes of the schemas in this folder, and writes its answers beside them.

    npm pack @bpmn-io/form-js@1.23.0 && tar xf bpmn-io-form-js-1.23.0.tgz
    python tests/forms/oracle/make.py package/dist/form-viewer.umd.js

Each file holds our own schema and sets of data; the answers to each are made anew: what is handed over when the form
is submitted untouched, what is wrong, what can be seen. It needs a Chromium, by default /usr/bin/chromium. It is run
by hand when a schema is added, not by the tests.
"""

import json
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

FOLDER = Path(__file__).parent
CHROMIUM = "/usr/bin/chromium"
ASK = """async ([schema, data]) => {
  document.body.innerHTML = '<div id="form"></div>';
  const form = new FormViewer.Form({ container: document.getElementById("form") });
  await form.importSchema(schema, data);
  const later = () => new Promise((done) => setTimeout(done, 60));
  await later();
  const root = document.getElementById("form");
  const labels = (control) => [...(control.labels ?? [])].map((each) => each.innerText).join(" ");
  const label = (control) => labels(control) || (control.tagName === "BUTTON" ? control.innerText : "");
  const messages = (found) => (typeof found === "string" ? [found] : Object.values(found).flatMap(messages));
  const controls = [...root.querySelectorAll("input, textarea, button")]
    .filter((each) => each.checkVisibility())
    .map((each) => [each.tagName.toLowerCase(), each.type, label(each)]);
  const text = [...root.querySelectorAll(".fjs-form-field-text, .fjs-form-field-html")].map((each) => each.innerText);
  const rows = [...root.querySelectorAll(".fjs-layout-row")]
    .map((row) => [...row.querySelectorAll(":scope > .fjs-layout-column")].length).filter((each) => each);
  const { data: submit, errors } = form.submit();
  return { submit, errors: messages(errors), controls, text, rows };
}"""


def main(viewer: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(timezone_id="UTC", locale="en-US")
        page.set_content("<!doctype html><html><body></body></html>")
        page.add_script_tag(path=viewer)
        for path in sorted(FOLDER.glob("*.json")):
            case = json.loads(path.read_text())
            case["cases"] = [
                {"data": each["data"], **page.evaluate(ASK, [case["schema"], each["data"]])} for each in case["cases"]
            ]
            path.write_text(written(case))
            sys.stdout.write(f"{path.name}\n")
        browser.close()


def written(case: dict[str, object]) -> str:
    """Return the case with one line a set of data."""
    cases = case["cases"]
    assert isinstance(cases, list)
    lines = ",\n".join(json.dumps(each, ensure_ascii=False) for each in cases)
    return f'{{"schema": {json.dumps(case["schema"], ensure_ascii=False)},\n"cases": [\n{lines}\n]}}\n'


if __name__ == "__main__":
    main(*sys.argv[1:])
