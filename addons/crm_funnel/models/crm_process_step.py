from odoo import api, fields, models
from odoo.exceptions import UserError

from .crm_process import CHECK_LATER

# what a button may ask for: field of the step that demands it
DEMANDS = ("comment", "lost_reason", "amount", "closing_date", "task_date", "file")


class CrmProcessStep(models.Model):
    """One result button of a business process and everything that follows from pressing it."""

    _name = "crm.process.step"
    _inherit = ["crm.process.task"]
    _description = "Step of a Business Process"
    _order = "sequence, id"

    process_id = fields.Many2one("crm.process", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    name = fields.Char("Button", required=True, translate=True, help="The result in the words of the department.")
    kind = fields.Selection(
        [
            ("progress", "Progress"),
            ("won", "Won"),
            ("refusal", "Refusal"),
            ("neutral", "No progress"),
        ],
        default="progress",
        required=True,
        help="Progress: the deal comes further. Won and refusal end it. "
        "No progress: something happened, as “no answer”, and the deal stays where it is.",
    )
    stage_id = fields.Many2one(
        "crm.stage",
        "Leads to Stage",
        ondelete="set null",
        index="btree_not_null",
        help="Of steps that progress or win.",
    )
    conversion = fields.Float(
        "Expected Conversion",
        digits=(5, 2),
        help="Percent (0 to 100) of the deals of the step before that are expected to get here.",
    )
    days = fields.Integer("Expected Days", help="Days expected from the result before to this one; 0: any time.")
    level_id = fields.Many2one(
        "crm.client.level",
        "Relationship",
        ondelete="restrict",
        help="Relationship level that the result gives the client.",
    )

    # What it demands
    demands_comment = fields.Boolean("Comment")
    demands_lost_reason = fields.Boolean("Lost Reason")
    demands_amount = fields.Boolean("Amount")
    demands_closing_date = fields.Boolean("Expected Closing")
    demands_task_date = fields.Boolean("Date of the Next Task")
    demands_file = fields.Boolean("File")
    lost_reason_id = fields.Many2one("crm.lost.reason", "Reason by Default", ondelete="restrict")

    # When it is possible
    only_after_ids = fields.Many2many(
        "crm.process.step",
        "crm_process_step_only_after_rel",
        "step_id",
        "after_step_id",
        "Only after",
        domain="[('process_id', '=', process_id), ('id', '!=', id)]",
        help="The button is offered only right after these results; empty: progress after any earlier step, "
        "everything else at any time.",
    )
    has_button = fields.Boolean("Button on the Deal", default=True, help="Without it the step happens by itself only.")
    repeat_count = fields.Integer(
        "Times in a Row", default=0, help="So many times this result without another one between; 0: no limit."
    )
    repeat_step_id = fields.Many2one(
        "crm.process.step",
        "Then Instead",
        ondelete="set null",
        index="btree_not_null",
        domain="[('process_id', '=', process_id), ('kind', '!=', 'neutral'), ('id', '!=', id)]",
        help="Recorded instead of this result when it happens that many times in a row.",
    )
    trigger = fields.Selection([], help="What records the step by itself, without anybody pressing the button.")

    _check_conversion = models.Constraint(
        "CHECK(conversion >= 0 AND conversion <= 100)", "The expected conversion is a percentage between 0 and 100."
    )
    _check_days = models.Constraint("CHECK(days >= 0)", "The expected days cannot be negative.")
    _check_repeat_count = models.Constraint(
        "CHECK(repeat_count >= 0)", "The number of times in a row cannot be negative."
    )

    # ------------------------------------------------------------
    # CREATE, WRITE, UNLINK
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        steps = super().create(vals_list)
        self.env.registry.clear_cache()
        steps._check_processes()
        return steps

    def write(self, vals):
        processes = self.process_id
        result = super().write(vals)
        self.env.registry.clear_cache()
        self._check_processes(processes)
        return result

    def unlink(self):
        processes = self.process_id
        result = super().unlink()
        self.env.registry.clear_cache()
        self._check_processes(processes)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_recorded(self):
        # sudo: the log must not lose its step, whoever of its deals the user may see
        recorded = self.env["crm.process.result"].sudo().search([("step_id", "in", self.ids)], limit=1)
        if recorded:
            raise UserError(
                self.env._("“%(step)s” has recorded results. Archive the step instead.", step=recorded.step_id.name)
            )

    def _check_processes(self, processes=None):
        """Check the processes of the steps, unless the process itself is being saved and does it at the end."""
        if not self.env.context.get(CHECK_LATER):
            (self.exists().process_id | (processes or self.env["crm.process"]))._check_running()

    def copy_data(self, default=None):
        """A copied process gets its references between steps in `crm.process.copy`."""
        return [
            {key: value for key, value in vals.items() if key not in ("only_after_ids", "repeat_step_id")}
            for vals in super().copy_data(default=default)
        ]

    # ------------------------------------------------------------
    # ORDER
    # ------------------------------------------------------------

    def _is_forward(self):
        """Return whether the step brings a deal further: it progresses or wins."""
        return self.kind in ("progress", "won")

    def _get_position(self):
        """Return the key by which steps of one process are ordered."""
        return (self.sequence, self.id or 0)

    def _comes_after(self, step):
        """Return whether the step stands later in the process than ``step``; everything is later than no step."""
        return not step or self._get_position() > step._get_position()

    # ------------------------------------------------------------
    # WHAT IT DEMANDS
    # ------------------------------------------------------------

    def _get_demands(self):
        """Return which of `DEMANDS` the step has."""
        return [name for name in DEMANDS if self[f"demands_{name}"]]

    def _get_button_hint(self, effective, repeat_number):
        """Return the tooltip of the button: how many times in a row it is, and what it does instead; or False."""
        if effective != self:
            return self.env._(
                "%(number)s times in a row: recorded as “%(step)s”", number=repeat_number, step=effective.name
            )
        if self.repeat_step_id and repeat_number > 1:
            return self.env._("%(number)s of %(limit)s in a row", number=repeat_number, limit=self.repeat_count)
        return False
