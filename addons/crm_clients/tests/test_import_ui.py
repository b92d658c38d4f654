from odoo.tests import tagged
from odoo.tests.common import no_retry

from .hoot import HootCase


@tagged("post_install", "-at_install")
class TestImportPages(HootCase):
    @no_retry
    def test_progress_on_open_pages(self):
        self._run_hoot("@crm_clients/client_import_views")
