import base64

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged, users

from ..hooks import post_init_hook
from .common import ClientCast, ClientCommon


@tagged("post_install", "-at_install")
class TestForeignClientIsHidden(ClientCommon):
    """Olena sees own clients only; Karpaty LLC is Taras's. Every way to it is closed, none of hers is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bank = cls.env["res.partner.bank"].create({"acc_number": "KARPATY-1", "partner_id": cls.karpaty.id})
        cls.note = cls.karpaty.message_post(body="They pay late", message_type="comment")
        cls.file = cls.env["ir.attachment"].create(
            {
                "name": "offer.txt",
                "datas": base64.b64encode(b"secret price"),
                "res_model": "res.partner",
                "res_id": cls.karpaty.id,
            }
        )
        cls.activity = cls.karpaty.activity_schedule("mail.mail_activity_data_call", user_id=cls.taras.id)
        cls.karpaty._set_client_level(cls.level_regular, "signed a contract")
        cls.karpaty.message_subscribe(cls.oksana.ids)
        cls.foreign = cls.karpaty | cls.oksana

    def as_user(self, records):
        return records.with_user(self.env.user).with_env(self.env)

    # ------------------------------------------------------------
    # READING
    # ------------------------------------------------------------

    @users("cl_olena")
    def test_list_and_count(self):
        found = self.env["res.partner"].search([("id", "in", (self.foreign | self.dnipro | self.petro).ids)])
        self.assertEqual(found, self.as_user(self.dnipro | self.petro))
        self.assertEqual(self.env["res.partner"].search_count([("id", "in", self.foreign.ids)]), 0)
        self.assertFalse(self.env["res.partner"].with_context(active_test=False).search([("name", "=", "Karpaty LLC")]))

    @users("cl_olena")
    def test_search_by_what_one_knows(self):
        for domain in (
            [("email", "=", "office@karpaty.example")],
            [("phone_mobile_search", "=", "+380322000002")],
            [("child_ids.name", "=", "Oksana")],
            [("opportunity_ids.name", "=", "Karpaty deal")],
            [("user_id", "=", self.taras.id), ("client_type_id", "!=", False)],
        ):
            self.assertFalse(self.env["res.partner"].search(domain), domain)

    @users("cl_olena")
    def test_name_search(self):
        self.assertFalse(self.env["res.partner"].name_search("Karpaty LLC"))
        self.assertFalse(self.env["res.partner"].name_search("LLC, Oksana"))
        self.assertTrue(self.env["res.partner"].name_search("Dnipro LLC"))

    @users("cl_olena")
    def test_mention(self):
        suggestions = self.env["res.partner"].get_mention_suggestions("Oksana")
        self.assertNotIn(self.oksana.id, [partner["id"] for partner in suggestions.get("res.partner", [])])

    @users("cl_olena")
    def test_read_by_id(self):
        for partner in self.as_user(self.foreign):
            with self.assertRaises(AccessError):
                partner.read(["name"])
            with self.assertRaises(AccessError):
                partner.web_read({"name": {}})

    @users("cl_olena")
    def test_export(self):
        self.olena.sudo().group_ids |= self.env.ref("base.group_allow_export")
        self.assertTrue(self.as_user(self.dnipro).export_data(["name"])["datas"])
        with self.assertRaises(AccessError):
            self.as_user(self.karpaty).export_data(["name", "phone"])

    @users("cl_olena")
    def test_grouped_figures(self):
        domain = [("client_type_id", "!=", False)]
        managers = [
            manager for manager, _count in self.env["res.partner"]._read_group(domain, ["user_id"], ["__count"])
        ]
        self.assertNotIn(self.taras.id, [manager.id for manager in managers])
        groups = self.env["res.partner"].formatted_read_group(domain, ["user_id"], ["__count"])
        self.assertNotIn(self.taras.id, [group["user_id"][0] for group in groups if group["user_id"]])

    @users("cl_olena")
    def test_chatter(self):
        self.assertFalse(self.env["mail.message"].search([("id", "=", self.note.id)]))
        with self.assertRaises(AccessError):
            self.as_user(self.note).read(["body"])
        with self.assertRaises(AccessError):
            self.as_user(self.karpaty).message_post(body="Hello")

    @users("cl_olena")
    def test_attachment(self):
        self.assertFalse(self.env["ir.attachment"].search([("id", "=", self.file.id)]))
        with self.assertRaises(AccessError):
            self.as_user(self.file).read(["datas"])

    @users("cl_olena")
    def test_activity(self):
        self.assertFalse(self.env["mail.activity"].search([("id", "=", self.activity.id)]))
        with self.assertRaises(AccessError):
            self.as_user(self.activity).read(["res_name"])

    @users("cl_olena")
    def test_contact_person_in_a_relation(self):
        self.assertFalse(self.env["res.partner"].search([("parent_id", "=", self.karpaty.id)]))
        self.assertFalse(self.env["res.partner"].search([("id", "child_of", self.karpaty.ids)]))
        with self.assertRaises(AccessError):
            self.env["res.partner"].create({"name": "Spy", "parent_id": self.karpaty.id})

    @users("cl_olena")
    def test_deal_of_a_foreign_client(self):
        self.assertFalse(self.env["crm.lead"].search([("id", "=", self.deal_karpaty.id)]))
        with self.assertRaises(AccessError):
            self.as_user(self.deal_karpaty).read(["partner_id", "expected_revenue"])
        with self.assertRaises(AccessError):
            self.env["crm.lead"].create({"name": "Peep", "type": "opportunity", "partner_id": self.karpaty.id})

    @users("cl_olena")
    def test_deal_given_to_her_with_a_foreign_client(self):
        """Even as the salesperson of the deal: the deal's partner, address and phone are the client's."""
        deal = self._create_deal("Wrong hands", self.oksana, self.olena)
        self.assertTrue(deal.is_hidden_from_salesperson)
        self.assertFalse(self.env["crm.lead"].search([("id", "=", deal.id)]))
        self.assertFalse(self.env["crm.activity.report"].search([("lead_id", "=", deal.id)]))

    @users("cl_olena")
    def test_deal_turned_to_a_foreign_client(self):
        own = self.as_user(self.deal_dnipro)
        own.write({"partner_id": self.karpaty.id})
        own.flush_recordset()
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            own.read(["partner_id"])

    @users("cl_olena")
    def test_merge(self):
        wizard = self.env["base.partner.merge.automatic.wizard"]
        with self.assertRaises(UserError):
            wizard._merge((self.karpaty | self.dnipro).ids, self.as_user(self.dnipro), extra_checks=False)
        self.assertTrue(self.karpaty.exists())

    @users("cl_olena")
    def test_bank_account_followers_and_history(self):
        self.assertFalse(self.env["res.partner.bank"].search([("id", "=", self.bank.id)]))
        self.assertFalse(self.env["mail.followers"].search([("partner_id", "in", self.foreign.ids)]))
        self.assertFalse(self.env["crm.client.level.change"].search([("partner_id", "=", self.karpaty.id)]))

    @users("cl_olena")
    def test_portal_user_of_a_foreign_client(self):
        portal = new_test_user(self.env(su=True), "cl_portal", "base.group_portal", partner_id=self.oksana.id)
        self.assertFalse(self.env["res.users"].search([("id", "=", portal.id)]))
        self.assertFalse(self.env["res.users"].name_search("Oksana"))

    @users("cl_olena")
    def test_meeting_with_a_foreign_client_is_busy_time(self):
        start, stop = "2026-11-23 09:00:00", "2026-11-23 10:00:00"
        values, taras = {"start": start, "stop": stop, "user_id": self.taras.id}, self.taras.partner_id
        with_client, about_deal, own, invited = self.env(su=True)["calendar.event"].create(
            [
                {**values, "name": "Karpaty: prices", "partner_ids": (self.oksana | taras).ids},
                {**values, "name": "Karpaty: plan", "opportunity_id": self.deal_karpaty.id, "partner_ids": taras.ids},
                {**values, "name": "Dnipro: prices", "partner_ids": self.petro.ids},
                {**values, "name": "All together", "partner_ids": (self.oksana | self.olena.partner_id).ids},
            ]
        )
        self.env.invalidate_all()
        for event in self.as_user(with_client | about_deal):
            (shown,) = event.read(["name", "display_name", "partner_ids", "opportunity_id", "start"])
            self.assertEqual((shown["name"], shown["display_name"]), ("Busy", "Busy"))
            self.assertFalse(shown["partner_ids"])
            self.assertFalse(shown["opportunity_id"])
            self.assertTrue(shown["start"], "that Taras is busy then may be known")
        self.assertEqual(self.as_user(own | invited).mapped("name"), ["Dnipro: prices", "All together"])
        attendees = self.env["calendar.attendee"].search([("event_id", "=", with_client.id)])
        self.assertEqual(attendees.mapped("common_name"), ["Taras"])
        events = with_client | about_deal | own | invited
        names = self.env["calendar.event"]._read_group([("id", "in", events.ids)], ["name"], order="name")
        self.assertEqual(names, [("All together",), ("Dnipro: prices",)])
        ivans = self.env["calendar.event"].with_user(self.ivan)
        self.assertEqual(len(ivans._read_group([("id", "in", events.ids)], ["name"])), 4)

    # ------------------------------------------------------------
    # WRITING
    # ------------------------------------------------------------

    @users("cl_olena")
    def test_write_and_delete(self):
        with self.assertRaises(AccessError):
            self.as_user(self.karpaty).write({"user_id": self.olena.id})
        with self.assertRaises(AccessError):
            self.as_user(self.oksana).write({"parent_id": self.dnipro.id})
        with self.assertRaises(AccessError):
            self.as_user(self.oksana).unlink()

    @users("cl_olena")
    def test_history_is_written_by_nobody(self):
        change = self.karpaty.client_level_change_ids
        for user in (self.olena, self.taras, self.head):
            with self.assertRaises(AccessError):
                change.with_user(user).write({"reason": "forged"})
            with self.assertRaises(AccessError):
                change.with_user(user).unlink()


@tagged("post_install", "-at_install")
class TestOpenCards(ClientCommon):
    """What a manager limited to own clients still sees and does."""

    def as_user(self, records):
        return records.with_user(self.env.user).with_env(self.env)

    @users("cl_olena")
    def test_own_client_is_whole(self):
        self.deal_dnipro.activity_schedule("mail.mail_activity_data_call", user_id=self.olena.id)
        self.dnipro.message_post(body="First call", message_type="comment")
        dnipro = self.as_user(self.dnipro)
        self.assertEqual(dnipro.child_ids, self.as_user(self.petro))
        self.assertTrue(self.env["mail.message"].search([("model", "=", "res.partner"), ("res_id", "=", dnipro.id)]))
        self.assertTrue(self.env["crm.lead"].search([("id", "=", self.deal_dnipro.id)]))
        dnipro.write({"phone": "+380 44 300 0000", "client_level_id": self.level_possible.id})
        self.env["res.partner"].create({"name": "New contact", "parent_id": dnipro.id})

    @users("cl_olena")
    def test_colleagues_company_and_partners_outside_the_directory(self):
        supplier = self.env(su=True)["res.partner"].create({"name": "Power supply", "is_company": True})
        competitor = self._create_client("Rival LLC", self.taras, client_type_id=self.type_competitor.id)
        mine = self.env.user.partner_id | self.taras.partner_id | self.env.company.partner_id | supplier | competitor
        self.assertEqual(len(self.env["res.partner"].search([("id", "in", mine.ids)])), len(mine))

    @users("cl_olena")
    def test_cards_stay_open_although_typed(self):
        """A colleague or the own company in the directory by mistake must not lock anybody out."""
        company, colleague = self.env(su=True).company.partner_id, self.taras.partner_id
        (company | colleague).sudo().write({"client_type_id": self.type_client.id, "user_id": self.taras.id})
        self.env.invalidate_all()
        self.assertEqual(self.as_user(company).name, company.name)
        self.assertEqual(self.as_user(colleague).name, "Taras")

    @users("cl_ivan")
    def test_all_clients(self):
        clients = self.dnipro | self.karpaty | self.petro | self.oksana
        self.assertEqual(len(self.env["res.partner"].search([("id", "in", clients.ids)])), 4)
        self.as_user(self.karpaty).write({"city": "Lviv"})

    @users("cl_clerk")
    def test_user_outside_the_sales_department_is_not_limited(self):
        self.assertEqual(self.as_user(self.karpaty).name, "Karpaty LLC")

    @users("cl_olena")
    def test_new_client_is_hers(self):
        client = self.env["res.partner"].create({"name": "Newcomer", "client_type_id": self.type_new.id})
        self.assertEqual(client.user_id, self.env.user)
        with self.assertRaises(AccessError):
            self.env["res.partner"].create(
                {"name": "For Taras", "client_type_id": self.type_new.id, "user_id": self.taras.id}
            )

    @users("cl_olena")
    def test_taking_a_card_into_the_directory(self):
        card = self.env["res.partner"].create({"name": "Plain contact"})
        card.client_type_id = self.type_new
        self.assertEqual(card.user_id, self.env.user)
        self.assertTrue(card.name)

    @users("cl_olena")
    def test_client_without_manager_is_seen_by_those_who_see_all(self):
        orphan = self._create_client("Orphan LLC", self.env["res.users"])
        self.assertFalse(self.env["res.partner"].search([("id", "=", orphan.id)]))
        self.assertTrue(self.env["res.partner"].with_user(self.ivan).search([("id", "=", orphan.id)]))

    def test_deleted_manager_opens_nothing(self):
        """The key keeps the id of a user that is gone: nobody limited sees the client, all others do."""
        self.karpaty.client_access = 99999
        self.env.flush_all()
        self.assertFalse(self.env["res.partner"].with_user(self.olena).search([("id", "=", self.karpaty.id)]))
        self.assertTrue(self.env["res.partner"].with_user(self.ivan).search([("id", "=", self.karpaty.id)]))


@tagged("post_install", "-at_install")
class TestHandOver(ClientCommon):
    """Changing the responsible manager moves the whole client."""

    @users("cl_head")
    def test_everything_moves(self):
        archived = self.env["res.partner"].create(
            {"name": "Former buyer", "parent_id": self.karpaty.id, "active": False}
        )
        won = self._create_deal("Old won deal", self.karpaty, self.taras)
        won.action_set_won()
        colleague_deal = self._create_deal("Ivan's deal", self.karpaty, self.ivan)
        task = self.deal_karpaty.activity_schedule("mail.mail_activity_data_call", user_id=self.taras.id)
        card_task = self.oksana.activity_schedule("mail.mail_activity_data_call", user_id=self.taras.id)

        self.karpaty.with_user(self.env.user).user_id = self.olena

        self.assertEqual((self.oksana | archived).user_id, self.olena)
        self.assertEqual(self.deal_karpaty.user_id, self.olena)
        self.assertEqual((task | card_task).user_id, self.olena)
        self.assertEqual(won.user_id, self.taras, "what is over stays with who did it")
        self.assertEqual(colleague_deal.user_id, self.ivan, "a colleague's deal stays his")
        family = self.karpaty | self.oksana | archived
        self.assertEqual(set(family.mapped("client_access")), {self.olena.id})
        for model, records in (("res.partner", family), ("crm.lead", self.deal_karpaty)):
            Model = self.env[model].with_context(active_test=False)
            self.assertEqual(len(Model.with_user(self.olena).search([("id", "in", records.ids)])), len(records))
            self.assertFalse(Model.with_user(self.taras).search([("id", "in", records.ids)]))

    @users("cl_taras")
    def test_a_limited_manager_does_not_give_away(self):
        with self.assertRaises(AccessError) as refusal:
            self.karpaty.with_user(self.env.user).user_id = self.olena
        self.assertIn("Karpaty LLC", str(refusal.exception))
        self.karpaty.with_user(self.env.user).write({"user_id": self.taras.id, "city": "Lviv"})

    @users("cl_ivan")
    def test_two_clients_of_two_managers_at_once(self):
        clients = (self.dnipro | self.karpaty).with_user(self.env.user)
        clients.write({"user_id": self.ivan.id})
        self.assertEqual((self.petro | self.oksana).user_id, self.ivan)
        self.assertEqual((self.deal_dnipro | self.deal_karpaty).user_id, self.ivan)

    @users("cl_head")
    def test_button_on_a_deal_that_its_salesperson_cannot_see(self):
        deal = self._create_deal("Wrong hands", self.oksana, self.olena).with_user(self.env.user)
        self.assertTrue(deal.is_hidden_from_salesperson)
        deal.action_hand_client_to_salesperson()
        self.assertEqual(self.karpaty.user_id, self.olena)
        self.assertFalse(deal.is_hidden_from_salesperson)
        self.assertTrue(self.env["crm.lead"].with_user(self.olena).search([("id", "=", deal.id)]))

    def test_contact_person_moved_to_another_client(self):
        self.oksana.parent_id = self.dnipro
        self.assertEqual(self.oksana.client_id, self.dnipro)
        self.assertEqual(self.oksana.client_access, self.olena.id)
        self.assertEqual(self.deal_karpaty.client_access, self.olena.id)

    def test_branch_belongs_to_the_nearest_client_above(self):
        branch = self.env["res.partner"].create({"name": "Branch", "is_company": True, "parent_id": self.karpaty.id})
        worker = self.env["res.partner"].create({"name": "Worker", "parent_id": branch.id})
        self.assertEqual((branch | worker).client_id, self.karpaty)
        branch.write({"client_type_id": self.type_client.id, "user_id": self.olena.id})
        self.assertEqual((branch | worker).client_id, branch)
        self.assertEqual(worker.client_access, self.olena.id)

    def test_opening_a_type_opens_its_clients(self):
        self.type_client.is_open = True
        self.assertEqual(set((self.karpaty | self.oksana).mapped("client_access")), {0})
        self.assertEqual(self.deal_karpaty.client_access, 0)


@tagged("post_install", "-at_install")
class TestWhoDecides(ClientCommon):
    """The head of sales gives and takes the two levels without being an administrator of users."""

    @users("cl_head")
    def test_head_gives_and_takes(self):
        taras = self.taras.with_user(self.env.user)
        self.assertEqual(taras.client_access_level, "own")
        taras.action_give_all_clients()
        taras.invalidate_recordset()
        self.assertEqual(taras.client_access_level, "all")
        self.assertTrue(self.env["res.partner"].with_user(self.taras).search([("id", "=", self.dnipro.id)]))
        taras.action_give_own_clients()
        self.assertFalse(self.env["res.partner"].with_user(self.taras).search([("id", "=", self.dnipro.id)]))

    @users("cl_ivan")
    def test_others_are_refused(self):
        with self.assertRaises(AccessError):
            self.taras.with_user(self.env.user).action_give_all_clients()
        with self.assertRaises(AccessError):
            self.env.user.action_give_own_clients()

    @users("cl_head")
    def test_a_head_cannot_be_limited(self):
        with self.assertRaises(UserError):
            self.env.user.action_give_own_clients()
        self.assertEqual(self.env.user.client_access_level, "all")

    def test_installing_takes_nothing_away(self):
        veteran = new_test_user(self.env, "cl_veteran", "base.group_user,sales_team.group_sale_salesman_all_leads")
        self.assertEqual(veteran.client_access_level, "own")
        post_init_hook(self.env)
        veteran.invalidate_recordset()
        self.assertEqual(veteran.client_access_level, "all")


@tagged("post_install", "-at_install")
class TestAccessByAddress(ClientCast, HttpCase):
    """The same through the browser's addresses: files, pictures, cards to download."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_cast()
        cls.file = cls.env["ir.attachment"].create(
            {"name": "offer.txt", "raw": b"secret price", "res_model": "res.partner", "res_id": cls.karpaty.id}
        )
        cls.karpaty.image_1920 = (
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
        )

    def get(self, login, address):
        self.authenticate(login, login)
        return self.url_open(address)

    def test_attachment(self):
        self.assertEqual(self.get("cl_taras", f"/web/content/{self.file.id}").content, b"secret price")
        self.assertNotIn(b"secret", self.get("cl_olena", f"/web/content/{self.file.id}").content)

    def test_picture(self):
        address = f"/web/image/res.partner/{self.karpaty.id}/image_1920"
        mine = self.get("cl_taras", address).content
        self.assertNotEqual(self.get("cl_olena", address).content, mine)

    def test_business_card(self):
        address = f"/web/partner/vcard?partner_ids={self.karpaty.id}"
        self.assertIn(b"Karpaty", self.get("cl_taras", address).content)
        self.assertNotIn(b"Karpaty", self.get("cl_olena", address).content)

    def test_form_of_a_foreign_client(self):
        self.authenticate("cl_olena", "cl_olena")
        answer = self.make_jsonrpc_request(
            "/web/dataset/call_kw/res.partner/web_search_read",
            {
                "model": "res.partner",
                "method": "web_search_read",
                "args": [],
                "kwargs": {"domain": [("name", "ilike", "Karpaty")], "specification": {"name": {}}},
            },
        )
        self.assertEqual(answer["length"], 0)
        self.assertEqual(answer["records"], [])
