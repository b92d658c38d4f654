from collections import deque
from unittest.mock import patch

from lxml import etree

from odoo.tests import new_test_user, tagged
from odoo.tools.sql import column_exists

from odoo.addons.crm_clients.hooks import post_init_hook
from odoo.addons.crm_clients.tools.schema import create_missing_columns

from .common import ClientCommon


@tagged("post_install", "-at_install")
class TestInstallation(ClientCommon):
    """What installing does to a database that has a million partners already: next to nothing."""

    def drop_column(self, table, column):
        """Take the column away as if the addon had not been there; the end of the test brings it back."""
        self.env.flush_all()
        self.env.cr.execute(f'ALTER TABLE "{table}" DROP COLUMN "{column}" CASCADE')
        self.env.invalidate_all()

    def init_columns(self, *models):
        """Do what Odoo does with the tables of these models while it installs or updates the addon."""
        with (
            patch.object(self.registry, "_post_init_queue", deque(), create=True),
            patch.object(self.registry, "_foreign_keys", {}, create=True),
        ):
            for model in models:
                self.env[model]._auto_init()

    def get_column(self, table, column):
        self.env.cr.execute(f'SELECT array_agg(DISTINCT "{column}") FROM "{table}"')
        return self.env.cr.fetchone()[0]

    def test_columns_of_partners_come_empty(self):
        for column in ("client_id", "client_access"):
            self.drop_column("res_partner", column)
            self.init_columns("res.partner")
            self.assertTrue(column_exists(self.env.cr, "res_partner", column))
            self.assertEqual(self.get_column("res_partner", column), [None], column)
            self.assertFalse(
                self.env.transaction.tocompute.get(self.env["res.partner"]._fields[column]),
                f"{column}: nothing is left to compute row by row",
            )

    def test_column_of_deals_comes_empty(self):
        self.drop_column("crm_lead", "client_access")
        self.init_columns("crm.lead")
        self.assertEqual(self.get_column("crm_lead", "client_access"), [None])
        self.assertFalse(self.env.transaction.tocompute.get(self.env["crm.lead"]._fields["client_access"]))

    def test_inquiries_are_told_from_deals(self):
        nobody = self.env["res.partner"]
        lead = self._create_deal("Anna asks", nobody, self.olena, type="lead")
        converted = self._create_deal("Ihor asks", nobody, self.olena, type="lead")
        converted.convert_opportunity(nobody)
        for column in ("is_inquiry", "inquiry_date"):
            self.drop_column("crm_lead", column)
        self.init_columns("crm.lead")
        self.assertTrue(lead.is_inquiry)
        self.assertTrue(converted.is_inquiry)
        self.assertFalse(self.deal_dnipro.is_inquiry)
        self.assertEqual(lead.inquiry_date, lead.create_date)

    def test_only_missing_columns_are_created(self):
        self.drop_column("crm_lead", "inquiry_date")
        columns = {"is_inquiry": "bool", "inquiry_date": "timestamp"}
        self.assertEqual(create_missing_columns(self.env.cr, "crm_lead", columns), {"inquiry_date"})
        self.assertEqual(self.get_column("crm_lead", "inquiry_date"), [None])
        self.assertFalse(create_missing_columns(self.env.cr, "crm_lead", columns))

    def test_empty_means_open(self):
        """No card is closed to anybody before somebody gives it a type."""
        self.env.flush_all()
        self.env.cr.execute("UPDATE res_partner SET client_access = NULL, client_id = NULL")
        self.env.cr.execute("UPDATE crm_lead SET client_access = NULL")
        self.env.invalidate_all()
        found = self.env["res.partner"].with_user(self.olena).search([("id", "in", (self.dnipro | self.karpaty).ids)])
        self.assertEqual(len(found), 2)
        self.assertTrue(self.karpaty.with_user(self.olena).name)
        deal = self._create_deal("Of a plain partner", self.karpaty, self.olena)
        self.env.cr.execute("UPDATE crm_lead SET client_access = NULL")
        self.env.invalidate_all()
        self.assertTrue(self.env["crm.lead"].with_user(self.olena).search([("id", "=", deal.id)]))

    def test_second_update_changes_nothing(self):
        self.env.flush_all()
        before = self.get_column("res_partner", "client_access")
        self.init_columns("res.partner", "crm.lead")
        self.assertEqual(self.get_column("res_partner", "client_access"), before)

    def test_indexes(self):
        self.env.cr.execute("SELECT indexname FROM pg_indexes WHERE tablename IN ('res_partner', 'crm_lead')")
        found = {name for [name] in self.env.cr.fetchall()}
        self.assertLessEqual(
            {
                "res_partner_client_manager_idx",
                "res_partner_client_access_idx",
                "res_partner_client_last_contact_idx",
                "crm_lead__client_access_index",
                "crm_lead_inquiry_date_idx",
            },
            found,
        )


