from odoo import fields, models


class CrmClientImportRow(models.Model):
    """One row of an imported file: its cells as they were, and what became of it."""

    _name = "crm.client.import.row"
    _description = "Row of a Client Import"
    _order = "import_id, number"
    _rec_name = "number"

    import_id = fields.Many2one("crm.client.import", required=True, ondelete="cascade", readonly=True)
    number = fields.Integer("Row", required=True, readonly=True, aggregator=None, help="Number of the row in the file.")
    cells = fields.Json(readonly=True)
    client_number = fields.Integer(
        "Row of the Client",
        readonly=True,
        aggregator=None,
        help="The row with the client to whom the contact person of this row belongs; the row itself if it holds a client.",
    )
    summary = fields.Char("Content", compute="_compute_summary")
    state = fields.Selection(
        [
            ("new", "Waiting"),
            ("created", "Created"),
            ("updated", "Updated"),
            ("skipped", "Skipped"),
            ("failed", "Failed"),
            ("kept", "Not undone"),
            ("undone", "Undone"),
        ],
        default="new",
        required=True,
        readonly=True,
    )
    message = fields.Text("Reason", readonly=True)
    partner_id = fields.Many2one("res.partner", "Client", readonly=True, ondelete="set null", index="btree_not_null")
    previous_values = fields.Json(readonly=True, help="What the client held before the row updated it.")
    keys = fields.Json(readonly=True, help="What identifies the client, noted during a trial.")

    # One row of the file once, whatever happens to the server; also the order of work
    _number_unique = models.UniqueIndex("(import_id, number)")
    _state_idx = models.Index("(import_id, state, number)")

    def _compute_summary(self):
        for row in self:
            row.summary = ", ".join(filter(None, row.cells or []))[:200]
