from odoo import fields
from odoo.tests import tagged

from .test_call_script import ScriptCase


@tagged("post_install", "-at_install")
class TestWrite(ScriptCase):
    """What answers may write, and how their values become those of fields."""

    def _node(self, record, name, kind="text"):
        field = self.env["ir.model.fields"]._get("crm.lead" if record == "deal" else "res.partner", name)
        vals = {"version_id": self.version.id, "key": f"{record}-{name}-{kind}", "name": name, "kind": kind}
        node = self.env["crm.call.node"].create({**vals, "write_record": record, "write_field_id": field.id})
        return node.with_user(self.olena)

    def test_guarded_fields(self):
        deal, client = (self.env["crm.call.node"]._get_writable_fields(record) for record in ("deal", "client"))
        for name in ("user_id", "company_id", "team_id", "stage_id", "probability", "active", "type", "process_id"):
            self.assertNotIn(name, deal)
        for name in ("create_uid", "write_date", "lost_reason_id", "partner_id", "won_status", "tag_ids", "id"):
            self.assertNotIn(name, deal)
        for name in ("user_id", "client_type_id", "client_level_id", "client_access", "client_id", "parent_id", "vat"):
            self.assertNotIn(name, client)
        for name in ("property_payment_term_id", "image_1920", "category_id", "name", "signup_type"):
            self.assertNotIn(name, client)
        self.assertLessEqual({"expected_revenue", "email_from", "phone", "priority", "date_deadline"}, set(deal))
        self.assertLessEqual({"email", "phone", "function", "city", "country_id"}, set(client))

    def test_field_of_a_group_is_no_choice(self):
        for record in ("deal", "contact"):
            for field in self.env["crm.call.node"]._get_writable_fields(record).values():
                self.assertFalse(field.groups or field.readonly or field.company_dependent, field)

    def test_numbers(self):
        revenue = self._node("deal", "expected_revenue", "number")
        self.assertEqual(revenue._convert_value(5000.5), 5000.5)
        self.assertEqual(revenue._convert_value("5 000,50"), 5000.5)
        self.assertEqual(revenue._convert_value(False), False)
        for value in ("many", "nan", "inf", "1e300", "1_0_x"):
            with self.subTest(value=value), self.assertRaises(ValueError):
                revenue._convert_value(value)

    def test_texts_and_dates(self):
        self.assertEqual(self._node("client", "function")._convert_value("<b>Head</b>"), "<b>Head</b>")
        self.assertEqual(self._node("client", "city")._convert_value(5.0), "5")
        closing = self._node("deal", "date_deadline", "date")
        self.assertEqual(closing._convert_value("2026-12-24"), fields.Date.to_date("2026-12-24"))
        with self.assertRaises(ValueError):
            closing._convert_value("soon")

    def test_selection_by_key_and_label(self):
        priority = self._node("deal", "priority", "question")
        self.assertEqual([priority._convert_value(value) for value in ("2", "high", " High ")], ["2", "2", "2"])
        with self.assertRaises(ValueError):
            priority._convert_value("urgent")

    def test_boolean(self):
        field, node = self.env["res.partner"]._fields["do_not_call"], self.env["crm.call.node"]
        words = ("yes", "No", "true", "0")
        self.assertEqual([node._to_field_boolean(field, word) for word in words], [True, False, True, False])
        with self.assertRaises(ValueError):
            node._to_field_boolean(field, "maybe")

    def test_many2one_by_name(self):
        self.env["res.lang"]._activate_lang("uk_UA")
        source = self.env["utm.source"].create({"name": "Fair 100%_x"})
        self.env["utm.source"].create({"name": "Fair 1000 ax"})
        node = self._node("deal", "source_id", "question")
        self.assertEqual(node._convert_value("fair 100%_X"), source.id)
        country = self._node("client", "country_id", "question")
        self.env.ref("base.ua").with_context(lang="uk_UA").name = "Україна"
        self.assertEqual(country._convert_value("Україна"), self.env.ref("base.ua").id)
        with self.assertRaises(ValueError):
            country._convert_value("Atlantis")

    def test_field_that_became_guarded(self):
        node = self._node("deal", "probability", "number")
        with self.assertRaises(ValueError):
            node._convert_value(100)
        with self.assertRaises(ValueError):
            self._node("deal", "user_id", "question")._convert_value(self.olena.name)

    def test_value_of_a_line(self):
        line = self.env["crm.call.line"]
        answer = self.answers["yes"]
        question = self._node("client", "function", "question")
        self.assertEqual(question._get_written_value(line.new({"answer_id": answer.id})), "Yes")
        answer.write_value = "Head of purchasing"
        self.assertEqual(question._get_written_value(line.new({"answer_id": answer.id})), "Head of purchasing")
        number = self._node("deal", "expected_revenue", "number")
        self.assertEqual(number._get_written_value(line.new({"has_value": True, "value_number": 7})), 7)
        self.assertFalse(number._get_written_value(line.new({})))
        date = self._node("deal", "date_deadline", "date")
        day = fields.Date.to_date("2026-12-24")
        self.assertEqual(date._get_written_value(line.new({"value_date": day})), day)
        choice = self._node("client", "city", "choice")
        self.assertEqual(
            choice._get_written_value(line.new({"answer_ids": self.answers["no"] | self.answers["later"]})), "No, Later"
        )
        self.assertEqual(
            self._node("client", "street")._get_written_value(line.new({"value_text": "Main 1"})), "Main 1"
        )

    def test_choices_of_the_builder(self):
        choices = self.version.with_user(self.author).load_graph()["fields"]
        deal = {one["name"]: one for one in choices["deal"]}
        self.assertIn(["2", "High"], deal["priority"]["choices"])
        self.assertFalse(deal["expected_revenue"]["choices"])
        self.assertEqual({*choices}, {"client", "contact", "deal"})


