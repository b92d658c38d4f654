from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged
from odoo.tools.misc import file_path

from .form_common import FORMS, FormCommon


def _is_translated():
    try:
        with open(file_path("crm_invoicing/i18n/uk.po"), encoding="utf-8") as stream:
            return "Рахунок на оплату" in stream.read()
    except FileNotFoundError:
        return False


@tagged("post_install", "-at_install")
class TestFormValues(FormCommon):
    """The structure behind the forms: what is on them and in which words."""

    def _totals(self, values):
        return [total for _label, total, _is_main in values["totals"]]

    def _rows(self, values, key):
        return [row[key] for row in values["rows"] if row["kind"] == "product"]

    # ------------------------------------------------------------
    # LANGUAGE, LAYOUT
    # ------------------------------------------------------------

    def test_language_of_the_client(self):
        move = self._invoice()
        self.dnipro.country_id = self.env.ref("base.ua")
        for lang in ("uk_UA", "ru_RU", "en_US"):
            self.dnipro.lang = lang
            self.assertEqual(move._get_form_lang(), lang)

    def test_language_without_forms_gives_way_to_the_country(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        move = self._invoice()
        self.dnipro.lang = "fr_FR"
        for country, lang in (("ua", "uk_UA"), ("kz", "ru_RU"), ("fr", "en_US")):
            self.dnipro.country_id = self.env.ref(f"base.{country}")
            self.assertEqual(move._get_form_lang(), lang)
        self.dnipro.country_id = False
        self.company.partner_id.lang = "ru_RU"
        self.assertEqual(move._get_form_lang(), "ru_RU")

    def test_inactive_language_is_passed_over(self):
        self.dnipro.write({"lang": False, "country_id": self.env.ref("base.ua").id})
        self.env["res.lang"].search([("code", "=", "uk_UA")]).active = False
        self.company.partner_id.lang = "ru_RU"
        self.assertEqual(self._invoice()._get_form_lang(), "ru_RU")

    def test_numbers_dates_and_words_follow_the_language(self):
        expected = {
            "uk_UA": ("1\N{NO-BREAK SPACE}234,50", "3 лютого 2026", "Одна тисяча двісті тридцять чотири "),
            "ru_RU": ("1\N{NO-BREAK SPACE}234,50", "3 февраля 2026", "Одна тысяча двести тридцать четыре "),
            "en_US": ("1,234.50", "February 3, 2026", "One thousand, two hundred and thirty-four "),
        }
        self.env.ref("base.UAH").active = True
        move = self._invoice(
            [(self.design, 1, 1234.5)], invoice_date="2026-02-03", currency_id=self.env.ref("base.UAH").id
        )
        for lang, (amount, date, words) in expected.items():
            self.dnipro.lang = lang
            values = move._get_form_values("invoice")
            self.assertEqual(self._totals(values)[-1], amount)
            self.assertIn(date, values["date"].replace("\N{NO-BREAK SPACE}", " "))
            if lang != "ru_RU":
                self.assertTrue(values["words"].startswith(words), values["words"])
            else:
                self.assertTrue(values["words"].startswith("Одна тысяча двести тридцать четыре гривны 50"))

    def test_titles_in_three_languages(self):
        if not _is_translated():
            self.skipTest("the translations are not there yet")
        titles = {
            "uk_UA": ("Рахунок на оплату №", "Акт виконаних робіт (наданих послуг) №", "Видаткова накладна №"),
            "ru_RU": ("Счёт на оплату №", "Акт выполненных работ (оказанных услуг) №", "Накладная №"),
            "en_US": ("Invoice for payment No.", "Act of completed work (services rendered) No.", "Waybill"),
        }
        move = self._invoice()
        for lang, expected in titles.items():
            self.dnipro.lang = lang
            for form, title in zip(FORMS, expected, strict=True):
                self.assertTrue(move._get_form_values(form)["heading"].startswith(title))

    def test_layout_follows_the_own_country(self):
        move = self._invoice()
        for code, layout in (("UA", "ua"), ("RU", "ru"), ("KZ", "kz"), ("PL", "generic")):
            self._move_to(code)
            self.assertEqual(move._get_form_layout(), layout)

    # ------------------------------------------------------------
    # LINES, TOTALS
    # ------------------------------------------------------------

    def test_amounts_before_tax(self):
        values = self._invoice([(self.promotion, 2, 1000.0)])._get_form_values("invoice")
        self.assertEqual(self._rows(values, "quantity"), ["2"])
        self.assertEqual(self._rows(values, "price"), ["1,000.00"])
        self.assertEqual(self._rows(values, "amount"), ["2,000.00"])
        self.assertEqual(self._totals(values), ["2,000.00", "400.00", "2,400.00"])
        self.assertEqual([column["key"] for column in values["columns"]][-2:], ["price", "amount"])

    def test_prices_with_tax_in_them(self):
        self.vat.price_include_override = "tax_included"
        values = self._invoice([(self.promotion, 2, 1200.0)])._get_form_values("invoice")
        self.assertEqual(self._rows(values, "price"), ["1,200.00"])
        self.assertEqual(self._rows(values, "amount"), ["2,400.00"])
        self.assertEqual(self._totals(values), ["400.00", "2,400.00"])

    def test_tax_in_some_prices_only(self):
        included = self.vat.copy({"name": "VAT 25 %", "amount": 25, "price_include_override": "tax_included"})
        move = self._invoice([(self.promotion, 1, 125.0), (self.paper, 1, 50.0)], post=False)
        move.invoice_line_ids[0].tax_ids = included
        values = move._get_form_values("invoice")
        self.assertEqual(self._rows(values, "price"), ["100.00", "50.00"])
        self.assertEqual(self._rows(values, "amount"), ["100.00", "50.00"])
        self.assertEqual(self._rows(values, "taxes"), ["VAT 25%", "VAT 20%"])
        self.assertEqual(self._totals(values), ["150.00", "25.00", "10.00", "185.00"])
        self.assertIn("taxes", [column["key"] for column in values["columns"]])

    def test_without_tax(self):
        values = self._invoice([(self.design, 1, 300.0)])._get_form_values("invoice")
        self.assertEqual(self._totals(values), ["\N{EN DASH}", "300.00"])
        self.assertEqual(values["vat_text"], "Without VAT")
        self.assertIn("without VAT", values["purpose"])

    def test_line_without_tax_among_others(self):
        values = self._invoice([(self.promotion, 1, 1000.0), (self.design, 1, 300.0)])._get_form_values("invoice")
        self.assertEqual(self._rows(values, "taxes"), ["VAT 20%", "Without VAT"])
        self.assertIn("taxes", [column["key"] for column in values["columns"]])
        values = self._invoice([(self.design, 1, 300.0), (self.design, 2, 300.0)])._get_form_values("invoice")
        self.assertNotIn("taxes", [column["key"] for column in values["columns"]])

    def test_rate_is_named_in_the_language_of_the_form(self):
        """Labels as Odoo's charts of Ukraine and Kazakhstan have them; one that says more is printed as it is."""
        move = self._invoice([(self.promotion, 1, 1000.0)])
        for label in ("20%", "+ ПДВ 20%", "VAT 20 %", "НДС 20%"):
            self.vat.invoice_label = label
            values = move._get_form_values("invoice")
            self.assertEqual(values["totals"][1][0], "VAT 20%")
            self.assertIn("Including VAT 20%: 200.00", values["vat_text"])
        self.vat.invoice_label = "Export VAT 20%"
        self.assertEqual(move._get_form_values("invoice")["totals"][1][0], "Export VAT 20%")

    def test_discount_has_a_column(self):
        move = self._invoice(post=False)
        keys = [column["key"] for column in move._get_form_values("invoice")["columns"]]
        self.assertNotIn("discount", keys)
        move.invoice_line_ids[0].discount = 12.5
        values = move._get_form_values("invoice")
        self.assertIn("discount", [column["key"] for column in values["columns"]])
        self.assertEqual(self._rows(values, "discount"), ["12.5\N{NO-BREAK SPACE}%", ""])
        self.assertEqual(self._rows(values, "amount")[0], "875.00")

    def test_totals_are_those_of_the_paper(self):
        """Odd prices and quantities, two taxes on a line: to the cent what Odoo posts."""
        other = self.vat.copy({"name": "Fee 3.3 %", "amount": 3.3})
        lines = [(self.promotion, 0.333, 10.07 + number / 7) for number in range(9)]
        for rounding in ("round_per_line", "round_globally"):
            self.company.tax_calculation_rounding_method = rounding
            move = self._invoice(lines, post=False)
            move.invoice_line_ids[::2].tax_ids = self.vat | other
            move.action_post()
            values = move._get_form_values("invoice")
            amounts = [move.amount_untaxed, *self._tax_amounts(move), move.amount_total]
            self.assertEqual(self._totals(values), [move._format_amount(amount) for amount in amounts])
            rows = sum(float(amount.replace(",", "")) for amount in self._rows(values, "amount"))
            self.assertAlmostEqual(rows, move.amount_untaxed, 2)

    def _tax_amounts(self, move):
        amounts = {line.tax_line_id: -line.amount_currency for line in move.line_ids if line.tax_line_id}
        return [amounts[tax] for tax in move.invoice_line_ids[0].tax_ids]

    def test_sections_and_notes_stay_in_their_places(self):
        move = self._invoice(post=False)
        move.invoice_line_ids = [
            Command.create({"display_type": "line_section", "name": "Work", "sequence": 1}),
            Command.create({"display_type": "line_note", "name": "Until spring", "sequence": 99}),
        ]
        move.invoice_line_ids.filtered("product_id").sequence = 50
        values = move._get_form_values("invoice")
        self.assertEqual([row["kind"] for row in values["rows"]], ["section", "product", "product", "note"])
        self.assertEqual(self._rows(values, "number"), [1, 2])
        self.assertEqual([row["kind"] for row in values["last_rows"]], ["product", "note"])

    def test_act_of_works_and_waybill_of_goods(self):
        move = self._invoice()
        act, waybill = move._get_form_values("act"), move._get_form_values("waybill")
        self.assertEqual(self._totals(act), ["1,000.00", "200.00", "1,200.00"])
        self.assertEqual(self._totals(waybill), ["500.00", "100.00", "600.00"])
        self.assertEqual(len(move._get_form_values("invoice")["rows"]), 2)

    def test_act_of_goods_alone_is_printed_whole(self):
        move = self._invoice([(self.paper, 10, 50.0)])
        self.assertEqual(self._totals(move._get_form_values("act")), ["500.00", "100.00", "600.00"])

    def test_section_without_work_is_not_on_the_act(self):
        move = self._invoice(post=False)
        service, goods = move.invoice_line_ids
        service.sequence, goods.sequence = 20, 40
        move.invoice_line_ids = [
            Command.create({"display_type": "line_section", "name": "Work", "sequence": 10}),
            Command.create({"display_type": "line_note", "name": "Done by us", "sequence": 25}),
            Command.create({"display_type": "line_section", "name": "Things", "sequence": 30}),
            Command.create({"display_type": "line_note", "name": "White", "sequence": 45}),
        ]
        names = [row["name"] for row in move._get_form_values("act")["rows"]]
        self.assertEqual((names[0], len(names), names[2]), ("Work", 3, "Done by us"))
        names = [row["name"] for row in move._get_form_values("waybill")["rows"]]
        self.assertEqual((names[0], len(names), names[2]), ("Things", 3, "White"))

    def test_refund_is_negative(self):
        invoice = self._invoice([(self.promotion, 1, 1000.0)])
        refund = invoice._reverse_moves([{"invoice_date": invoice.invoice_date}])
        refund.action_post()
        values = refund._get_form_values("invoice")
        self.assertEqual(self._totals(values), ["-1,000.00", "-200.00", "-1,200.00"])
        self.assertEqual(self._rows(values, "quantity"), ["-1"])
        self.assertTrue(values["words"].startswith("Minus one thousand"))
        self.assertEqual((values["title"], values["has_bank"]), ("Credit note", False))
        self.assertIn(invoice.name, values["references"][0][1])

    def test_two_currencies(self):
        move = self._invoice([(self.promotion, 1, 10.0)], currency_id=self.foreign.id)
        values = move._get_form_values("invoice")
        self.assertIn(self.foreign.name, values["count_text"])
        self.assertEqual(self._totals(values)[-1], "12.00")

    def test_no_paper_has_no_lines(self):
        move = self.env["account.move"].create({"move_type": "out_invoice", "partner_id": self.dnipro.id})
        for form in FORMS:
            values = move._get_form_values(form)
            self.assertEqual((values["rows"], self._totals(values)[-1]), ([], "0.00"))

    # ------------------------------------------------------------
    # ORDERS
    # ------------------------------------------------------------

    def test_order_and_its_invoice_say_the_same(self):
        order = self._create_order(self.dnipro, self.olena, [(self.promotion, 2), (self.paper, 3), (self.design, 1)])
        order.order_line[0].discount = 10
        order.action_confirm()
        move = order._create_invoices()
        for form in FORMS:
            of_order, of_move = order._get_form_values(form), move._get_form_values(form)
            for key in ("rows", "totals", "words", "vat_text", "count_text"):
                ignored = {"date": None}
                if key == "rows":
                    rows = [[row | ignored for row in values[key]] for values in (of_order, of_move)]
                    self.assertEqual(*rows)
                else:
                    self.assertEqual(of_order[key], of_move[key])

    def test_act_of_a_quotation_is_a_draft(self):
        order = self._create_order(self.dnipro, self.olena)
        self.assertFalse(order._get_form_values("invoice")["mark"])
        self.assertEqual(order._get_form_values("act")["mark"], "DRAFT")
        order.action_confirm()
        self.assertFalse(order._get_form_values("act")["mark"])
        order._action_cancel()
        self.assertEqual(order._get_form_values("invoice")["mark"], "CANCELLED")

    def test_draft_invoice_is_marked(self):
        move = self._invoice(post=False)
        values = move._get_form_values("invoice")
        self.assertEqual((values["mark"], values["number"], values["purpose"]), ("DRAFT", "", ""))
        move.action_post()
        values = move._get_form_values("invoice")
        self.assertFalse(values["mark"])
        self.assertEqual(values["number"], move.name)
        self.assertIn(move.name, values["purpose"])

    # ------------------------------------------------------------
    # PARTIES
    # ------------------------------------------------------------

    def test_form_is_for_the_company_of_a_contact_person(self):
        self.petro.write({"street": "Own street 9", "city": "Odesa"})
        move = self._create_invoice(self.petro, self.olena)
        buyer = move._get_form_values("invoice")["buyer"]
        self.assertEqual(buyer["name"], "Dnipro LLC")
        self.assertIn("Own street 9", buyer["text"])
        self.assertNotIn("Naberezhna", buyer["text"])

    def test_private_person(self):
        self._move_to("UA")
        person = self.env["res.partner"].create({"name": "Olha Bondar", "city": "Lviv", "street": "Rynok 1"})
        move = self._create_invoice(person, self.olena)
        buyer = move._get_form_values("act")["buyer"]
        self.assertTrue(buyer["is_person"])
        self.assertEqual((buyer["name"], buyer["numbers"]), ("Olha Bondar", []))
        self.assertFalse([name for name in move._get_missing_requisites("act") if name.startswith("Client")])

    def test_consignee_on_a_waybill_only(self):
        store = self.env["res.partner"].create(
            {"name": "Store", "parent_id": self.dnipro.id, "type": "delivery", "street": "Port 7", "city": "Odesa"}
        )
        move = self._invoice(partner_shipping_id=store.id)
        self.assertIn("Port 7", move._get_form_values("waybill")["consignee"])
        self.assertFalse(move._get_form_values("invoice")["consignee"])
        move = self._invoice(partner_shipping_id=self.dnipro.id)
        self.assertFalse(move._get_form_values("waybill")["consignee"])

    def test_missing_requisites_are_named(self):
        self._move_to("UA")
        self._sign(self.olena)
        move = self._invoice()
        self.assertEqual(move._get_missing_requisites("invoice"), [])
        self.company.partner_id.company_registry = False
        self.bank.bank_id = False
        self.dnipro.write({"street": False, "city": False, "zip": False})
        missing = move._get_missing_requisites("invoice")
        self.assertEqual(len(missing), 3)
        self.assertTrue(missing[0].startswith("Own company: "))
        self.assertEqual(missing[1:], ["Own company: name of the bank", "Client: address"])
        self.requisites.signatory_ids = False
        self.assertIn("Own company: who signs", move._get_missing_requisites("act"))

    def test_account_in_another_currency_is_missed(self):
        self._sign(self.olena)
        self._move_to("UA")
        self.requisites.currency_id = self.company.currency_id
        self.assertEqual(self._invoice()._get_missing_requisites("invoice"), [])
        move = self._invoice(currency_id=self.foreign.id)
        self.assertEqual(move.requisites_id, self.requisites)
        missing = [f"Own company: account in {self.foreign.name}"]
        self.assertEqual(move._get_missing_requisites("invoice"), missing)
        self.assertEqual(move._get_missing_requisites("act"), [])
        entry = self.env["crm.invoice.entry"].with_user(self.olena)._open_for(self.dnipro)
        entry = self.env["crm.invoice.entry"].browse(entry["res_id"])
        self.assertFalse(entry.missing_requisites)
        entry.currency_id = self.foreign
        self.assertEqual(entry.missing_requisites, missing[0])

    def test_missing_requisites_by_country(self):
        move = self._invoice()
        self._move_to("RU")
        self.assertEqual(move._get_missing_requisites("invoice"), ["Own company: correspondent account"])
        self._move_to("KZ")
        self.assertEqual(move._get_missing_requisites("invoice"), ["Own company: KBe"])
        self._move_to("PL")
        self.assertEqual(move._get_missing_requisites("invoice"), [])

    def test_paper_without_requisites_is_printed(self):
        move = self._invoice()
        move.requisites_id = False
        self.requisites.active = False
        values = move._get_form_values("invoice")
        self.assertFalse(values["has_bank"])
        self.assertEqual(len(values["signatories"]), 1)
        self.assertIn("Own company: bank account", move._get_missing_requisites("invoice"))

    # ------------------------------------------------------------
    # REQUISITES, CONTRACT, REGISTER
    # ------------------------------------------------------------

    def test_requisites_of_the_currency(self):
        _bank, foreign = self._create_requisites(
            self.company, "UA903052992990004149123456789", currency_id=self.foreign.id
        )
        self.assertEqual(self._invoice().requisites_id, self.requisites)
        move = self._invoice(currency_id=self.foreign.id, post=False)
        self.assertEqual(move.requisites_id, foreign)
        move.currency_id = self.company.currency_id
        self.assertEqual(move.requisites_id, self.requisites)
        order = self._create_order(self.dnipro, self.olena)
        self.assertEqual(order.requisites_id, self.requisites)

    def test_chosen_requisites_stay(self):
        _bank, other = self._create_requisites(self.company, "UA903052992990004149123456789")
        move = self._invoice(requisites_id=other.id)
        self.assertEqual(move.requisites_id, other)

    def test_bills_and_entries_have_no_requisites(self):
        bill = self._invoice(move_type="in_invoice", post=False)
        self.assertFalse(bill.requisites_id)

    def test_form_view_takes_them(self):
        with Form(self.env["account.move"].with_context(default_move_type="out_invoice")) as form:
            form.partner_id = self.dnipro
        self.assertEqual(form.save().requisites_id, self.requisites)

    def test_contract_is_named(self):
        contract = self._create_contract(self.dnipro, self.head, "C-77", date="2026-01-15")
        move = self._invoice(contract_id=contract.id)
        text = move.with_user(self.olena)._get_form_values("invoice")["references"][0][1]
        self.assertIn("C-77", text)
        self.assertIn("January", text)

    def test_act_has_its_number_of_the_register(self):
        move = self._invoice()
        self.env["crm.document"].create(
            {
                "type_id": self.env.ref("crm_documents.crm_document_type_act").id,
                "name": "A-15",
                "date": "2026-03-04",
                "partner_id": self.dnipro.id,
                "move_id": move.id,
            }
        )
        act = move._get_form_values("act")
        self.assertEqual(act["number"], "A-15")
        self.assertIn("March", act["date"])
        self.assertEqual(move._get_form_values("invoice")["number"], move.name)
        self.assertEqual(move._get_form_values("waybill")["number"], move.name)

    # ------------------------------------------------------------
    # ACCESS, SPEED
    # ------------------------------------------------------------

    def test_whoever_reads_the_paper_prints_it(self):
        move = self._invoice()
        for form in FORMS:
            self.assertEqual(move.with_user(self.olena)._get_form_values(form)["buyer"]["name"], "Dnipro LLC")
            with self.assertRaises(AccessError):
                move.with_user(self.taras)._get_form_values(form)
        order = self._create_order(self.dnipro, self.olena)
        self.assertTrue(order.with_user(self.olena)._get_form_values("invoice")["rows"])
        with self.assertRaises(AccessError):
            order.with_user(self.taras)._get_form_values("invoice")

    def test_stamp_only_by_whom_it_is_allowed(self):
        self._sign(self.olena)
        move = self._invoice(post=False)
        with self.assertRaises(AccessError):
            move.with_user(self.head).sudo().is_stamped = True
        move.with_user(self.olena).sudo().is_stamped = True
        with self.assertRaises(AccessError):
            move.with_user(self.head)._get_form_values("invoice")

    def test_fifty_papers_cost_few_queries_more_than_one(self):
        moves = self.env["account.move"].concat(*[self._invoice() for _number in range(51)])
        moves.with_user(self.olena)._get_forms_values("invoice")  # warm

        def count(papers):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            papers.with_user(self.olena)._get_forms_values("invoice")
            return self.env.cr.sql_log_count - before

        one, fifty = count(moves[0]), count(moves[1:])
        self.assertLess(fifty - one, 25)
