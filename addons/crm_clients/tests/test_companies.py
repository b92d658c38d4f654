from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import ClientCommon

DAY, BRANCH_RATE = date(2026, 1, 15), 0.25


class CompanyCommon(ClientCommon):
    """The head and olena work in the main company and in a Swiss branch, taras and ivan in the main company alone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.main = cls.env.company
        cls.franc = cls.env.ref("base.CHF")
        cls.franc.active = True
        cls.branch = cls.env["res.company"].create({"name": "Swiss branch", "currency_id": cls.franc.id})
        cls.env["res.currency.rate"].create(
            {"currency_id": cls.franc.id, "company_id": cls.main.id, "rate": BRANCH_RATE, "name": "2020-01-01"}
        )
        cls.companies = cls.main | cls.branch
        (cls.head | cls.olena).company_ids = cls.companies
        cls.zurich = cls._create_client("Zurich AG", cls.olena, company_id=cls.branch.id)
        cls.env.flush_all()

    def as_user(self, records, user, companies=None):
        return records.with_user(user).with_context(allowed_company_ids=(companies or self.companies).ids)

    def find(self, user, companies=None, records=None):
        """Return which of the clients the user finds while these companies are ticked."""
        clients = records or (self.dnipro | self.karpaty | self.zurich)
        Partner = self.as_user(self.env["res.partner"], user, companies)
        return Partner.search([("id", "in", clients.ids)]).sudo(self.env.su).with_env(self.env)


@tagged("post_install", "-at_install")
class TestClientsOfCompanies(CompanyCommon):
    def test_both_rules_hold(self):
        """A client is seen by its own manager only, and only while its company is ticked."""
        self.assertEqual(self.find(self.olena), self.dnipro | self.zurich)
        self.assertEqual(self.find(self.olena, self.main), self.dnipro)
        self.assertEqual(self.find(self.olena, self.branch), self.dnipro | self.zurich)
        self.assertEqual(self.find(self.taras, self.main), self.karpaty)

    def test_all_clients_are_those_of_ones_companies(self):
        self.assertEqual(self.find(self.ivan, self.main), self.dnipro | self.karpaty)
        self.assertEqual(self.find(self.head), self.dnipro | self.karpaty | self.zurich)

    def test_deals_of_a_company(self):
        deal = self._create_deal("Zurich deal", self.zurich, self.olena, company_id=self.branch.id)
        for companies, found in ((self.companies, True), (self.main, False)):
            Lead = self.as_user(self.env["crm.lead"], self.olena, companies)
            self.assertEqual(bool(Lead.search([("id", "=", deal.id)])), found)
        with self.assertRaises(AccessError):
            self.as_user(deal, self.ivan, self.main).read(["name"])

    def test_company_card_of_every_company_is_open(self):
        self.branch.partner_id.write({"client_type_id": self.type_client.id, "user_id": self.taras.id})
        self.assertEqual(self.branch.partner_id.client_access, 0)
        self.assertTrue(self.as_user(self.branch.partner_id, self.olena).name)

    def test_hand_over_across_companies(self):
        """The head moves a client of the branch; its deals there and their tasks follow."""
        self.taras.company_ids |= self.branch
        deals = self._create_deal("Branch deal", self.zurich, self.olena, company_id=self.branch.id)
        deals |= self._create_deal("Another deal", self.zurich, self.olena, company_id=self.branch.id)
        task = deals[0].activity_schedule("mail.mail_activity_data_call", user_id=self.olena.id)
        self.as_user(self.zurich, self.head).user_id = self.taras
        self.assertEqual(deals.user_id, self.taras)
        self.assertEqual(task.user_id, self.taras)
        self.assertEqual(set(deals.mapped("client_access")), {self.taras.id})
        self.assertEqual(self.find(self.taras), self.karpaty | self.zurich)

    def test_hand_over_moves_what_is_not_ticked(self):
        """The whole client moves, also what stands in a company that the head has not ticked just now."""
        self.taras.company_ids |= self.branch
        self.dnipro.company_id = False
        deal = self._create_deal("Branch deal", self.dnipro, self.olena, company_id=self.branch.id)
        self.as_user(self.dnipro, self.head, self.main).user_id = self.taras
        self.assertEqual((deal | self.deal_dnipro).user_id, self.taras)

    def test_head_of_another_company_does_not_hand_over(self):
        stranger = new_test_user(self.env, "cl_stranger", "base.group_user,sales_team.group_sale_manager")
        with self.assertRaises(AccessError):
            self.as_user(self.zurich, stranger, self.main).write({"user_id": stranger.id})


@tagged("post_install", "-at_install")
class TestSourcesOfCompanies(CompanyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.inquiries = [
            cls._win_inquiry(company, revenue) for company, revenue in ((cls.main, 1000), (cls.branch, 100))
        ]
        for company, amount in ((cls.main, 200), (cls.branch, 20)):
            cls.env["crm.source.cost"].create(
                {
                    "source_id": cls.source.id,
                    "company_id": company.id,
                    "amount": amount,
                    "date_from": "2026-01-01",
                    "date_to": "2026-01-31",
                }
            )
        cls.env.flush_all()

    @classmethod
    def _win_inquiry(cls, company, revenue):
        lead = cls.env["crm.lead"].create(
            {
                "name": "Inquiry",
                "type": "lead",
                "source_id": cls.source.id,
                "user_id": cls.olena.id,
                "company_id": company.id,
                "team_id": False,
                "expected_revenue": revenue,
                "inquiry_date": DAY,
            }
        )
        lead.convert_opportunity(cls.env["res.partner"])
        lead.action_set_won()
        return lead

    def get_figures(self, companies):
        report = self.as_user(self.env["crm.source.report"], self.head, companies)
        domain = [("source_id", "=", self.source.id)]
        [row] = report._read_group(domain, [], ["inquiries:sum", "revenue:sum", "cost:sum", "return_rate:avg"])
        return [round(figure, 2) for figure in row]

    def test_each_company_in_its_own_currency(self):
        self.assertEqual(self.get_figures(self.main), [1, 1000, 200, 400])
        self.assertEqual(self.get_figures(self.branch), [1, 100, 20, 400])

    def test_both_in_the_currency_of_the_first(self):
        """A franc is four of the main company's units."""
        self.assertEqual(self.get_figures(self.main | self.branch), [2, 1400, 280, 400])
        [inquiries, *_figures] = self.get_figures(self.branch | self.main)
        self.assertEqual(inquiries, 2)

    def test_currency_of_a_row(self):
        report = self.as_user(self.env["crm.source.report"], self.head, self.branch)
        row = report.search([("lead_id", "=", self.inquiries[1].id)])
        self.assertEqual((row.currency_id, row.revenue), (self.franc, 100))

    def test_manager_counts_in_ticked_companies(self):
        for companies, count in ((self.main, 1), (self.branch, 1), (self.companies, 2)):
            report = self.as_user(self.env["crm.source.report"], self.olena, companies)
            self.assertEqual(report.search_count([("source_id", "=", self.source.id)]), count)

    def test_cost_of_a_company_one_does_not_work_in(self):
        stranger = new_test_user(self.env, "cl_stranger", "base.group_user,sales_team.group_sale_manager")
        Cost = self.as_user(self.env["crm.source.cost"], stranger, self.main)
        costs = Cost.search([("source_id", "=", self.source.id)])
        self.assertEqual(costs.company_id, self.main)
        with self.assertRaises(AccessError):
            Cost.create({"source_id": self.source.id, "amount": 1, "company_id": self.branch.id})

    def test_channel_of_another_company(self):
        team = self.env["crm.team"].create({"name": "Zurich", "company_id": self.branch.id})
        with self.assertRaises(UserError):
            self.env["crm.source.cost"].create(
                {"source_id": self.source.id, "amount": 1, "company_id": self.main.id, "team_id": team.id}
            )


