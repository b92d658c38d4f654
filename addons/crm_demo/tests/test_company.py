from odoo.tests import tagged

from ..department import tables
from ..department.company import rate_on
from .common import DepartmentCase


@tagged("post_install", "-at_install")
class TestCompany(DepartmentCase):
    def test_identity(self):
        self.assertEqual(self.company.name, tables.COMPANY["name"])
        self.assertEqual(self.company.country_id, self.env.ref("base.ua"))
        self.assertEqual(self.company.account_fiscal_country_id, self.env.ref("base.ua"))
        self.assertEqual(self.company.currency_id.name, "UAH")

    def test_chart_of_accounts(self):
        self.assertEqual(self.company.chart_template, "ua_psbo")
        self.assertTrue(self.company.account_sale_tax_id)
        types = self.env["account.journal"].search([("company_id", "=", self.company.id)]).mapped("type")
        self.assertLessEqual({"sale", "purchase", "bank", "cash", "general"} - {"cash"}, set(types))

    def test_currencies_are_active(self):
        codes = set(self.env["res.currency"].search([]).mapped("name"))
        self.assertLessEqual({"UAH", "EUR", "USD", "PLN", "KZT"}, codes)

    def test_rates_of_every_month(self):
        for code in tables.RATES:
            currency = self.env["res.currency"].search([("name", "=", code)])
            for position, (first, _last) in enumerate(self.months):
                in_hryvnias = currency._convert(1.0, self.company.currency_id, self.company, first, round=False)
                self.assertAlmostEqual(in_hryvnias, rate_on(code, position), places=4, msg=f"{code} on {first}")

    def test_rates_are_plausible(self):
        for code, (begin, end) in tables.RATES.items():
            low, high = min(begin, end) * 0.98, max(begin, end) * 1.02
            for position in range(tables.MONTHS):
                self.assertBetween(rate_on(code, position), low, high)

    def test_price_lists(self):
        pricelists = self.env["product.pricelist"].search([("name", "=like", "Prices in %")])
        self.assertEqual(set(pricelists.currency_id.mapped("name")), {"UAH", "EUR", "PLN", "KZT"})
        self.assertTrue(self.env.user.has_group("product.group_product_pricelist"))

    def test_products(self):
        products = self.env["product.product"].search([("default_code", "in", list(tables.PRODUCTS))])
        self.assertEqual(len(products), 12)
        for product in products:
            name, price, kind, _quantities = tables.PRODUCTS[product.default_code]
            self.assertEqual((product.name, product.list_price, product.type), (name, price, kind))
            self.assertEqual(product.taxes_id, self.company.account_sale_tax_id)

    def test_topics_sell_existing_products(self):
        for title, codes in tables.TOPICS:
            self.assertLessEqual(set(codes), set(tables.PRODUCTS), title)

    def test_features_are_on_for_everybody(self):
        for login, user in self.users.items():
            self.assertTrue(user.has_group("crm.group_use_lead"), login)
            self.assertTrue(user.has_group("base.group_multi_currency"), login)

    def test_channels_differ_in_what_they_show(self):
        shown = {(channel.dashboard_content, channel.dashboard_group) for channel in self.teams}
        self.assertEqual(len(shown), 3)
        self.assertEqual({channel.dashboard_content for channel in self.teams}, {"pipeline", "sales", "invoices"})

    def test_other_channels_are_out_of_the_way(self):
        others = self.env["crm.team"].search([("id", "not in", self.teams.ids)])
        self.assertFalse(others, "Odoo's own channel is archived, not deleted")
        self.assertTrue(self.env.ref("sales_team.team_sales_department").exists())
