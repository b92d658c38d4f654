import random

from odoo import Command
from odoo.tests import tagged

from ..tools.amount_words import amount_to_words
from .form_common import FORMS, FormCommon, squeeze
from .pdf_common import read_pages


@tagged("post_install", "-at_install")
class TestFormCases(FormCommon):
    """Papers out of the ordinary: by chance, in heaps, of two companies, with something missing."""

    # ------------------------------------------------------------
    # SUMS
    # ------------------------------------------------------------

    def _parse(self, text):
        return float(text.replace(",", "").replace("\N{EN DASH}", "0"))

    def _create_random_invoice(self, chance, currency, taxes):
        products = [self.promotion, self.design, self.paper]
        lines = [
            (chance.choice(products), chance.choice((1, 2, 0.5, 3.25, 7)), round(chance.uniform(0, 900), 2))
            for _number in range(chance.randint(1, 6))
        ]
        move = self._invoice(lines, post=False, currency_id=currency.id)
        for line in move.invoice_line_ids:
            chosen = taxes.browse(chance.sample(taxes.ids, chance.randint(0, 2)))
            line.write({"tax_ids": [Command.set(chosen.ids)], "discount": chance.choice((0, 0, 5, 12.5))})
        return move

    def _create_currencies(self):
        return self.env["res.currency"].create(
            [
                {"name": name, "symbol": name, "rounding": rounding}
                for name, rounding in (("ZZA", 1.0), ("ZZB", 0.01), ("ZZC", 0.001))
            ]
        )

    def test_printed_lines_make_the_printed_total(self):
        """Seeded by chance: both rounding methods, three precisions, several taxes and discounts."""
        chance, moves = random.Random(6), self.env["account.move"]
        taxes = self.vat | self.vat.copy({"name": "Fee 3.3 %", "amount": 3.3})
        currencies = self._create_currencies()
        for number in range(18):
            method = ("round_per_line", "round_globally")[number % 2]
            self.company.tax_calculation_rounding_method = method
            move = self._create_random_invoice(chance, currencies[number % 3], taxes)
            with self.subTest(number=number, method=method):
                self._assert_sums(move)
            moves |= move
        text = self._print_text(moves, "invoice", self.olena)
        for move in moves:
            values = move._get_form_values("invoice")
            self.assertPrinted(text, values["words"], f"Total to pay: {values['totals'][-1][1]}")

    def _assert_sums(self, move):
        values, digits = move._get_form_values("invoice"), move.currency_id.decimal_places
        printed = sum(self._parse(row["amount"]) for row in values["rows"])
        totals = [self._parse(amount) for _label, amount, _is_main in values["totals"]]
        self.assertAlmostEqual(totals[-1], move.amount_total, digits)
        self.assertAlmostEqual(printed, move.amount_untaxed, digits)
        taxes = totals[1:-1] if values["sums"]["taxes"] else []
        self.assertAlmostEqual(printed + sum(taxes), totals[-1], digits)
        words = amount_to_words(move.amount_total, move.currency_id.name, "en_US", digits)
        self.assertEqual(values["words"], words)

    def test_cash_rounding_has_a_row_of_its_own(self):
        account = self._invoice().invoice_line_ids.account_id[:1]
        rounding = self.env["account.cash.rounding"].create(
            {
                "name": "Whole",
                "rounding": 1.0,
                "strategy": "add_invoice_line",
                "rounding_method": "UP",
                "profit_account_id": account.id,
                "loss_account_id": account.id,
            }
        )
        move = self._invoice([(self.design, 1, 99.3)], invoice_cash_rounding_id=rounding.id)
        totals = move._get_form_values("invoice")["totals"]
        self.assertIn(("Rounding", "0.70", False), totals)
        self.assertEqual(totals[-1][1], "100.00")

    def test_free_and_negative_lines(self):
        move = self._invoice([(self.design, 1, 300.0), (self.paper, 1, 0.0), (self.design, 1, -50.0)])
        values = move._get_form_values("invoice")
        self.assertEqual([row["amount"] for row in values["rows"]], ["300.00", "0.00", "-50.00"])
        self.assertEqual(values["totals"][-1][1], "250.00")

    # ------------------------------------------------------------
    # MANY
    # ------------------------------------------------------------

    def test_sixty_papers_in_their_order(self):
        moves = self.env["account.move"].union(*(self._invoice() for _number in range(60)))
        pages = [squeeze(page) for page in read_pages(self._print(moves, "invoice", self.olena))]
        self.assertEqual(len(pages), 60)
        for page, move in zip(pages, moves, strict=True):
            self.assertIn(f"No. {move.name} of", page)
            self.assertIn("Page 1 of 1", page)

    def test_three_hundred_lines_are_all_there(self):
        move = self._invoice([(self.design, 1, 1000.0 + number) for number in range(300)])
        pages = [squeeze(page) for page in read_pages(self._print(move, "invoice"))]
        text = " ".join(pages)
        for number in range(300):
            self.assertIn(f"{1000 + number:,}.00", text)
        self.assertIn(f"Page {len(pages)} of {len(pages)}", pages[-1])

    def test_two_companies_in_one_print(self):
        other = self.env["res.company"].create({"name": "Second Company"})
        self._set_up_accounts(other)
        self._create_requisites(other, "UA903052992990004149123456789")
        self.karpaty.lang = "uk_UA"
        first = self._invoice()
        second = self._create_invoice(
            self.karpaty, self.olena, [(self.design, 1, 300.0)], post=False, company_id=other.id
        )
        pages = [squeeze(page) for page in read_pages(self._print(first | second, "invoice"))]
        for page, own, alien in zip(
            pages, (self.bank, second.requisites_id.partner_bank_id), (other, self.company), strict=True
        ):
            self.assertIn(own.sanitized_acc_number, page)
            self.assertNotIn(alien.name, page)
        self.assertIn("Триста", pages[1])

    # ------------------------------------------------------------
    # WHAT IS MISSING
    # ------------------------------------------------------------

    def test_each_mandatory_requisite_is_missed(self):
        numbers = {"UA": "company_registry", "RU": "vat", "KZ": "vat", "PL": "vat"}
        move = self._invoice()
        self.requisites.write({"correspondent_account": "30101810400000000225", "beneficiary_code": "17"})
        for code, field in numbers.items():
            self._move_to(code)
            self.dnipro.is_company = True
            with self.subTest(country=code):
                self.assertEqual(move._get_missing_requisites("invoice"), [])
                self._assert_missed(move, self.company.partner_id, field, "Own company: ")
                self._assert_missed(move, self.dnipro, field, "Client: ")

    def _assert_missed(self, move, card, field, start):
        card = card.with_context(no_vat_validation=True)
        value, card[field] = card[field], False
        missing = move._get_missing_requisites("invoice")
        card[field] = value
        self.assertEqual([text.startswith(start) for text in missing], [True])

    def test_client_without_country_and_language(self):
        self.dnipro.write({"lang": False, "country_id": False})
        move = self._invoice()
        self.olena.lang = "ru_RU"
        self.company.partner_id.lang = "uk_UA"
        for form in FORMS:
            self.assertEqual(move.with_user(self.olena)._get_form_values(form)["lang"], "uk_UA")
