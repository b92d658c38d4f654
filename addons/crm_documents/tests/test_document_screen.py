from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

from .common import DocumentCommon

ADDON = "crm_documents"
MENUS_OF_OLENA = {
    *("crm_documents_menu", "crm_document_menu", "crm_document_menu_to_sign", "crm_document_menu_overdue"),
    *("crm_document_menu_calendar", "crm_document_type_menu_overview"),
}
MENUS_OF_HEAD = {*MENUS_OF_OLENA, "crm_document_type_menu"}
SHOWN = ("list", "kanban", "form", "calendar", "activity", "pivot", "graph")


class ScreenCommon(DocumentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal = new_test_user(cls.env, "dc_portal", "base.group_portal")
        cls.actions = cls._get_own_records("ir.actions.act_window")
        cls.contract = cls._create_document(cls.type_contract, lead_id=cls.deal_dnipro.id, date_deadline="2020-01-01")
        cls.proposal = cls._create_document(cls.type_proposal)

    @classmethod
    def _get_own_records(cls, model):
        data = cls.env["ir.model.data"].search([("module", "=", ADDON), ("model", "=", model)])
        return cls.env[model].browse(data.mapped("res_id")).exists()

    def _get_arch(self, user, model, view_id=False, kind="form"):
        return etree.fromstring(self.env[model].with_user(user).get_view(view_id, kind)["arch"])

    def _get_specification(self, arch):
        return {node.get("name"): {} for node in arch.xpath("//field[not(ancestor::field)]")}

    def _get_views(self, *kinds):
        """Pairs of every action and view of the addon that are of these kinds."""
        for action in self.actions.filtered(lambda action: not self.env[action.res_model]._transient):
            for view_id, kind in action.views:
                if kind in kinds:
                    yield action, view_id, kind


@tagged("post_install", "-at_install")
class TestDocumentScreens(ScreenCommon):
    """What each kind of user gets when he presses a menu."""

    def test_every_action_opens(self):
        for action in self.actions:
            pairs = [
                *((view_id, kind) for view_id, kind in action.views),
                (action.search_view_id.id or False, "search"),
            ]
            for user in (self.head, self.leader, self.ivan, self.olena):
                with self.subTest(f"{action.name} as {user.name}"):
                    views = self.env[action.res_model].with_user(user).get_views(pairs, {"action_id": action.id})
                    self.assertEqual(set(views["views"]), {kind for _view_id, kind in pairs})

    def test_every_field_shown_can_be_read(self):
        for action, view_id, kind in self._get_views(*SHOWN):
            for user in (self.head, self.olena):
                Model = self.env[action.res_model].with_user(user)
                specification = self._get_specification(self._get_arch(user, action.res_model, view_id, kind))
                with self.subTest(f"{action.name} {kind} as {user.name}"):
                    self.assertTrue(specification)
                    Model.web_search_read([], specification, limit=3)

    def test_others_are_refused(self):
        for user in (self.clerk, self.portal):
            with self.subTest(user.name):
                with self.assertRaises(AccessError):
                    self.env["crm.document"].with_user(user).web_search_read([], {"name": {}})
                with self.assertRaises(AccessError):
                    self.contract.with_user(user).action_view_partner()

    def test_menus(self):
        names = {
            f"{record.module}.{record.name}": record.res_id
            for record in self.env["ir.model.data"].search([("module", "=", ADDON), ("model", "=", "ir.ui.menu")])
        }
        for user, expected in ((self.olena, MENUS_OF_OLENA), (self.head, MENUS_OF_HEAD), (self.clerk, set())):
            visible = self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
            self.assertEqual(
                {name for name, menu in names.items() if menu in visible}, {f"{ADDON}.{n}" for n in expected}
            )

    def test_every_filter_searches(self):
        Document = self.env["crm.document"].with_user(self.olena)
        arch = etree.fromstring(self.env.ref("crm_documents.crm_document_view_search").get_combined_arch())
        filters = arch.xpath("//filter[@domain]")
        self.assertGreater(len(filters), 12)
        for node in filters:
            with self.subTest(node.get("name")):
                Document.search(safe_eval(node.get("domain"), {"uid": self.olena.id}))
        for node in arch.xpath("//filter[@context]"):
            with self.subTest(node.get("name")):
                Document.formatted_read_group([], [safe_eval(node.get("context"))["group_by"]], ["__count"])

    def test_filters_mean_what_they_say(self):
        self.contract.with_user(self.olena).action_change_state(self._state("contract_to_sign").id)
        self.contract.date_deadline = "2020-01-01"
        self.assertEqual(self._filter("overdue"), self.contract)
        self.assertEqual(self._filter("to_sign"), self.contract)
        self.assertEqual(self._filter("open"), self.contract | self.proposal)
        self.assertFalse(self._filter("no_original"))
        self.contract.with_user(self.olena).action_change_state(self._state("contract_signed").id)
        self.assertEqual(self._filter("no_original"), self.contract)
        self.assertFalse(self._filter("overdue"))
        self.assertEqual(self._filter("no_file"), self.contract | self.proposal)

    def _filter(self, name):
        arch = etree.fromstring(self.env.ref("crm_documents.crm_document_view_search").get_combined_arch())
        [node] = arch.xpath(f"//filter[@name='{name}']")
        return (
            self.env["crm.document"]
            .with_user(self.olena)
            .search(safe_eval(node.get("domain")))
            .with_user(self.env.user)
        )

    def test_sign_immediately_is_the_heads_button(self):
        for kind in ("list", "form"):
            for user, count in ((self.olena, 0), (self.leader, 1), (self.head, 1)):
                arch = self._get_arch(user, "crm.document", kind=kind)
                self.assertEqual(len(arch.xpath("//button[@name='action_sign_immediately']")), count, (kind, user.name))


@tagged("post_install", "-at_install")
class TestDocumentColumns(ScreenCommon):
    def _get_columns(self, group_by, domain=(), **context):
        Document = self.env["crm.document"].with_user(self.olena).with_context(read_group_expand=True, **context)
        groups = Document.web_read_group([*domain], [group_by], ["__count"])["groups"]
        return [group[group_by] for group in groups]

    def test_categories_in_the_order_of_life(self):
        self.assertEqual(self._get_columns("state_category"), ["planned", "to_sign", "signed", "completed", "rejected"])

    def test_all_states_of_one_type(self):
        names = [state[1] for state in self._get_columns("state_id", [("type_id", "=", self.type_contract.id)])]
        self.assertEqual(names, self.type_contract.state_ids.mapped("name"))

    def test_empty_type(self):
        domain = [("type_id", "=", self.type_act.id)]
        columns = self._get_columns("state_id", domain, default_type_id=self.type_act.id)
        self.assertEqual([state[0] for state in columns], self.type_act.state_ids.ids)

    def test_of_several_types_those_in_use_only(self):
        columns = {state[0] for state in self._get_columns("state_id")}
        self.assertEqual(columns, set((self.contract | self.proposal).state_id.ids))

    def test_only_the_head_adds_a_column(self):
        view = self.env.ref("crm_documents.crm_document_view_kanban_of_type")
        for user, allowed in ((self.olena, False), (self.head, True)):
            arch = self._get_arch(user, "crm.document", view.id, "kanban")
            self.assertEqual(arch.get("group_create") != "False", allowed, user.name)
        states = self.env["crm.document.state"].with_context(default_type_id=self.type_contract.id)
        with self.assertRaises(AccessError):
            states.with_user(self.olena).name_create("Lost")
        state_id, _name = states.with_user(self.head).name_create("At the lawyers")
        self.assertEqual(states.browse(state_id).type_id, self.type_contract)

    def test_cards_of_types_count_what_the_user_sees(self):
        self._create_document(self.type_contract, self.taras, partner_id=self.karpaty.id, date_deadline="2020-01-01")
        for user, count in ((self.olena, 1), (self.head, 2)):
            document_type = self.type_contract.with_user(user)
            document_type.invalidate_recordset()
            self.assertEqual(document_type.open_document_count, count, user.name)
            self.assertEqual(document_type.overdue_document_count, count, user.name)

    def test_type_opens_its_documents(self):
        action = self.type_contract.with_user(self.olena).action_view_documents()
        self.assertEqual(action["name"], self.type_contract.name)
        found = self.env["crm.document"].with_user(self.olena).search(action["domain"])
        self.assertEqual(found.with_user(self.env.user), self.contract)
        self.assertEqual(action["context"], {"default_type_id": self.type_contract.id})


@tagged("post_install", "-at_install")
class TestDocumentForms(ScreenCommon):
    def test_client_and_type_are_enough(self):
        form = Form(self.env["crm.document"].with_user(self.olena))
        form.type_id = self.type_contract
        form.partner_id = self.dnipro
        document = form.save()
        self.assertTrue(document.name)
        self.assertEqual(document.state_id, self._state("contract_draft"))
        self.assertTrue(document.date_deadline)

    def test_links_to_client_and_deal(self):
        document = self.contract.with_user(self.olena)
        self.assertEqual(document.action_view_partner()["res_id"], self.dnipro.id)
        self.assertEqual(document.action_view_lead()["res_id"], self.deal_dnipro.id)

    def test_tab_on_the_client_and_the_deal(self):
        for record in (self.dnipro, self.deal_dnipro):
            arch = self._get_arch(self.olena, record._name)
            with self.subTest(record._name):
                [field] = arch.xpath("//field[@name='document_ids']")
                self.assertEqual(field.get("widget"), "document_list")
                values = record.with_user(self.olena).web_read(
                    {"document_ids": {"fields": {"name": {}, "is_overdue": {}}}, "overdue_document_count": {}}
                )[0]
                self.assertIn(self.contract.id, [row["id"] for row in values["document_ids"]])
                self.assertEqual(values["overdue_document_count"], 1)

    def test_card_without_sales_rights(self):
        """Whoever keeps the contacts only opens the card, without the papers."""
        arch = self._get_arch(self.clerk, "res.partner")
        self.assertFalse(arch.xpath("//field[@name='document_ids' or @name='overdue_document_count']"))
        self.dnipro.with_user(self.clerk).web_read(self._get_specification(arch))

    def test_new_from_the_card_knows_whose_it_is(self):
        for record in (self.dnipro, self.deal_dnipro):
            action = record.with_user(self.olena).action_new_document(kind="contract")
            form = Form(self.env["crm.document"].with_user(self.olena).with_context(**action["context"]))
            document = form.save()
            self.assertEqual((document.type_id, document.partner_id), (self.type_contract, self.dnipro))

    def test_step_shows_its_states(self):
        arch = self._get_arch(self.head, "crm.process.step")
        self.assertTrue(arch.xpath("//field[@name='trigger']"))
        [field] = arch.xpath("//field[@name='document_state_ids']")
        self.assertEqual(field.get("invisible"), "trigger != 'document'")

    def test_type_is_the_heads_to_change(self):
        form = Form(self.type_contract.with_user(self.head))
        form.number_prefix = "K-"
        form.save()
        self.assertEqual(self.type_contract.number_prefix, "K-")
        with self.assertRaises(AccessError):
            self.type_contract.with_user(self.olena).name = "Mine"


@tagged("post_install", "-at_install")
class TestDocumentQueries(ScreenCommon):
    """The screens take as many queries for five hundred documents as for a few."""

    def _count_queries(self, kind, limit):
        arch = self._get_arch(self.olena, "crm.document", kind=kind)
        specification = {name: {} for name in self._get_specification(arch)}
        for name in ("type_id", "partner_id", "lead_id", "user_id", "state_id", "currency_id", "contact_id"):
            if name in specification:
                specification[name] = {"fields": {"display_name": {}}}
        self.env.flush_all()
        self.env.invalidate_all()
        start = self.env.cr.sql_log_count
        records = (
            self.env["crm.document"].with_user(self.olena).web_search_read([], specification, limit=limit)["records"]
        )
        self.assertEqual(len(records), limit)
        return self.env.cr.sql_log_count - start

    def test_list_and_kanban(self):
        # written past the numbering and its history: they are not what is counted
        self.env.cr.execute(
            """
            INSERT INTO crm_document (name, type_id, partner_id, user_id, company_id, currency_id, date, state_id,
                                      state_category, client_access, active, approval_state, date_deadline)
            SELECT 'many ' || n, type_id, partner_id, user_id, company_id, currency_id, date, state_id,
                   state_category, client_access, active, approval_state, date_deadline
              FROM crm_document, generate_series(1, 500) n
             WHERE id = %s
            """,
            [self.contract.id],
        )
        for kind in ("list", "kanban"):
            self._count_queries(kind, 5)  # fills what is remembered between requests
            with self.subTest(kind):
                self.assertEqual(self._count_queries(kind, 5), self._count_queries(kind, 500))
