from collections import Counter
from datetime import date
from itertools import pairwise
from random import Random

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import FunnelCommon

WALK_MOVES = 200
# what the names of rows without a step are made of
KINDS = {
    "en_US": {"start": "Start", "revoke": "Revoked"},
    "uk_UA": {"start": "Початок", "revoke": "Скасовано"},
    "ru_RU": {"start": "Начало", "revoke": "Отменено"},
}
GIVEN = {"comment": "Spoke with the director", "task_date": date(2030, 1, 15)}


class HistoryCommon(FunnelCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.deal = cls.deal_dnipro.with_user(cls.olena)

    def _revoke(self, deal):
        deal.action_revoke_result(deal.last_result_id.id)

    def _assert_chain(self, deal):
        """Every row follows the one before it, the deal knows the last one and stands where that one left it."""
        rows = self._results(deal.sudo().with_context(active_test=False))
        self.assertEqual([row.previous_id.id for row in rows], [False, *rows.ids][: len(rows)])
        self.assertEqual(deal.last_result_id, rows[-1:])
        self.assertEqual(deal.last_result_date, rows[-1:].date)
        if rows:
            self.assertEqual(deal.process_step_id, rows[-1].step_after_id)
        for before, row in pairwise(rows):
            self.assertEqual(row.step_before_id, before.step_after_id)
            self.assertEqual(row.stage_before_id, before.stage_id)
            if row.kind == "revoke":
                self.assertEqual((row.revoked_id, row.step_after_id), (before, before.step_before_id))


@tagged("post_install", "-at_install")
class TestResultHistory(HistoryCommon):
    """What the log keeps of every kind of result."""

    def _make_every_kind(self):
        """A deal that goes through every kind of row, one a day; return the rows."""
        self.env.cr.execute("UPDATE crm_lead SET create_date = '2030-03-01 10:00:00' WHERE id = %s", (self.deal.id,))
        self.deal.invalidate_recordset()
        happenings = [
            self.deal.action_start_sale,
            lambda: self._press(self.deal, self.step_no_answer),
            lambda: self._press(self.deal, self.step_no_answer),
            lambda: self._press(self.deal, self.step_call),
            lambda: self.deal.write({"stage_id": self.stage_new.id}),
            lambda: self._press(self.deal, self.step_refusal, lost_reason=self.reason_price),
            self.deal.action_restore,
            lambda: self._press(self.deal, self.step_won),
        ]
        for day, happens in enumerate(happenings, start=2):
            with freeze_time(f"2030-03-{day:02} 10:00:00"):
                happens()
        with freeze_time("2030-03-09 10:36:00"):
            self._revoke(self.deal)
        return self._results(self.deal)

    def test_every_kind(self):
        rows = self._make_every_kind()
        nothing, called, won = self.env["crm.process.step"], self.step_call, self.step_won
        new, call, signed = self.stage_new, self.stage_call, self.stage_won
        self.assertEqual(
            [
                (
                    *(row.kind, row.origin, row.repeat_number, round(row.wait_days, 2), row.is_backward),
                    *(row.step_before_id, row.step_after_id, row.stage_before_id, row.stage_id),
                )
                for row in rows
            ],
            [
                ("start", "button", 1, 1.0, False, nothing, nothing, new, new),
                ("neutral", "button", 1, 1.0, False, nothing, nothing, new, new),
                ("neutral", "button", 2, 1.0, False, nothing, nothing, new, new),
                ("progress", "button", 1, 1.0, False, nothing, called, new, call),
                ("move", "move", 1, 1.0, True, called, nothing, call, new),
                ("refusal", "button", 1, 1.0, False, nothing, nothing, new, new),
                ("reopen", "move", 1, 1.0, False, nothing, nothing, new, new),
                ("won", "button", 1, 1.0, False, nothing, won, new, signed),
                ("revoke", "button", 1, 0.03, True, won, nothing, signed, new),
            ],
        )
        self._assert_chain(self.deal)
        self.assertEqual(rows.user_id, self.olena)
        self.assertEqual(rows.filtered("is_revoked"), rows[-2])
        self.assertEqual(rows.filtered("lost_reason_id").kind, "refusal")

    def test_names_in_three_languages(self):
        for code in ("uk_UA", "ru_RU"):
            self.env["res.lang"]._activate_lang(code)
        self.env["ir.module.module"]._load_module_terms(["crm_funnel"], ["uk_UA", "ru_RU"])
        words = {"en_US": "Contract", "uk_UA": "Договір", "ru_RU": "Договор"}
        columns = {"en_US": "Fresh", "uk_UA": "Свіжі", "ru_RU": "Свежие"}
        for code, word in words.items():
            self.step_won.with_context(lang=code).name = word
            self.stage_new.with_context(lang=code).name = columns[code]
        rows = self._make_every_kind()
        for code, kinds in KINDS.items():
            with self.subTest(lang=code):
                self.env.invalidate_all()  # each asks in a request of his own
                names = rows.with_context(lang=code).mapped("display_name")
                self.assertEqual(names[0], kinds["start"])
                self.assertEqual(names[4], columns[code], "moved where no step leads: the column")
                self.assertEqual(names[6], columns[code])
                self.assertEqual(names[7], words[code])
                self.assertEqual(names[8], f"{kinds['revoke']}: {words[code]}")

    def test_long_log_stays_a_chain(self):
        for number in range(14):
            step, given = (self.step_no_answer, {}) if number % 2 else (self.step_call_back, GIVEN)
            self._press(self.deal, step, task_date=given.get("task_date"))
        rows = self._results(self.deal)
        self.assertEqual(len(rows), 14)
        self._assert_chain(self.deal)
        self.assertEqual(set(rows.mapped("repeat_number")), {1})
        self.assertEqual(len(self.deal.activity_ids), 1, "each press finishes what the one before has planned")
        self.assertEqual(rows[1:].activity_id, rows[:-1].next_activity_id)

    # ------------------------------------------------------------
    # WHAT IS NO RESULT, AND WHAT GOES WITH THE DEAL
    # ------------------------------------------------------------

    def test_task_done_in_odoos_own_way_records_nothing(self):
        self.deal.action_start_sale()
        task = self.deal.activity_ids.with_user(self.olena)
        task.action_feedback(feedback="Spoke")
        self.assertFalse(task.active)
        self.assertEqual(self._results(self.deal).mapped("kind"), ["start"])
        self.assertFalse(self.deal.process_step_id)
        result = self._press(self.deal, self.step_call)
        self.assertFalse(result.activity_id, "what is done already is not finished again")
        self.assertEqual(task.feedback, "Spoke")

    def test_deleted_deal_takes_its_log_along(self):
        self._press(self.deal, self.step_call)
        self._revoke(self.deal)
        kept = self._press(self.deal_karpaty.with_user(self.taras), self.step_call)
        rows, task = self._results(self.deal), kept.next_activity_id
        with self.assertRaises(AccessError):
            self.deal.unlink()
        self.deal_dnipro.with_user(self.head).unlink()
        self.assertFalse(rows.exists())
        self.assertTrue(kept.exists() and task.exists())

    # ------------------------------------------------------------
    # IMPORT
    # ------------------------------------------------------------

    def _import(self, deals, stages):
        """Import the stages of deals as Odoo's import screen does."""
        rows = [[str(deal.id), stage.name] for deal, stage in zip(deals, stages, strict=True)]
        leads = self.env["crm.lead"].with_user(self.head).with_context(import_file=True)
        result = leads.load([".id", "stage_id"], rows)
        self.assertFalse(result["messages"])
        self.env.flush_all()

    def test_import_of_stages(self):
        deals = self.env["crm.lead"].create(
            [
                {"name": f"Deal {number}", "type": "opportunity", "user_id": self.olena.id, "team_id": self.channel.id}
                for number in range(50)
            ]
        )
        ways = [self.stage_call, self.stage_offer, self.stage_meeting, self.stage_won, self.stage_new]
        self._import(deals, ways * 10)
        steps = [self.step_call, self.step_offer, self.step_meeting, self.step_won, self.env["crm.process.step"]]
        self.assertEqual([deal.process_step_id for deal in deals], steps * 10)
        rows = self.env["crm.process.result"].search([("lead_id", "in", deals.ids)])
        self.assertEqual(Counter(rows.mapped("kind")), {"progress": 30, "won": 10}, "who has not moved has no row")
        self.assertEqual((set(rows.mapped("origin")), rows.user_id), ({"move"}, self.head))
        self.assertFalse(deals.activity_ids, "an import gives nobody fifty tasks")
        self.assertEqual(rows.filtered("is_level_pending"), rows.filtered(lambda row: row.step_id.level_id))
        self._import(deals, ways * 10)
        again = self.env["crm.process.result"].search([("lead_id", "in", deals.ids)])
        self.assertEqual(again, rows, "the same file twice records nothing new")

    def test_import_of_new_deals(self):
        rows = [[f"New {number}", "opportunity", self.channel.name, "Funnel Offer"] for number in range(5)]
        leads = self.env["crm.lead"].with_user(self.head).with_context(import_file=True)
        result = leads.load(["name", "type", "team_id", "stage_id"], rows)
        self.assertFalse(result["messages"])
        deals = leads.browse(result["ids"])
        self.assertEqual((deals.process_step_id, deals.process_id), (self.step_offer, self.process))
        self.assertFalse(deals.result_ids)


@tagged("post_install", "-at_install")
class TestResultWalk(HistoryCommon):
    """Whatever is done to a deal in whatever order, its log, stage, probability and tasks agree."""

    def test_buttons_alone(self):
        self._walk("Buttons", 4, {self._press_any: 5, self._take_back: 4, self._start: 1, self._guess: 1}, tasks=1)

    def test_everything(self):
        moves = {self._press_any: 8, self._drag: 4, self._take_back: 3, self._close: 2, self._restore: 4}
        self._walk("Everything", 19, {**moves, self._start: 1, self._guess: 2}, tasks=1)

    def _walk(self, name, seed, moves, tasks=None):
        """Do ``WALK_MOVES`` random moves on a new deal.

        :param dict moves: how often, by method that moves and returns whether it could
        :param int tasks: how many planned tasks the deal may have at most, if that is asked
        """
        deal = self._create_deal(name, self.dnipro, self.olena).with_user(self.olena)
        random, done = Random(seed), Counter()
        for number in range(WALK_MOVES):
            move = random.choices(list(moves), weights=moves.values())[0]
            done[move] += move(deal, random)
            self.env.flush_all()
            self.env.invalidate_all()
            try:
                self._assert_agrees(deal, tasks)
            except AssertionError as error:
                raise AssertionError(f"Move {number}, {move.__name__}: {error}") from error
        self.assertEqual([move.__name__ for move in moves if not done[move]], [], "every kind of move has happened")
        self.assertGreater(len(self._results(deal)), WALK_MOVES / 4)

    def _assert_agrees(self, deal, tasks):
        self._assert_chain(deal)
        self.assertEqual(deal.probability == 100, deal.won_status == "won")
        self.assertEqual(not deal.active and not deal.probability, deal.won_status == "lost")
        if deal.won_status == "won":
            self.assertTrue(deal.stage_id.is_won)
        if tasks:
            planned = self.env["mail.activity"].search([("lead_id", "=", deal.id), ("automated", "=", True)])
            self.assertLessEqual(len(planned), tasks)

    def _press_any(self, deal, random):
        steps = deal._get_possible_steps()
        if not steps:
            return False
        step = steps.browse(random.choice(steps.ids))
        self._press(deal, step, lost_reason=self.reason_price, **GIVEN)
        return True

    def _drag(self, deal, random):
        if not deal.active:
            return False
        deal.stage_id = random.choice(self.stages)
        return True

    def _take_back(self, deal, random):
        if not deal.get_result_buttons()["revoke"]:
            return False
        self._revoke(deal)
        return True

    def _close(self, deal, random):
        if not deal._is_open_deal():
            return False
        random.choice([deal.action_set_lost, deal.action_set_won])()
        return True

    def _restore(self, deal, random):
        if deal.won_status != "lost":
            return False
        deal.action_restore()
        return True

    def _start(self, deal, random):
        if not deal._is_open_deal():
            return False
        deal.action_start_sale()
        return True

    def _guess(self, deal, random):
        """Somebody who knows better than the stage."""
        if not deal._is_open_deal():
            return False
        deal.probability = random.randint(1, 99)
        return True
