from psycopg2 import IntegrityError

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged, users
from odoo.tools import mute_logger

from .common import ClientCommon


@tagged("post_install", "-at_install")
class TestRelationship(ClientCommon):
    """The relationship level keeps who changed it, when, from what, to what and why."""

    @users("cl_olena")
    def test_history_of_a_form(self):
        with Form(self.dnipro.with_user(self.env.user)) as card:
            self.assertFalse(card.is_client_level_changed)
            card.client_level_id = self.level_possible
            self.assertTrue(card.is_client_level_changed, "the form asks why")
            card.client_level_reason = "Asked for prices"
        change = self.dnipro.client_level_change_ids
        self.assertRecordValues(
            change,
            [
                {
                    "user_id": self.olena.id,
                    "old_level_id": False,
                    "new_level_id": self.level_possible.id,
                    "reason": "Asked for prices",
                }
            ],
        )

    @users("cl_olena")
    def test_every_way_of_writing_is_logged_once(self):
        dnipro = self.dnipro.with_user(self.env.user)
        dnipro.client_level_id = self.level_possible
        dnipro.write({"client_level_id": self.level_possible.id, "city": "Dnipro"})
        dnipro.web_save({"client_level_id": self.level_regular.id, "client_level_reason": "Third order"}, {"name": {}})
        dnipro._set_client_level(self.level_regular, "no change, no entry")
        dnipro.client_level_id = False
        self.assertEqual(
            self.dnipro.client_level_change_ids.mapped(
                lambda change: (change.old_level_id.name, change.new_level_id.name, change.reason)
            ),
            [("Regular", False, False), ("Possible", "Regular", "Third order"), (False, "Possible", False)],
        )

    @users("cl_ivan")
    def test_mass_edit(self):
        (self.dnipro | self.karpaty).with_user(self.env.user).write(
            {"client_level_id": self.level_regular.id, "client_level_reason": "Year's review"}
        )
        for client in self.dnipro | self.karpaty:
            self.assertEqual(client.client_level_change_ids.mapped("reason"), ["Year's review"])
        self.assertEqual((self.dnipro | self.karpaty).client_level_change_ids.user_id, self.ivan)

    @users("cl_olena")
    def test_first_level_of_a_new_client(self):
        client = self.env["res.partner"].create(
            {
                "name": "Newcomer",
                "client_type_id": self.type_new.id,
                "client_level_id": self.level_possible.id,
                "client_level_reason": "Came to the stand",
            }
        )
        self.assertEqual(client.client_level_change_ids.reason, "Came to the stand")
        self.assertFalse(client.client_level_change_ids.old_level_id)

    @users("cl_olena")
    def test_history_follows_the_client(self):
        self.dnipro._set_client_level(self.level_possible)
        self.assertEqual(len(self.env["crm.client.level.change"].search([("partner_id", "=", self.dnipro.id)])), 1)
        self.karpaty._set_client_level(self.level_possible)
        self.assertFalse(self.env["crm.client.level.change"].search([("partner_id", "=", self.karpaty.id)]))

    def test_a_level_in_use_is_archived_not_deleted(self):
        self.dnipro._set_client_level(self.level_possible)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.level_possible.unlink()
        self.level_possible.active = False
        self.assertEqual(self.dnipro.client_level_id, self.level_possible)

    def test_nine_levels_and_seven_types(self):
        levels = self.env["crm.client.level"].search([]).filtered(lambda level: level.get_external_id()[level.id])
        types = self.env["crm.client.type"].search([]).filtered(lambda kind: kind.get_external_id()[kind.id])
        self.assertEqual((len(levels), len(types)), (9, 7))
        self.assertEqual(set(types.filtered("is_open").mapped("name")), {"Partner", "Competitor", "Own company"})

    @users("cl_olena")
    def test_directories_are_the_head_s(self):
        for model in ("crm.client.type", "crm.client.level", "crm.profession"):
            with self.assertRaises(AccessError):
                self.env[model].create({"name": "Mine"})
            self.assertTrue(self.env[model].with_user(self.head).create({"name": "Mine"}))

    @users("cl_head")
    def test_head_keeps_the_services(self):
        service = self.env["product.template"].create(
            {"name": "Training", "type": "service", "is_client_service": True}
        )
        service.list_price = 500
        self.dnipro.with_user(self.env.user).client_service_ids = service
        self.assertEqual(service.service_client_count, 1)
        action = service.action_view_service_clients()
        self.assertEqual(self.env["res.partner"].search(action["domain"]), self.dnipro)

    @users("cl_head")
    def test_head_defines_the_sections_of_the_card_only(self):
        Definition = self.env["properties.base.definition"]
        card = Definition.sudo()._get_definition_for_property_field("res.partner", "properties").sudo(False)
        card.properties_definition = [{"name": "a1b2", "string": "Hobby", "type": "char"}]
        self.dnipro.with_user(self.olena).properties = {"a1b2": "Sailing"}
        self.assertEqual(self.dnipro.with_user(self.olena).properties["a1b2"], "Sailing")
        other = (
            self.env["ir.model.fields"].sudo().search([("ttype", "=", "properties"), ("model", "!=", "res.partner")])
        )
        foreign = Definition.sudo().create({"properties_field_id": other[:1].id}).sudo(False)
        with self.assertRaises(AccessError):
            foreign.properties_definition = []
        with self.assertRaises(AccessError):
            card.with_user(self.olena).properties_definition = []
