from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.looking import faults_in_every_look
from tests.browser.site import served
from tests.openid.client import running

pytestmark = pytest.mark.browser


def test_somebody_signs_in_at_the_provider_and_out_again(open_page: OpenPage, tmp_path: Path) -> None:
    with running() as provider, served(tmp_path / "var", oidc=provider.settings(create_accounts=True)) as (_, base_url):
        provider.user("ada", "makers")
        page = open_page()
        page.goto(f"{base_url}/backoffice/processes")
        page.get_by_role("link", name="Sign in with Example ID").click()
        # On the provider's own page, which is another site.
        expect(page.get_by_role("heading", name="Example ID")).to_be_visible()
        page.get_by_label("User").fill("ada")
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url(f"{base_url}/backoffice/processes")
        page.goto(f"{base_url}/backoffice/account")
        expect(page.get_by_text("Linked", exact=True)).to_be_visible()
        page.get_by_text("ada").first.click()
        page.get_by_role("button", name="Sign out").first.click()
        # By way of the provider, which ends its own session.
        page.wait_for_url(f"{base_url}/backoffice/sign-in")
        assert "/logout" in provider.tell()
        page.goto(f"{base_url}/backoffice/account")
        page.wait_for_url(f"{base_url}/backoffice/sign-in?next=/backoffice/account")
        page.get_by_role("link", name="Sign in with Example ID").click()
        page.get_by_role("button", name="Cancel").click()
        expect(page.get_by_role("heading", name="You are not signed in")).to_be_visible()
        # axe puts itself into the page, which the policy does not let it do.
        checked = open_page("phone", "dark", bypass_csp=True)
        for path in ("/backoffice/sign-in", "/backoffice/sign-in/provider/callback"):
            checked.goto(f"{base_url}{path}")
            assert faults_in_every_look(checked) == []
