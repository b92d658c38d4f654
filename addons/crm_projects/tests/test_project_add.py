from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.tests import Form, tagged

from .common import WorkCommon


@tagged("post_install", "-at_install")
class TestProjectAdd(WorkCommon):
    """A project at any stage of the sale, the proposal of a won deal, and a service that is un-ticked."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.day = fields.Date.context_today(cls.env.user) + timedelta(days=20)

    def _add(self, record, user, **vals):
        context = record.with_user(user).action_add_project()["context"]
        form = Form(self.env["crm.project.add"].with_user(user).with_context(**context))
        wizard = form.save()
        wizard.write(vals)
        action = wizard.action_add()
        return self.env["project.project"].search([], order="id DESC", limit=1), action, wizard

    def test_a_seller_adds_a_project_filled_in(self):
        project, action, wizard = self._add(self.deal_dnipro, self.olena, date_deadline=self.day)
        self.assertEqual(wizard.user_id, self.delivery, "who managed the last one")
        self.assertEqual((project.partner_id, project.crm_deal_id), (self.dnipro, self.deal_dnipro))
        self.assertEqual((project.name, project.user_id), ("Dnipro deal", self.delivery))
        self.assertEqual(project.work_service_ids, self.service | self.other_service)
        works = project.task_ids
        self.assertEqual(works.work_service_id, self.service | self.other_service)
        self.assertEqual(set(works.mapped("state")), {"01_in_progress"})
        self.assertEqual(works.user_ids, self.delivery)
        self.assertEqual(works.crm_deal_id, self.deal_dnipro)
        self.assertEqual(set(self._row(works[0], self.olena).mapped("status")), {"planned"})
        self.assertEqual(action["res_model"], "crm.client.project", "she may not open the project itself")
        followers = project.message_partner_ids | works.message_partner_ids
        self.assertNotIn(self.olena.partner_id, followers)

    def test_the_client_that_is_chosen_fills_in_the_rest(self):
        """From the list of projects nothing is known until the client is chosen, and then as much as from his card."""
        self.deal_dnipro.inquiry_service_ids = self.other_service
        form = Form(self.env["crm.project.add"].with_user(self.olena))
        self.assertFalse(form.service_ids)
        form.client_id = self.dnipro
        self.assertEqual((form.name, form.user_id), ("Dnipro LLC", self.delivery))
        self.assertEqual(form.service_ids[:], self.dnipro.client_service_ids)
        form.deal_id = self.deal_dnipro
        self.assertEqual(form.service_ids[:], self.other_service, "what the deal sells")
        form.service_ids.add(self.service)
        form.name = "My own"
        self.assertEqual(form.save().service_ids, self.service | self.other_service, "what is chosen by hand stays")

    def test_who_delivers_no_more_is_not_proposed(self):
        context = self.dnipro.with_user(self.olena).action_add_project()["context"]
        wizards = self.env["crm.project.add"].with_user(self.olena).with_context(**context)

        def propose():
            return Form(wizards).user_id.id

        self.assertEqual(propose(), self.delivery.id)
        self.delivery.group_ids -= self.env.ref("project.group_project_manager")
        self.assertFalse(propose())
        self.delivery.group_ids |= self.env.ref("project.group_project_user")
        self.assertEqual(propose(), self.delivery.id)
        self.delivery.active = False
        self.assertFalse(propose())

    def test_delivery_adds_one_in_its_own_app(self):
        _project, action, wizard = self._add(self.dnipro, self.delivery)
        self.assertEqual(action["res_model"], "project.task")
        self.assertEqual(wizard.name, "Dnipro LLC")

    def test_from_a_template(self):
        template = self.env["project.project"].create({"name": "Usual website", "is_template": True})
        self.env["project.task"].create({"name": "Kick-off", "project_id": template.id})
        listed = self.env["crm.project.template"].with_user(self.olena).search([("name", "=", "Usual website")])
        self.assertEqual(listed.id, template.id)
        project, _action, _wizard = self._add(self.dnipro, self.olena, template_id=listed.id, name="Site")
        self.assertEqual((project.name, project.is_template, project.partner_id), ("Site", False, self.dnipro))
        self.assertIn("Kick-off", project.task_ids.mapped("name"))
        self.assertEqual(len(project.task_ids.filtered("work_service_id")), 2)
        self.assertNotIn(self.olena.partner_id, project.message_partner_ids | project.task_ids.message_partner_ids)

    def test_refused(self):
        for user in (self.taras, self.clerk, self.executor):
            with self.assertRaises(AccessError):
                self.dnipro.with_user(user).action_add_project()
        wizard = self.env["crm.project.add"].with_user(self.taras)
        with self.assertRaises(AccessError):
            wizard.create({"client_id": self.dnipro.id, "name": "Mine"}).action_add()
        wizard = self.env["crm.project.add"].with_user(self.taras)
        with self.assertRaises(AccessError):
            wizard.create({"client_id": self.karpaty.id, "deal_id": self.deal_dnipro.id, "name": "Mine"}).action_add()

    def test_a_deadline_in_the_past(self):
        with self.assertRaisesRegex(UserError, "in the past"):
            self._add(self.dnipro, self.olena, date_deadline=self.day - timedelta(days=60))

    def test_a_project_of_the_project_app_is_on_the_card(self):
        project = (
            self.env["project.project"]
            .with_user(self.delivery)
            .create({"name": "By hand", "partner_id": self.petro.id})
        )
        self.work_dnipro.date_deadline = self._days(30)
        self.env.flush_all()
        panel = self.dnipro.with_user(self.olena).get_client_projects()
        self.assertEqual([one["name"] for one in panel["projects"]], ["By hand", "Delivery to Dnipro LLC"])
        self.assertEqual(self.env["crm.client.project"].with_user(self.olena).browse(project.id).client_id, self.dnipro)
        self.assertEqual(panel["projects"][1]["works"][0]["status_label"], "Under Way")

    # ------------------------------------------------------------
    # WON DEALS
    # ------------------------------------------------------------

    def test_a_won_deal_proposes_what_it_sold(self):
        third = self.service.copy({"name": "Advertising"})
        deal = self.deal_dnipro
        deal.inquiry_service_ids = self.service | third
        self.assertFalse(deal.with_user(self.olena).proposed_service_ids, "it is not won yet")
        deal.action_set_won()
        before = deal.read(["active", "stage_id", "expected_revenue", "user_id"])
        deal.invalidate_recordset()
        self.assertEqual(deal.with_user(self.olena).proposed_service_ids, third, "the other is under way already")
        context = deal.with_user(self.olena).action_start_works()["context"]
        self.assertEqual(context["default_service_ids"], third.ids)
        wizard = self.env["crm.project.add"].with_user(self.olena).with_context(**context).create({})
        wizard.action_add()
        deal.invalidate_recordset()
        self.assertFalse(deal.with_user(self.olena).proposed_service_ids)
        self.assertEqual(deal.read(["active", "stage_id", "expected_revenue", "user_id"]), before)

    def test_works_of_another_deal_are_not_its(self):
        self.work_dnipro.crm_deal_id = self._create_deal("Former deal", self.dnipro, self.olena)
        self.deal_dnipro.inquiry_service_ids = self.service
        self.deal_dnipro.action_set_won()
        self.assertEqual(self.deal_dnipro.with_user(self.olena).proposed_service_ids, self.service)

    def test_archived_works_of_a_deal_are_not_proposed_again(self):
        self.deal_dnipro.inquiry_service_ids = self.service
        self.deal_dnipro.action_set_won()
        self.work_dnipro.write({"crm_deal_id": self.deal_dnipro.id, "state": "1_done"})
        self.project_dnipro.action_archive()
        self.assertFalse(self.work_dnipro.active)
        self.assertFalse(self.deal_dnipro.with_user(self.olena).proposed_service_ids)

    def test_merged_deals_bring_their_works(self):
        other = self._create_deal("Second deal", self.dnipro, self.olena)
        self.project_dnipro.crm_deal_id = other
        self.work_dnipro.crm_deal_id = other
        (self.deal_dnipro | other).with_user(self.olena).merge_opportunity()
        left = (self.deal_dnipro | other).exists()
        self.assertEqual(len(left), 1)
        self.assertEqual((self.project_dnipro.crm_deal_id, self.work_dnipro.crm_deal_id), (left, left))

    def test_a_foreign_deal_is_refused(self):
        foreign = self._create_deal("Karpaty's other", self.karpaty, self.ivan)
        with self.assertRaisesRegex(UserError, "is not with Dnipro"):
            self._add(self.dnipro, self.ivan, deal_id=foreign.id)

    # ------------------------------------------------------------
    # UN-TICKING
    # ------------------------------------------------------------

    def _untick(self, user, decision="keep"):
        with self.assertRaises(RedirectWarning) as caught, self.cr.savepoint():
            self.dnipro.with_user(user).client_service_ids -= self.service
        context = caught.exception.args[3]
        wizard = self.env["crm.work.untick"].with_user(user).with_context(**context).create({"decision": decision})
        self.assertEqual(wizard.work_ids.ids, self.work_dnipro.ids)
        wizard.action_untick()

    def test_it_asks_and_the_work_goes_on(self):
        self._untick(self.olena)
        self.assertEqual(self.dnipro.client_service_ids, self.other_service)
        self.assertTrue(self.work_dnipro.is_work_under_way)
        self.assertIn("Olena un-ticked", "".join(self.work_dnipro.message_ids.mapped("body")))

    def test_delivery_cancels_the_work(self):
        self.olena.group_ids |= self.env.ref("project.group_project_user")
        self._untick(self.olena, "cancel")
        self.assertEqual(self.work_dnipro.state, "1_canceled")

    def test_a_seller_cancels_none(self):
        with self.assertRaises(AccessError):
            self._untick(self.olena, "cancel")
        self.assertEqual(self.work_dnipro.state, "01_in_progress")

    def test_without_a_work_under_way_nothing_is_asked(self):
        self.dnipro.with_user(self.olena).client_service_ids -= self.other_service
        self.work_dnipro.state = "1_done"
        self.dnipro.with_user(self.olena).client_service_ids -= self.service
        self.assertFalse(self.dnipro.client_service_ids)

    def test_a_foreign_client_is_not_told_of(self):
        with self.assertRaises(AccessError):
            self.dnipro.with_user(self.taras).client_service_ids -= self.service
        wizard = self.env["crm.work.untick"].with_user(self.taras)
        with self.assertRaises(AccessError):
            wizard.create(
                {"partner_ids": [(6, 0, self.dnipro.ids)], "service_ids": [(6, 0, self.service.ids)]}
            ).action_untick()
