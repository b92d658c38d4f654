from contextlib import suppress
from datetime import timedelta

from odoo import SUPERUSER_ID, fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..models import res_partner_purchases as purchases
from .common import FunnelCommon


class PurchaseCommon(FunnelCommon):
    """Clients who buy: won deals so many days ago."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.now = fields.Datetime.now()
        cls.levels = {name: cls.env.ref(f"crm_clients.crm_client_level_{name}") for name in purchases.LEVELS}
        cls.buyer = cls._create_client("Buyer LLC", cls.olena)
        parameters = cls.env["ir.config_parameter"]
        for name, value in {
            "levels_by_purchases": True,
            "regular_purchases": 3,
            "frequent_purchases": 5,
            "purchase_days": 100,
            "lost_days": 200,
        }.items():
            parameters.set_param(f"crm_funnel.{name}", value)

    @classmethod
    def _buy(cls, client, *days_ago):
        """Win a deal of the client on each of these days."""
        deals = cls.env["crm.lead"].create(
            [{"name": f"Purchase {days}", "partner_id": client.id, "type": "opportunity"} for days in days_ago]
        )
        cls.env.flush_all()
        for deal, days in zip(deals, days_ago, strict=True):
            cls.env.cr.execute(
                "UPDATE crm_lead SET won_status = 'won', probability = 100, date_closed = %s WHERE id = %s",
                [cls.now - timedelta(days=days), deal.id],
            )
        cls.env.invalidate_all()
        return deals

    @classmethod
    def _age_history(cls, client, days):
        """Let the changes of the client's level so far have happened so many days ago."""
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE crm_client_level_change SET date = %s WHERE partner_id = %s",
            [cls.now - timedelta(days=days), client.id],
        )
        cls.env.invalidate_all()

    def _due(self, client):
        """Return the name of the level that is due, and how many days ago its event was; None if nothing is due."""
        names = {level.id: name for name, level in self.levels.items()}
        for _client_id, level_id, _number, event in self.env["res.partner"]._get_due_levels(client.ids):
            return names[level_id], round((self.now - event).total_seconds() / 86400)
        return None

    def _update(self, clients):
        self.env["res.partner"]._apply_due_levels(self.env["res.partner"]._get_due_levels(clients.ids))


