import ast

from dateutil.relativedelta import relativedelta
from lxml import etree

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command, Domain
from odoo.tests import new_test_user, tagged
from odoo.tools.safe_eval import datetime, safe_eval, time

from .common import ClientCommon

ADDON = "crm_clients"
# actions of the addon that open a model a user may not read: for them get_views fails before anything is shown
REFUSED = {
    "head": set(),
    "ivan": {"crm.source.cost"},
    "olena": {"crm.source.cost"},
    "clerk": {
        *("crm.source.cost", "crm.source.report", "crm.lead", "crm.client.level.change"),
        *("crm.client.import", "crm.client.import.row", "crm.client.fill", "crm.client.merge"),
    },
}
MENUS_OF_OLENA = {
    *("crm_clients_menu", "res_partner_menu_my_clients", "crm_client_import_menu", "crm_lead_menu_inquiry"),
    *("crm_lead_menu_new_inquiry", "crm_source_report_menu", "crm_client_level_change_menu"),
}
MENUS_OF_HEAD = {
    *MENUS_OF_OLENA,
    *("res_partner_menu_all_clients", "crm_source_cost_menu", "crm_clients_menu_config", "crm_client_type_menu"),
    *("crm_client_level_menu", "product_template_menu_service", "utm_source_menu", "crm_inquiry_purpose_menu"),
    *("crm_profession_menu", "res_users_menu_client_access"),
}


