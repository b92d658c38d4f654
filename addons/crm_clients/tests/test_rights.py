from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.service.model import get_public_method
from odoo.tests import new_test_user, tagged

from .common import ClientCommon

USERS = ("head", "ivan", "olena", "clerk", "employee", "portal", "public")

# What each user may do with a record that olena made, or that belongs to her client: r(ead), w(rite), c(reate), d(elete)
RIGHTS = {
    # model:                    head    ivan  olena   clerk employee portal public
    "crm.client.type": ("rwcd", "r", "r", "r", "r", "", ""),
    "crm.client.level": ("rwcd", "r", "r", "r", "r", "", ""),
    "crm.profession": ("rwcd", "r", "r", "r", "r", "", ""),
    "crm.inquiry.purpose": ("rwcd", "r", "r", "r", "r", "", ""),
    "crm.client.level.change": ("r", "r", "r", "", "", "", ""),
    "crm.source.cost": ("rwcd", "", "", "", "", "", ""),
    "crm.source.report": ("r", "", "r", "", "", "", ""),
    "crm.client.import": ("rwcd", "c", "rwcd", "", "", "", ""),
    # whoever may not write an import cannot add a column to it either
    "crm.client.import.column": ("rwcd", "", "rwcd", "", "", "", ""),
    "crm.client.import.row": ("r", "", "r", "", "", "", ""),
    # wizards are personal: the head has his own
    "crm.client.fill": ("c", "c", "rwcd", "", "", "", ""),
    "crm.client.fill.line": ("c", "c", "rwcd", "", "", "", ""),
    "crm.client.merge": ("c", "c", "rwcd", "", "", "", ""),
    "crm.client.merge.line": ("c", "c", "rwcd", "", "", "", ""),
    "crm.client.merge.moved": ("c", "c", "rwcd", "", "", "", ""),
}

# Everything of the addon that can be called from outside; who adds to it says below who may call it
PUBLIC_METHODS = {
    "crm.client.fill": {"action_apply", "get_fill_fields"},
    "crm.client.import": {
        *("action_check", "action_start", "action_pause", "action_cancel", "action_draft", "action_undo"),
        *("action_view_created", "action_view_updated", "action_view_rows", "action_download_template"),
    },
    "crm.client.merge": {"action_merge"},
    "crm.lead": {"action_make_deal", "action_pass_on", "action_hand_client_to_salesperson"},
    "crm.source.report": {"action_open_record"},
    "product.template": {"action_view_service_clients"},
    "res.partner": {"action_view_client_history"},
    "res.users": {"action_give_own_clients", "action_give_all_clients"},
}
ORM_METHODS = {"create", "write", "unlink", "default_get", "copy", "copy_data"}


