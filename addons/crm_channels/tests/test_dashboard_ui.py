from odoo.tests import HttpCase, tagged
from odoo.tests.common import no_retry

HOOT_URL = "/web/tests?headless&loglevel=2&preset=desktop&timeout=15000&id={suite}"


def hoot_id(name):
    """Identifier that hoot gives to a suite or test of this name, as in `web/tests/test_js.py`."""
    result = 0
    for char in name:
        result = (result << 5) - result + ord(char) & 0xFFFFFFFF
    return f"{result:08x}"


@tagged("post_install", "-at_install")
class TestDashboardWidgets(HttpCase):
    @no_retry
    def test_widgets(self):
        self.browser_js(
            HOOT_URL.format(suite=hoot_id("@crm_channels")),
            "",
            "",
            login="admin",
            timeout=300,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=lambda message: "[HOOT]" not in message,
        )
