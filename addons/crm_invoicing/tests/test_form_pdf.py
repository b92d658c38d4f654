from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .form_common import FORMS, FormCommon, read_places, squeeze
from .pdf_common import count_images, read_pages


@tagged("post_install", "-at_install")
class TestFormPdf(FormCommon):
    """What really is on the pages, read back out of the PDF."""

    def _assert_form(self, papers, form, text):
        """Compare a printed form with the data of its paper, field by field."""
        values = papers._get_form_values(form)
        self.assertPrinted(text, values["heading"], values["seller"]["name"], values["buyer"]["name"], values["words"])
        for row in values["rows"]:
            keys = [column["key"] for column in values["columns"] if row["kind"] == "product"] or ["name"]
            self.assertPrinted(text, " ".join(str(row[key]) for key in keys))
        for label, amount, _is_main in values["totals"]:
            self.assertPrinted(text, f"{label}: {amount}")

    # ------------------------------------------------------------
    # FORMS, MODELS, LANGUAGES, COUNTRIES
    # ------------------------------------------------------------

    def test_all_forms_of_both_models_in_three_languages(self):
        order = self._create_order(self.dnipro, self.olena, [(self.promotion, 2), (self.paper, 3)])
        order.action_confirm()
        move = self._invoice()
        for lang in ("uk_UA", "ru_RU", "en_US"):
            self.dnipro.lang = lang
            for paper in (move, order):
                for form in FORMS:
                    with self.subTest(lang=lang, model=paper._name, form=form):
                        self._assert_form(paper, form, self._print_text(paper, form, self.olena))

    def test_requisites_of_each_country(self):
        move = self._invoice()
        self.requisites.write(
            {"correspondent_account": "30101810400000000225", "beneficiary_code": "17", "purpose_code": "859"}
        )
        for code, facts in self.COUNTRIES.items():
            self._move_to(code)
            with self.subTest(country=code):
                text = self._print_text(move, "invoice", self.olena)
                self.assertPrinted(text, *facts["printed"])
                self.assertEqual("30101810400000000225" in text, code == "RU")
                self.assertEqual("KBe 17" in text, code == "KZ")
                self.assertPrinted(self._print_text(move, "act"), *facts["printed"][:1])
                self.assertPrinted(self._print_text(move, "waybill"), *facts["printed"][:1])

    def test_only_requisites_that_exist(self):
        self._move_to("UA")
        self.bank.bank_id = False
        self.company.partner_id.vat = False
        text = self._print_text(self._invoice(), "invoice")
        for absent in ("False", "None", "payer's number", "Bank "):
            self.assertNotIn(absent, text)

    def test_discount_tax_and_without_tax(self):
        move = self._invoice([(self.promotion, 1, 1000.0), (self.design, 3, 99.99)], post=False)
        move.invoice_line_ids[0].discount = 7.5
        self._assert_form(move, "invoice", self._print_text(move, "invoice"))
        move = self._invoice([(self.design, 3, 99.99)])
        text = self._print_text(move, "invoice")
        self._assert_form(move, "invoice", text)
        self.assertPrinted(text, "Without VAT")

    def test_foreign_currency_draft_and_refund(self):
        move = self._invoice(currency_id=self.foreign.id, post=False)
        text = self._print_text(move, "invoice")
        self._assert_form(move, "invoice", text)
        self.assertPrinted(text, "(DRAFT)", self.foreign.name)
        move.action_post()
        self.assertNotIn("DRAFT", self._print_text(move, "invoice"))
        refund = move._reverse_moves([{"invoice_date": move.invoice_date}])
        refund.action_post()
        for form in FORMS:
            self._assert_form(refund, form, self._print_text(refund, form))

    def test_payment_terms_contract_and_purpose(self):
        contract = self._create_contract(self.dnipro, self.olena, "C-77", date="2026-01-15")
        move = self._invoice(contract_id=contract.id, invoice_date_due="2026-05-06", invoice_payment_term_id=False)
        text = self._print_text(move, "invoice")
        self.assertPrinted(
            text, "Contract: ", "C-77", "To be paid by: May 6, 2026", f"Payment by invoice No. {move.name}"
        )

    # ------------------------------------------------------------
    # PAGES
    # ------------------------------------------------------------

    def _long_invoice(self, count):
        return self._invoice([(self.promotion, 1, 100.0 + number) for number in range(count)])

    def test_one_page_for_few_lines(self):
        pages = read_pages(self._print(self._long_invoice(1), "invoice"))
        self.assertEqual(len(pages), 1)
        self.assertIn("Page 1 of 1", squeeze(pages[0]))

    def test_head_number_and_totals_on_many_pages(self):
        """However many lines there are, the last product is on the page of the totals, words and signatures."""
        for count in (*range(18, 31, 3), 120):
            move = self._long_invoice(count)
            pages = [squeeze(page) for page in read_pages(self._print(move, "invoice"))]
            with self.subTest(lines=count, pages=len(pages)):
                for number, page in enumerate(pages, start=1):
                    self.assertIn("No. Goods (works, services) Qty", page)
                    self.assertIn(f"Page {number} of {len(pages)}", page)
                    self.assertIn(move.name, page)
                self.assertIn("Total to pay", pages[-1])
                self.assertIn(f"{count} Promotion by the month", pages[-1])
                self.assertIn("L. S.", pages[-1])
                self._assert_form(move, "invoice", " ".join(pages))

    def test_section_is_not_left_at_the_end_of_a_page(self):
        for count in range(20, 27):
            move = self._long_invoice(count)
            move.button_draft()
            last = move.invoice_line_ids.sorted("sequence")[-3:]
            last.sequence = 900
            move.invoice_line_ids = [Command.create({"display_type": "line_section", "name": "MORE", "sequence": 800})]
            pages = [squeeze(page) for page in read_pages(self._print(move, "invoice"))]
            page = next(page for page in pages if "MORE" in page)
            with self.subTest(lines=count):
                self.assertRegex(page, "MORE [0-9]+ Promotion")

    def test_long_texts_wrap(self):
        name = "Verylongword" * 12 + " and then many words " * 20
        move = self._invoice(post=False)
        move.invoice_line_ids[0].name = name
        self.dnipro.name = "Company" * 30
        for form in FORMS:
            text = "".join(self._print_text(move, form).split())
            self.assertIn("".join(self.dnipro.name.split()), text)
            if form != "waybill":
                self.assertIn("".join(name.split()), text)
            _pictures, texts = read_places(self._print(move, form))
            self.assertTrue(all(17 < left < 198 and base > 5 for _text, left, base in texts))

    def test_billions_fit_their_columns(self):
        move = self._invoice([(self.promotion, 12345.678, 98765432.1)])
        self._assert_form(move, "invoice", self._print_text(move, "invoice"))

    # ------------------------------------------------------------
    # MANY PAPERS
    # ------------------------------------------------------------

    def test_many_papers_in_their_own_languages(self):
        first, second = self._invoice(), self._create_invoice(self.karpaty, self.olena)
        self.karpaty.lang = "uk_UA"
        pages = [squeeze(page) for page in read_pages(self._print(first | second, "invoice"))]
        self.assertEqual(len(pages), 2)
        for page, move in zip(pages, (first, second), strict=True):
            self.assertIn(move.name, page)
            self.assertIn(squeeze(move._get_form_values("invoice")["words"]), page)
        self.assertIn("Одна тисяча двісті", pages[1])

    def test_draft_mark_is_on_its_own_paper_only(self):
        draft, posted = self._invoice(post=False), self._invoice()
        pages = read_pages(self._print(posted | draft, "invoice"))
        self.assertEqual(["DRAFT" in page for page in pages], [False, True])

    # ------------------------------------------------------------
    # ACCESS, FILE NAMES, MENU
    # ------------------------------------------------------------

    def test_print_as_olena_and_not_as_taras(self):
        move, order = self._invoice(), self._create_order(self.dnipro, self.olena)
        for paper in (move, order):
            self.assertPrinted(self._print_text(paper, "invoice", self.olena), "Dnipro LLC")
            with self.assertRaises(AccessError):
                self._print(paper, "invoice", self.taras)
        self.dnipro.active = False
        self.assertPrinted(self._print_text(move, "act", self.olena), "Dnipro LLC")

    def test_file_names(self):
        move = self._invoice()
        self.assertEqual(move._get_form_file_name("invoice"), f"Invoice for payment {move.name}".replace("/", "-"))
        self.assertNotIn("/", self._invoice(post=False)._get_form_file_name("act"))

    def test_forms_are_in_the_print_menu_of_client_papers_only(self):
        reports = self.env["ir.actions.report"].concat(
            *[self.env.ref(f"crm_invoicing.account_move_report_{form}") for form in FORMS]
        )
        self.assertEqual(reports.binding_model_id.model, "account.move")
        self.assertEqual(set(reports.mapped("pdf_engine")), {"weasyprint"})
        invoice, bill = self._invoice(), self._invoice(move_type="in_invoice", post=False)
        self.assertEqual(set(reports.get_valid_action_reports("account.move", invoice.ids)), set(reports.ids))
        self.assertFalse(reports.get_valid_action_reports("account.move", bill.ids))

    # ------------------------------------------------------------
    # SIGNATURE AND STAMP
    # ------------------------------------------------------------

    def test_scans_lie_over_the_line(self):
        self._sign(self.olena)
        move = self._invoice(post=False)
        move.with_user(self.olena).sudo().is_stamped = True
        move.action_post()
        for form in FORMS:
            with self.subTest(form=form):
                pictures, texts = read_places(self._print(move, form, self.olena))
                name = next(base for text, _left, base in texts if "Kovalenko" in text)
                left = next(left for text, left, _base in texts if "Kovalenko" in text)
                stamp, signature = sorted(pictures, key=lambda picture: picture[3], reverse=True)
                for picture in (stamp, signature):
                    # the line is under the name: each scan begins below it and ends above it
                    self.assertLess(picture[1], name - 2)
                    self.assertGreater(picture[1] + picture[3], name + 2)
                self.assertLess(stamp[0], signature[0] + signature[2])
                self.assertLess(stamp[0] + stamp[2], left + 1)
                self.assertGreater(stamp[1], 18)

    def test_without_the_switch_there_is_no_scan(self):
        self._sign(self.olena)
        self.assertEqual(count_images(self._print(self._invoice(), "invoice", self.olena)), 0)

    def test_scans_stay_with_the_signatures_on_the_last_page(self):
        self._sign(self.olena)
        move = self._long_invoice(23)
        move.with_user(self.olena).sudo().is_stamped = True
        pdf = self._print(move, "invoice", self.olena)
        last = len(read_pages(pdf)) - 1
        pictures, texts = read_places(pdf, last)
        self.assertEqual(len(pictures), 2)
        self.assertTrue(any("Kovalenko" in text for text, _left, _base in texts))
        self.assertTrue(all(bottom > 10 and bottom + height < 290 for _left, bottom, _width, height in pictures))

    def test_each_stamped_paper_of_a_batch_is_logged(self):
        scans = self._sign(self.olena)
        moves = self._invoice() | self._invoice()
        moves.with_user(self.olena).sudo().is_stamped = True
        self.assertEqual(count_images(self._print(moves, "invoice", self.olena)), 4)
        uses = self.env["crm.facsimile.use"].search([("facsimile_id", "in", [scan.id for scan in scans])])
        uses = uses.filtered("res_id")
        self.assertEqual(sorted(uses.mapped("paper")), sorted(moves.mapped("name") * 2))
        self.assertEqual(uses.user_id, self.olena)
        self.assertEqual(set(uses.mapped("lang")), {"en_US"})
