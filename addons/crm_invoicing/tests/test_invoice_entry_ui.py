from odoo.tests import HttpCase, tagged

from .common import InvoicingCast


@tagged("post_install", "-at_install")
class TestInvoiceEntryUi(InvoicingCast, HttpCase):
    """In the browser, as a salesperson who has no rights in the accounts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_cast()
        # welcome messages would cover what is to be pressed
        cls.olena.odoobot_state = "disabled"

    def test_from_card_to_letter(self):
        self.start_tour(f"/odoo/my-clients/{self.dnipro.id}", "crm_invoicing_entry_tour", login=self.olena.login)
        move = self.env["account.move"].search([("partner_id", "=", self.dnipro.id)])
        self.assertRecordValues(move, [{"state": "posted", "amount_total": 1200.0, "invoice_user_id": self.olena.id}])
        letter = self.env["crm.invoice.letter"].search([("move_id", "=", move.id)])
        self.assertRecordValues(letter, [{"state": "draft", "email_to": "petro@dnipro.example"}])
        document = self.env["crm.document"].search([("move_id", "=", move.id)])
        self.assertEqual(document.state_category, "to_sign")

    def test_preview_is_its_authors(self):
        """The preview is read by who asked for it, and by nobody else."""
        action = self.dnipro.with_user(self.olena).action_enter_invoice()
        entry = self.env["crm.invoice.entry"].with_user(self.olena).browse(action["res_id"])
        url = entry.action_preview()["url"]
        for user, expected in ((self.olena, 200), (self.taras, 404), (self.head, 404)):
            self.authenticate(user.login, user.login)
            response = self.url_open(url)
            self.assertEqual(response.status_code, expected, user.name)
            self.assertEqual(response.content.startswith(b"%PDF"), expected == 200)
        self.assertFalse(self.env["account.move"].search([("partner_id", "=", self.dnipro.id)]))
