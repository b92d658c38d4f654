from odoo import fields
from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.tests import Form
from odoo.tools import mute_logger

from .letter_common import FORM, LetterCommon

SENDER = "invoices@company.example"


class TestLetterSend(LetterCommon):
    """A letter through a real server: how it is written, what arrives, where it is noted, what comes back."""

    def setUp(self):
        super().setUp()
        self.server = self._serve()

    def _send_new(self, **vals):
        """Send a letter of olena to petro; return it and what arrived."""
        self._set_up_mailbox(self.olena, self.server)
        letter = self._prepare_letter()
        letter.write(vals)
        self._send(letter)
        self.assertEqual(letter.state, "sent")
        return letter, self.server.letters[-1]

    # ------------------------------------------------------------
    # WRITING
    # ------------------------------------------------------------

    def test_letter_is_written_from_the_template(self):
        letter = self._prepare_letter()
        self.assertEqual((letter.user_id, letter.state), (self.olena, "draft"))
        self.assertEqual((letter.contact_id, letter.email_to), (self.petro, "petro@dnipro.example"))
        self.assertIn(self.invoice.name, letter.subject)
        self.assertIn(self.invoice.name, letter.body)
        self.assertIn("1,200.00", letter.body)
        self.assertIn("Olena", letter.body)

    def test_language_of_the_reader(self):
        template = self.env.ref("crm_invoicing.mail_template_invoice_letter")
        for code, word in (("uk_UA", "Рахунок"), ("ru_RU", "Счёт")):
            self.env["res.lang"]._activate_lang(code)
            template.with_context(lang=code).subject = f"{word} {{{{ object.name }}}}"
        self.dnipro.lang = "uk_UA"
        self.petro.lang = "ru_RU"
        self.assertTrue(self._prepare_letter().subject.startswith("Счёт"))
        self.assertTrue(self._prepare_letter(contact=self.dnipro).subject.startswith("Рахунок"))

    def test_one_letter_waits_for_each_invoice(self):
        letter = self._prepare_letter()
        letter.subject = "Mine"
        again = self._prepare_letter()
        self.assertEqual((again, again.subject), (letter, "Mine"))
        other = self._prepare_letter(contact=self.dnipro)
        self.assertEqual((other, other.email_to), (letter, "office@dnipro.example"))
        self.assertNotEqual(other.subject, "Mine", "it was written to another reader")

    def test_letter_that_was_put_aside_stays_as_it_is(self):
        letter = self._prepare_letter()
        letter.write({"subject": "Mine", "body": "<p>Dear Petro</p>"})
        action = self.invoice.with_user(self.olena).action_send_issued()
        self.assertEqual(action["res_id"], letter.id)
        self.assertRecordValues(letter, [{"subject": "Mine", "contact_id": self.petro.id, "state": "draft"}])
        self.assertIn("Dear Petro", letter.body)

    def test_default_reader(self):
        Letter = self.env["crm.invoice.letter"]
        self.assertEqual(Letter._get_default_contact(self.invoice), self.dnipro)
        self.dnipro.email = False
        self.assertEqual(Letter._get_default_contact(self.invoice), self.petro)
        self.petro.email = False
        self.assertFalse(Letter._get_default_contact(self.invoice))
        self._set_up_mailbox(self.olena, self.server)
        letter = Letter.with_user(self.olena)._prepare_for(self.invoice.with_user(self.olena))
        self.assertIn("Choose a contact person", letter.warning)

    def test_form_takes_the_address_of_the_contact(self):
        with Form(self._prepare_letter()) as form:
            form.contact_id = self.dnipro
            self.assertEqual(form.email_to, "office@dnipro.example")
            form.email_to = "boss@dnipro.example"
        self.assertEqual(form.record.email_to, "boss@dnipro.example")

    def test_contact_of_another_client(self):
        letter = self._prepare_letter(user=self.head)
        with self.assertRaisesRegex(UserError, "no contact person"):
            letter.contact_id = self.oksana

    def test_refill_and_discard(self):
        letter = self._prepare_letter()
        letter.write({"subject": "Mine", "body": "<p>Mine</p>"})
        self.assertEqual(letter.action_refill()["res_id"], letter.id)
        self.assertIn(self.invoice.name, letter.subject)
        letter.action_discard()
        self.assertFalse(letter.exists())

    def test_preview_is_the_report(self):
        action = self._prepare_letter().action_preview()
        self.assertEqual(action["type"], "ir.actions.report")

    # ------------------------------------------------------------
    # ARRIVING
    # ------------------------------------------------------------

    def test_letter_arrives(self):
        letter, message = self._send_new(subject="Рахунок для «Дніпра»", body="<p>Добрий день</p>")
        sender, recipients, _raw = self.server.mailbox[0]
        self.assertEqual((sender, recipients), (SENDER, ["petro@dnipro.example"]))
        self.assertEqual(message["Subject"], "Рахунок для «Дніпра»")
        self.assertEqual(message["From"].addresses[0].addr_spec, SENDER)
        self.assertEqual(message["From"].addresses[0].display_name, "Olena")
        self.assertEqual(message["To"].addresses[0].addr_spec, "petro@dnipro.example")
        self.assertEqual(message["Message-Id"], letter.message_uid)
        self.assertIn("Добрий день", message.get_body(("plain",)).get_content())
        self.assertIn("<p>Добрий день</p>", message.get_body(("html",)).get_content())
        self.assertTrue(letter.sent_date)

    def test_attachments_arrive_intact(self):
        terms = self.env["ir.attachment"].with_user(self.olena).create({"name": "Умови.txt", "raw": b"1"})
        _letter, message = self._send_new(attachment_ids=terms.ids)
        form, other = message.iter_attachments()
        self.assertEqual(form.get_content_type(), "application/pdf")
        self.assertEqual(form.get_content(), FORM)
        self.assertNotIn("/", form.get_filename())
        self.assertTrue(form.get_filename().endswith(".pdf"))
        self.assertEqual(other.get_filename(), "Умови.txt")
        self.assertTrue(all(byte < 128 for byte in self.server.mailbox[0][2]), "not every server takes eight bits")

    def test_form_can_be_left_out(self):
        letter, message = self._send_new(is_form_attached=False)
        self.assertFalse(list(message.iter_attachments()))
        self.assertFalse(letter.form_attachment_id)

    def test_hidden_copy_to_the_sender(self):
        self._set_up_mailbox(self.olena, self.server, is_copied_to_owner=True)
        self._send(self._prepare_letter())
        self.assertEqual(self.server.mailbox[0][1], ["petro@dnipro.example", SENDER])
        self.assertFalse(self.server.letters[0]["Bcc"])
        self.assertNotIn(SENDER, str(self.server.letters[0]["To"]))

    def test_name_and_domain_that_mail_does_not_know(self):
        self.petro.write({"name": 'Петро "Bike@Home", ТОВ', "email": "petro@дніпро.example"})
        _letter, message = self._send_new()
        self.assertEqual(self.server.mailbox[0][1], ["petro@xn--d1asddf4k.example"])
        self.assertEqual(len(message["To"].addresses), 1)

    def test_header_cannot_be_smuggled_in(self):
        self.petro.name = "Petro\r\nBcc: spy@x.example"
        letter, message = self._send_new(subject="Invoice\r\nBcc: spy@x.example\r\n\r\nText")
        self.assertEqual(self.server.mailbox[0][1], ["petro@dnipro.example"])
        self.assertFalse(message["Bcc"])
        self.assertTrue(letter.sent_date)

    def test_head_sends_from_his_own_mailbox(self):
        self._set_up_mailbox(self.head, self.server, address="head@company.example")
        letter = self._prepare_letter().with_user(self.head)
        self._send(letter)
        self.assertEqual((letter.state, letter.user_id), ("sent", self.head))
        self.assertEqual(self.server.mailbox[0][0], "head@company.example")

    # ------------------------------------------------------------
    # NOT LEAVING
    # ------------------------------------------------------------

    def test_without_a_mailbox_nothing_is_sent(self):
        letter = self._prepare_letter()
        self.assertIn("not set up your mailbox", letter.warning)
        with self.assertRaises(RedirectWarning) as warning:
            self._send(letter)
        self.assertEqual(warning.exception.args[1], self.env.ref("crm_invoicing.crm_mailbox_action").id)
        self.assertEqual(letter.state, "draft")
        dialog = letter.action_open_mailbox()
        self.assertEqual(dialog["context"]["mailbox_letter_id"], letter.id)

    def test_mailbox_leads_back_to_the_letter(self):
        letter = self._prepare_letter()
        mailbox = self._set_up_mailbox(self.olena, self.server)
        Mailbox = self.env["crm.mailbox"].with_user(self.olena).with_context(mailbox_letter_id=letter.id)
        dialog = Mailbox.create(Mailbox.default_get(list(Mailbox._fields)))
        self.assertEqual(dialog.action_save()["params"]["next"]["res_id"], letter.id)
        self.assertTrue(mailbox.exists())

    def test_address_that_is_none(self):
        self._set_up_mailbox(self.olena, self.server)
        letter = self._prepare_letter()
        for address in (False, "petro", "petro@@dnipro", "a@x.example, b@x.example"):
            letter.email_to = address
            with self.subTest(address=address), self.assertRaises(UserError):
                self._send(letter)
        self.assertFalse(self.server.commands)

    def test_attachment_that_the_sender_may_not_read(self):
        self._set_up_mailbox(self.olena, self.server)
        secret = self.env["ir.attachment"].create(
            {"name": "Secret", "raw": b"x", "res_model": "res.partner", "res_id": self.karpaty.id}
        )
        letter = self._prepare_letter()
        with mute_logger("odoo.addons.base.models.ir_rule"), self.assertRaises(AccessError):
            letter.attachment_ids = secret
        # linked by somebody who may, it still does not leave with a letter of one who may not
        letter.sudo().attachment_ids = secret
        self.env.invalidate_all()
        self._send(letter)
        [form] = self.server.letters[0].iter_attachments()
        self.assertEqual(form.get_content(), FORM)

    def test_limit_of_a_minute(self):
        self.parameters.set_param("mail.server.personal.limit.minutes", "2")
        mailbox = self._set_up_mailbox(self.olena, self.server)
        self._send(self._prepare_letter())
        self._send(self._prepare_letter())
        letter = self._prepare_letter()
        with self.assertRaisesRegex(UserError, "2 letters a minute"):
            self._send(letter)
        self.assertEqual((letter.state, len(self.server.mailbox)), ("draft", 2))
        mailbox.owner_limit_time = fields.Datetime.subtract(mailbox.owner_limit_time, minutes=1)
        self._send(letter)
        self.assertEqual(letter.state, "sent")

    # ------------------------------------------------------------
    # HISTORY
    # ------------------------------------------------------------

    def _get_history(self, client, user):
        action = client.with_user(user).action_view_client_history()
        return self.env["mail.message"].with_user(user).search(action["domain"])

    def test_letter_is_in_the_histories(self):
        before = self.env["mail.mail"].sudo().search_count([])
        self.dnipro.client_last_contact = False
        letter, _message = self._send_new(subject="For the history")
        note = letter.mail_message_id
        self.assertIn(note, self.invoice.message_ids)
        self.assertEqual((note.subject, note.author_id), ("For the history", self.olena.partner_id))
        self.assertIn(note.with_user(self.olena), self._get_history(self.dnipro, self.olena))
        self.assertIn(note.with_user(self.olena), self._get_history(self.petro, self.olena))
        self.assertTrue(self.dnipro.client_last_contact)
        self.assertEqual(self.env["mail.mail"].sudo().search_count([]), before, "nobody gets a second mail")

    def test_form_is_read_by_whoever_reads_the_invoice(self):
        letter, _message = self._send_new()
        self.assertEqual(letter.form_attachment_id.with_user(self.olena).raw, FORM)
        self.assertEqual(letter.form_attachment_id.with_user(self.accountant).raw, FORM)
        with mute_logger("odoo.addons.base.models.ir_rule"), self.assertRaises(AccessError):
            letter.form_attachment_id.with_user(self.taras).read(["raw"])

    def test_history_of_a_foreign_client_stays_closed(self):
        letter, _message = self._send_new()
        self.assertNotIn(letter.mail_message_id.id, self._get_history(self.karpaty, self.taras).ids)
        self.assertNotIn(letter.mail_message_id.id, self.env["mail.message"].with_user(self.taras).search([]).ids)

    def test_invoice_knows_when_and_to_whom(self):
        letter, _message = self._send_new()
        self.invoice.invalidate_recordset()
        self.assertEqual(self.invoice.letter_ids, letter)
        self.assertEqual(self.invoice.last_letter_id, letter)

    # ------------------------------------------------------------
    # ANSWERS
    # ------------------------------------------------------------

    def _answer(self, message, to):
        """Let Odoo receive petro's answer to a letter."""
        answer = (
            f"From: Petro <petro@dnipro.example>\r\nTo: {to}\r\nSubject: Re: {message['Subject']}\r\n"
            f"Message-Id: <answer@dnipro.example>\r\nIn-Reply-To: {message['Message-Id']}\r\n"
            "Content-Type: text/plain; charset=utf-8\r\n\r\nWe have paid."
        )
        with mute_logger("odoo.addons.mail.models.mail_thread"):
            self.env["mail.thread"].message_process("account.move", answer)
        return self.env["mail.message"].search([("message_id", "=", "<answer@dnipro.example>")])

    def test_answer_comes_back_to_the_invoice(self):
        self.env.company.alias_domain_id = self.env["mail.alias.domain"].create({"name": "company.example"})
        _letter, message = self._send_new()
        reply_to = message["Reply-To"].addresses[0].addr_spec
        self.assertEqual(reply_to, self.env.company.catchall_email)
        self.dnipro.client_last_contact = False
        answer = self._answer(message, reply_to)
        self.assertEqual((answer.model, answer.res_id), ("account.move", self.invoice.id))
        self.assertEqual(answer.author_id, self.petro)
        self.assertIn(answer.with_user(self.olena), self._get_history(self.dnipro, self.olena))
        self.assertTrue(self.dnipro.client_last_contact)
        self.assertIn(self.olena.partner_id, answer.notified_partner_ids, "the sender is told")

    def test_without_an_alias_domain_answers_go_to_the_mailbox(self):
        self.env.company.alias_domain_id = False
        _letter, message = self._send_new()
        self.assertEqual(message["Reply-To"].addresses[0].addr_spec, SENDER)
