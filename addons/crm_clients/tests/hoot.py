from odoo.tests import HttpCase

HOOT_URL = "/web/tests?headless&loglevel=2&preset={preset}&timeout=15000&id={suite}"


class HootCase(HttpCase):
    """Runs JavaScript tests in a browser. Odoo's `web/tests/test_js.py` has a like class, but with tests of its own."""

    def _run_hoot(self, suite, preset="desktop"):
        """Run one suite as the administrator; the test fails with the first of its tests that does. Needs `no_retry`.

        :param str suite: its name, such as ``@crm_clients/source_report_views``
        :param str preset: ``desktop`` or ``mobile``
        """
        self.browser_js(
            HOOT_URL.format(preset=preset, suite=self._get_hoot_id(suite)),
            "",
            "",
            login="admin",
            timeout=600,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=lambda message: "[HOOT]" not in message,
        )

    @staticmethod
    def _get_hoot_id(name):
        """Return the identifier that hoot gives to a suite or test of this name."""
        result = 0
        for char in name:
            result = (result << 5) - result + ord(char) & 0xFFFFFFFF
        return f"{result:08x}"
