"""The buttons of the builder and the designer that undo and redo."""

from playwright.sync_api import Locator


def pressed(button: Locator) -> int:
    """Press a button until it is disabled; return how often."""
    count: int = button.evaluate(
        """async button => {
            let count = 0;
            for (; !button.disabled; count += 1) {
                button.click();
                await new Promise(resolve => setTimeout(resolve));
            }
            return count;
        }"""
    )
    return count
