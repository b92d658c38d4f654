from math import gcd

from odoo.tests import BaseCase, TransactionCase, tagged

from ..department import tables, tables_process

OPEN = list(tables_process.STAGES)[:-1]


@tagged("post_install", "-at_install")
class TestTablesProcess(BaseCase):
    """Slips of the pen in the tables of the process."""

    def test_every_step_has_a_stage(self):
        self.assertLessEqual(set(tables_process.STAGE_OF_STEP.values()), set(tables_process.STAGES))
        self.assertEqual(tables_process.STEPS[-1], "contract")
        self.assertNotIn("start", tables_process.STEPS)

    def test_tables_by_step_are_complete(self):
        open_steps = set(tables_process.STAGE_OF_STEP) - {"contract"}
        for table in (tables_process.LOST_AFTER, tables_process.LOST_DAYS, tables_process.OPEN_DAYS):
            self.assertEqual(set(table), open_steps)
        self.assertEqual(set(tables_process.OPEN_STEPS), open_steps)
        recorded = {*tables_process.STEPS, *tables_process.NEUTRAL, *tables_process.REFUSALS}
        self.assertEqual(set(tables_process.WAITS), recorded)
        self.assertEqual(set(tables_process.COMMENTS), recorded)
        self.assertLessEqual(set(tables_process.OBSTACLES), recorded)

    def test_losses_are_parts_of_a_hundred(self):
        self.assertEqual(sum(tables_process.LOST_AFTER.values()), 100)

    def test_spans_have_a_beginning_and_an_end(self):
        spans = [tables_process.WON_DAYS, *tables_process.LOST_DAYS.values(), *tables_process.OPEN_DAYS.values()]
        for first, last in spans:
            self.assertTrue(0 < first < last)

    def test_nobody_is_not_reached_three_times_by_an_obstacle(self):
        """The third time in a row would be recorded as a refusal."""
        for choices in tables_process.OBSTACLES.values():
            for obstacles in choices:
                self.assertLess(obstacles.count("no_answer"), 3)
                self.assertLessEqual(set(obstacles), set(tables_process.NEUTRAL))

    def test_every_manager_has_a_manner(self):
        self.assertEqual(set(tables_process.MANNERS), set(tables.USERS) - {"head"})

    def test_a_meeting_comes_about_slowly(self):
        others = [wait for step, wait in tables_process.WAITS.items() if step != "meeting"]
        self.assertGreater(tables_process.WAITS["meeting"], max(others))

    def test_probabilities_by_hand_grow(self):
        self.assertEqual(list(tables_process.PROBABILITIES), OPEN)
        highest = 0
        for stage in OPEN:
            self.assertGreater(min(tables_process.PROBABILITIES[stage]), highest)
            highest = max(tables_process.PROBABILITIES[stage])
        self.assertLess(highest, 100)

    def test_closings_reach_every_step(self):
        """Both are dealt out in turn: the two turns must not keep step."""
        self.assertEqual(gcd(len(tables.CLOSINGS), len(tables_process.OPEN_STEPS)), 1)

    def test_due_days_are_on_both_sides_of_today(self):
        days = tables_process.DUE_DAYS
        self.assertTrue(min(days) < 0 < max(days))
        self.assertGreater(days.count(0), len(days) / 4)
        self.assertGreater(sum(day >= 0 for day in days), sum(day < 0 for day in days))

    def test_a_lost_reason_of_the_process_is_no_other(self):
        self.assertNotIn(tables_process.UNREACHABLE, tables.LOST_REASONS)


@tagged("post_install", "-at_install")
class TestTablesAndProcess(TransactionCase):
    """What the tables say of the ready process is what the process says."""

    def step(self, key):
        return self.env.ref(f"crm_funnel.crm_process_step_{key}")

    def test_process_is_in_use(self):
        process = self.env.ref("crm_funnel.crm_process_sale")
        self.assertEqual(process.state, "running")
        self.assertFalse(process.problems)

    def test_steps_and_their_stages(self):
        steps = [self.step(key) for key in tables_process.STEPS]
        self.assertEqual([step.sequence for step in steps], sorted(step.sequence for step in steps))
        for key, step in zip(tables_process.STEPS, steps, strict=True):
            stage = tables_process.STAGES[tables_process.STAGE_OF_STEP[key]]
            self.assertEqual(step.stage_id, self.env.ref(stage), key)
            self.assertEqual(step.kind, "won" if key == "contract" else "progress")
            self.assertTrue(step.conversion and step.days, key)

    def test_other_steps(self):
        for key in tables_process.NEUTRAL:
            self.assertEqual(self.step(key).kind, "neutral")
        for key in tables_process.REFUSALS:
            self.assertEqual(self.step(key).kind, "refusal")
        self.assertEqual(self.step("no_answer").repeat_step_id, self.step("unreachable"))
        self.assertEqual(self.step("no_answer").repeat_count, 3)
        self.assertEqual(self.step("unreachable").lost_reason_id.name, tables_process.UNREACHABLE)

    def test_delays(self):
        process = self.env.ref("crm_funnel.crm_process_sale")
        for key, days in tables_process.DELAYS.items():
            task = process if key == "start" else self.step(key)
            self.assertEqual(task.activity_delay, days, key)
            self.assertEqual(task.activity_delay_unit, "working_days", key)
            self.assertTrue(task.activity_type_id and task.activity_summary, key)
        for key in ("contract", *tables_process.REFUSALS):
            self.assertFalse(self.step(key).activity_type_id, key)

    def test_levels(self):
        for key in tables_process.COMMENTS:
            level = tables_process.LEVELS.get(key)
            expected = (
                self.env.ref(f"crm_clients.crm_client_level_{level}") if level else self.step(key).level_id.browse()
            )
            self.assertEqual(self.step(key).level_id, expected, key)
