from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import Form, tagged, users

from .common import ClientCommon


@tagged("post_install", "-at_install")
class TestDirectory(ClientCommon):
    """The menus of the directory, its filters, and what the first screen of a card says."""

    def search_in(self, action, *filters):
        """Search as the menu does, with filters of its search view ticked."""
        values = self.env["ir.actions.act_window"]._for_xml_id(action)
        view = self.env["res.partner"].get_view(self.env.ref("crm_clients.res_partner_view_search").id, "search")
        domain = self._eval(values["domain"])
        for name in filters:
            domain += self._eval(self._filter_domain(view["arch"], name))
        return self.env["res.partner"].search(domain)

    def _filter_domain(self, arch, name):
        from lxml import etree

        (node,) = etree.fromstring(arch).xpath(f"//filter[@name='{name}']")
        return node.get("domain")

    def _eval(self, domain):
        from odoo.tools.safe_eval import safe_eval

        return safe_eval(domain, {"uid": self.env.uid})

    # ------------------------------------------------------------
    # MENUS AND NEW CLIENTS
    # ------------------------------------------------------------

    @users("cl_ivan")
    def test_my_clients_and_all_clients(self):
        mine = self._create_client("Mine LLC", self.ivan)
        outside = self.env["res.partner"].create({"name": "Outside", "user_id": self.ivan.id})
        self.assertEqual(self.search_in("crm_clients.res_partner_action_my_clients").ids, mine.ids)
        everyone = self.search_in("crm_clients.res_partner_action_all_clients")
        self.assertLessEqual({mine.id, self.dnipro.id, self.karpaty.id}, set(everyone.ids))
        self.assertFalse({outside.id, self.petro.id} & set(everyone.ids))

    def test_menus_by_level(self):
        my_clients = self.env.ref("crm_clients.res_partner_menu_my_clients").id
        all_clients = self.env.ref("crm_clients.res_partner_menu_all_clients").id
        for user, seen in ((self.olena, {my_clients}), (self.ivan, {my_clients, all_clients}), (self.clerk, set())):
            visible = self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
            self.assertEqual({my_clients, all_clients} & visible, seen, user.name)

    @users("cl_olena")
    def test_name_is_enough(self):
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_clients.res_partner_action_my_clients")
        context = self._eval(action["context"])
        with Form(self.env["res.partner"].with_context(**context)) as card:
            card.name = "Just a name"
        client = card.record
        self.assertEqual(client.client_type_id, self.env["crm.client.type"].search([], limit=1))
        self.assertEqual(client.user_id, self.env.user)
        self.assertTrue(client.is_company)
        self.assertIn(client, self.search_in("crm_clients.res_partner_action_my_clients"))

    @users("cl_olena")
    def test_quick_create_in_a_column(self):
        view = self.env.ref("crm_clients.res_partner_view_form_quick_create")
        context = {"client_directory": True, "default_user_id": self.env.uid, "default_is_company": True}
        with Form(self.env["res.partner"].with_context(**context), view=view) as card:
            card.name = "Typed and Enter"
        self.assertTrue(card.record.client_type_id)

    # ------------------------------------------------------------
    # FILTERS
    # ------------------------------------------------------------

    @users("cl_ivan")
    def test_filters(self):
        self.dnipro.write({"client_service_ids": self.service.ids, "client_source_id": self.source.id})
        self.karpaty.client_service_ids = self.other_service
        Partner = self.env["res.partner"]
        self.assertEqual(Partner.search([("client_service_ids", "in", self.service.ids)]).ids, self.dnipro.ids)
        self.assertEqual(Partner.search([("client_source_id", "=", self.source.id)]).ids, self.dnipro.ids)
        orphan = self._create_client("Orphan", self.env["res.users"])
        found = self.search_in("crm_clients.res_partner_action_all_clients", "no_manager")
        self.assertIn(orphan.id, found.ids)
        self.assertNotIn(self.dnipro.id, found.ids)

    @users("cl_ivan")
    def test_no_contact_for_days(self):
        now = fields.Datetime.now()
        self.dnipro.client_last_contact = now - timedelta(days=30)
        self.karpaty.client_last_contact = now - timedelta(days=29)
        silent = self.search_in("crm_clients.res_partner_action_all_clients", "silent_30")
        self.assertIn(self.dnipro.id, silent.ids)
        self.assertNotIn(self.karpaty.id, silent.ids)
        self.assertEqual(self.dnipro.client_silent_days, 30)
        never = self._create_client("Never called", self.ivan)
        with freeze_time(now + timedelta(days=15)):
            silent = self.search_in("crm_clients.res_partner_action_all_clients", "silent_14")
            never.invalidate_recordset()
            self.assertIn(never.id, silent.ids, "counted from the day it was entered")
            self.assertEqual(never.client_silent_days, 15)

    @users("cl_ivan")
    def test_days_can_be_compared(self):
        self.dnipro.client_last_contact = fields.Datetime.now() - timedelta(days=10, hours=1)
        for operator, days, found in (
            (">=", 10, 1),
            (">", 10, 0),
            (">", 9, 1),
            ("<", 11, 1),
            ("<=", 10, 1),
            ("<", 10, 0),
        ):
            domain = [("id", "=", self.dnipro.id), ("client_silent_days", operator, days)]
            self.assertEqual(self.env["res.partner"].search_count(domain), found, (operator, days))

    # ------------------------------------------------------------
    # LAST CONTACT
    # ------------------------------------------------------------

    def test_what_counts_as_contact(self):
        def contact_after(action):
            self.dnipro.client_last_contact = False
            action()
            return bool(self.dnipro.client_last_contact)

        petro, deal = self.petro.with_user(self.olena), self.deal_dnipro.with_user(self.olena)
        self.assertTrue(contact_after(lambda: petro.message_post(body="Met him", message_type="comment")))
        self.assertTrue(contact_after(lambda: deal.message_post(body="Answered", message_type="email")))
        call = deal.activity_schedule("mail.mail_activity_data_call", user_id=self.olena.id)
        self.assertTrue(contact_after(lambda: call.action_feedback("Will think")))
        self.assertFalse(contact_after(lambda: deal.write({"stage_id": deal.stage_id.search([], limit=2)[1].id})))
        self.assertFalse(
            contact_after(lambda: self.dnipro.message_notify(partner_ids=self.olena.partner_id.ids, body="x"))
        )

    def test_contact_noted_by_who_may_not_edit(self):
        """Whoever posts need not be allowed to write on the card."""
        reader = self.env["res.users"].create(
            {"name": "Reader", "login": "cl_reader", "group_ids": [(6, 0, self.env.ref("base.group_user").ids)]}
        )
        self.dnipro.message_subscribe(reader.partner_id.ids)
        self.dnipro.with_user(reader).message_post(body="They phoned the office", message_type="comment")
        self.assertTrue(self.dnipro.client_last_contact)

    # ------------------------------------------------------------
    # THE FIRST SCREEN
    # ------------------------------------------------------------

    @users("cl_olena")
    def test_next_step_of_the_whole_client(self):
        today = fields.Date.today()
        dnipro = self.dnipro.with_user(self.env.user)
        self.assertFalse(dnipro.client_next_activity_id)
        on_deal = self.deal_dnipro.activity_schedule(
            "mail.mail_activity_data_call",
            today + timedelta(days=5),
            summary="Ask about the offer",
            user_id=self.env.uid,
        )
        on_contact = self.petro.activity_schedule(
            "mail.mail_activity_data_meeting", today + timedelta(days=2), summary="Lunch", user_id=self.env.uid
        )
        dnipro.invalidate_recordset()
        self.assertEqual(dnipro.client_next_activity_summary, "Lunch")
        self.assertEqual(dnipro.client_next_activity_date, today + timedelta(days=2))
        on_contact.action_done()
        dnipro.invalidate_recordset()
        self.assertEqual(dnipro.client_next_activity_id.id, on_deal.id)
        self.deal_dnipro.action_set_lost()
        dnipro.invalidate_recordset()
        self.assertFalse(dnipro.client_next_activity_id, "a lost deal has no next step")

    @users("cl_olena")
    def test_history_on_one_page(self):
        note = self.dnipro.message_post(body="On the card", message_type="comment")
        about_contact = self.petro.message_post(body="On the person", message_type="comment")
        file = self.env(su=True)["ir.attachment"].create({"name": "offer.pdf", "raw": b"x"})
        about_deal = self.deal_dnipro.message_post(body="Offer sent", message_type="comment", attachment_ids=file.ids)
        foreign = self.karpaty.message_post(body="Somebody else's", message_type="comment")
        action = self.petro.with_user(self.env.user).action_view_client_history()
        found = self.env["mail.message"].search(action["domain"])
        self.assertLessEqual({note.id, about_contact.id, about_deal.id}, set(found.ids))
        self.assertNotIn(foreign.id, found.ids)
        files = self.env["mail.message"].search([*action["domain"], ("attachment_ids", "!=", False)])
        self.assertEqual(files.ids, about_deal.ids)

    @users("cl_clerk")
    def test_card_opens_for_who_has_no_sales_rights(self):
        with Form(self.dnipro.with_user(self.env.user)) as card:
            card.city = "Dnipro"
        self.assertEqual(self.dnipro.city, "Dnipro")

    @users("cl_olena")
    def test_professions_of_contacts_and_colleagues(self):
        director = self.env.ref("crm_clients.crm_profession_director")
        with Form(self.petro.with_user(self.env.user)) as card:
            card.profession_id = director
        self.assertEqual(self.petro.profession_id, director)
        preferences = self.env.ref("base.view_users_form_simple_modif")
        with Form(self.env.user, view=preferences) as form:
            form.profession_id = director
        self.assertEqual(self.env.user.partner_id.profession_id, director)

    @users("cl_olena")
    def test_opening_my_clients_costs_the_same_for_every_number(self):
        def queries(count):
            self._create_client("Warm up", self.olena)
            for number in range(count):
                self._create_client(f"Client {number}", self.olena, client_service_ids=self.service.ids)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.env["res.partner"].web_search_read(
                [("client_type_id", "!=", False), ("user_id", "=", self.env.uid)],
                {
                    "complete_name": {},
                    "client_level_id": {"fields": {"display_name": {}}},
                    "client_service_ids": {"fields": {"display_name": {}}},
                    "client_silent_days": {},
                    "user_id": {"fields": {"display_name": {}}},
                },
                limit=80,
            )
            return self.cr.sql_log_count - before

        queries(1)
        self.assertEqual(queries(2), queries(30))
