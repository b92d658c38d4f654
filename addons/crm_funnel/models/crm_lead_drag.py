from odoo import api, models
from odoo.fields import Domain

from .crm_process_step import DEMANDS


class CrmLead(models.Model):
    """A drag on the kanban asks for what the step demands, as the button does."""

    _inherit = "crm.lead"

    @api.model
    @api.readonly
    def get_demanding_stage_ids(self):
        """Return the ids of the stages to which a step in use leads that demands something, in any process."""
        demanding = Domain.OR([Domain(f"demands_{name}", "=", True) for name in DEMANDS])
        # sudo: the steps of a process are no secret of those who may define them
        steps = (
            self.env["crm.process.step"]
            .sudo()
            .search(
                demanding
                & Domain("kind", "in", ("progress", "won"))
                & Domain("stage_id", "!=", False)
                & Domain("process_id.state", "=", "running")
            )
        )
        return steps.stage_id.ids

    @api.readonly
    def get_move_form(self, stage_id):
        """Return the form that a move of the deal to a stage has to pass; moving it is left to the caller.

        :param int stage_id: the stage where the card was dropped
        :return: action of the form if the step of that stage demands what the deal has not, else False: backwards
            and where no button leads the deal moves freely
        """
        self.ensure_one()
        self.check_access("read")
        stage = self.env["crm.stage"].browse(stage_id)
        step = self.process_id._get_step_of_stage(stage)
        if not step._comes_after(self.process_step_id) or step not in self._get_possible_steps():
            return False
        if not self._get_missing_demands(step):
            return False
        return self._get_result_form(step, self.last_result_id.id, {}, self.env["mail.activity"])
