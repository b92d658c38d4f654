from unittest.mock import patch

from odoo.tests.common import TransactionCase, tagged

from .common import InvoicingCast
from .smtp_server import SmtpServer

FORM = b"%PDF-1.4\n.a line that begins with a dot\r\n\x00\xff\n%%EOF"


class LetterCast(InvoicingCast):
    """olena has an invoice for dnipro, taras one for karpaty; the printed form is a few bytes.

    `_set_up_mailbox(user, server)` gives a user a mailbox at a real server on the loopback.
    """

    @classmethod
    def _set_up_cast(cls):
        super()._set_up_cast()
        cls.olena.email = "olena@company.example"
        cls.invoice = cls._create_invoice(cls.dnipro, cls.olena)
        cls.foreign_invoice = cls._create_invoice(cls.karpaty, cls.taras)
        cls.parameters = cls.env["ir.config_parameter"]
        cls.parameters.set_param("base_setup.default_external_email_server", "True")
        cls.parameters.set_param("crm_invoicing.mailbox_timeout", "1")

    @classmethod
    def _let_letters_out(cls):
        """Odoo sends nothing while testing; here the server is our own."""
        cls.enterClassContext(patch.object(cls.registry["ir.mail_server"], "_disable_send", lambda self=None: False))
        cls.enterClassContext(patch.object(cls.registry["crm.invoice.letter"], "_render_form", lambda letter: FORM))

    @classmethod
    def _set_up_mailbox(cls, user, server, **vals):
        """Return the mailbox of a user, made in the dialog as he does it."""
        cls.parameters.set_param("crm_invoicing.mailbox_ports", str(server.port))
        values = {
            "address": "invoices@company.example",
            "host": "127.0.0.1",
            "port": server.port,
            "encryption": server.tls or "none",
            "is_certificate_checked": False,
            "login": False,
            **vals,
        }
        cls.env["crm.mailbox"].with_user(user).create(values).action_save()
        user.invalidate_recordset()
        return user.sudo().outgoing_mail_server_id

    def _prepare_letter(self, invoice=None, user=None, contact=None):
        Letter = self.env["crm.invoice.letter"].with_user(user or self.olena)
        return Letter._prepare_for((invoice or self.invoice).with_env(Letter.env), contact or self.petro)

    def _send(self, letter):
        """Send as the button does; the result is read anew."""
        with self.enter_registry_test_mode():
            action = letter.action_send()
        letter.invalidate_recordset()
        return action


@tagged("post_install", "-at_install")
class LetterCommon(LetterCast, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_cast()
        cls._let_letters_out()

    def _serve(self, **options):
        server = SmtpServer(**options)
        self.enterContext(server)
        return server
