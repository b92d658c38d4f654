import threading
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, get_db_name, new_test_user, tagged
from odoo.tools import mute_logger

MONTH = "2026-05-01"


@tagged("post_install", "-at_install")
class TestPlanConcurrency(BaseCase):
    """Two heads of sales in one cell of the grid, in real transactions; what is committed is removed again."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())
        # the test runner holds the lock of the registry, which other threads need to make an environment
        cls.enterClassContext(patch.object(Registry, "_lock", threading.RLock()))
        with cls.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            rights = "base.group_user,sales_team.group_sale_manager"
            cls.head_ids = [new_test_user(env, f"pc_head_{number}", rights).id for number in range(2)]
            client = env["res.partner"].create(
                {"name": "Cell LLC", "client_type_id": env.ref("crm_clients.crm_client_type_client").id}
            )
            cls.client_id = client.id
            cls.row = {
                "user_id": cls.head_ids[0],
                "partner_id": client.id,
                "contract_id": False,
                "service_id": False,
                "currency_id": env.company.currency_id.id,
            }
        cls.addClassCleanup(cls._remove_records)

    @classmethod
    def _remove_records(cls):
        with cls.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["crm.plan.line"].search([("partner_id", "=", cls.client_id)]).unlink()
            env["res.partner"].browse(cls.client_id).unlink()
            users = env["res.users"].browse(cls.head_ids)
            partners = users.partner_id
            users.unlink()
            partners.unlink()

    def setUp(self):
        super().setUp()
        with self.registry.cursor() as cr:
            self._get_lines(cr).unlink()

    def _get_lines(self, cr):
        lines = api.Environment(cr, SUPERUSER_ID, {})["crm.plan.line"]
        return lines.search([("partner_id", "=", self.client_id)], order="date, id")

    def _in_parallel(self, *amounts, shown=None):
        """Type amounts into the cell, each as another head, all having read the grid before any of them types.

        :return: list of the error that each would see, or None
        """
        barrier, errors = threading.Barrier(len(amounts), timeout=30), [None] * len(amounts)

        def run(number):
            with self.registry.cursor() as cr:
                grid = api.Environment(cr, self.head_ids[number], {})["crm.plan.line"]
                grid.get_plan_grid({"month": MONTH, "months": 1})
                barrier.wait()
                try:
                    retrying(lambda: grid.set_plan_cell(self.row, MONTH, amounts[number], shown), grid.env)
                except UserError as error:
                    errors[number] = str(error)

        threads = [threading.Thread(target=run, args=(number,), daemon=True) for number in range(len(amounts))]
        with mute_logger("odoo.sql_db", "odoo.service.model"):
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(60)
        self.assertFalse([thread for thread in threads if thread.is_alive()], "a transaction hangs")
        return errors

    def _read_amounts(self):
        with self.registry.cursor() as cr:
            return self._get_lines(cr).mapped("amount")

    def _plan(self, amount):
        with self.registry.cursor() as cr:
            self._get_lines(cr).create({**self.row, "date": "2026-05-10", "amount": amount})

    def _assert_one_of_both(self, errors, amounts):
        """One amount stands, whole; the other one was refused with a message."""
        self.assertEqual(sum(error is None for error in errors), 1, errors)
        self.assertIn("changed meanwhile", "".join(filter(None, errors)))
        self.assertEqual(self._read_amounts(), [amounts[errors.index(None)]])

    def test_a_filled_cell(self):
        self._plan(100)
        self._assert_one_of_both(self._in_parallel(70, 120, shown=100), [70, 120])

    def test_an_empty_cell(self):
        """Nothing is there that both could lock: yet there is one line afterwards, not two."""
        self._assert_one_of_both(self._in_parallel(70, 120, shown=0), [70, 120])

    def test_the_same_amount_is_no_quarrel(self):
        """Without the amount that was shown, as in an import: the later one wins, and the plan does not double."""
        self.assertEqual(self._in_parallel(70, 70), [None, None])
        self.assertEqual(self._read_amounts(), [70])
