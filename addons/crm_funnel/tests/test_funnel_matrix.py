from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import FunnelCommon

OPERATIONS = {"r": "read", "w": "write", "c": "create", "u": "unlink"}
USERS = ("own", "all clients", "documents", "own documents", "head", "internal", "portal")
# what each of USERS may do with the record that `_get_records` gives him; the deal and its result are of “own”
RIGHTS = {
    "crm.process": ("r", "r", "r", "r", "rwcu", "r", ""),
    "crm.process.step": ("r", "r", "r", "r", "rwcu", "r", ""),
    "crm.stage.channel.probability": ("r", "r", "r", "r", "rwcu", "r", ""),
    "crm.process.result": ("r", "", "r", "", "r", "", ""),
    "crm.work.report": ("r", "", "r", "", "r", "", ""),
    "crm.deal.report": ("r", "", "r", "", "r", "", ""),
    "crm.task.report": ("r", "", "r", "", "r", "", ""),
    "crm.process.result.entry": ("rwcu", "rwcu", "rwcu", "rwcu", "rwcu", "", ""),
    "crm.quick.task": ("rwcu", "rwcu", "rwcu", "rwcu", "rwcu", "", ""),
    "crm.task.change": ("rwcu", "rwcu", "rwcu", "rwcu", "rwcu", "", ""),
    "crm.stage.undo": ("r", "r", "r", "r", "r", "", ""),
    "crm.stage.calibration": ("", "", "", "", "rwcu", "", ""),
    "crm.stage.calibration.line": ("", "", "", "", "rwcu", "", ""),
}
# what each of USERS may do on the deal of “own”
ACTIONS = {
    "_record": (True, False, True, False, True, False, False),
    "_get_buttons": (True, False, True, False, True, False, False),
    "_start": (True, False, True, False, True, False, False),
    "_plan_quick_task": (True, False, True, False, True, False, False),
    "_define_step": (False, False, False, False, True, False, False),
    "_calibrate": (False, False, False, False, True, False, False),
}


