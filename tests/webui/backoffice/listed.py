"""What the lists of forms and of processes show."""

import re

from werkzeug.test import TestResponse

ROW = re.compile(r'<th scope="row"><a href="[^"]+">([^<]+)</a>')


def rows(page: TestResponse) -> list[str]:
    assert page.status_code == 200, page.text
    return ROW.findall(page.text)
