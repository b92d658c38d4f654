from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.tests import tagged

from .common import FunnelCommon

COLUMNS = ("won_status_before", "won_status", "step_date", "step_days")
FIRST = datetime(2030, 3, 1, 10)


class StandingCommon(FunnelCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.deal = cls.deal_dnipro.with_user(cls.olena)
        cls._set_created(cls.deal, FIRST)

    @classmethod
    def _set_created(cls, deal, moment):
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE crm_lead SET create_date = %s, silent_since = %s WHERE id = %s", (moment, moment, deal.id)
        )
        cls.env.invalidate_all()

    def _on(self, day, happens, *args, minutes=0, **kwargs):
        """Let something happen so many days after the deal was created."""
        with freeze_time(FIRST + timedelta(days=day, minutes=minutes)):
            happens(*args, **kwargs)

    def _press_on(self, day, step, deal=None, **given):
        self._on(day, self._press, self.deal if deal is None else deal, step, **given)

    def _revoke_on(self, day, minutes=10):
        self._on(day, self.deal.action_revoke_result, self.deal.last_result_id.id, minutes=minutes)

    def _get_standing(self, deal=None):
        """The columns of the log: status before and after, on its step since which day, days on the step before."""
        return [
            (
                row.won_status_before,
                row.won_status,
                round((row.step_date - FIRST).total_seconds() / 86400, 2),
                row.step_days,
            )
            for row in self._results(self.deal if deal is None else deal).sudo()
        ]

    def _fill_again(self, deal):
        """Empty the columns of a log and let them be worked out again; return what was and what is."""
        rows = self._results(deal).sudo()
        before = [[row[name] for name in COLUMNS] for row in rows]
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_process_result SET won_status = NULL, won_status_before = NULL, step_date = NULL,"
            " step_days = NULL WHERE lead_id = %s",
            (deal.id,),
        )
        self.env.invalidate_all()
        self.env["crm.process.result"].sudo()._fill_standing(deal)
        return before, [[row[name] for name in COLUMNS] for row in rows]

    def _assert_filled_alike(self, deal):
        before, after = self._fill_again(deal)
        for old, new in zip(before, after, strict=True):
            self.assertEqual(old[:3], new[:3])
            self.assertAlmostEqual(old[3], new[3], 2)


