from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import ClientCommon


@tagged("post_install", "-at_install")
class TestFillFields(ClientCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ukraine = cls.env.ref("base.ua")
        cls.bank = cls.env["res.bank"].create({"name": "Bank of Dnipro", "bic": "DNIPUA22"})
        cls.dnipro.write(
            {
                "country_id": cls.ukraine.id,
                "vat": "313167116014",
                "company_registry": "31316718",
                "street": "Khreshchatyk 1",
                "city": "Kyiv",
                "website": "https://dnipro.example",
                "bank_ids": [(0, 0, {"acc_number": "UA213223130000026007233566001", "bank_id": cls.bank.id})],
            }
        )

    def open_wizard(self, current=None, user=None, source=None):
        names = self.env["crm.client.fill"].get_fill_fields()
        wizard_model = self.env["crm.client.fill"].with_user(user or self.olena)
        wizard = wizard_model.create({"current_values": {**dict.fromkeys(names, False), **(current or {})}})
        wizard.source_id = source or self.dnipro
        return wizard

    def fill(self, current=None):
        action = self.open_wizard(current).action_apply()
        self.assertEqual(action["type"], "ir.actions.act_window_close")
        return action["infos"]["client_fill_values"]

    def test_new_card_gets_everything(self):
        values = self.fill()
        self.assertEqual(values["vat"], "313167116014")
        self.assertEqual(values["company_registry"], "31316718")
        self.assertEqual(values["street"], "Khreshchatyk 1")
        self.assertEqual(values["country_id"], {"id": self.ukraine.id, "display_name": "Ukraine"})
        self.assertEqual(values["website"], "https://dnipro.example")
        ((_command, _id, account),) = values["bank_ids"]
        self.assertEqual(account["acc_number"], self.dnipro.bank_ids.acc_number)
        self.assertEqual(account["bank_id"]["id"], self.bank.id)
        self.assertNotIn("kpp", values, "what the source does not have is not filled")

    def test_account_without_a_bank(self):
        self.dnipro.bank_ids.bank_id = False
        ((_command, _id, account),) = self.fill()["bank_ids"]
        self.assertIs(account["bank_id"], False)

    def test_nothing_is_overwritten(self):
        current = {
            "vat": "1",
            "company_registry": "2",
            "kpp": "3",
            "street": "4",
            "website": "5",
            "lang": "en_US",
            "country_id": self.ukraine.id,
            "bank_ids": ["UA21 3223 1300 0002 6007 2335 6600 1"],
        }
        self.assertEqual(self.fill(current), {})
        wizard = self.open_wizard(current)
        self.assertFalse(wizard.filled_count)
        self.assertFalse(wizard.line_ids.filtered("is_filled"))

    def test_half_an_address_is_not_mixed_with_another(self):
        values = self.fill({"city": "Lviv"})
        self.assertFalse({"street", "zip", "city", "country_id"} & set(values))
        values = self.fill({"country_id": self.env.ref("base.pl").id})
        self.assertFalse({"street", "city"} & set(values))
        values = self.fill({"country_id": self.ukraine.id})
        self.assertEqual((values["street"], values["city"]), ("Khreshchatyk 1", "Kyiv"))

    def test_preview_says_what_will_be_filled(self):
        wizard = self.open_wizard({"vat": "1", "country_id": self.ukraine.id, "lang": "en_US"})
        lines = {line.name: (line.current_value, line.source_value, line.is_filled) for line in wizard.line_ids}
        self.assertEqual(lines["VAT number"], ("1", "313167116014", False))
        self.assertEqual(lines["EDRPOU"], (False, "31316718", True))
        self.assertEqual(lines["Country"], ("Ukraine", "Ukraine", False))
        self.assertEqual(lines["Language"], ("English (US)", "English (US)", False))
        self.assertEqual(lines["Bank account"][1:], (self.dnipro.bank_ids.display_name, True))
        filled = wizard.action_apply()["infos"]["client_fill_values"]
        self.assertEqual(wizard.filled_count, len(filled))

    def test_only_what_the_form_shows_is_filled(self):
        wizard = self.env["crm.client.fill"].with_user(self.olena).create({"current_values": {"vat": False}})
        wizard.source_id = self.dnipro
        self.assertEqual(wizard.action_apply()["infos"]["client_fill_values"].keys(), {"vat", "bank_ids"})

    def test_form_of_the_wizard(self):
        context = {"default_current_values": {"vat": False}, "default_partner_id": self.petro.id}
        with Form(self.env["crm.client.fill"].with_user(self.olena).with_context(**context)) as form:
            form.source_id = self.dnipro
            self.assertEqual(form.filled_count, 2)
        self.assertEqual(form.record.line_ids.filtered("is_filled").mapped("name"), ["VAT number", "Bank account"])

    def test_without_a_source(self):
        with self.assertRaises(UserError):
            self.env["crm.client.fill"].with_user(self.olena).create({}).action_apply()

    def test_foreign_client_gives_nothing_away(self):
        self.karpaty.vat = "143605704021"
        with self.assertRaises(AccessError):
            self.open_wizard(source=self.karpaty).action_apply()
        with self.assertRaises(AccessError):
            wizard = self.env["crm.client.fill"].with_user(self.olena).create({"source_id": self.karpaty.id})
            wizard.line_ids.mapped("source_value")

    def test_wizard_of_a_colleague_is_closed(self):
        wizard = self.open_wizard()
        self.assertTrue(wizard.line_ids)
        with self.assertRaises(AccessError):
            wizard.with_user(self.taras).read(["current_values"])
        with self.assertRaises(AccessError):
            wizard.line_ids.with_user(self.taras).read(["source_value"])
