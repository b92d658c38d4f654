import threading
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.exceptions import RedirectWarning, UserError
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, get_db_name
from odoo.tools import mute_logger

SECONDS = 60  # that two requests may take


class SideBySideCase(BaseCase):
    """Two people at the same moment: real transactions, begun before either writes, retried as requests are.

    What they commit stays in the database: `_set_up_records` makes what a class needs, `_remove_records` takes it away.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())
        # environments are made in threads, while the runner of the tests holds the lock of the registry
        cls.enterClassContext(patch.object(Registry, "_lock", threading.RLock()))
        cls._commit(cls._set_up_records)
        cls.addClassCleanup(cls._commit, cls._remove_records)

    @classmethod
    def _set_up_records(cls, env):
        """Make what the tests of the class need."""

    @classmethod
    def _remove_records(cls, env):
        """Take away all that is left of them."""

    @classmethod
    def _commit(cls, function, user_id=SUPERUSER_ID):
        """Return what ``function`` makes of a user's environment in a transaction of its own."""
        with cls.registry.cursor() as cr:
            return function(api.Environment(cr, user_id, {}))

    def _at_once(self, *requests):
        """Serve two or more requests that all see the same database when they begin.

        :param requests: pairs of a user's id and a function of his environment
        :return: list of their results, or of the errors that the users would see
        """
        barrier = threading.Barrier(len(requests), timeout=SECONDS)
        results = [None] * len(requests)

        def serve(place, user_id, function):
            with self.registry.cursor() as cr:
                env = api.Environment(cr, user_id, {})
                env.cr.execute("SELECT 1 FROM res_users")  # from here on the transaction sees nothing younger
                barrier.wait()
                try:
                    results[place] = retrying(lambda: function(env), env)
                except (RedirectWarning, UserError) as error:
                    cr.rollback()
                    results[place] = error

        threads = [threading.Thread(target=serve, args=(place, *request)) for place, request in enumerate(requests)]
        with mute_logger("odoo.sql_db", "odoo.service.model", "odoo.addons.base.models.ir_rule"):
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(SECONDS)
        self.assertFalse([thread for thread in threads if thread.is_alive()], "a request hangs")
        return results