@tagged("post_install", "-at_install")
class TestPurchaseLevels(PurchaseCommon):
    """Which level follows from which purchases, and when its event was."""

    def test_nothing_bought(self):
        self.assertIsNone(self._due(self.buyer))

    def test_one_time(self):
        self._buy(self.buyer, 10)
        self.assertEqual(self._due(self.buyer), ("one_time", 10))

    def test_one_time_though_twice(self):
        self._buy(self.buyer, 30, 10)
        self.assertEqual(self._due(self.buyer), ("one_time", 30))

    def test_regular(self):
        self._buy(self.buyer, 90, 50, 20, 5)
        self.assertEqual(self._due(self.buyer), ("regular", 20), "the third purchase made it")

    def test_regular_at_the_border(self):
        self._buy(self.buyer, 110, 60, 10)
        self.assertEqual(self._due(self.buyer), ("regular", 10), "exactly 100 days")

    def test_too_slow_for_regular(self):
        self._buy(self.buyer, 120, 60, 10)
        self.assertEqual(self._due(self.buyer), ("one_time", 120))

    def test_frequent(self):
        self._buy(self.buyer, 90, 80, 70, 60, 50, 40)
        self.assertEqual(self._due(self.buyer), ("frequent", 50))

    def test_lost(self):
        self._buy(self.buyer, 300, 290, 280, 270, 260)
        self.assertEqual(self._due(self.buyer), ("lost", 60), "200 days after the last purchase")

    def test_lost_at_the_border(self):
        deal = self._buy(self.buyer, 200)
        self.assertEqual(self._due(self.buyer), ("lost", 0))
        self.env.cr.execute(
            "UPDATE crm_lead SET date_closed = date_closed + interval '1 hour' WHERE id = %s", [deal.id]
        )
        self.assertEqual(self._due(self.buyer)[0], "one_time")

    def test_returned(self):
        self._buy(self.buyer, 400, 390, 380, 10)
        self.assertEqual(self._due(self.buyer), ("returned", 10))

    def test_returned_then_regular(self):
        self._buy(self.buyer, 400, 60, 40, 20)
        self.assertEqual(self._due(self.buyer), ("regular", 20))

    def test_returned_and_lost_again(self):
        self._buy(self.buyer, 900, 500, 490)
        self.assertEqual(self._due(self.buyer), ("lost", 290))

    def test_purchases_of_contact_persons(self):
        person = self.env["res.partner"].create({"name": "Buyer's person", "parent_id": self.buyer.id})
        self._buy(person, 30, 20)
        self._buy(self.buyer, 10)
        self.assertEqual(self._due(self.buyer), ("regular", 10))

    def test_purchases_in_two_companies(self):
        company = self.env["res.company"].create({"name": "Second"})
        deals = self._buy(self.buyer, 30, 20, 10)
        self.env.cr.execute("UPDATE crm_lead SET company_id = %s WHERE id = %s", [company.id, deals[0].id])
        self.assertEqual(self._due(self.buyer), ("regular", 10), "a client has one relationship with all companies")

    def test_future_and_open_deals(self):
        self._buy(self.buyer, -5)
        self._create_deal("Open", self.buyer, self.olena)
        self.assertIsNone(self._due(self.buyer))

    # ------------------------------------------------------------
    # BY HAND WINS UNTIL THE NEXT EVENT
    # ------------------------------------------------------------

    def test_by_hand_stays(self):
        self._buy(self.buyer, 30, 10)
        self.buyer.with_user(self.olena).client_level_id = self.level_potential
        self.assertIsNone(self._due(self.buyer))

    def test_next_event_wins(self):
        self.buyer.with_user(self.olena).client_level_id = self.level_potential
        self._age_history(self.buyer, 20)
        self._buy(self.buyer, 30, 25)
        self.assertIsNone(self._due(self.buyer))
        self._buy(self.buyer, 10)
        self.assertEqual(self._due(self.buyer), ("regular", 10))

    def test_own_change_does_not_stand(self):
        """What the job has set itself is no hand: other thresholds show at once."""
        self._buy(self.buyer, 30, 20, 10)
        self._update(self.buyer)
        self.assertEqual(self.buyer.client_level_id, self.levels["regular"])
        self.env["ir.config_parameter"].set_param("crm_funnel.regular_purchases", 4)
        self.assertEqual(self._due(self.buyer)[0], "one_time")

    def test_level_of_the_won_deal_gives_way(self):
        """The last step says “arrived”, the purchase that it is says “one-time”."""
        deal = self._create_deal("Signed", self.buyer, self.olena)
        self._press(deal.with_user(self.olena), self.step_won)
        self.assertEqual(self.buyer.client_level_id, self.level_arrived)
        self.assertEqual(self._due(self.buyer)[0], "one_time")

    def test_level_of_another_step_stays(self):
        self._buy(self.buyer, 10)
        deal = self._create_deal("Second", self.buyer, self.olena)
        self._press(deal.with_user(self.olena), self.step_call)
        self.assertEqual(self.buyer.client_level_id, self.level_possible)
        self.assertIsNone(self._due(self.buyer))

    # ------------------------------------------------------------
    # APPLYING
    # ------------------------------------------------------------

    def test_history_says_why(self):
        self._buy(self.buyer, 10)
        self._update(self.buyer)
        change = self.buyer.client_level_change_ids
        self.assertEqual(change.new_level_id, self.levels["one_time"])
        self.assertEqual(change.user_id.id, SUPERUSER_ID)
        self.assertIn("1", change.reason)

    def test_twice_changes_nothing(self):
        self._buy(self.buyer, 10)
        self._update(self.buyer)
        self.assertIsNone(self._due(self.buyer))
        self._update(self.buyer)
        self.assertEqual(len(self.buyer.client_level_change_ids), 1)

    def test_archived_and_deleted_levels(self):
        self._buy(self.buyer, 90, 80, 70, 60, 50)
        self.levels["frequent"].active = False
        self.assertEqual(self._due(self.buyer), ("regular", 70), "the next strongest")
        self.levels["regular"].unlink()
        self.assertEqual(self._due(self.buyer), ("one_time", 90))
        self.levels["one_time"].active = False
        self.assertIsNone(self._due(self.buyer))

    def test_archived_clients_and_others(self):
        """Only active clients of the directory are looked at."""
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        self.karpaty.active = False
        ids = self.env["res.partner"]._get_next_client_ids(0)
        self.assertIn(self.buyer.id, ids)
        self.assertNotIn(stranger.id, ids)
        self.assertNotIn(self.karpaty.id, ids)
        self.assertNotIn(self.petro.id, ids, "a contact person has the level of his company")

    def test_nonsense_thresholds(self):
        parameters = self.env["ir.config_parameter"]
        for value in ("", "many", "-3", "0", "2.5"):
            parameters.set_param("crm_funnel.lost_days", value)
            self.assertEqual(self.env["res.partner"]._get_level_thresholds()["lost_days"], 180)

    def test_no_more_queries_for_more_clients(self):
        clients = self.env["res.partner"].union(*[self._create_client(f"Many {n}", self.olena) for n in range(30)])
        for client in clients:
            self._buy(client, 10)
        counts = []
        for batch in (clients[:2], clients[2:]):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self._update(batch)
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 1)
        self.assertEqual(clients.client_level_id, self.levels["one_time"])


