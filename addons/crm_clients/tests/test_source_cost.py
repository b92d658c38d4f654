from datetime import date

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ClientCommon


@tagged("post_install", "-at_install")
class TestSourceCost(ClientCommon):
    def _enter_cost(self, user=None, **vals):
        return (
            self.env["crm.source.cost"]
            .with_user(user or self.head)
            .create({"source_id": self.source.id, "amount": 100, **vals})
        )

    @freeze_time("2024-02-10")
    def test_defaults_to_this_month_in_the_companys_currency(self):
        cost = self._enter_cost()
        self.assertEqual((cost.date_from, cost.date_to), (date(2024, 2, 1), date(2024, 2, 29)))
        self.assertEqual(cost.currency_id, self.env.company.currency_id)
        self.assertEqual(cost.display_name, self.source.name)

    def test_currency_of_another_company(self):
        currency = self.env.ref("base.CHF")
        currency.active = True
        company = self.env["res.company"].create({"name": "Swiss branch", "currency_id": currency.id})
        self.head.company_ids |= company
        cost = self.env["crm.source.cost"].create({"source_id": self.source.id, "amount": 1, "company_id": company.id})
        self.assertEqual(cost.currency_id, currency)

    def test_impossible_costs(self):
        for vals in (
            {"date_from": "2026-03-02", "date_to": "2026-03-01"},
            {"date_from": "2000-01-01", "date_to": "2026-01-01"},
            {"amount": -1},
        ):
            with (
                self.subTest(vals),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self._enter_cost(**vals)
        self._enter_cost(amount=0, date_from="2026-03-01", date_to="2026-03-01")

    def test_head_enters_and_who_sees_everything_reads(self):
        cost = self._enter_cost()
        reader = self.ivan
        reader.group_ids |= self.env.ref("sales_team.group_sale_salesman_all_leads")
        self.assertEqual(cost.with_user(reader).amount, 100)
        with self.assertRaises(AccessError):
            cost.with_user(reader).amount = 1
        for user in (self.olena, self.clerk):
            with self.assertRaises(AccessError):
                cost.with_user(user).read(["amount"])

    def test_costs_of_other_companies_are_hidden(self):
        company = self.env["res.company"].create({"name": "Other"})
        cost = self.env["crm.source.cost"].create({"source_id": self.source.id, "amount": 1, "company_id": company.id})
        self.assertFalse(self.env["crm.source.cost"].with_user(self.head).search([("id", "=", cost.id)]))

    def test_used_source_stays(self):
        self._enter_cost()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.source.unlink()