@tagged("post_install", "-at_install")
class TestArchivedAndDeleted(ClientCommon):
    """Clients, managers, types and levels that are no longer in use."""

    def test_archived_client_keeps_its_rules(self):
        self.karpaty.with_user(self.head).action_archive()
        Partner = self.env["res.partner"].with_context(active_test=False)
        self.assertFalse(Partner.with_user(self.olena).search([("id", "=", self.karpaty.id)]))
        self.assertTrue(Partner.with_user(self.taras).search([("id", "=", self.karpaty.id)]))
        self.assertEqual(self.oksana.client_id, self.karpaty)

    def test_archived_manager_keeps_his_clients(self):
        """They stay closed for all limited managers until somebody hands them over."""
        self.taras.active = False
        self.assertEqual(self.karpaty.client_access, self.taras.id)
        self.assertFalse(self.env["res.partner"].with_user(self.olena).search([("id", "=", self.karpaty.id)]))
        self.karpaty.with_user(self.head).user_id = self.olena
        self.assertEqual(self.karpaty.with_user(self.olena).name, "Karpaty LLC")
        self.assertEqual(self.deal_karpaty.user_id, self.olena)

    def test_inquiry_for_a_client_of_an_archived_manager(self):
        self.taras.active = False
        lead = (
            self.env["crm.lead"]
            .with_user(self.olena)
            .create({"name": "Call", "type": "lead", "phone": "+380 32 200 0002", "user_id": self.olena.id})
        )
        lead.action_pass_on()
        lead = lead.sudo()
        self.assertFalse(lead.user_id, "nobody who left gets an inquiry")
        self.assertEqual(lead.partner_id, self.karpaty)

    def test_manager_with_clients_cannot_be_deleted_by_mistake(self):
        """Odoo keeps users who are named on partners from being deleted, or frees the clients: none is left open."""
        clients = self.karpaty | self.oksana
        with mute_logger("odoo.sql_db"):
            try:
                with self.env.cr.savepoint():
                    self.taras.sudo().unlink()
            except (IntegrityError, UserError):
                self.assertTrue(self.taras.exists())
        self.env.invalidate_all()
        self.assertFalse(self.env["res.partner"].with_user(self.olena).search([("id", "in", clients.ids)]))
        self.assertEqual(len(self.env["res.partner"].with_user(self.ivan).search([("id", "in", clients.ids)])), 2)

    def test_archived_type(self):
        self.type_client.active = False
        self.assertEqual(self.dnipro.client_id, self.dnipro)
        self.assertEqual(self.dnipro.client_access, self.olena.id)
        new = self.env["res.partner"].with_user(self.olena).with_context(client_directory=True)
        self.assertNotEqual(new.default_get(["client_type_id"])["client_type_id"], self.type_client.id)

    def test_archived_first_type_is_not_the_default(self):
        first = self.env["crm.client.type"].search([], limit=1)
        first.active = False
        new = self.env["res.partner"].with_user(self.olena).with_context(client_directory=True)
        self.assertEqual(
            new.default_get(["client_type_id"])["client_type_id"], self.env["crm.client.type"].search([], limit=1).id
        )

    def test_type_in_use_cannot_be_deleted(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.type_client.with_user(self.head).unlink()

    def test_archived_level_has_no_column(self):
        self.dnipro.client_level_id = self.level_regular
        self.level_possible.active = False
        groups = (
            self.env["res.partner"]
            .with_user(self.head)
            .web_read_group([("id", "in", (self.dnipro | self.karpaty).ids)], ["client_level_id"], ["__count"])[
                "groups"
            ]
        )
        levels = [group["client_level_id"] and group["client_level_id"][0] for group in groups]
        self.assertIn(self.level_regular.id, levels)
        self.assertNotIn(self.level_possible.id, levels)

    def test_level_that_is_archived_stays_in_the_history(self):
        self.dnipro._set_client_level(self.level_possible, "Asked")
        self.dnipro._set_client_level(self.level_regular, "Bought")
        self.level_possible.active = False
        self.env.invalidate_all()
        change = self.dnipro.client_level_change_ids.sorted("id")[-1:]
        self.assertEqual(change.with_user(self.olena).old_level_id.name, "Possible")

    def test_leaving_the_directory(self):
        """Without a type the card is a plain partner again: open, with its persons and deals."""
        self.karpaty.with_user(self.head).client_type_id = False
        self.assertFalse((self.karpaty | self.oksana).client_id)
        self.assertEqual(set((self.karpaty | self.oksana).mapped("client_access")), {0})
        self.assertEqual(self.deal_karpaty.client_access, 0)
        self.assertTrue(self.karpaty.with_user(self.olena).name)

    def test_deleted_client_takes_its_history_along(self):
        client = self._create_client("Short", self.olena)
        client._set_client_level(self.level_possible, "Asked")
        change = client.client_level_change_ids
        client.with_user(self.head).unlink()
        self.assertFalse(change.exists())

    def test_user_who_is_no_longer_a_salesperson(self):
        self.taras.group_ids = [Command.set(self.env.ref("base.group_user").ids)]
        self.assertFalse(self.taras.client_access_level)
        self.assertEqual(self.karpaty.client_access, self.taras.id, "the client waits to be handed over")
        self.assertFalse(self.env["res.partner"].with_user(self.olena).search([("id", "=", self.karpaty.id)]))