@tagged("post_install", "-at_install")
class TestLevelCron(PurchaseCommon):
    """The nightly job: in committed steps, killed at any moment, twice, switched off."""

    def setUp(self):
        super().setUp()
        self.cron = self.env.ref("crm_funnel.ir_cron_update_levels")
        self.clients = self.env["res.partner"].union(
            *[self._create_client(f"Client {n}", self.olena) for n in range(5)]
        )
        for client in self.clients:
            self._buy(client, 10)
        self.patch(purchases, "BATCH_CLIENTS", 2)
        self.patch(purchases, "BATCH_RESULTS", 1)

    def _run_cron(self):
        """One call of the job, with the commits and the cursor of its own that it has in the server."""
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            self.env(cr=cr, user=SUPERUSER_ID)["res.partner"]._cron_update_levels()

    def test_started_by_the_scheduler(self):
        with self.enter_registry_test_mode():
            self.cron.method_direct_trigger()
        self.assertEqual(self.clients.client_level_id, self.levels["one_time"])

    def test_runs(self):
        self._run_cron()
        self.assertEqual(self.clients.client_level_id, self.levels["one_time"])

    def test_switched_off(self):
        self.env["ir.config_parameter"].set_param(purchases.SWITCH, False)
        self._run_cron()
        self.assertFalse(self.clients.client_level_id)

    def test_killed_in_the_middle(self):
        """What was committed stays, the rest follows the next time, nothing is done twice."""
        Partner = self.env.registry["res.partner"]
        original, calls = Partner._apply_due_levels, []

        def die(records, due):
            if calls and due:
                raise MemoryError
            calls.extend([due] if due else [])
            return original(records, due)

        self.patch(Partner, "_apply_due_levels", die)
        with suppress(MemoryError):  # Odoo's assertRaises would take back what was committed
            self._run_cron()
        done = self.clients.filtered("client_level_id")
        self.assertTrue(done, "the first step was committed")
        self.assertLess(done, self.clients)
        self.patch(Partner, "_apply_due_levels", original)
        self._run_cron()
        self.assertEqual(self.clients.client_level_id, self.levels["one_time"])
        self.assertEqual(len(self.clients.client_level_change_ids), len(self.clients))

    def test_goes_on_when_time_is_over(self):
        parameters = self.env["ir.config_parameter"]
        self.patch(self.env.registry["ir.cron"], "_commit_progress", lambda *args, **kwargs: 0)
        self._run_cron()
        cursor = int(parameters.get_param(purchases.CURSOR))
        self.assertTrue(cursor)
        steps = 0
        while parameters.get_param(purchases.CURSOR) and steps < 1000:
            self._run_cron()
            steps += 1
        self.assertEqual(self.clients.client_level_id, self.levels["one_time"])

    def test_results_recorded_in_bulk(self):
        """Deals moved together are only recorded; the levels of their clients follow at night."""
        deals = self.deal_dnipro | self.deal_karpaty
        deals.with_user(self.head).stage_id = self.stage_call
        self.assertEqual(set(deals.last_result_id.mapped("is_level_pending")), {True})
        self._run_cron()
        self.assertEqual((self.dnipro | self.karpaty).client_level_id, self.level_possible)
        self.assertEqual(set(deals.last_result_id.mapped("is_level_pending")), {False})
        self.assertEqual(deals.last_result_id.level_id, self.level_possible)
        self.assertIn("Called", self.dnipro.client_level_change_ids[0].reason)

    def test_later_hand_wins_over_bulk(self):
        deals = self.deal_dnipro | self.deal_karpaty
        deals.with_user(self.head).stage_id = self.stage_call
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_process_result SET date = date - interval '1 hour' WHERE lead_id IN %s", [tuple(deals.ids)]
        )
        self.env.invalidate_all()
        self.dnipro.with_user(self.olena).client_level_id = self.level_potential
        self._run_cron()
        self.assertEqual(self.dnipro.client_level_id, self.level_potential)
        self.assertEqual(self.karpaty.client_level_id, self.level_possible)

    def test_manager_cannot_run_it(self):
        with self.assertRaises(AccessError):
            self.cron.with_user(self.olena).method_direct_trigger()
