from odoo.tests import Form, tagged

from .plan_common import PlanCommon


@tagged("post_install", "-at_install")
class TestPlanViews(PlanCommon):
    """The forms as their users open them, in the languages of the suite."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for lang in ("uk_UA", "ru_RU"):
            cls.env["res.lang"]._activate_lang(lang)

    def test_views_in_three_languages(self):
        for lang in ("en_US", "uk_UA", "ru_RU"):
            for model in ("crm.plan.line", "crm.plan.report", "crm.plan.import"):
                records = self.env[model].with_user(self.olena).with_context(lang=lang)
                kinds = ("form",) if model == "crm.plan.import" else ("list", "search")
                with self.subTest(lang=lang, model=model):
                    views = records.get_views([(False, kind) for kind in kinds])["views"]
                    self.assertEqual(set(views), set(kinds))

    def test_planned_from_the_card(self):
        with (
            Form(self.dnipro.with_user(self.olena), view="base.view_partner_form") as form,
            form.plan_line_ids.new() as line,
        ):
            line.amount = 500
            line.date = "2026-09-30"
        line = self.env["crm.plan.line"].search([("partner_id", "=", self.dnipro.id)])
        self.assertRecordValues(line, [{"amount": 500, "user_id": self.olena.id, "state": "planned"}])

    def test_form_of_a_line(self):
        """By hand first; once an invoice is tied, its payments count, and the form shows them after it is saved."""
        with Form(self.env["crm.plan.line"].with_user(self.olena)) as form:
            form.partner_id = self.dnipro
            form.amount = 300
            form.date = "2026-05-31"
            with form.fact_ids.new() as fact:
                fact.amount = 120
                fact.date = "2026-05-20"
        line = form.record
        self.assertRecordValues(line, [{"fact_amount": 120, "state": "partly"}])
        invoice = self._invoice(self.dnipro, 300, self.olena)
        self._pay(invoice)
        with Form(line) as form:
            form.move_ids.add(invoice)
            self.assertFalse(form.is_fact_by_hand)
        self.assertRecordValues(line, [{"fact_amount": 300, "state": "done"}])

    def test_the_clerk_opens_a_card_without_the_plan(self):
        """Whoever has no sales rights sees the card, not the plan."""
        arch = self.env["res.partner"].with_user(self.clerk).get_view(self.env.ref("base.view_partner_form").id)["arch"]
        self.assertNotIn("plan_line_ids", arch)
        self.dnipro.with_user(self.head).read(["plan_line_count"])
        self.assertEqual(self.dnipro.with_user(self.clerk).plan_line_count, 0)
