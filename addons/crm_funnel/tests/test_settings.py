from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .common import FunnelCommon


@tagged("post_install", "-at_install")
class TestSettings(FunnelCommon):
    """The settings of sales: how long a result can be revoked, and from how many purchases on a client is regular."""

    def _save(self, **vals):
        self.env["res.config.settings"].create({"levels_by_purchases": True, **vals}).execute()

    def _get_param(self, name):
        return self.env["ir.config_parameter"].get_param(f"crm_funnel.{name}")

    def test_defaults(self):
        settings = self.env["res.config.settings"].create({})
        self.assertTrue(settings.levels_by_purchases)
        self.assertEqual(settings.result_revoke_minutes, 60)
        self.assertEqual((settings.regular_purchases, settings.frequent_purchases), (3, 6))
        self.assertEqual((settings.purchase_days, settings.lost_days), (365, 180))

    def test_saved_and_read(self):
        self._save(regular_purchases=2, frequent_purchases=9, purchase_days=30, lost_days=45, result_revoke_minutes=5)
        self.assertEqual(
            self.env["res.partner"]._get_level_thresholds(),
            {"regular_purchases": 2, "frequent_purchases": 9, "purchase_days": 30, "lost_days": 45},
        )
        self.assertEqual(self.env["crm.process.result"]._get_revoke_minutes(), 5)
        self.assertEqual(self.env["res.config.settings"].create({}).lost_days, 45)

    def test_never_revoked(self):
        """0 is a value, not “nothing given”."""
        self._save(result_revoke_minutes=0)
        self.assertEqual(self.env["crm.process.result"]._get_revoke_minutes(), 0)
        self.assertEqual(self.env["res.config.settings"].create({}).result_revoke_minutes, 0)

    def test_nonsense_refused(self):
        for vals in (
            {"regular_purchases": 1},
            {"regular_purchases": 5, "frequent_purchases": 5},
            {"regular_purchases": 5, "frequent_purchases": 4},
            {"purchase_days": 0},
            {"lost_days": -1},
            {"result_revoke_minutes": -1},
        ):
            with self.subTest(vals), self.assertRaises(ValidationError):
                self._save(**vals)

    def test_switched_off_is_not_checked(self):
        self._save(levels_by_purchases=False, frequent_purchases=1)
        self.assertFalse(self._get_param("levels_by_purchases"))

    def test_manager_refused(self):
        with self.assertRaises(AccessError):
            self.env["res.config.settings"].with_user(self.olena).create({}).execute()

    def test_view(self):
        arch = self.env["res.config.settings"].get_view()["arch"]
        self.assertIn("regular_purchases", arch)
        self.assertIn("result_revoke_minutes", arch)
