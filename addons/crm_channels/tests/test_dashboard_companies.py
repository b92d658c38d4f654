from datetime import date

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .test_dashboard_figures import ChannelFiguresCommon


@tagged("post_install", "-at_install")
class TestDashboardCompanies(ChannelFiguresCommon):
    """Channels of two companies with two currencies, seen by people of one or both."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.abroad = cls.setup_other_company(name="Abroad", currency_id=cls.eur.id)["company"]
        cls.traveller = cls._new_user("channel_traveller", "sales_team.group_sale_manager")
        cls.traveller.company_ids = cls.company | cls.abroad
        cls.env["res.currency.rate"].search([]).unlink()
        cls.env["res.currency.rate"].create(
            {"name": date(2026, 1, 1), "rate": 0.5, "currency_id": cls.eur.id, "company_id": cls.company.id}
        )
        cls.env["res.currency.rate"].create(
            {"name": date(2026, 1, 1), "rate": 2.0, "currency_id": cls.currency.id, "company_id": cls.abroad.id}
        )
        cls.foreign = cls.env["crm.team"].create({"name": "Foreign", "company_id": cls.abroad.id})
        cls.shared = cls.partners
        for channel, company in ((cls.foreign, cls.abroad), (cls.shared, cls.abroad), (cls.shared, cls.company)):
            cls.env["crm.lead"].create(
                {
                    "name": f"{channel.name} {company.name}",
                    "type": "opportunity",
                    "team_id": channel.id,
                    "company_id": company.id,
                    "user_id": False,
                    "expected_revenue": 100,
                    "probability": 100,
                    "date_deadline": date(2026, 3, 20),
                }
            )

    def card(self, channel, user, companies):
        return channel.with_user(user).with_context(allowed_company_ids=companies.ids)

    def test_card_is_in_the_currency_of_the_channels_company(self):
        both = self.company | self.abroad
        card = self.card(self.foreign, self.traveller, both)
        self.assertEqual(card.dashboard_currency_id, self.eur)
        self.assertEqual(card.dashboard_graph["currency_id"], self.eur.id)
        self.assertEqual(card.dashboard_graph["total"], 100)

    def test_shared_channel_is_in_the_currency_of_the_viewers_company(self):
        here, there = self.company | self.abroad, self.abroad | self.company
        self.assertEqual(self.card(self.shared, self.traveller, here).dashboard_graph["total"], 100 + 200)
        card = self.card(self.shared, self.traveller, there)
        self.assertEqual(card.dashboard_currency_id, self.eur)
        self.assertEqual(card.dashboard_graph["total"], 100 + 50)

    def test_only_chosen_companies_count(self):
        self.assertEqual(self.card(self.shared, self.traveller, self.company).dashboard_graph["total"], 100)
        self.assertEqual(self.card(self.shared, self.traveller, self.abroad).dashboard_graph["total"], 100)

    def test_counters_are_converted_as_well(self):
        card = self.card(self.shared, self.traveller, self.company | self.abroad)
        counters = {item["name"]: item for item in card.dashboard_counters["items"]}
        self.assertEqual((counters["deals"]["count"], counters["deals"]["amount"]), (2, 300))
        self.assertEqual(card.dashboard_counters["currency_id"], self.currency.id)

    def test_bar_opens_the_records_of_both_companies(self):
        card = self.card(self.shared, self.traveller, self.company | self.abroad)
        graph = card.dashboard_graph
        key = next(key for key, value in zip(graph["keys"], graph["values"], strict=True) if value)
        action = card.action_open_dashboard_bar(key)
        self.assertEqual(card.env["crm.lead"].search_count(action["domain"]), 2)

    def test_channel_of_another_company_is_out_of_reach(self):
        self.assertNotIn(self.foreign, self.env["crm.team"].with_user(self.head).search([]))
        with self.assertRaises(AccessError):
            self.foreign.with_user(self.head).read(["dashboard_graph"])
        with self.assertRaises(AccessError):
            self.foreign.with_user(self.head).update_invoiced_target(5)

    def test_cards_in_different_currencies_do_not_share_a_scale(self):
        cards = self.card(self.foreign | self.shared, self.traveller, self.company | self.abroad)
        self.assertEqual(
            {card.name: card.dashboard_graph["scale_max"] for card in cards}, {"Foreign": 100, "Partners": 300}
        )

    def test_invoices_of_a_company_count_in_its_own_currency(self):
        invoice = (
            self.env["account.move"]
            .with_company(self.abroad)
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.customer.id,
                    "invoice_date": date(2026, 3, 10),
                    "currency_id": self.currency.id,
                    "invoice_line_ids": [
                        Command.create({"name": "x", "price_unit": 100, "tax_ids": [Command.clear()]})
                    ],
                }
            )
        )
        invoice.team_id = self.foreign
        invoice.action_post()
        card = self.card(self.foreign, self.traveller, self.abroad | self.company)
        self.foreign.write({"dashboard_content": "invoices", "dashboard_period": "month", "dashboard_group": "month"})
        card.invalidate_recordset()
        self.assertEqual(card.dashboard_graph["total"], 50, "100 of the other currency at 2 for one")
        self.assertEqual(card.dashboard_counters["progress"]["invoiced"], 50)

    def test_open_deals_of_all_companies_leave_a_shared_channel(self):
        """The administrator who switches the pipeline off need not work in every company of the channel."""
        self.shared.with_user(self.head).use_opportunities = False
        left = self.env["crm.lead"].sudo().search([("team_id", "=", self.shared.id), ("won_status", "=", "pending")])
        self.assertFalse(left)


@tagged("post_install", "-at_install")
class TestDashboardWords(ChannelFiguresCommon):
    """Labels are in the viewer's language."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for lang in ("uk_UA", "ru_RU"):
            cls.env["res.lang"]._activate_lang(lang)
        cls.env["ir.module.module"].search([("name", "=", "crm_channels")])._update_translations(["uk_UA", "ru_RU"])

    def in_language(self, lang):
        channel = self.website.with_context(lang=lang)
        channel.invalidate_recordset()
        return channel

    def test_dates_and_content(self):
        self.website.write({"dashboard_content": "invoices", "dashboard_period": "week", "dashboard_group": "day"})
        ukrainian = self.in_language("uk_UA").dashboard_graph
        self.assertEqual(ukrainian["content_label"], "Видаткові накладні")
        self.assertEqual(ukrainian["labels"][-1], "18 бер.")
        self.assertEqual(self.in_language("ru_RU").dashboard_graph["content_label"], "Счета")

    def test_counters(self):
        labels = {item["name"]: item["label"] for item in self.in_language("uk_UA").dashboard_counters["items"]}
        self.assertEqual(labels["quotations"], "Комерційні пропозиції")
        labels = {item["name"]: item["label"] for item in self.in_language("ru_RU").dashboard_counters["items"]}
        self.assertEqual(labels["overdue"], "Просрочено")

    def test_switches_have_the_names_of_the_users_guide(self):
        names = ["use_quotations", "use_opportunities", "use_leads", "user_id", "invoiced_target", "dashboard_content"]
        labels = self.env["crm.team"].with_context(lang="uk_UA").fields_get(names, ["string"])
        self.assertEqual(
            [labels[name]["string"] for name in names],
            [
                "Комерційні пропозиції",
                "Лійка продажів",
                "Потенційні клієнти",
                "Лідер каналу",
                "Ціль для виставлення рахунків",
                "Вміст",
            ],
        )

    def test_refusals(self):
        self.partners.use_opportunities = False
        with self.assertRaisesRegex(ValidationError, "не має лійки продажів"):
            self._new_deal().with_context(lang="uk_UA").team_id = self.partners
