import threading
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, get_db_name
from odoo.tools import mute_logger

PATIENCE = 60  # seconds that a transaction may take


class ConcurrencyCase(BaseCase):
    """Real transactions side by side, through the same retries as a request.

    What they commit stays: a subclass makes its records in `_set_up_records` and deletes them in `_remove_records`.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())
        # the test runner holds the lock of the registry, which other threads need to make an environment
        cls.enterClassContext(patch.object(Registry, "_lock", threading.RLock()))
        cls._commit(cls._set_up_records)
        cls.addClassCleanup(cls._commit, cls._remove_records)

    @classmethod
    def _set_up_records(cls, env):
        """Create what all tests of the class need."""

    @classmethod
    def _remove_records(cls, env):
        """Delete what the tests have left."""

    @classmethod
    def _commit(cls, function, user_id=SUPERUSER_ID):
        """Return what ``function`` makes of an environment in a transaction of its own, which is committed."""
        with cls.registry.cursor() as cr:
            return function(api.Environment(cr, user_id, {"active_test": False} if user_id == SUPERUSER_ID else {}))

    def _in_parallel(self, *requests, before=None):
        """Serve requests in transactions that have all begun before any goes on.

        :param requests: pairs of a user's id and a function of an environment
        :param before: function of an environment that reads something, so that each transaction has its snapshot
        :return: list of what each returned, or the error that the user would see
        """
        barrier = threading.Barrier(len(requests), timeout=PATIENCE)
        outcomes = [None] * len(requests)

        def serve(number, user_id, function):
            with self.registry.cursor() as cr:
                env = api.Environment(cr, user_id, {})
                (before or (lambda env: env.user.read(["login"])))(env)
                barrier.wait()
                try:
                    outcomes[number] = retrying(lambda: function(env), env)
                except UserError as error:
                    cr.rollback()  # as a request that is refused: leaving the block would commit
                    outcomes[number] = error

        threads = [
            threading.Thread(target=serve, args=(number, *request), daemon=True)
            for number, request in enumerate(requests)
        ]
        with mute_logger("odoo.sql_db", "odoo.service.model"):
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(PATIENCE)
        self.assertFalse([thread for thread in threads if thread.is_alive()], "a transaction hangs")
        return outcomes
