from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from ..models.crm_invoice_letter import OUTCOME_FIELDS
from .letter_common import LetterCommon


class TestLetterAccess(LetterCommon):
    """A letter is read by whoever reads the invoice, and sent by its author or the head."""

    def setUp(self):
        super().setUp()
        self.enterContext(mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model"))
        self.letter = self._prepare_letter()

    def _can(self, user, operation, letter=None):
        return (letter or self.letter).with_user(user).has_access(operation)

    def test_who_reads(self):
        readers = {self.olena: True, self.head: True, self.accountant: True, self.taras: False, self.clerk: False}
        for user, expected in readers.items():
            with self.subTest(user=user.name):
                self.assertEqual(self._can(user, "read"), expected)
                found = user.has_group("sales_team.group_sale_salesman") and self.env["crm.invoice.letter"].with_user(
                    user
                ).search([("subject", "=", self.letter.subject)])
                self.assertEqual(bool(found), expected and user != self.accountant)

    def test_who_writes(self):
        writers = {self.olena: True, self.head: True, self.accountant: False, self.taras: False, self.ivan: False}
        for user, expected in writers.items():
            with self.subTest(user=user.name):
                self.assertEqual(self._can(user, "write"), expected)

    def test_reader_of_all_invoices_does_not_send_for_others(self):
        reader = new_test_user(
            self.env,
            "iv_reader",
            "base.group_user,sales_team.group_sale_salesman_all_leads,crm_clients.crm_clients_group_all",
        )
        self.assertTrue(self._can(reader, "read"))
        letter = self.letter.with_user(reader)
        for action in ("action_send", "action_send_again", "action_mark_sent", "action_check", "action_discard"):
            with self.subTest(action=action), self.assertRaises(AccessError):
                getattr(letter, action)()
        own = self._prepare_letter(user=reader)
        self.assertTrue(self._can(reader, "write", own))

    def test_foreign_client_does_not_leak(self):
        Letter = self.env["crm.invoice.letter"].with_user(self.olena)
        with self.assertRaises(AccessError):
            Letter._prepare_for(self.foreign_invoice.with_user(self.olena))
        with self.assertRaises(AccessError):
            Letter.create({"move_id": self.foreign_invoice.id, "subject": "x", "email_to": "spy@x.example"})
        foreign = self._prepare_letter(self.foreign_invoice, self.taras, self.oksana)
        for read in (
            lambda: foreign.with_user(self.olena).read(["body", "email_to"]),
            lambda: foreign.with_user(self.olena).action_open_mailbox() and foreign.with_user(self.olena).subject,
            lambda: foreign.with_user(self.olena).action_send(),
        ):
            with self.assertRaises(AccessError):
                read()

    def test_address_of_a_foreign_contact_does_not_leak(self):
        Letter = self.env["crm.invoice.letter"].with_user(self.olena)
        with self.assertRaises(UserError):
            Letter.create({"move_id": self.invoice.id, "subject": "x", "contact_id": self.oksana.id})
        with self.assertRaises(AccessError):
            Letter.new({"move_id": self.invoice.id, "contact_id": self.oksana.id}).mapped("email_to")

    def test_own_invoice_of_a_foreign_client(self):
        """Who sees only own clients does not read the letters of an invoice whose client was handed over."""
        self.dnipro.user_id = self.taras
        self.env.flush_all()
        self.assertFalse(self._can(self.olena, "read"))

    def test_other_company(self):
        company = self.env["res.company"].create({"name": "Other company"})
        self.head.company_ids |= company
        head = self.letter.with_user(self.head)
        self.assertTrue(head.has_access("read"))
        self.assertFalse(head.with_context(allowed_company_ids=company.ids).has_access("read"))

    def test_outcome_is_not_written_by_hand(self):
        attachment = self.env["ir.attachment"].with_user(self.olena).create({"name": "x", "raw": b"x"})
        given = {
            "state": "sent",
            "failure": "x",
            "sent_date": "2026-01-01 00:00:00",
            "message_uid": "x",
            "mail_message_id": self.env["mail.message"].search([], limit=1).id,
            "form_attachment_id": attachment.id,
            "is_registered": True,
        }
        self.assertEqual(set(given), OUTCOME_FIELDS)
        values = {"move_id": self.invoice.id, "subject": "x", "email_to": "x@x.example"}
        Letter = self.env["crm.invoice.letter"].with_user(self.olena)
        for name, value in given.items():
            with self.subTest(name=name):
                with self.assertRaises(AccessError):
                    self.letter.write({name: value})
                with self.assertRaises(AccessError):
                    Letter.create({**values, name: value})
                with self.assertRaises(AccessError):
                    Letter.with_context(**{f"default_{name}": value}).create(values)

    def test_letter_cannot_be_signed_by_another(self):
        for vals in ({"user_id": self.taras.id}, {"move_id": self.foreign_invoice.id}):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                self.letter.write(vals)
        with self.assertRaises(AccessError):
            self.env["crm.invoice.letter"].with_user(self.olena).create(
                {"move_id": self.invoice.id, "subject": "x", "user_id": self.taras.id}
            )

    def test_body_runs_no_script(self):
        self.letter.body = "<p onclick='x()'>Text<script>x()</script></p>"
        self.assertNotIn("x()", self.letter.body)