@tagged("post_install", "-at_install")
class TestFunnelMatrix(FunnelCommon):
    """Who may do what, as two tables: with the records of each model, and with the actions on one deal."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        salesman_all = "base.group_user,sales_team.group_sale_salesman_all_leads"
        cls.users = {
            "own": cls.olena,
            "all clients": cls.ivan,
            "documents": new_test_user(cls.env, "fm_documents", f"{salesman_all},crm_clients.crm_clients_group_all"),
            "own documents": new_test_user(cls.env, "fm_own_documents", salesman_all),
            "head": cls.head,
            "internal": new_test_user(cls.env, "fm_internal", "base.group_user"),
            "portal": new_test_user(cls.env, "fm_portal", "base.group_portal"),
        }
        cls.result = cls.deal_dnipro.with_user(cls.olena)._record_result(cls.step_call, last_result_id=False)
        cls.task = cls.result.next_activity_id
        cls.env.flush_all()

    def _get_records(self, user):
        """One record of each model; the wizards are the user's own ones."""
        own = {model: self.env[model].with_user(user).sudo() for model in RIGHTS}
        calibration = own["crm.stage.calibration"].create({})
        records = {
            "crm.process": self.process,
            "crm.process.step": self.step_call,
            "crm.process.result": self.result,
            "crm.work.report": own["crm.work.report"].search([("lead_id", "=", self.deal_dnipro.id)])[:1],
            "crm.deal.report": own["crm.deal.report"].browse(self.deal_dnipro.id),
            "crm.task.report": own["crm.task.report"].browse(self.task.id),
            "crm.stage.channel.probability": own["crm.stage.channel.probability"].create(
                {"stage_id": self.stage_call.id, "team_id": self.channel.id, "probability": 20}
            ),
            "crm.process.result.entry": own["crm.process.result.entry"].create(
                {"lead_id": self.deal_dnipro.id, "pressed_step_id": self.step_meeting.id}
            ),
            "crm.quick.task": own["crm.quick.task"].create(
                {"lead_id": self.deal_dnipro.id, "date_deadline": "2030-01-01"}
            ),
            "crm.task.change": own["crm.task.change"].create({"task_ids": [Command.set(self.task.ids)]}),
            "crm.stage.undo": own["crm.stage.undo"].create({"kind": "archive"}),
            "crm.stage.calibration": calibration,
            "crm.stage.calibration.line": own["crm.stage.calibration.line"].create(
                {"wizard_id": calibration.id, "stage_id": self.stage_call.id}
            ),
        }
        return {model: record.with_env(self.env(user=user.id, su=False)) for model, record in records.items()}

    def _get_rights(self, record):
        return "".join(letter for letter, operation in OPERATIONS.items() if record.has_access(operation))

    # ------------------------------------------------------------
    # RECORDS
    # ------------------------------------------------------------

    def test_rights_on_every_model(self):
        for number, name in enumerate(USERS):
            with self.cr.savepoint() as savepoint:
                records = self._get_records(self.users[name])
                for model, expected in RIGHTS.items():
                    with self.subTest(user=name, model=model):
                        self.assertTrue(records[model], "something to ask about")
                        self.assertEqual(self._get_rights(records[model]), expected[number])
                self.env.flush_all()
                savepoint.rollback()
                self.env.invalidate_all()

    def test_rights_hold_for_every_record_model_of_the_addon(self):
        """A model that is added to the addon has to be added to the table."""
        names = self.env["ir.model.data"].search([("module", "=", "crm_funnel"), ("model", "=", "ir.model.access")])
        models = self.env["ir.model.access"].browse(names.mapped("res_id")).model_id.mapped("model")
        self.assertEqual(set(models), set(RIGHTS))

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def _record(self, deal):
        deal.action_record_result(self.step_offer.id, self.result.id)
        self.assertEqual(deal.last_result_id.user_id, deal.env.user)

    def _get_buttons(self, deal):
        self.assertEqual(deal.get_result_buttons()["last_result_id"], self.result.id)

    def _start(self, deal):
        deal.action_start_sale()

    def _plan_quick_task(self, deal):
        task = deal.env["crm.quick.task"].create(
            {"lead_id": deal.id, "summary": "Ask again", "date_deadline": "2030-01-01"}
        )
        task.action_plan()
        self.assertIn("Ask again", deal.activity_ids.mapped("summary"))

    def _define_step(self, deal):
        self.step_offer.with_env(deal.env).days = 9
        deal.env.flush_all()

    def _calibrate(self, deal):
        deal.env["crm.stage.calibration"].action_open()

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_actions_on_a_deal(self):
        for action, expected in ACTIONS.items():
            for name, allowed in zip(USERS, expected, strict=True):
                with self.subTest(user=name, action=action), self.cr.savepoint() as savepoint:
                    deal = self.deal_dnipro.with_user(self.users[name])
                    if allowed:
                        getattr(self, action)(deal)
                    else:
                        with self.assertRaises(AccessError):
                            getattr(self, action)(deal)
                    self.env.flush_all()
                    savepoint.rollback()
                    self.env.invalidate_all()

    def test_only_the_author_has_the_button_to_revoke(self):
        for name in ("own", "documents", "head"):
            buttons = self.deal_dnipro.with_user(self.users[name]).get_result_buttons()
            self.assertEqual(bool(buttons["revoke"]), name == "own", name)

    def test_each_reads_the_log_of_the_deals_he_may_open(self):
        """The log and its deal are never seen apart."""
        self._press(self.deal_karpaty.with_user(self.taras), self.step_offer)
        nobodys = self._create_deal("Nobody's", self.env["res.partner"], self.env["res.users"])
        self._press(nobodys, self.step_offer)
        self.env.flush_all()
        deals = self.deal_dnipro | self.deal_karpaty | nobodys
        for name in USERS[:5]:
            user = self.users[name]
            log = self.env["crm.process.result"].with_user(user).search([("lead_id", "in", deals.ids)])
            seen = self.env["crm.lead"].with_user(user).search([("id", "in", deals.ids)])
            self.assertEqual(log.lead_id, seen, name)
            self.assertIn(nobodys, seen, name)

    def test_wizards_of_a_colleague_are_closed(self):
        for model, record in self._get_records(self.olena).items():
            if self.env[model]._transient:
                for name in ("all clients", "documents", "head"):
                    with self.subTest(user=name, model=model):
                        self.assertEqual(self._get_rights(record.with_user(self.users[name])).replace("c", ""), "")
