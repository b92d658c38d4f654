
from .letter_common import FORM, LetterCommon


class TestLetterSend(LetterCommon):
    """A letter through a real server: what arrives, what is noted, what is said when it does not."""

    # ------------------------------------------------------------
    # WHAT ARRIVES
    # ------------------------------------------------------------

    def test_letter_arrives(self):
        server = self._serve()
        self._set_up_mailbox(self.olena, server)
        letter = self._prepare_letter()
        letter.subject = "Рахунок для «Дніпра»"
        action = self._send(letter)
        self.assertEqual(action["params"]["type"], "success")
        self.assertEqual(letter.state, "sent")
        self.assertTrue(letter.sent_date)
        (sender, recipients, _raw), [message] = server.mailbox[0], server.letters
        self.assertEqual((sender, recipients), ("invoices@company.example", ["petro@dnipro.example"]))
        self.assertEqual(message["Subject"], "Рахунок для «Дніпра»")
        self.assertEqual(message["From"].addresses[0].addr_spec, "invoices@company.example")
        self.assertEqual(message["From"].addresses[0].display_name, "Olena")
        self.assertEqual(message["To"].addresses[0].addr_spec, "petro@dnipro.example")
        self.assertEqual(message["Message-Id"], letter.message_uid)
        self.assertFalse(message["Bcc"])

    def test_attachments_arrive_intact(self):
        server = self._serve()
        self._set_up_mailbox(self.olena, server)
        letter = self._prepare_letter()
        letter.attachment_ids = (
            self.env["ir.attachment"].with_user(self.olena).create({"name": "Умови.txt", "raw": b"1"})
        )
        self._send(letter)
        form, terms = server.letters[0].iter_attachments()
        self.assertEqual(form.get_content_type(), "application/pdf")
        self.assertEqual(form.get_content(), FORM)
        self.assertNotIn("/", form.get_filename())
        self.assertEqual(terms.get_filename(), "Умови.txt")
        self.assertTrue(all(byte < 128 for byte in server.mailbox[0][2]), "not every server takes eight bits")