class RightsCommon(ClientCommon):
    """A record of every model of the addon, made by olena or about her client."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.employee = new_test_user(cls.env, "cl_employee", "base.group_user", name="Employee")
        cls.portal = new_test_user(cls.env, "cl_portal", "base.group_portal", name="Portal")
        cls.public = cls.env.ref("base.public_user")
        cls.twin = cls._create_client("Dnipro Ltd", cls.olena)
        cls.dnipro._set_client_level(cls.level_possible, "Asked for prices")
        cls.inquiry = cls.env["crm.lead"].create({"name": "Inquiry", "type": "lead", "user_id": cls.olena.id})
        cls.records = {
            **{
                model: cls.env[model].create({"name": "Of the test"})
                for model in ("crm.client.type", "crm.client.level", "crm.profession", "crm.inquiry.purpose")
            },
            "crm.client.level.change": cls.dnipro.client_level_change_ids,
            "crm.source.cost": cls.env["crm.source.cost"].create({"source_id": cls.source.id, "amount": 10}),
            "crm.source.report": cls.env["crm.source.report"].search([("lead_id", "=", cls.inquiry.id)]),
            **cls._create_import(cls.olena),
            **cls._create_wizards(cls.olena),
        }
        cls.env.flush_all()

    @classmethod
    def _create_import(cls, user):
        record = cls.env["crm.client.import"].with_user(user).create({"name": "clients.xlsx"})
        cls.env.flush_all()  # the columns of an import and the lines of wizards are computed, which empties them
        return {
            "crm.client.import": record,
            "crm.client.import.column": cls.env["crm.client.import.column"]
            .with_user(user)
            .create({"import_id": record.id, "header": "Client"}),
            "crm.client.import.row": cls.env["crm.client.import.row"].create({"import_id": record.id, "number": 2}),
        }

    @classmethod
    def _create_wizards(cls, user):
        fill = cls.env["crm.client.fill"].with_user(user).create({"source_id": cls.dnipro.id})
        pair = cls.dnipro | cls.twin
        merge = (
            cls.env["crm.client.merge"]
            .with_user(user)
            .with_context(active_model="res.partner", active_ids=pair.ids)
            .create({"destination_id": cls.dnipro.id, "partner_ids": [Command.set(pair.ids)]})
        )
        cls.env.flush_all()
        fill_line, merge_line, moved = (
            cls.env[model].with_user(user).create({"wizard_id": wizard.id, "name": "City", **vals})
            for model, wizard, vals in (
                ("crm.client.fill.line", fill, {}),
                ("crm.client.merge.line", merge, {"field_name": "city"}),
                ("crm.client.merge.moved", merge, {}),
            )
        )
        return {record._name: record for record in (fill, merge, fill_line, merge_line, moved)}

    def is_allowed(self, user, operation, record):
        """Do it as the user and take it back; return whether it could be done."""
        with self.env.cr.savepoint() as savepoint:
            try:
                getattr(self, f"_try_{operation}")(record.with_user(user))
                self.env.flush_all()
            except AccessError:
                return False
            finally:
                savepoint.rollback()
        return True

    def _try_r(self, record):
        record.invalidate_recordset()
        names = [name for name, field in record._fields.items() if field.store and field.type != "binary"]
        record.read([name for name in names if record._has_field_access(record._fields[name], "read")])

    def _try_w(self, record):
        record.write({self._get_plain_field(record): self._get_plain_value(record)})

    def _try_c(self, record):
        self.env[record._name].with_user(record.env.user).create(self._get_values(record))

    def _try_d(self, record):
        record.unlink()

    def _get_plain_field(self, record):
        known = {"crm.source.cost": "note", "crm.client.level.change": "reason", "crm.source.report": "date"}
        known |= {"crm.client.import.column": "sample", "crm.client.import.row": "message"}
        known |= {"crm.client.fill": "current_values", "crm.client.merge": "destination_id"}
        return known.get(record._name, "name")

    def _get_plain_value(self, record):
        known = {"date": "2026-01-01", "current_values": {"city": "Lviv"}, "destination_id": self.dnipro.id}
        return known.get(self._get_plain_field(record), "Changed")

    def _get_values(self, record):
        values = {self._get_plain_field(record): "Another"}
        if record._name in ("crm.client.fill", "crm.client.merge", "crm.client.import"):
            # one's own, which refers to nothing yet
            return {"destination_id": self.clerk.partner_id.id} if record._name == "crm.client.merge" else {}
        if "wizard_id" in record._fields:
            wizard = self.env[record._fields["wizard_id"].comodel_name].with_user(record.env.user)
            values["wizard_id"] = wizard.create(self._get_values(wizard)).id
        known = {
            "crm.client.merge.line": {"field_name": "city"},
            "crm.client.level.change": {"partner_id": self.dnipro.id},
            "crm.source.cost": {"source_id": self.source.id, "amount": 1},
            "crm.client.import.column": {"import_id": self.records["crm.client.import"].id},
            "crm.client.import.row": {"import_id": self.records["crm.client.import"].id, "number": 3},
        }
        return {**values, **known.get(record._name, {})}


@tagged("post_install", "-at_install")
class TestRights(RightsCommon):
    """The written table of who may do what, tried out operation by operation."""

    def test_table_has_every_model(self):
        models = {name for name, model in self.registry.items() if model._original_module == "crm_clients"}
        self.assertEqual({name for name in models if not self.env[name]._abstract}, set(RIGHTS))

    def test_every_operation_of_every_user(self):
        for model, rights in RIGHTS.items():
            for name, expected in zip(USERS, rights, strict=True):
                user = getattr(self, name)
                allowed = "".join(
                    operation for operation in "rwcd" if self.is_allowed(user, operation, self.records[model])
                )
                self.assertEqual(allowed, expected, f"{name} on {model}")

    def test_search_finds_what_may_be_read(self):
        for model, rights in RIGHTS.items():
            record = self.records[model]
            for name, expected in zip(USERS, rights, strict=True):
                records = self.env[model].with_user(getattr(self, name))
                if not records.has_access("read"):
                    self.assertNotIn("r", expected, f"{name} on {model}")
                    continue
                found = records.with_context(active_test=False).search_count([("id", "=", record.id)])
                self.assertEqual(bool(found), "r" in expected, f"{name} on {model}")

    def test_rows_of_a_foreign_client(self):
        """What olena may do with hers, taras may not, and the other way round."""
        self.karpaty._set_client_level(self.level_regular, "Signed")
        change = self.karpaty.client_level_change_ids
        self.assertTrue(self.is_allowed(self.taras, "r", change))
        self.assertFalse(self.is_allowed(self.olena, "r", change))
        for model in ("crm.client.level.change", "crm.source.report", "crm.client.import", "crm.client.merge"):
            self.assertFalse(self.is_allowed(self.taras, "r", self.records[model]), model)

    def test_system_administrator_without_sales_sees_no_wizard(self):
        admin = new_test_user(self.env, "cl_admin", "base.group_system", name="Administrator")
        for model in ("crm.client.fill", "crm.client.merge", "crm.client.import.row", "crm.client.level.change"):
            self.assertFalse(self.is_allowed(admin, "r", self.records[model]), model)

    def test_fields_that_groups_guard(self):
        for user, allowed in ((self.olena, True), (self.head, True), (self.clerk, False), (self.employee, False)):
            described = self.env["res.partner"].with_user(user).fields_get(["client_level_change_ids"])
            self.assertEqual(bool(described), allowed, user.name)
            if not allowed:
                with self.assertRaises(AccessError):
                    self.dnipro.with_user(user).read(["client_level_change_ids"])

    def test_keys_of_the_rules_cannot_be_forged(self):
        """The columns behind the rules follow from the client, whatever a user writes into them."""
        mine = self.env["res.partner"].with_user(self.olena)
        created = mine.create(
            {"name": "Forged", "client_type_id": self.type_new.id, "client_access": 0, "client_id": self.dnipro.id}
        )
        self.env.flush_all()
        self.assertFalse(mine.with_user(self.taras).search([("id", "=", created.id)]))


@tagged("post_install", "-at_install")
class TestPublicMethods(RightsCommon):
    """Each method that can be called from outside is refused, or tells nothing, to who may not use it."""

    def refuse(self, records, method, *names):
        """Assert that none of the users may call it."""
        for name in names:
            with self.assertRaises(AccessError, msg=f"{name}: {method}"), self.env.cr.savepoint():
                getattr(records.with_user(getattr(self, name)), method)()

    def test_list_of_public_methods(self):
        found = {}
        for name, model in self.registry.items():
            for base in model.__mro__:
                if base.__module__.startswith("odoo.addons.crm_clients."):
                    methods = {key for key, value in vars(base).items() if callable(value) and key[0].islower()}
                    found.setdefault(name, set()).update(methods - ORM_METHODS)
        # what a mixin gives is found with everybody who has the mixin
        self.assertEqual({name: methods for name, methods in found.items() if methods}, PUBLIC_METHODS)

    def test_helpers_cannot_be_called(self):
        for model, method in (
            ("res.users", "_set_client_access"),
            ("res.partner", "_move_whole_client"),
            ("res.partner", "_set_client_level"),
            ("res.partner", "_find_client_duplicates"),
            ("crm.lead", "_split_by_access"),
            ("crm.client.import", "_step"),
        ):
            self.assertTrue(callable(getattr(self.env[model], method)))
            with self.assertRaises(AccessError):
                get_public_method(self.env[model], method)

    def test_inquiries(self):
        self.inquiry.write({"contact_name": "Anna", "phone": "+380 44 200 0001"})
        for method in ("action_make_deal", "action_pass_on"):
            self.refuse(self.inquiry, method, "taras", "clerk", "employee", "portal", "public")
        self.assertEqual((self.inquiry.type, self.inquiry.user_id), ("lead", self.olena))

    def test_handing_over_a_deals_client(self):
        deal = self._create_deal("Mixed up", self.petro, self.taras)
        self.refuse(deal, "action_hand_client_to_salesperson", "olena", "taras", "clerk", "portal")
        self.assertEqual(self.dnipro.user_id, self.olena)

    def test_history(self):
        self.refuse(self.karpaty, "action_view_client_history", "olena", "portal", "public")
        self.karpaty.message_post(body="Secret", message_type="comment")
        action = self.dnipro.with_user(self.clerk).action_view_client_history()
        found = self.env["mail.message"].with_user(self.clerk).search(action["domain"])
        self.assertFalse(found.filtered(lambda message: message.model == "crm.lead"), "a clerk sees no deals")

    def test_who_sees_which_clients(self):
        for method in ("action_give_own_clients", "action_give_all_clients"):
            self.refuse(self.taras, method, "olena", "ivan", "clerk", "employee", "portal", "public")
        self.assertEqual(self.taras.client_access_level, "own")

    def test_head_cannot_raise_outsiders(self):
        """Only internal users get the directory; portal users among the ticked ones are left out."""
        (self.portal | self.employee).with_user(self.head).action_give_all_clients()
        self.assertFalse(self.portal.has_group("crm_clients.crm_clients_group_own"))
        self.assertTrue(self.employee.has_group("crm_clients.crm_clients_group_all"))

    def test_imports(self):
        record = self.records["crm.client.import"]
        for method in ("action_check", "action_start", "action_pause", "action_cancel", "action_draft", "action_undo"):
            self.refuse(record, method, "taras", "ivan", "clerk", "portal", "public")
        self.assertEqual(record.state, "draft")
        self.refuse(record, "action_view_updated", "clerk", "portal")
        record.with_user(self.head).action_cancel()
        self.assertEqual(record.state, "cancelled")

    def test_results_of_a_foreign_import_stay_closed(self):
        """The actions say which records, and the rules decide who reads them."""
        action = self.records["crm.client.import"].with_user(self.taras).action_view_rows()
        self.assertFalse(self.env["crm.client.import.row"].with_user(self.taras).search(action["domain"]))

    def test_address_of_the_template_tells_nothing(self):
        """The file itself is refused by its address, see `TestDownloads`."""
        action = self.env["crm.client.import"].with_user(self.clerk).action_download_template()
        self.assertEqual(action["type"], "ir.actions.act_url")
        self.assertFalse(self.env["crm.client.import"].with_user(self.clerk).has_access("create"))

    def test_wizards(self):
        fill, merge = self.records["crm.client.fill"], self.records["crm.client.merge"]
        self.refuse(fill, "action_apply", "taras", "ivan", "head", "clerk", "portal")
        self.refuse(merge, "action_merge", "taras", "ivan", "head", "clerk", "portal")
        self.assertTrue(self.twin.exists())
        self.assertTrue(fill.with_user(self.olena).action_apply()["infos"])

    def test_lines_of_foreign_wizards(self):
        """A line cannot be hung on, or moved to, a wizard of somebody else."""
        for model in ("crm.client.fill.line", "crm.client.merge.line", "crm.client.merge.moved"):
            line = self.records[model]
            with self.assertRaises(AccessError, msg=model):
                line.with_user(self.taras).read(["name"])
            with self.assertRaises(AccessError, msg=model):
                line.with_user(self.taras).wizard_id.with_user(self.taras).read(["create_uid"])

    def test_statistics(self):
        row = self.records["crm.source.report"]
        self.refuse(row, "action_open_record", "taras", "ivan", "clerk", "portal")
        self.assertEqual(row.with_user(self.olena).action_open_record()["res_id"], self.inquiry.id)

    def test_clients_of_a_service(self):
        (self.dnipro | self.karpaty).client_service_ids = self.service
        for user, count in ((self.olena, 1), (self.taras, 1), (self.ivan, 2), (self.head, 2)):
            self.service.invalidate_recordset()
            service = self.service.with_user(user)
            self.assertEqual(service.service_client_count, count, user.name)
            action = service.action_view_service_clients()
            self.assertEqual(self.env["res.partner"].with_user(user).search_count(action["domain"]), count, user.name)

    def test_names_of_fields_to_fill_tell_nothing_of_clients(self):
        names = self.env["crm.client.fill"].with_user(self.olena).get_fill_fields()
        self.assertIn("vat", names)
        self.assertFalse({"user_id", "comment", "client_level_id"} & set(names))