@tagged("post_install", "-at_install")
class TestOffer(ScriptCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.others = cls.env["crm.call.script"].search([("id", "!=", cls.script.id)])
        cls.others.active = False

    def _publish(self, name, **vals):
        script = self.script.copy({"name": name, **vals})
        script.action_publish()
        return script

    def _offer(self, lead=None, partner=None):
        scripts = self.env["crm.call.script"].with_user(self.olena)
        lead = self.env["crm.lead"] if lead is None else lead
        return scripts._get_for(lead, partner or self.env["res.partner"]).mapped("name")

    def test_order(self):
        deal = self.deal_dnipro
        self._publish("Feedback", purpose="feedback", sequence=-1000)
        self._publish("Later", sequence=50)
        self._publish("Company", sequence=60, company_id=self.env.company.id)
        self._publish("Channel", sequence=70, team_ids=deal.team_id.ids)
        self.assertEqual(self._offer(deal), ["Channel", "Company", "Test script", "Later", "Feedback"])
        self.assertEqual(self._offer(partner=self.dnipro)[0], "Feedback")

    def test_not_offered(self):
        self.script.copy({"name": "Draft"})
        self._publish("Archived", active=False)
        team = self.env["crm.team"].create({"name": "Another"})
        self._publish("Other channel", team_ids=team.ids)
        foreign = self.env["res.company"].create({"name": "Foreign"})
        self._publish("Foreign").company_id = foreign
        self.assertEqual(self._offer(self.deal_dnipro), ["Test script"])

    def test_values(self):
        scripts = self.env["crm.call.script"].with_user(self.olena)
        values = scripts._get_placeholder_values(client=self.dnipro, deal=self.deal_dnipro, manager=self.olena)
        self.assertEqual(
            (values["client"], values["deal"], values["manager"]),
            (self.dnipro.name, self.deal_dnipro.name, self.olena.name),
        )
        self.assertEqual(values["company"], self.env.company.name)
        nothing = scripts._get_placeholder_values()
        self.assertEqual((nothing["client"], nothing["product"], nothing["manager"]), ("", "", self.olena.name))

    def test_product(self):
        service = self.env["product.template"].create({"name": "Seedlings", "is_client_service": True})
        other = self.env["product.template"].create({"name": "Soil", "is_client_service": True})
        scripts = self.env["crm.call.script"]
        self.dnipro.client_service_ids = other
        self.assertEqual(scripts._get_product_name(self.dnipro, self.deal_dnipro), "Soil")
        self.deal_dnipro.inquiry_service_ids = service
        self.assertEqual(scripts._get_product_name(self.dnipro, self.deal_dnipro), "Seedlings")
        self.env["res.lang"]._activate_lang("uk_UA")
        service.with_context(lang="uk_UA").name = "Саджанці"
        values = scripts.with_context(lang="uk_UA")._get_placeholder_values(deal=self.deal_dnipro)
        self.assertEqual(values["product"], "Саджанці")

    def test_invented_values(self):
        self.assertEqual(
            set(self.env["crm.call.script"].with_user(self.author).get_test_values()),
            {"client", "contact", "manager", "deal", "product", "company"},
        )
