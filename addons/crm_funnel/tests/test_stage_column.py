from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_probability_paths import ProbabilityCommon


@tagged("post_install", "-at_install")
class TestStageColumn(ProbabilityCommon):
    """Deleting a column, archiving and restoring its deals, and undoing it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mine, cls.by_hand, cls.lost, cls.archived = (
            cls._create_deal(name, cls.dnipro, cls.olena, stage_id=cls.stage_offer.id)
            for name in ("Mine", "By hand", "Lost", "Archived")
        )
        cls.foreign = cls._create_deal("Foreign", cls.oksana, cls.taras, stage_id=cls.stage_offer.id)
        cls.by_hand.probability = 77
        cls.lost.action_set_lost(lost_reason_id=cls.reason.id)
        cls.archived.action_archive()
        cls.deals = cls.mine | cls.by_hand | cls.lost | cls.archived | cls.foreign
        cls.stage = cls.stage_offer.with_user(cls.head)
        cls.column = [("stage_id", "=", cls.stage_offer.id)]

    def _get_state(self, deals):
        names = [
            "stage_id",
            "active",
            "probability",
            "automated_probability",
            "won_status",
            "lost_reason_id",
            "date_closed",
        ]
        self.env.flush_all()
        self.env.invalidate_all()
        return [[deal[name] for name in names] for deal in deals]

    # ------------------------------------------------------------
    # DELETE
    # ------------------------------------------------------------

    def test_deals_of_a_deleted_column_are_undefined(self):
        before = self._get_state(self.deals)
        self.assertEqual(self.stage.get_delete_info(), {"deals": 5})
        result = self.stage.action_delete_column()
        self.assertEqual(result["deals"], 5)
        self.assertIn("Funnel Offer", result["message"])
        self.assertFalse(self.stage.active)
        self.assertEqual(self._get_state(self.deals), [[self.env["crm.stage"], *state[1:]] for state in before])
        self.assertEqual(self.mine.probability_source, "kept")
        self.assertEqual(self.lost.won_status, "lost")

    def test_undefined_column_has_a_title(self):
        description = self.env["crm.lead"].fields_get(["stage_id"], ["falsy_value_label"])
        self.assertEqual(description["stage_id"]["falsy_value_label"], "Undefined")

    def test_undo_of_a_deleted_column(self):
        before = self._get_state(self.deals)
        undo = self.env["crm.stage.undo"].with_user(self.head).browse(self.stage.action_delete_column()["undo_id"])
        self.mine.stage_id = self.stage_call
        self.assertIn("4", undo.action_undo()["message"])
        self.assertTrue(self.stage.active)
        self.assertEqual(self.mine.stage_id, self.stage_call, "It has moved on since")
        self.assertEqual(self._get_state(self.deals - self.mine), before[1:])
        with self.assertRaises(UserError):
            undo.action_undo()

    def test_deleted_for_good(self):
        self.stage.unlink()
        self.assertFalse(self.deals.stage_id)
        self.assertEqual(self.mine.probability, 40)
        self.assertEqual(self.by_hand.probability, 77)

    def test_archived_in_the_form(self):
        self.stage.action_archive()
        self.assertFalse(self.deals.stage_id)

    def test_won_deals_are_not_made_undefined(self):
        self.mine.action_set_won()
        stage = self.stage_won.with_user(self.head)
        for forbidden in (stage.action_delete_column, stage.unlink, stage.action_archive):
            with self.assertRaises(UserError) as refused:
                forbidden()
            self.assertIn("won no more", str(refused.exception))
        self.assertEqual(self.mine.won_status, "won")

    def test_deleted_without_deals(self):
        stage = self.stage_predicted.with_user(self.head)
        self.assertEqual(stage.get_delete_info(), {"deals": 0})
        result = stage.action_delete_column()
        self.assertEqual(result["deals"], 0)
        self.env["crm.stage.undo"].with_user(self.head).browse(result["undo_id"]).action_undo()
        self.assertTrue(stage.active)

    def test_deletion_is_set_based(self):
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        self.stage.action_delete_column()
        few = self.env.cr.sql_log_count - before
        self.env["crm.lead"].create(
            [
                {
                    "name": f"{position}",
                    "type": "opportunity",
                    "team_id": self.channel.id,
                    "stage_id": self.stage_call.id,
                }
                for position in range(60)
            ]
        )
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        self.stage_call.with_user(self.head).action_delete_column()
        self.assertLess(self.env.cr.sql_log_count - before, few + 10)

    # ------------------------------------------------------------
    # ARCHIVE ALL, RESTORE ALL
    # ------------------------------------------------------------

    def test_archive_all(self):
        before = self._get_state(self.deals)
        leads = self.env["crm.lead"].with_user(self.olena)
        result = leads.archive_stage_deals(self.column)
        self.assertEqual(result["deals"], 2, "Only the deals that she sees")
        self.assertFalse((self.mine | self.by_hand).filtered("active"))
        self.assertTrue(self.foreign.active)
        self.assertEqual(self.by_hand.probability, 77)
        self.env["crm.stage.undo"].with_user(self.olena).browse(result["undo_id"]).action_undo()
        self.assertEqual(self._get_state(self.deals), before)

    def test_restore_all(self):
        before = self._get_state(self.deals)
        leads = self.env["crm.lead"].with_user(self.olena)
        result = leads.restore_stage_deals(self.column)
        self.assertEqual(result["deals"], 2)
        self._assert_stage_probability(self.lost | self.archived, 40)
        self.assertFalse(self.lost.lost_reason_id)
        self.assertEqual(self.lost.won_status, "pending")
        self.env["crm.stage.undo"].with_user(self.olena).browse(result["undo_id"]).action_undo()
        self.assertEqual(self._get_state(self.deals), before)

    def test_restore_where_odoo_predicts_and_without_a_stage(self):
        self.lost.stage_id = self.stage_predicted
        self.archived.stage_id = False
        leads = self.env["crm.lead"].with_user(self.olena)
        leads.restore_stage_deals([("stage_id", "=", self.stage_predicted.id)])
        self.assertTrue(self.lost.active)
        self.assertEqual(self.lost.probability, self.lost.automated_probability)
        leads.restore_stage_deals([("stage_id", "=", False)])
        self.assertEqual((self.archived.active, self.archived.probability), (True, 40))

    def test_restore_of_archived_won_deals(self):
        self.mine.action_set_won()
        self.mine.action_archive()
        self.env["crm.lead"].with_user(self.olena).restore_stage_deals([("stage_id", "=", self.stage_won.id)])
        self.assertEqual((self.mine.active, self.mine.won_status), (True, "won"))

    def test_nothing_to_do(self):
        nothing = [("stage_id", "=", self.stage_call.id)]
        for action in (self.env["crm.lead"].archive_stage_deals, self.env["crm.lead"].restore_stage_deals):
            self.assertEqual(action(nothing)["undo_id"], False)

    def test_all_or_nothing(self):
        """A deal that the user sees but may not write stops the whole action."""
        self.env["ir.rule"].create(
            {
                "name": "Funnel test: read only",
                "model_id": self.env["ir.model"]._get_id("crm.lead"),
                "domain_force": f"[('id', '!=', {self.by_hand.id})]",
                "perm_read": False,
            }
        )
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            self.env["crm.lead"].with_user(self.olena).archive_stage_deals(self.column)
        self.assertTrue(self.mine.active)

    # ------------------------------------------------------------
    # ACCESS OF THE UNDO
    # ------------------------------------------------------------

    def test_undo_is_its_authors_alone(self):
        result = self.env["crm.lead"].with_user(self.olena).archive_stage_deals(self.column)
        Undo = self.env["crm.stage.undo"]
        with self.assertRaises(AccessError):
            Undo.with_user(self.head).browse(result["undo_id"]).action_undo()
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            Undo.with_user(self.head).browse(result["undo_id"]).read(["deals"])
        self.assertFalse(self.mine.active)

    def test_undo_is_not_written_by_hand(self):
        Undo = self.env["crm.stage.undo"].with_user(self.olena)
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
            Undo.create({"kind": "delete", "stage_id": self.stage.id, "deals": self.deals.ids})
