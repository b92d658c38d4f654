from odoo.tests import HttpCase, tagged

from .common import ClientCast


@tagged("post_install", "-at_install")
class TestDuplicatesTour(ClientCast, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_cast()
        cls.dnipro.write(
            {
                "country_id": cls.env.ref("base.ua").id,
                "company_registry": "31316718",
                "street": "Khreshchatyk 1",
                "bank_ids": [(0, 0, {"acc_number": "UA213223130000026007233566001"})],
            }
        )

    def test_typed_filled_merged(self):
        self.start_tour("/odoo/my-clients/new", "crm_clients_duplicates_tour", login="cl_olena", timeout=180)
        self.env.invalidate_all()
        self.assertFalse(self.env["res.partner"].search([("name", "=", "Dnipro twin")]))
        self.assertEqual(self.dnipro.company_registry, "31316718")
        self.assertEqual(len(self.dnipro.bank_ids), 1)
        self.assertIn("Dnipro twin", self.dnipro.message_ids[0].body + self.dnipro.message_ids[1].body)
        self.assertEqual(self.karpaty.user_id, self.taras)
