from odoo import fields
from odoo.tests import BaseCase, TransactionCase

from ..department import tables
from ..department.dates import months
from ..department.filling import FILLED_ON
from ..department.planning import build_plan


class PlanCase(BaseCase):
    """The history before it is written, for several days of installation."""

    days = []

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plans = [build_plan(day) for day in cls.days]

    def each_plan(self):
        for plan in self.plans:
            with self.subTest(today=plan.today):
                yield plan


class DepartmentCase(TransactionCase):
    """The department as its installation left it, found by logins and names."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.ref("base.main_company")
        cls.env = cls.env(context={**cls.env.context, "allowed_company_ids": cls.company.ids})
        cls.day = fields.Date.to_date(cls.env["ir.config_parameter"].get_param(FILLED_ON))
        cls.plan = build_plan(cls.day)
        cls.months = months(cls.day, tables.MONTHS)
        cls.users = {
            login: cls.env["res.users"].search([("login", "=", login), ("company_id", "=", cls.company.id)])
            for login in tables.USERS
        }
        cls.channels = {
            key: cls.env["crm.team"].search([("name", "=", channel["name"]), ("active", "=", True)])
            for key, channel in tables.CHANNELS.items()
        }
        cls.teams = cls.env["crm.team"].union(*cls.channels.values())
        cls.clients = (
            cls.env["res.partner"].search(
                [("is_company", "=", True), ("email", "=like", "office@%.example"), ("parent_id", "=", False)]
            )
            - cls.company.partner_id
        )
        cls.leads = cls.env["crm.lead"].with_context(active_test=False).search([("team_id", "in", cls.teams.ids)])
        cls.results = cls.env["crm.process.result"].search([("lead_id", "in", cls.leads.ids)], order="id")
        cls.orders = cls.env["sale.order"].search([("team_id", "in", cls.teams.ids)])
        cls.invoices = cls.env["account.move"].search(
            [("team_id", "in", cls.teams.ids), ("move_type", "=", "out_invoice")]
        )
        cls.refunds = cls.env["account.move"].search(
            [("team_id", "in", cls.teams.ids), ("move_type", "=", "out_refund")]
        )

    def assertBetween(self, value, low, high, message=None):
        self.assertGreaterEqual(value, low, message)
        self.assertLessEqual(value, high, message)

    def within_history(self, moment):
        """Whether a date or moment is in the fourteen months up to the day of installation, or a day later in UTC."""
        return self.months[0][0] <= fields.Date.to_date(moment) <= self.day

    def in_month(self, records, name, month):
        """Those of the records whose date is in that month, given as its first and last day."""
        first, last = month
        return records.filtered(lambda record: first <= fields.Date.to_date(record[name]) <= last)
