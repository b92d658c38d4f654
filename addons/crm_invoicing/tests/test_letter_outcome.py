from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tools import mute_logger

from ..tools.smtp_delivery import DeliveryError
from .letter_common import LetterCommon
from .smtp_server import CUT

REGISTRATION = "odoo.addons.crm_invoicing.models.crm_invoice_letter_delivery"


class TestLetterOutcome(LetterCommon):
    """What becomes of a letter: each failure is said, leaves the invoice unsent and the letter ready to be sent again."""

    def setUp(self):
        super().setUp()
        self.server = self._serve()
        self._set_up_mailbox(self.olena, self.server)
        self.letter = self._prepare_letter()

    def _fail(self, **faults):
        """Send with faults of the server; return what the user is told."""
        self.server.faults = faults
        action = self._send(self.letter)
        self.server.faults = {}
        # the dialog stays, with what went wrong
        self.assertEqual((action["res_model"], action["res_id"]), ("crm.invoice.letter", self.letter.id))
        return self.letter.failure

    # ------------------------------------------------------------
    # REFUSED
    # ------------------------------------------------------------

    def test_failures_are_said_and_can_be_sent_again(self):
        cases = [
            ({"connect": CUT}, "closed the connection before"),
            ({"ehlo": CUT}, "closed the connection before"),
            ({"mail": "553 5.7.1 Not yours"}, "does not let you send.*553 5.7.1 Not yours"),
            ({"rcpt": "550 5.1.1 No such user"}, "refused the address of the recipient.*No such user"),
            ({"rcpt": "552 5.2.2 Over quota"}, "mailbox of the recipient is full"),
            ({"rcpt": "452 4.2.2 Over quota"}, "mailbox of the recipient is full"),
            ({"rcpt": "451 4.7.1 Greylisted"}, "try again in a few minutes"),
            ({"data": CUT}, "closed the connection before"),
            ({"end": "552 5.3.4 Too big"}, "too big"),
            ({"end": "554 5.7.1 Spam"}, "refused the letter"),
            ({"mail": 2}, "did not answer in time"),
        ]
        for faults, message in cases:
            with self.subTest(faults=faults):
                self.assertRegex(self._fail(**faults), message)
                self.assertEqual(self.letter.state, "failed")
                self.assertFalse(self.letter.sent_date)
                self.assertFalse(self.letter.mail_message_id)
                self.assertFalse(self.server.mailbox)
        self.invoice.invalidate_recordset()
        self.assertFalse(self.invoice.last_letter_id)
        self._send(self.letter)
        self.assertEqual((self.letter.state, self.letter.failure), ("sent", False))
        self.assertEqual(len(self.server.mailbox), 1)

    def test_words_of_a_server_are_only_words(self):
        error = DeliveryError("recipient", 550, "100 % %(sure)s <b>no</b>")
        self.assertIn(error.reply, self.env["ir.mail_server"]._get_delivery_message(error))

    def test_form_of_an_attempt_that_failed_is_made_anew(self):
        self._fail(rcpt="550 No")
        first = self.letter.form_attachment_id
        self.assertTrue(first)
        self._send(self.letter)
        self.assertFalse(first.exists())
        self.assertEqual(self.letter.form_attachment_id.res_model, "account.move")

    def test_form_that_cannot_be_printed(self):
        def fail(_letter):
            raise UserError("No requisites")  # pylint: disable=translation-required

        Letter = self.registry["crm.invoice.letter"]
        with patch.object(Letter, "_render_form", fail), self.assertRaisesRegex(UserError, "No requisites"):
            self._send(self.letter)
        self.assertEqual(self.letter.state, "draft")
        self.assertFalse(self.server.commands)

    # ------------------------------------------------------------
    # UNCLEAR
    # ------------------------------------------------------------

    def test_lost_after_the_letter_is_unclear(self):
        self.assertRegex(self._fail(end=CUT), "may have arrived")
        self.assertEqual(self.letter.state, "unclear")
        self.assertEqual(len(self.server.mailbox), 1)

    def test_unclear_is_not_sent_again_by_itself(self):
        self._fail(end=CUT)
        self._send(self.letter)
        self.assertEqual((self.letter.state, len(self.server.mailbox)), ("unclear", 1))

    def test_somebody_finds_out_that_it_has_arrived(self):
        self._fail(end=CUT)
        with self.enter_registry_test_mode():
            action = self.letter.action_mark_sent()
        self.assertEqual(action["params"]["type"], "success")
        self.letter.invalidate_recordset()
        self.assertEqual((self.letter.state, len(self.server.mailbox)), ("sent", 1))
        self.assertTrue(self.letter.sent_date)
        self.assertTrue(self.letter.mail_message_id)

    def test_somebody_finds_out_that_it_has_not(self):
        self._fail(end=CUT)
        with self.enter_registry_test_mode():
            self.letter.action_send_again()
        self.letter.invalidate_recordset()
        self.assertEqual((self.letter.state, len(self.server.mailbox)), ("sent", 2))
        first, second = self.server.letters
        # a mail program shows it once if it came twice after all
        self.assertEqual(first["Message-Id"], second["Message-Id"])

    def test_only_unclear_is_decided(self):
        with self.enter_registry_test_mode():
            self.letter.action_mark_sent()
        self.letter.invalidate_recordset()
        self.assertEqual(self.letter.state, "draft")

    def test_process_that_died_while_sending(self):
        self.letter.sudo().state = "sending"
        self._send(self.letter)
        self.assertEqual((self.letter.state, len(self.server.mailbox)), ("unclear", 0))
        self.assertIn("may have arrived", self.letter.failure)

    def test_looking_after_what_takes_long(self):
        self.letter.sudo().state = "sending"
        with self.enter_registry_test_mode():
            self.assertEqual(self.letter.action_check()["res_id"], self.letter.id)
        self.letter.invalidate_recordset()
        self.assertEqual(self.letter.state, "unclear")

    def test_the_night_settles_what_was_forgotten(self):
        self.letter.sudo().state = "sending"
        with self.enter_registry_test_mode():
            self.env["crm.invoice.letter"]._settle_forgotten()
        self.letter.invalidate_recordset()
        self.assertEqual(self.letter.state, "unclear")

    # ------------------------------------------------------------
    # SENT
    # ------------------------------------------------------------

    def test_sent_is_not_sent_again(self):
        self._send(self.letter)
        action = self._send(self.letter)
        self.assertEqual(action["params"]["type"], "success")
        self.assertEqual(len(self.server.mailbox), 1)
        self.assertEqual(
            self.invoice.message_ids.filtered(lambda m: m.message_type == "email_outgoing").ids.__len__(), 1
        )

    def test_sent_stays_sent_if_it_cannot_be_noted(self):
        Move = self.registry["account.move"]
        with patch.object(Move, "_on_letter_sent", side_effect=UserError("No")), mute_logger(REGISTRATION):
            action = self._send(self.letter)
        self.assertEqual(action["params"]["type"], "success")
        self.assertEqual((self.letter.state, self.letter.is_registered), ("sent", False))
        self.assertFalse(self.letter.mail_message_id)
        with self.enter_registry_test_mode():
            self.env["crm.invoice.letter"]._settle_forgotten()
        self.letter.invalidate_recordset()
        self.assertTrue(self.letter.mail_message_id)
        self.assertEqual(len(self.server.mailbox), 1)

    def test_hook_of_the_invoice_is_called_once(self):
        with patch.object(self.registry["account.move"], "_on_letter_sent") as hook:
            self._send(self.letter)
            self._send(self.letter)
        self.assertEqual(hook.call_count, 1)

    def test_sent_stays_as_it_is(self):
        self._send(self.letter)
        for vals in ({"subject": "Other"}, {"email_to": "x@x.example"}, {"state": "draft"}):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                self.letter.write(vals)
        with self.assertRaises(UserError):
            self.letter.unlink()
        self.assertNotEqual(self._prepare_letter(), self.letter, "the next one is a new letter")

    def test_odoo_sends_nothing_while_testing(self):
        with patch.object(self.registry["ir.mail_server"], "_disable_send", lambda self=None: True):
            self._send(self.letter)
        self.assertFalse(self.server.commands)