@tagged("post_install", "-at_install")
class TestStanding(StandingCommon):
    """Since when a deal stands on its step, and whether it was won or lost, as the presses write it."""

    def _make_long_story(self):
        self._press_on(2, self.step_no_answer)
        self._press_on(4, self.step_call)
        self._press_on(5, self.step_no_answer)
        self._press_on(7, self.step_meeting, comment="Skipped the offer")
        self._on(8.5, self.deal.write, {"stage_id": self.stage_call.id})
        self._press_on(10, self.step_refusal, lost_reason=self.reason_price)
        self._on(11, self.deal.action_restore)
        self._press_on(15, self.step_won)

    def test_long_story(self):
        self._make_long_story()
        self.assertEqual(
            self._get_standing(),
            [
                ("pending", "pending", 0, 2),  # no answer: it stands where it stood
                ("pending", "pending", 4, 4),  # and the call took four days, whatever was tried meanwhile
                ("pending", "pending", 4, 1),
                ("pending", "pending", 7, 3),  # the step that was skipped has no row
                ("pending", "pending", 8.5, 1.5),  # back
                ("pending", "lost", 8.5, 1.5),  # lost where it stood
                ("lost", "pending", 11, 2.5),  # reopened: the clock begins anew
                ("pending", "won", 15, 4),
            ],
        )

    def test_start_does_not_move(self):
        self._on(1, self.deal.action_start_sale)
        self._press_on(3, self.step_call)
        self.assertEqual(self._get_standing(), [("pending", "pending", 0, 1), ("pending", "pending", 3, 3)])

    def test_revoked_result_sets_the_clock_back(self):
        self._press_on(2, self.step_call)
        self._press_on(4, self.step_offer)
        self._revoke_on(4)
        self._press_on(7, self.step_offer)
        self.assertEqual(
            self._get_standing(),
            [
                ("pending", "pending", 2, 2),
                ("pending", "pending", 4, 2),
                ("pending", "pending", 2, 0.01),
                ("pending", "pending", 7, 5),
            ],
        )

    def test_revoked_first_result(self):
        self._press_on(2, self.step_call)
        self._revoke_on(2)
        self._press_on(3, self.step_call)
        self.assertEqual([row[2:] for row in self._get_standing()], [(2, 2), (0, 0.01), (3, 3)])

    def test_revoked_refusal_is_no_loss(self):
        self._press_on(2, self.step_call)
        self._press_on(4, self.step_refusal, lost_reason=self.reason_price)
        self._revoke_on(4)
        self._press_on(6, self.step_won)
        self.assertEqual(
            self._get_standing(),
            [
                ("pending", "pending", 2, 2),
                ("pending", "lost", 2, 2),
                ("lost", "pending", 2, 2.01),
                ("pending", "won", 6, 4),
            ],
        )

    def test_won_without_a_step(self):
        """A won stage that is no step wins as well."""
        stage = self.stage_won.copy({"name": "Won by hand", "is_won": True})
        self._press_on(1, self.step_offer)
        self._on(3, self.deal.write, {"stage_id": stage.id})
        self.assertEqual(self.deal.last_result_id.kind, "move")
        self.assertEqual(self._get_standing()[-1][:2], ("pending", "won"))

    def test_result_before_the_creation(self):
        """Clocks of two servers, or an import: no negative days."""
        self._press_on(-1, self.step_call)
        self.assertEqual(self._get_standing(), [("pending", "pending", -1, 0)])

    # ------------------------------------------------------------
    # MERGED
    # ------------------------------------------------------------

    def test_merged(self):
        """Each result keeps what it did to its own deal; the next one follows the last of both."""
        other = self._create_deal("Other", self.dnipro, self.olena).with_user(self.olena)
        self._set_created(other, FIRST)
        self._press_on(1, self.step_call)
        self._press_on(2, self.step_call, other)
        self._press_on(3, self.step_offer)
        rows = self._results(self.deal) | self._results(other)
        before = {row.id: [row[name] for name in COLUMNS] for row in rows.sudo()}
        with freeze_time(FIRST + timedelta(days=4)):
            merged = (self.deal | other).with_user(self.head).merge_opportunity()
        self._press_on(6, self.step_meeting, merged.with_user(self.olena), comment="Met")
        after = self._results(merged).sudo()
        self.assertEqual([[row[name] for name in COLUMNS] for row in after[:3]], [before[row.id] for row in after[:3]])
        self.assertEqual(self._get_standing(merged)[-1], ("pending", "pending", 6, 3))
        self.assertEqual(merged.silent_since, FIRST + timedelta(days=6))

    def test_merged_deal_is_silent_since_the_last_result_of_both(self):
        other = self._create_deal("Other", self.dnipro, self.olena).with_user(self.olena)
        self._press_on(2, self.step_offer)
        self._press_on(5, self.step_no_answer, other)
        merged = (self.deal | other).with_user(self.head).merge_opportunity()
        self.env.flush_all()
        self.assertEqual(merged.silent_since, merged.last_result_date)
        self.assertEqual(merged.silent_since, max(self._results(merged).mapped("date")))

    # ------------------------------------------------------------
    # SILENCE
    # ------------------------------------------------------------

    def test_silent_since(self):
        self.assertEqual(self.deal.silent_since, FIRST)
        for day, happens in (
            (2, lambda: self._press(self.deal, self.step_no_answer)),
            (3, lambda: self._press(self.deal, self.step_call)),
            (4, lambda: self.deal.write({"stage_id": self.stage_new.id})),
        ):
            self._on(day, happens)
            self.assertEqual(self.deal.silent_since, FIRST + timedelta(days=day))
        with freeze_time(FIRST + timedelta(days=7, hours=23)):
            self.env.invalidate_all()
            self.assertEqual(self.deal.result_silent_days, 3)

    def test_revoking_breaks_the_silence(self):
        self._press_on(2, self.step_call)
        self._revoke_on(2)
        self.assertEqual(self.deal.silent_since, FIRST + timedelta(days=2, minutes=10))

    # ------------------------------------------------------------
    # WORKED OUT LATER
    # ------------------------------------------------------------

    def test_filled_alike(self):
        self._make_long_story()
        self._assert_filled_alike(self.deal)

    def test_filled_alike_after_the_start(self):
        self._on(1, self.deal.action_start_sale)
        self._press_on(3, self.step_won)
        self._assert_filled_alike(self.deal)

    def test_fill_of_one_deal_leaves_the_others(self):
        self._press_on(1, self.step_call)
        deal = self.deal_karpaty.with_user(self.taras)
        result = self._press(deal, self.step_call).sudo()
        self.env.flush_all()
        self.env.cr.execute("UPDATE crm_process_result SET step_days = 77 WHERE id = %s", (result.id,))
        self.env.invalidate_all()
        self._fill_again(self.deal)
        self.assertEqual(result.step_days, 77)
        self.env["crm.process.result"].sudo()._fill_standing()
        self.assertLess(result.step_days, 1)

    def test_fill_cannot_know(self):
        """What was revoked counts from that day; a deal that a movement won is known as won by its last row only."""
        self._press_on(2, self.step_call)
        self._press_on(4, self.step_offer)
        self._revoke_on(4, minutes=0)
        stage = self.stage_won.copy({"name": "Won by hand", "is_won": True})
        self._on(5, self.deal.write, {"stage_id": stage.id})
        self._fill_again(self.deal)
        self.assertEqual(
            self._get_standing(),
            [
                ("pending", "pending", 2, 2),
                ("pending", "pending", 4, 2),
                ("pending", "pending", 4, 0),
                ("pending", "won", 5, 1),
            ],
        )
        self._on(6, self.deal.write, {"stage_id": self.stage_call.id})
        self._fill_again(self.deal)
        self.assertEqual([row[:2] for row in self._get_standing()[-2:]], [("pending", "pending")] * 2)
