from odoo.tests import HttpCase, tagged
from odoo.tests.common import no_retry

from odoo.addons.crm_clients.tests.hoot import HootCase

from .facsimile_common import FacsimileCast


@tagged("post_install", "-at_install")
class TestFacsimileWidgets(HootCase):
    @no_retry
    def test_widgets(self):
        self._run_hoot("@crm_invoicing/facsimile")


@tagged("post_install", "-at_install")
class TestFacsimileTour(FacsimileCast, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_cast()
        # welcome messages would cover what is to be clicked
        (cls.head | cls.olena).odoobot_state = "disabled"

    def test_head_adds_a_stamp(self):
        """The browser and the server make the same of a scan; the head does not see what he has uploaded."""
        self.start_tour("/odoo", "crm_invoicing_facsimile", login=self.head.login)
        stamp = self.env["crm.facsimile"].search([("name", "=", "Stamp from the tour")])
        self.assertEqual((stamp.kind, stamp.has_scan, stamp.scan_user_id), ("stamp", True, self.head))
        self.assertEqual((stamp.scan_width, stamp.scan_height), (100, 200), "turned, and cut to the ink")
        self.assertFalse(stamp.with_user(self.head).can_use)
