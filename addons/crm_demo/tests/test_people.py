from odoo.exceptions import AccessDenied
from odoo.tests import tagged

from ..department import tables
from .common import DepartmentCase

SALES_LEVELS = (
    "sales_team.group_sale_salesman",
    "sales_team.group_sale_salesman_all_leads",
    "sales_team.group_sale_manager",
)


@tagged("post_install", "-at_install")
class TestPeople(DepartmentCase):
    def log_in(self, login, password):
        credential = {"type": "password", "login": login, "password": password}
        return self.env["res.users"].authenticate(credential, {"interactive": False})

    def test_everybody_can_log_in(self):
        for login, user in self.users.items():
            self.assertEqual(self.log_in(login, login)["uid"], user.id)

    def test_wrong_password_is_refused(self):
        with self.assertRaises(AccessDenied), self.assertLogs("odoo.addons.base.models.res_users", "INFO"):
            self.log_in("head", "manager1")

    def test_groups_are_those_of_the_role(self):
        """The groups given to the user, beyond those that they imply, are exactly the ones of the table."""
        # Odoo keeps the choice of notifications in the inbox, not by mail, as a group
        everybody = self.env.ref("base.group_user") | self.env.ref("mail.group_mail_notification_type_inbox")
        for login, user in self.users.items():
            expected = everybody
            for group in tables.USERS[login][3]:
                expected |= self.env.ref(group)
            self.assertEqual(user.group_ids, expected, login)

    def test_sales_levels(self):
        levels = {
            "head": (True, True, True),
            "manager1": (True, False, False),
            "manager2": (True, True, False),
            "manager3": (True, False, False),
            "manager4": (True, False, False),
            "manager5": (True, False, False),
        }
        for login, expected in levels.items():
            found = tuple(self.users[login].has_group(group) for group in SALES_LEVELS)
            self.assertEqual(found, expected, login)

    def test_only_the_head_writes_invoices(self):
        for login, user in self.users.items():
            self.assertEqual(user.has_group("account.group_account_invoice"), login == "head", login)

    def test_nobody_is_administrator(self):
        for user in self.users.values():
            self.assertFalse(user.has_group("base.group_system"))
            self.assertFalse(user.has_group("base.group_erp_manager"))

    def test_languages_and_time_zones(self):
        for login, user in self.users.items():
            self.assertEqual(user.lang, "en_US")
            self.assertEqual(user.tz, tables.USERS[login][1])

    def test_channels(self):
        self.assertEqual([len(team) for team in self.channels.values()], [1, 1, 1])
        for key, team in self.channels.items():
            channel = tables.CHANNELS[key]
            self.assertEqual(team.user_id, self.users[channel["leader"]])
            self.assertEqual(team.invoiced_target, channel["target"])
            self.assertEqual(team.company_id, self.company)
            for name, value in {**channel["switches"], **channel["dashboard"]}.items():
                self.assertEqual(team[name], value, f"{key}: {name}")

    def test_channels_differ(self):
        self.assertEqual(len({tuple(channel["switches"].values()) for channel in tables.CHANNELS.values()}), 3)
        self.assertEqual({team.dashboard_content for team in self.teams}, {"pipeline", "sales", "invoices"})
        self.assertIn(False, self.teams.mapped("use_quotations"))

    def test_members(self):
        for key, team in self.channels.items():
            expected = {login for login, user in tables.USERS.items() if user[2] == key}
            self.assertEqual(set(team.member_ids.mapped("login")), expected)

    def test_unused_teams_are_archived_not_deleted(self):
        stock = self.env.ref("sales_team.team_sales_department")
        self.assertTrue(stock.exists())
        self.assertFalse(stock.active)

    def test_manager_sees_own_deals_only(self):
        Lead = self.env["crm.lead"]
        own = Lead.with_user(self.users["manager1"]).search([])
        self.assertTrue(own)
        self.assertLessEqual(set(own.user_id.mapped("login")), {"manager1"})
        everybody = Lead.with_user(self.users["manager2"]).search([])
        self.assertIn(self.users["manager5"], everybody.user_id)
