from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .letter_common import FORM, LetterCast
from .smtp_server import SmtpServer


@tagged("post_install", "-at_install", "letter_ui")
class TestLetterUi(LetterCast, HttpCase):
    """In the browser: the mailbox in the own preferences, the letter from the dialog into the client's mailbox."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_cast()
        cls._let_letters_out()

    def setUp(self):
        super().setUp()
        self.server = SmtpServer(logins={"olena": "s3cret"}, faults={"nobody@dnipro.example": "550 5.1.1 Unknown"})
        self.enterContext(self.server)
        self.parameters.set_param("crm_invoicing.mailbox_timeout", "10")

    def _set_up(self, **vals):
        self._set_up_mailbox(self.olena, self.server, login="olena", password="s3cret", **vals)

    def test_mailbox_in_the_preferences(self):
        self._set_up(address="old@company.example")
        url = f"/odoo/my-preferences/{self.olena.id}"
        with mute_logger("odoo.http"):
            self.start_tour(url, "crm_invoicing_mailbox_tour", login=self.olena.login)
        self.assertEqual(self.olena.outgoing_mail_server_id.sudo().from_filter, "invoices@company.example")
        self.assertFalse(self.server.mailbox)

    def test_letter_from_the_dialog_to_the_mailbox(self):
        self._set_up()
        letter = self._prepare_letter()
        url = "/odoo/action-crm_invoicing.crm_invoice_letter_action"
        self.start_tour(url, "crm_invoicing_letter_tour", login=self.olena.login)
        self.assertEqual((letter.state, letter.email_to), ("sent", "petro@dnipro.example"))
        [message] = self.server.letters
        self.assertEqual(message["Subject"], "Рахунок")
        self.assertEqual([part.get_content() for part in message.iter_attachments()], [FORM])
        self.assertTrue(letter.mail_message_id)
