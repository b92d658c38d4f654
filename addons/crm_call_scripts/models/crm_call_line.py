from odoo import api, fields, models


class CrmCallLine(models.Model):
    """One thing that happened in a call, saved as it happened. Lines are added and never changed."""

    _name = "crm.call.line"
    _description = "Line of a Call Protocol"
    _order = "call_id, number"
    _rec_name = "node_id"

    call_id = fields.Many2one("crm.call", required=True, ondelete="cascade", readonly=True)
    number = fields.Integer("Position", required=True, readonly=True)
    # made by the window that sent the line: sent twice it is saved once
    key = fields.Char(required=True, readonly=True, export_string_translation=False)
    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    user_id = fields.Many2one("res.users", "By", required=True, readonly=True)
    kind = fields.Selection(
        [
            ("next", "Said"),
            ("answer", "Answered"),
            ("value", "Entered"),
            ("objection", "Objection"),
            ("jump", "Jump"),
            ("back", "Back"),
            ("note", "Note"),
            ("resume", "Resumed"),
            ("stray", "From another window"),
        ],
        required=True,
        readonly=True,
    )
    node_id = fields.Many2one("crm.call.node", "Text or Question", readonly=True, ondelete="restrict")
    to_node_id = fields.Many2one("crm.call.node", "Led to", readonly=True, ondelete="restrict")
    answer_id = fields.Many2one("crm.call.answer", readonly=True, ondelete="restrict")
    answer_ids = fields.Many2many("crm.call.answer", string="Chosen", readonly=True)
    value_text = fields.Text("Text", readonly=True)
    has_value = fields.Boolean(readonly=True, export_string_translation=False)
    value_number = fields.Float("Number", readonly=True, aggregator="avg")
    value_date = fields.Date("Date Answered", readonly=True)
    seconds = fields.Integer(readonly=True, aggregator="avg", help="Seconds spent on the text or question.")
    is_taken_back = fields.Boolean("Taken Back", readonly=True, help="The manager went back or answered anew.")

    _number_uniq = models.UniqueIndex("(call_id, number)", "Two windows wrote the protocol at once.")
    _key_uniq = models.UniqueIndex("(call_id, key)", "This line is saved already.")
    _node_idx = models.Index("(node_id, call_id) WHERE node_id IS NOT NULL")
    _to_node_idx = models.Index("(to_node_id, call_id) WHERE to_node_id IS NOT NULL")
    _answer_idx = models.Index("(answer_id) WHERE answer_id IS NOT NULL")

    @api.model_create_multi
    def create(self, vals_list):
        self.env["crm.call"]._refuse_by_hand()
        return super().create(vals_list)

    def write(self, vals):
        self.env["crm.call"]._refuse_by_hand()
        return super().write(vals)

    def unlink(self):
        self.env["crm.call"]._refuse_by_hand()
        return super().unlink()

    def _get_value(self):
        """Return what was entered, as it was sent: number, text, ISO date, or False."""
        self.ensure_one()
        values = {
            "number": self.value_number if self.has_value else False,
            "date": fields.Date.to_string(self.value_date),
        }
        return values.get(self.node_id.kind, self.value_text or False)
