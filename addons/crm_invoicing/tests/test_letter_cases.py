from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.crm_facsimile_scan import MAKING_PDF, PDF_KEY
from .letter_common import LetterCommon
from .pdf_common import count_images, read_pages
from .test_facsimile_rights import FacsimileCommon

REPORT = "crm_invoicing.account_move_report_invoice"


class TestLetterCases(LetterCommon):
    """Letters after something else has changed: the invoice, the person, the template, the manager."""

    def setUp(self):
        super().setUp()
        self.server = self._serve()
        self._set_up_mailbox(self.olena, self.server)

    def test_invoice_cancelled_before_sending(self):
        letter = self._prepare_letter()
        self.assertFalse(letter.warning)
        self.invoice.button_cancel()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertIn("cancelled", letter.warning)
        with self.assertRaisesRegex(UserError, "cancelled"):
            self._send(letter)
        self.assertEqual((letter.state, len(self.server.mailbox)), ("draft", 0))
        self.invoice.button_draft()
        self.invoice.action_post()
        self.env.flush_all()
        self._send(letter)
        self.assertEqual((letter.state, len(self.server.mailbox)), ("sent", 1))

    def test_person_archived(self):
        """The letter that waits still goes where it says; the next one does not propose who has left."""
        self.dnipro.email = False
        letter = self._prepare_letter()
        self.petro.active = False
        self.env.flush_all()
        self._send(letter)
        self.assertEqual(self.server.letters[0]["To"], "Petro <petro@dnipro.example>")
        following = (
            self.env["crm.invoice.letter"].with_user(self.olena)._prepare_for(self.invoice.with_user(self.olena))
        )
        self.assertFalse(following.contact_id)
        self.assertIn("e-mail address", following.warning)

    def test_template_deleted(self):
        """An administrator has deleted the template: the manager writes the letter himself."""
        self.env.ref("crm_invoicing.mail_template_invoice_letter").unlink()
        letter = self._prepare_letter()
        self.assertIn(self.invoice.name, letter.subject)
        letter.body = "<p>Good day</p>"
        self._send(letter)
        self.assertIn("Good day", self.server.letters[0].get_body(("plain",)).get_content())

    def test_each_has_his_own_letter(self):
        """The head does not write on in the letter of the manager; who sends the other's letter signs it himself."""
        letter = self._prepare_letter()
        self.assertNotEqual(self._prepare_letter(user=self.head), letter)
        self.assertEqual(self._prepare_letter(), letter)
        with self.assertRaises(AccessError):
            self._send(letter.with_user(self.taras))
        self.head.email = "head@company.example"
        self._set_up_mailbox(self.head, self.server, address="head@company.example")
        self.env.flush_all()
        self._send(letter.with_user(self.head))
        self.assertEqual(letter.user_id, self.head)
        self.assertIn("head@company.example", self.server.letters[0]["From"])

    def test_language_of_the_client_before_the_managers(self):
        template = self.env.ref("crm_invoicing.mail_template_invoice_letter")
        for code, word in (("uk_UA", "Рахунок"), ("ru_RU", "Счёт")):
            self.env["res.lang"]._activate_lang(code)
            template.with_context(lang=code).subject = f"{word} {{{{ object.name }}}}"
        self.olena.lang = "ru_RU"
        self.dnipro.lang, self.petro.lang = "uk_UA", False
        self.assertTrue(self._prepare_letter().subject.startswith("Рахунок"))

    def test_files_of_the_client_stay_with_him(self):
        """What was attached from the client's card is sent and stays on the card; own uploads go to the invoice."""
        price, upload = (
            self.env["ir.attachment"]
            .with_user(self.olena)
            .create(
                [
                    {"name": "price.txt", "raw": b"1", "res_model": "res.partner", "res_id": self.dnipro.id},
                    {"name": "note.txt", "raw": b"2"},
                ]
            )
        )
        letter = self._prepare_letter()
        letter.attachment_ids = price | upload
        self.env.flush_all()
        self._send(letter)
        names = [part.get_filename() for part in self.server.letters[0].iter_attachments()]
        self.assertEqual(set(names[1:]), {"price.txt", "note.txt"})
        self.assertNotIn("/", names[0], "the number of the invoice has slashes, its file name has none")
        self.assertEqual((price.res_model, price.res_id), ("res.partner", self.dnipro.id))
        self.assertEqual((upload.res_model, upload.res_id), ("account.move", self.invoice.id))


@tagged("post_install", "-at_install")
class TestManyStamped(FacsimileCommon):
    """Sixty invoices at once, and Odoo's own way of sending, with the signature and the stamp."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        vals = {"is_stamped": True, "requisites_id": cls.requisites.id}
        first = cls._create_invoice(cls.dnipro, cls.olena, post=False)
        cls.moves = first + cls.env["account.move"].union(*(first.copy() for _number in range(59)))
        cls.moves.with_user(cls.olena).sudo().write(vals)

    def _render(self, moves, user):
        reports = self.env["ir.actions.report"].with_user(user).with_context(force_report_rendering=True)
        return reports._render_qweb_pdf(REPORT, moves.ids)[0]

    def test_with_the_right(self):
        content = self._render(self.moves, self.olena)
        self.assertEqual(len(read_pages(content)), 60)
        uses = self._get_uses()
        self.assertEqual(len(uses), 120)
        self.assertEqual(set(uses.mapped("res_id")), set(self.moves.ids))
        self.assertEqual(count_images(content), 120, "a signature and a stamp on each page")

    def test_without_the_right(self):
        """One that he may not stamp stops them all, and the log does not claim any."""
        plain = self.moves[:2]
        plain.sudo().is_stamped = False
        for user in (self.head, self.accountant):
            with self.subTest(user=user.name):
                with self.assertRaisesRegex(AccessError, "may not use"), self.env.cr.savepoint():
                    self._render(self.moves, user)
                self.assertFalse(self._get_uses())
                self.assertEqual(count_images(self._render(plain, user)), 0)

    def test_web_page_of_them_shows_no_scan(self):
        values = self.moves[:1].with_user(self.olena)._get_forms_values("invoice")[0]["signing"]
        self.assertFalse(values["stamp"])
        with_key = self.moves[:1].with_user(self.olena).with_context(**{PDF_KEY: MAKING_PDF})
        self.assertTrue(with_key._get_forms_values("invoice")[0]["signing"]["stamp"])

    @mute_logger("odoo.addons.account.models.account_move_send")
    def test_stock_dialog_with_our_form(self):
        report = self.env.ref(REPORT)
        report.is_invoice_report = True
        self.dnipro.invoice_template_pdf_report_id = report
        moves = self.moves[:2]
        moves.action_post()
        self.stamp.user_ids += self.accountant
        self.signature.user_ids += self.accountant
        for move, is_stamped in zip(moves, (True, False), strict=True):
            move.with_user(self.olena).sudo().is_stamped = is_stamped
            wizard = self.env["account.move.send.wizard"].with_user(self.accountant)
            wizard = wizard.with_context(
                active_model="account.move", active_ids=move.ids, force_report_rendering=True
            ).create({"sending_methods": []})
            self.assertEqual(wizard.pdf_report_id, report)
            wizard.action_send_and_print()
            content = move.invoice_pdf_report_id.raw
            self.assertIn(move.name, "".join(read_pages(content)).replace("\n", " "))
            self.assertEqual(count_images(content), 2 if is_stamped else 0)
        self.assertEqual(set(self._get_uses().mapped("res_id")), {moves[0].id})
