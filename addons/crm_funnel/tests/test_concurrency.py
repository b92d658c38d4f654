import threading
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger


@tagged("post_install", "-at_install", "funnel_concurrency")
class TestConcurrency(BaseCase):
    """Real transactions side by side, through the same retries as a request; what is committed is removed again."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())
        # the test runner holds the lock of the registry, which other threads need to make an environment
        cls.enterClassContext(patch.object(Registry, "_lock", threading.RLock()))
        with cls.registry.cursor() as cr:
            cls._set_up_records(api.Environment(cr, SUPERUSER_ID, {}))
        cls.addClassCleanup(cls._remove_records)

    @classmethod
    def _set_up_records(cls, env):
        cls.admin_id = env.ref("base.user_admin").id
        team = env["crm.team"].create({"name": "Concurrency"})
        stages = env["crm.stage"].create(
            [
                {"name": f"Concurrency {number}", "sequence": 900 + number, "team_ids": [(6, 0, team.ids)]}
                for number in range(3)
            ]
        )
        stages[-1].is_won = True
        client = env["res.partner"].create(
            {"name": "Concurrency LLC", "client_type_id": env.ref("crm_clients.crm_client_type_client").id}
        )
        task = {"activity_type_id": env.ref("mail.mail_activity_data_call").id}
        process = env["crm.process"].create(
            {
                "name": "Concurrency",
                "team_ids": [(6, 0, team.ids)],
                "step_ids": [
                    (0, 0, {"name": "Offer", "stage_id": stages[1].id, **task}),
                    (0, 0, {"name": "Signed", "kind": "won", "stage_id": stages[2].id, "sequence": 20}),
                    (0, 0, {"name": "No answer", "kind": "neutral", "sequence": 30, **task}),
                ],
                **task,
            }
        )
        process.action_start_using()
        cls.ids = {records._name: records.ids for records in (process, stages, team, client)}
        cls.step_offer_id, cls.step_won_id, cls.step_no_answer_id = process.step_ids.ids
        cls.stage_ids = stages.ids

    @classmethod
    def _remove_records(cls):
        with cls.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"active_test": False})
            env["crm.lead"].search([("team_id", "in", cls.ids["crm.team"])]).unlink()
            for model, ids in cls.ids.items():
                env[model].browse(ids).unlink()

    def setUp(self):
        super().setUp()
        with self.registry.cursor() as cr:
            env = api.Environment(cr, self.admin_id, {})
            self.deal_id = (
                env["crm.lead"]
                .create(
                    {
                        "name": "Concurrency",
                        "type": "opportunity",
                        "team_id": self.ids["crm.team"][0],
                        "stage_id": self.stage_ids[0],
                        "partner_id": self.ids["res.partner"][0],
                    }
                )
                .id
            )

    # ------------------------------------------------------------
    # IN PARALLEL
    # ------------------------------------------------------------

    def _in_parallel(self, *calls):
        """Call each of ``calls`` (user id, function of a deal) in its own transaction, all begun before any goes on.

        :return: list of what each returned, or the error that the user would see
        """
        barrier = threading.Barrier(len(calls), timeout=30)
        outcomes = [None] * len(calls)

        def run(number, uid, function):
            with self.registry.cursor() as cr:
                env = api.Environment(cr, uid, {})
                env["crm.lead"].browse(self.deal_id).read(["name", "last_result_id"])
                barrier.wait()
                try:
                    outcomes[number] = retrying(lambda: function(env["crm.lead"].browse(self.deal_id)), env)
                except UserError as error:
                    outcomes[number] = error

        threads = [threading.Thread(target=run, args=(number, *call), daemon=True) for number, call in enumerate(calls)]
        with mute_logger("odoo.sql_db", "odoo.service.model"):
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(30)
        self.assertFalse([thread for thread in threads if thread.is_alive()], "a transaction hangs")
        return outcomes

    def _log(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            deal = env["crm.lead"].browse(self.deal_id)
            rows = env["crm.process.result"].search([("lead_id", "=", deal.id)], order="id")
            return {
                "kinds": rows.mapped("kind"),
                "users": rows.user_id.ids,
                "tasks": len(deal.activity_ids),
                "stage": deal.stage_id.id,
            }

    # ------------------------------------------------------------
    # TESTS
    # ------------------------------------------------------------

    def test_double_click_records_once(self):
        press = (self.admin_id, lambda deal: deal.action_record_result(self.step_offer_id, False))
        self.assertEqual(self._in_parallel(press, press, press), [False, False, False])
        self.assertEqual(
            self._log(), {"kinds": ["progress"], "users": [self.admin_id], "tasks": 1, "stage": self.stage_ids[1]}
        )

    def test_double_no_answer_records_once(self):
        press = (self.admin_id, lambda deal: deal.action_record_result(self.step_no_answer_id, False))
        self.assertEqual(self._in_parallel(press, press), [False, False])
        self.assertEqual(self._log()["kinds"], ["neutral"])

    def test_two_managers_record_one_and_the_other_is_told(self):
        outcomes = self._in_parallel(
            (self.admin_id, lambda deal: deal.action_record_result(self.step_offer_id, False)),
            (SUPERUSER_ID, lambda deal: deal.action_record_result(self.step_won_id, False)),
        )
        told = [outcome for outcome in outcomes if isinstance(outcome, UserError)]
        self.assertEqual(len(told), 1)
        self.assertIn("has just recorded", str(told[0]))
        self.assertEqual(len(self._log()["kinds"]), 1)

    def test_press_and_drag_are_both_recorded_in_a_chain(self):
        def drag(deal):
            deal.stage_id = self.stage_ids[2]

        outcomes = self._in_parallel(
            (self.admin_id, lambda deal: deal.action_record_result(self.step_no_answer_id, False)),
            (SUPERUSER_ID, drag),
        )
        kinds = self._log()["kinds"]
        # the drag always lands; the press lands before it, or is told that the deal is won
        self.assertIn("won", kinds)
        self.assertEqual(len(kinds), 1 if isinstance(outcomes[0], UserError) else 2)

    def test_start_sale_twice_starts_once(self):
        start = (self.admin_id, lambda deal: deal.action_start_sale())
        self._in_parallel(start, start)
        self.assertEqual(self._log()["kinds"], ["start"])
        self.assertEqual(self._log()["tasks"], 1)

    def test_start_sale_on_the_client_twice_makes_one_deal(self):
        client_id = self.ids["res.partner"][0]
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"active_test": False})
            env["crm.lead"].search([("partner_id", "=", client_id)]).unlink()
        start = (self.admin_id, lambda deal: deal.env["res.partner"].browse(client_id).action_start_sale()["res_id"])
        first, second = self._in_parallel(start, start)
        self.assertEqual(first, second)

    def test_revoking_twice_revokes_once(self):
        with self.registry.cursor() as cr:
            deal = api.Environment(cr, self.admin_id, {})["crm.lead"].browse(self.deal_id)
            deal.action_record_result(self.step_offer_id, False)
            result_id = deal.last_result_id.id
        revoke = (self.admin_id, lambda deal: deal.action_revoke_result(result_id))
        self.assertEqual(self._in_parallel(revoke, revoke), [None, None])
        self.assertEqual(self._log()["kinds"], ["progress", "revoke"])
        self.assertEqual(self._log()["stage"], self.stage_ids[0])
