from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common import ClientCommon


class MergeCommon(ClientCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ukraine = cls.env.ref("base.ua")
        cls.twin = cls._create_client(
            "Dnipro",
            cls.olena,
            phone="+380442000002",
            company_registry="31316718",
            country_id=cls.ukraine.id,
            client_source_id=cls.source.id,
            client_service_ids=[(4, cls.service.id)],
            comment="<p>Pays late</p>",
        )
        cls.dnipro.write({"comment": "<p>Likes tea</p>", "client_service_ids": [(4, cls.other_service.id)]})

    def open_wizard(self, partners, user=None):
        return (
            self.env["crm.client.merge"]
            .with_user(user or self.olena)
            .with_context(active_model="res.partner", active_ids=partners.ids)
            .create({})
        )

    def merge(self, destination, *sources, user=None):
        wizard = self.open_wizard(destination.union(*sources), user)
        wizard.destination_id = destination
        wizard.action_merge()
        self.env.invalidate_all()
        return wizard


@tagged("post_install", "-at_install")
class TestMergePreview(MergeCommon):
    def test_card_with_most_deals_stays(self):
        self.assertEqual(self.open_wizard(self.dnipro | self.twin).destination_id, self.dnipro)
        self._create_deal("One", self.twin, self.olena)
        self._create_deal("Two", self.twin, self.olena, active=False)
        self.assertEqual(self.open_wizard(self.dnipro | self.twin).destination_id, self.twin)

    def test_among_equals_the_one_in_use_then_the_oldest_stays(self):
        other = self._create_client("Dnipro again", self.olena)
        self.assertEqual(self.open_wizard(other | self.twin).destination_id, self.twin)
        self.twin.active = False
        self.assertEqual(self.open_wizard(other | self.twin).destination_id, other)

    def test_table_of_fields(self):
        wizard = self.open_wizard(self.dnipro | self.twin)
        lines = {line.field_name: line for line in wizard.line_ids}
        self.assertEqual((lines["name"].value, lines["name"].dropped), ("Dnipro LLC", "Dnipro"))
        self.assertFalse(lines["name"].is_filled)
        registry = lines["company_registry"]
        self.assertEqual((registry.value, registry.dropped, registry.is_filled), ("31316718", False, True))
        self.assertEqual(lines["client_source_id"].value, "Exhibition in Lviv")
        self.assertNotIn("client_type_id", lines, "what is equal is not shown")
        self.assertFalse({"client_id", "client_access", "create_date", "comment", "id"} & set(lines))

    def test_choice_in_the_form(self):
        context = {"active_model": "res.partner", "active_ids": (self.dnipro | self.twin).ids}
        form = Form(self.env["crm.client.merge"].with_user(self.olena).with_context(**context))
        index = next(i for i in range(len(form.line_ids)) if form.line_ids.edit(i).field_name == "phone")
        with form.line_ids.edit(index) as line:
            line.partner_id = self.twin
            self.assertEqual((line.value, line.dropped), ("+380442000002", "+380 44 200 0001"))
        form.save().action_merge()
        self.env.invalidate_all()
        self.assertEqual(self.dnipro.phone, "+380442000002")

    def test_other_destination_turns_the_table_round(self):
        context = {"active_model": "res.partner", "active_ids": (self.dnipro | self.twin).ids}
        with Form(self.env["crm.client.merge"].with_user(self.olena).with_context(**context)) as form:
            form.destination_id = self.twin
        line = form.record.line_ids.filtered(lambda line: line.field_name == "name")
        self.assertEqual((line.value, line.dropped), ("Dnipro", "Dnipro LLC"))

    def test_what_moves_is_counted(self):
        self._create_deal("One", self.twin, self.olena)
        self._create_deal("Two", self.twin, self.olena, active=False)
        self.env["res.partner"].create({"name": "Ira", "parent_id": self.twin.id})
        self.twin.activity_schedule("mail.mail_activity_data_todo", user_id=self.olena.id)
        self.env["ir.attachment"].create({"name": "Offer", "res_model": "res.partner", "res_id": self.twin.id})
        wizard = self.open_wizard(self.dnipro | self.twin)
        wizard.destination_id = self.dnipro
        counts = {line.name: line.count for line in wizard.moved_ids}
        self.assertEqual(counts["Lead"], 2)
        self.assertEqual(counts["Contact persons and branches"], 1)
        self.assertEqual(counts["Activity"], 1)
        self.assertEqual(counts["Attachment"], 1)
        self.assertEqual(wizard.moved_total, sum(counts.values()))
        self.assertEqual(wizard.merged_count, 1)

    def test_what_cannot_be_merged(self):
        with self.assertRaises(UserError):
            self.open_wizard(self.dnipro)
        with self.assertRaises(UserError):
            self.open_wizard(self.dnipro | self.petro)

    def test_same_contact_persons(self):
        persons = self.env["res.partner"].create(
            [
                {"name": "petro ", "parent_id": self.twin.id, "email": "PETRO@dnipro.example"},
                {"name": "Petro", "parent_id": self.twin.id, "email": "other@dnipro.example"},
                {"name": "Ira", "parent_id": self.twin.id},
            ]
        )
        wizard = self.open_wizard(self.dnipro | self.twin)
        wizard.destination_id = self.dnipro
        self.assertEqual(wizard._get_same_contact_persons(), [(persons[0], self.petro)])
        self.assertEqual(wizard.contact_person_names, "Petro")


@tagged("post_install", "-at_install")
class TestMerge(MergeCommon):
    def test_nothing_is_lost(self):
        deal = self._create_deal("Deal of the twin", self.twin, self.olena)
        ira = self.env["res.partner"].create({"name": "Ira", "parent_id": self.twin.id})
        self.twin._set_client_level(self.level_regular, "Bought twice")
        note = self.twin.with_user(self.olena).message_post(body="Called", subtype_xmlid="mail.mt_note")
        task = self.twin.activity_schedule("mail.mail_activity_data_todo", user_id=self.olena.id)
        file = self.env["ir.attachment"].create({"name": "Offer", "res_model": "res.partner", "res_id": self.twin.id})
        account = self.env["res.partner.bank"].create({"partner_id": self.twin.id, "acc_number": "123"})
        touched = self.twin.client_last_contact
        self.twin.message_subscribe(self.head.partner_id.ids)

        self.merge(self.dnipro, self.twin)

        self.assertFalse(self.twin.exists())
        self.assertEqual(deal.partner_id, self.dnipro)
        self.assertEqual(
            (ira.parent_id, ira.client_id, ira.complete_name), (self.dnipro, self.dnipro, "Dnipro LLC, Ira")
        )
        self.assertEqual(
            self.dnipro.client_level_change_ids.mapped("reason"), ["Merged with another card", "Bought twice"]
        )
        self.assertEqual((note.res_id, task.res_id, file.res_id), (self.dnipro.id,) * 3)
        self.assertEqual(account.partner_id, self.dnipro)
        self.assertEqual(self.dnipro.client_last_contact, touched)
        self.assertEqual(self.dnipro.client_service_ids, self.service | self.other_service)
        self.assertIn(self.head.partner_id, self.dnipro.message_partner_ids)
        self.assertEqual(self.dnipro.company_registry, "31316718")
        self.assertEqual(self.dnipro.client_source_id, self.source)
        self.assertEqual(self.dnipro.phone, "+380 44 200 0001")
        self.assertIn("Likes tea", self.dnipro.comment)
        self.assertIn("Pays late", self.dnipro.comment)

    def test_history_says_who_merged_what_and_what_was_lost(self):
        self.merge(self.dnipro, self.twin)
        notes = self.dnipro.message_ids[:2]
        self.assertEqual(notes.author_id, self.olena.partner_id)
        text = " ".join(notes.mapped("body"))
        self.assertIn(f"ID {self.twin.id}", text)
        self.assertIn("Phone: +380442000002", text)

    def test_more_than_odoos_three(self):
        others = [self._create_client(f"Dnipro {number}", self.olena) for number in range(4)]
        deals = [self._create_deal(other.name, other, self.olena) for other in others]
        self.merge(self.dnipro, *others)
        self.assertEqual({deal.partner_id for deal in deals}, {self.dnipro})

    def test_same_person_on_both_cards_becomes_one(self):
        petro = self.env["res.partner"].create(
            {"name": "Petro", "parent_id": self.twin.id, "email": "petro@dnipro.example", "function": "Director"}
        )
        deal = self._create_deal("Deal of Petro", petro, self.olena)
        self.merge(self.dnipro, self.twin)
        self.assertEqual(self.dnipro.child_ids, self.petro)
        self.assertEqual(self.petro.function, "Director")
        self.assertEqual(deal.partner_id, self.petro)

    def test_card_from_outside_the_directory_becomes_the_client(self):
        outside = self.env["res.partner"].create({"name": "Dnipro", "is_company": True})
        self.merge(outside, self.dnipro)
        self.assertEqual((outside.client_type_id, outside.user_id), (self.type_client, self.olena))
        self.assertEqual(outside.client_access, self.olena.id)
        self.assertEqual(self.petro.client_id, outside)
        self.assertTrue(outside.with_user(self.olena).has_access("write"))

    def test_client_of_another_manager_moves_as_a_whole(self):
        """A head merges: deals, contact persons and their access follow the manager of the card that stays."""
        self.merge(self.dnipro, self.karpaty, user=self.head)
        self.assertEqual(self.deal_karpaty.user_id, self.olena)
        self.assertEqual(self.deal_karpaty.client_access, self.olena.id)
        self.assertEqual(self.oksana.client_access, self.olena.id)
        self.assertFalse(self.oksana.with_user(self.taras).has_access("read"))
        self.assertTrue(self.deal_karpaty.with_user(self.olena).has_access("read"))

    def test_chosen_level_is_in_the_history(self):
        self.dnipro._set_client_level(self.level_possible)
        self.twin._set_client_level(self.level_regular)
        wizard = self.open_wizard(self.dnipro | self.twin)
        wizard.line_ids.filtered(lambda line: line.field_name == "client_level_id").partner_id = self.twin
        wizard.action_merge()
        self.env.invalidate_all()
        self.assertEqual(self.dnipro.client_level_id, self.level_regular)
        self.assertIn("Merged with another card", self.dnipro.client_level_change_ids.mapped("reason"))

    def test_empty_comment_stays_empty(self):
        (self.dnipro | self.twin).comment = False
        self.merge(self.dnipro, self.twin)
        self.assertFalse(self.dnipro.comment)


@tagged("post_install", "-at_install")
class TestMergeRights(MergeCommon):
    def test_foreign_client_cannot_be_chosen(self):
        with self.assertRaises(AccessError):
            self.open_wizard(self.dnipro | self.karpaty)

    def test_foreign_client_cannot_be_smuggled_in(self):
        wizard_model = self.env["crm.client.merge"].with_user(self.olena)
        values = {"partner_ids": [(6, 0, (self.dnipro | self.karpaty).ids)], "destination_id": self.dnipro.id}
        with self.assertRaises(AccessError):
            wizard = wizard_model.create(values)
            wizard.line_ids.mapped("value")
        self.env.invalidate_all()
        wizard = self.open_wizard(self.dnipro | self.twin)
        with self.assertRaises(AccessError):
            wizard.write({"partner_ids": [(4, self.karpaty.id)]})
            wizard.action_merge()
        self.assertTrue(self.karpaty.exists())

    def test_a_line_shows_no_field_that_groups_guard(self):
        wizard = self.open_wizard(self.dnipro | self.twin)
        self.assertTrue(wizard.line_ids)
        line = (
            self.env["crm.client.merge.line"]
            .with_user(self.olena)
            .create({"wizard_id": wizard.id, "field_name": "signup_type", "partner_id": self.dnipro.id})
        )
        self.assertFalse(line.value)
        line = line.create({"wizard_id": wizard.id, "field_name": "name", "partner_id": self.karpaty.id})
        line.flush_recordset()
        line.invalidate_recordset()
        with self.assertRaises(AccessError):
            line.read(["value"])

    def test_odoos_own_wizard_respects_clients(self):
        for partners in (self.dnipro | self.karpaty, self.petro | self.oksana):
            wizard_model = self.env["base.partner.merge.automatic.wizard"].with_user(self.olena)
            partners.email = "same@example.com"
            with self.assertRaises(AccessError):
                wizard_model._merge(partners.ids, partners[0])
            self.assertEqual(len(partners.exists()), 2)

    def test_odoos_own_wizard_still_merges(self):
        pair = (self.dnipro | self.twin).with_user(self.olena)
        pair.email = "same@example.com"
        pair.env["base.partner.merge.automatic.wizard"]._merge(pair.ids, pair[0])
        self.env.invalidate_all()
        self.assertFalse(self.twin.exists())
        self.assertEqual(self.dnipro.client_access, self.olena.id)
        self.env["base.partner.merge.automatic.wizard"]._merge((self.dnipro | self.karpaty).ids, self.dnipro)
        self.assertFalse(self.karpaty.exists())
        self.env.invalidate_all()
        self.assertEqual(self.deal_karpaty.client_access, self.olena.id)

    def test_card_of_a_user_keeps_odoos_protection(self):
        """Merging a card with a login into one with another e-mail would take the login over."""
        portal = new_test_user(self.env, "cl_portal", "base.group_portal", email="portal@dnipro.example")
        portal.partner_id.write({"client_type_id": self.type_client.id, "user_id": self.olena.id})
        with self.assertRaises(UserError):
            self.merge(portal.partner_id, self.twin)
        self.assertTrue(self.twin.exists())

    def test_wizard_of_a_colleague_is_closed(self):
        wizard = self.open_wizard(self.dnipro | self.twin)
        for records, name in ((wizard, "destination_id"), (wizard.line_ids, "name"), (wizard.moved_ids, "count")):
            with self.assertRaises(AccessError):
                records[:1].with_user(self.taras).read([name])