@tagged("post_install", "-at_install")
class TestGroupsOfFormerUsers(ClientCommon):
    def test_nobody_sees_less_than_before(self):
        former = {
            rights: new_test_user(self.env, f"cl_{rights}", f"base.group_user,sales_team.{rights}")
            for rights in ("group_sale_salesman", "group_sale_salesman_all_leads", "group_sale_manager")
        }
        post_init_hook(self.env)
        self.env.invalidate_all()
        self.assertEqual(
            {rights: user.client_access_level for rights, user in former.items()},
            {
                "group_sale_salesman": "own",
                "group_sale_salesman_all_leads": "all",
                "group_sale_manager": "all",
            },
        )
        self.assertFalse(self.clerk.client_access_level, "who is not of the sales department stays without")

    def test_hook_twice(self):
        everything = self.env.ref("crm_clients.crm_clients_group_all")
        post_init_hook(self.env)
        users = everything.all_user_ids
        post_init_hook(self.env)
        self.assertEqual(everything.all_user_ids, users)
        self.assertNotIn(self.olena, users)

    def test_archived_users_count_too(self):
        """Whoever comes back from parental leave sees what he saw."""
        away = new_test_user(self.env, "cl_away", "base.group_user,sales_team.group_sale_salesman_all_leads")
        away.active = False
        post_init_hook(self.env)
        away.active = True
        self.assertEqual(away.client_access_level, "all")


@tagged("post_install", "-at_install")
class TestUninstallation(ClientCommon):
    """What is feasible within a test: the views and menus that stay do not need what goes."""

    def test_views_of_odoo_without_those_of_the_addon(self):
        data = self.env["ir.model.data"].search([("module", "=", "crm_clients"), ("model", "=", "ir.ui.view")])
        views = self.env["ir.ui.view"].browse(data.mapped("res_id"))
        roots = views.inherit_id - views
        self.assertTrue(roots)
        dependent = self.env["ir.ui.view"].search([("inherit_id", "in", views.ids), ("id", "not in", views.ids)])
        (views | dependent).active = False
        for view in roots:
            arch = etree.fromstring(self.env[view.model].get_view(view.id, view.type)["arch"])
            names = " ".join(arch.xpath("//field/@name"))
            self.assertNotIn("client_", names, view.name)
            self.assertNotIn("is_inquiry", names, view.name)

    def test_rules_go_with_the_addon(self):
        """A rule that stayed behind would ask for a column that is gone: each has a name in the addon's data."""
        rules = self.env["ir.rule"].search([("domain_force", "like", "client_access")])
        self.assertTrue(rules)
        names = rules.get_external_id()
        self.assertEqual({names[rule.id].split(".")[0] for rule in rules}, {"crm_clients"})

    def test_rules_hold_while_the_code_is_not_loaded(self):
        """During the minutes of an update Odoo reads users by rules whose method may not be there yet."""
        for rule in self.env["ir.rule"].search([("domain_force", "like", "_has_own_clients_only")]):
            self.assertIn("'client_access_level' in user._fields and", rule.domain_force, rule.name)
