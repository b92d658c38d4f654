from odoo.tests import HttpCase, tagged
from odoo.tests.common import no_retry

from .test_inquiry_ui import HOOT_URL, hoot_id


@tagged("post_install", "-at_install")
class TestImportPages(HttpCase):
    @no_retry
    def test_progress_on_open_pages(self):
        self.browser_js(
            HOOT_URL.format(suite=hoot_id("@crm_clients/client_import_views")),
            "",
            "",
            login="admin",
            timeout=600,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=lambda message: "[HOOT]" not in message,
        )