class ViewCommon(ClientCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.actions = cls._get_own_records("ir.actions.act_window")
        cls.views = cls._get_own_records("ir.ui.view")

    @classmethod
    def _get_own_records(cls, model):
        data = cls.env["ir.model.data"].search([("module", "=", ADDON), ("model", "=", model)])
        return cls.env[model].browse(data.mapped("res_id")).exists()

    def get_arch(self, user, model, view, kind):
        """Return the parsed view as the user gets it."""
        return etree.fromstring(self.env[model].with_user(user).get_view(view and view.id, kind)["arch"])

    def evaluate(self, expression, user, /, **values):
        """Evaluate what the browser would: a domain or a context of a view or an action."""
        return safe_eval(
            expression or "[]",
            {
                "uid": user.id,
                "context": {"uid": user.id},
                "allowed_company_ids": user.company_ids.ids,
                "active_id": self.dnipro.id,
                "active_ids": self.dnipro.ids,
                "active_model": "res.partner",
                "context_today": fields.Date.today,
                "datetime": datetime,
                "relativedelta": relativedelta,
                "time": time,
                "self": "test",
                **values,
            },
        )


@tagged("post_install", "-at_install")
class TestActions(ViewCommon):
    """What each kind of user gets when he presses a menu."""

    def test_every_action_opens_for_every_user(self):
        for action in self.actions:
            pairs = [(view_id, kind) for view_id, kind in action.views]
            pairs.append((action.search_view_id.id or False, "search"))
            for name, refused in REFUSED.items():
                Model = self.env[action.res_model].with_user(getattr(self, name))
                with self.subTest(f"{action.name} as {name}"):
                    self.assertEqual(Model.has_access("read"), action.res_model not in refused)
                    if action.res_model in refused:
                        with self.assertRaises(AccessError):
                            Model.web_search_read([], {})
                        continue
                    views = Model.get_views(pairs, {"toolbar": True, "action_id": action.id})["views"]
                    self.assertEqual(set(views), {kind for _view_id, kind in pairs})

    def test_every_field_of_every_list_and_form_can_be_read(self):
        """No view shows a field that the user's groups forbid: the whole page would fail."""
        for action in self.actions:
            for view_id, kind in action.views:
                if kind not in ("list", "kanban", "form"):
                    continue
                for name, refused in REFUSED.items():
                    if action.res_model in refused:
                        continue
                    Model = self.env[action.res_model].with_user(getattr(self, name))
                    arch = etree.fromstring(Model.get_view(view_id, kind)["arch"])
                    with self.subTest(f"{action.name} {kind} as {name}"):
                        Model.web_search_read([], self._get_specification(arch), limit=3)

    def _get_specification(self, arch):
        nodes = arch.xpath("//field[not(ancestor::field)]")
        return {node.get("name"): {} for node in nodes}

    def test_contexts_and_domains(self):
        for action in self.actions:
            with self.subTest(action.name):
                context = self.evaluate(action.context or "{}", self.ivan)
                domain = self.evaluate(action.domain, self.ivan)
                self.assertIsInstance(context, dict)
                self.env[action.res_model].with_user(self.head).with_context(**context).search(domain, limit=1)
                if action.search_view_id:
                    arch = etree.fromstring(action.search_view_id.get_combined_arch())
                    filters = set(arch.xpath("//filter/@name | //field/@name"))
                    wanted = {
                        key.removeprefix("search_default_") for key in context if key.startswith("search_default_")
                    }
                    self.assertLessEqual(wanted, filters, "a filter ticked by default exists")

    def test_menus_by_user(self):
        menus = self._get_own_records("ir.ui.menu")
        ids = {menu.id: menu.get_external_id()[menu.id].split(".")[1] for menu in menus}
        head, olena = MENUS_OF_HEAD, MENUS_OF_OLENA
        outsider = new_test_user(self.env, "cl_system", "base.group_system", name="Administrator")
        for user, expected in (
            (self.head, head),
            (self.olena, olena),
            (self.ivan, olena | {"res_partner_menu_all_clients"}),
            (self.clerk, set()),
            (outsider, set()),
        ):
            shown = self.env["ir.ui.menu"].with_user(user).load_menus(False)
            self.assertEqual({name for menu, name in ids.items() if menu in shown}, expected, user.name)

    def test_every_menu_opens_something(self):
        for menu in self._get_own_records("ir.ui.menu"):
            self.assertTrue(menu.action or menu.child_id, menu.name)

    def test_paths_are_told_apart(self):
        paths = [action.path for action in self.actions if action.path]
        self.assertEqual(len(paths), len(set(paths)))
        self.assertLessEqual({"my-clients", "all-clients", "inquiries", "new-inquiry"}, set(paths))


@tagged("post_install", "-at_install")
class TestSearchViews(ViewCommon):
    """Every filter, every grouping and every field of every search view of the addon can be pressed."""

    def test_filters(self):
        for arch, Model, label in self._get_search_views():
            for node in arch.xpath("//filter[@domain]"):
                with self.subTest(f"{label}: {node.get('name')}"):
                    domain = self.evaluate(node.get("domain"), self.head)
                    Model.with_user(self.head).web_search_read(domain, {}, limit=1)

    def test_date_filters(self):
        for arch, Model, label in self._get_search_views():
            for node in arch.xpath("//filter[@date]"):
                name = node.get("date")
                with self.subTest(f"{label}: {name}"):
                    domain = [(name, ">=", "2026-01-01"), (name, "<=", "2026-12-31")]
                    Model.with_user(self.head).search_count(domain)

    def test_groupings(self):
        for arch, Model, label in self._get_search_views():
            for node in arch.xpath("//filter[@context]"):
                groupby = self.evaluate(node.get("context"), self.head).get("group_by")
                if not groupby or groupby == "properties":
                    continue
                groups = [groupby] if isinstance(groupby, str) else groupby
                with self.subTest(f"{label}: {node.get('name')}"):
                    Model.with_user(self.head).web_read_group([], groups, ["__count"])

    def test_typed_text(self):
        for arch, Model, label in self._get_search_views():
            for node in arch.xpath("//field[not(@invisible)]"):
                if Model._fields[node.get("name")].type == "properties":
                    continue  # what is searched there an administrator defines
                with self.subTest(f"{label}: {node.get('name')}"):
                    value = 14 if Model._fields[node.get("name")].type in ("integer", "float") else "test"
                    domain = (
                        self.evaluate(node.get("filter_domain"), self.head, self=value)
                        if node.get("filter_domain")
                        else [(node.get("name"), node.get("operator") or "ilike", value)]
                    )
                    Model.with_user(self.head).search(domain, limit=1)

    def test_filters_as_who_sees_own_clients(self):
        for arch, Model, label in self._get_search_views():
            Model = Model.with_user(self.olena)
            if not Model.has_access("read"):
                continue
            for node in arch.xpath("//filter[@domain]"):
                with self.subTest(f"{label}: {node.get('name')}"):
                    found = Model.search(Domain(self.evaluate(node.get("domain"), self.olena)))
                    if Model._name == "res.partner":
                        self.assertFalse((self.karpaty | self.oksana) & found.sudo())

    def _get_search_views(self):
        for view in self.views.filtered(lambda view: view.type == "search"):
            Model = self.env[view.model]
            arch = etree.fromstring(Model.with_user(self.head).get_view(view.id, "search")["arch"])
            yield arch, Model, view.name


@tagged("post_install", "-at_install")
class TestCard(ViewCommon):
    """What the card shows: of a client, a contact person, a branch, and of who is outside the directory."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.outside = cls.env["res.partner"].create({"name": "Supplier", "is_company": True})
        cls.branch = cls.env["res.partner"].create(
            {"name": "Dnipro West", "is_company": True, "parent_id": cls.dnipro.id}
        )
        cls.form = cls.env.ref("base.view_partner_form")

    def is_shown(self, partner, xpath, user=None):
        """Return whether an element of the card is there and neither it nor what it stands in is invisible."""
        user = user or self.head
        arch = self.get_arch(user, "res.partner", self.form, "form")
        return any(
            not any(self._is_invisible(node, partner.with_user(user)) for node in [found, *found.iterancestors()])
            for found in arch.xpath(xpath)
        )

    def _is_invisible(self, node, partner):
        expression = node.get("invisible")
        if not expression or expression in ("0", "False"):
            return False
        names = {part.id for part in ast.walk(ast.parse(expression, mode="eval")) if isinstance(part, ast.Name)}
        values = partner.read([name for name in names if name in partner._fields], load=None)[0]
        return bool(safe_eval(expression, {"context": {}, "uid": self.env.uid, "parent": {}, **values}))

    def test_of_whom_the_card_tells_what(self):
        table = {
            #                                        client person branch outside
            "//field[@name='client_type_id']": (True, False, False, True),
            "//field[@name='client_level_id']": (True, False, False, False),
            "//field[@name='client_source_id']": (True, False, False, False),
            "//field[@name='client_service_ids']": (True, False, False, False),
            "//group[@name='client_next']": (True, False, False, False),
            "//button[@name='action_view_client_history']": (True, True, True, False),
            "//page[@name='client_relationship']": (False, False, False, False),
            "//field[@name='profession_id'][not(ancestor::field)]": (False, True, False, False),
        }
        for xpath, expected in table.items():
            cards = (self.dnipro, self.petro, self.branch, self.outside)
            self.assertEqual(tuple(self.is_shown(card, xpath) for card in cards), expected, xpath)

    def test_one_responsible_manager(self):
        """On a client's card he stands above; elsewhere where Odoo has him."""
        above = "//group[@name='client_relationship']//field[@name='user_id']"
        below = "//page[@name='sales_purchases']//field[@name='user_id']"
        for card, is_client in ((self.dnipro, True), (self.outside, False)):
            self.assertEqual(self.is_shown(card, above), is_client)
            self.assertEqual(self.is_shown(card, below), not is_client)

    def test_relationship_page_with_its_first_change(self):
        self.dnipro._set_client_level(self.level_possible, "Asked")
        self.env.invalidate_all()
        self.assertTrue(self.is_shown(self.dnipro, "//page[@name='client_relationship']"))

    def test_branch_that_becomes_a_client(self):
        self.branch.client_type_id = self.type_client
        self.env.invalidate_all()
        self.assertTrue(self.is_shown(self.branch, "//field[@name='client_level_id']"))

    def test_what_an_employee_without_sales_sees(self):
        for xpath in (
            "//button[@name='action_view_client_history']",
            "//page[@name='client_relationship']",
            "//field[@name='client_level_reason']",
        ):
            arch = self.get_arch(self.clerk, "res.partner", self.form, "form")
            self.assertFalse(arch.xpath(xpath), xpath)
        self.assertTrue(self.is_shown(self.dnipro, "//field[@name='client_level_id']", self.clerk))

    def test_default_manager_of_an_import(self):
        view = self.env.ref("crm_clients.crm_client_import_view_form")
        for user, seen in ((self.olena, False), (self.ivan, True), (self.head, True)):
            arch = self.get_arch(user, "crm.client.import", view, "form")
            self.assertEqual(bool(arch.xpath("//field[@name='default_user_id']")), seen, user.name)

    def test_merge_is_offered_to_the_directory(self):
        action = self.env.ref("crm_clients.crm_client_merge_action")
        for user, offered in ((self.olena, True), (self.head, True), (self.clerk, False)):
            bindings = self.env["ir.actions.actions"].with_user(user).get_bindings("res.partner")
            ids = [binding["id"] for binding in bindings.get("action", ())]
            self.assertEqual(action.id in ids, offered, user.name)


@tagged("post_install", "-at_install")
class TestListsCostTheSame(ViewCommon):
    """A page of thirty records takes as many queries as a page of one."""

    def assertConstant(self, action_name, create, user):
        action = self.env.ref(f"{ADDON}.{action_name}")
        view_id = next(view_id for view_id, kind in action.views if kind == "list")
        specification = self._get_specification(action.res_model, view_id, user)
        Model = self.env[action.res_model].with_user(user)
        records = Model.concat(*(create(number) for number in range(30)))
        self.env.flush_all()

        def count(limit):
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            found = Model.web_search_read([("id", "in", records.ids[:limit])], specification)
            self.assertEqual(len(found["records"]), limit)
            return self.cr.sql_log_count - before

        count(30)
        self.assertEqual(count(1), count(30))

    def _get_specification(self, model, view_id, user):
        Model = self.env[model].with_user(user)
        arch = etree.fromstring(Model.get_view(view_id, "list")["arch"])
        return {
            name: {"fields": {"display_name": {}}} if Model._fields[name].relational else {}
            for name in arch.xpath("/list/field/@name")
        }

    def test_clients(self):
        def create(number):
            client = self._create_client(
                f"Client {number}",
                self.olena,
                client_service_ids=[Command.set(self.service.ids)],
                client_source_id=self.source.id,
                client_level_id=self.level_regular.id,
                client_last_contact="2026-01-01",
            )
            client.activity_schedule("mail.mail_activity_data_call", user_id=self.olena.id)
            return client

        for user in (self.olena, self.head):
            self.assertConstant("res_partner_action_my_clients", create, user)

    def test_inquiries(self):
        purpose = self.env["crm.inquiry.purpose"].search([], limit=1)
        self.assertConstant(
            "crm_lead_action_inquiry",
            lambda number: self.env["crm.lead"].create(
                {
                    "name": f"Inquiry {number}",
                    "type": "lead",
                    "user_id": self.olena.id,
                    "phone": f"+38050000{number:04}",
                    "inquiry_purpose_id": purpose.id,
                    "inquiry_service_ids": [Command.set(self.service.ids)],
                }
            ),
            self.olena,
        )

    def test_relationship_changes(self):
        def create(number):
            self.dnipro._set_client_level((self.level_regular, self.level_possible)[number % 2], str(number))
            return self.env["crm.client.level.change"].search([("partner_id", "=", self.dnipro.id)], limit=1)

        self.assertConstant("crm_client_level_change_action", create, self.olena)

    def test_costs_and_services(self):
        self.assertConstant(
            "crm_source_cost_action",
            lambda number: self.env["crm.source.cost"].create(
                {"source_id": self.source.id, "amount": number, "date_from": "2026-01-01", "date_to": "2026-12-31"}
            ),
            self.head,
        )
        self.assertConstant(
            "product_template_action_service",
            lambda number: self.env["product.template"].create({"name": f"S {number}", "is_client_service": True}),
            self.head,
        )

    def test_imports(self):
        self.assertConstant(
            "crm_client_import_action",
            lambda number: self.env["crm.client.import"].with_user(self.olena).create({"name": f"File {number}"}),
            self.olena,
        )
