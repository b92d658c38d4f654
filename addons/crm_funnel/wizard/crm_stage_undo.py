from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

# what is kept of every deal, in this order between its id and the date it was closed
KEPT_FIELDS = ("active", "probability", "automated_probability", "lost_reason_id")


class CrmStageUndo(models.TransientModel):
    """What a column looked like before it was deleted, archived or restored, as long as it can be undone."""

    _name = "crm.stage.undo"
    _description = "Undo of a Column's Action"

    kind = fields.Selection(
        [("delete", "Delete"), ("archive", "Archive All"), ("restore", "Restore All")], required=True, readonly=True
    )
    stage_id = fields.Many2one("crm.stage", ondelete="cascade", readonly=True)
    deals = fields.Json(readonly=True)
    is_undone = fields.Boolean(readonly=True)

    @api.model
    def _keep(self, kind, deals, stage=None):
        """Keep the state of deals, for `action_undo`.

        :return: the `crm.stage.undo`, empty if there is nothing to undo
        """
        if not deals and not stage:
            return self.browse()
        # sudo: nobody may write by hand what an undo brings back
        return (
            self.sudo()
            .create({"kind": kind, "stage_id": stage.id if stage else False, "deals": self._get_state(kind, deals)})
            .sudo(False)
        )

    @api.model
    def _get_state(self, kind, deals):
        if kind == "delete":
            return deals.ids
        return [
            [
                deal.id,
                *(deal._fields[name].convert_to_write(deal[name], deal) for name in KEPT_FIELDS),
                fields.Datetime.to_string(deal.date_closed),
            ]
            for deal in deals
        ]

    def action_undo(self):
        """Bring back the stage, or the deals, exactly as they were; deals that have moved on since stay as they are.

        :return: dict with ``message``: what was brought back, as a sentence
        :raises AccessError: if it is another user's, or the deals are not the user's to write any more
        :raises UserError: if it has been undone already
        """
        self.ensure_one()
        # sudo: its author reads what was kept, and nobody else does
        kept = self.sudo()
        if kept.create_uid != self.env.user:
            raise AccessError(self.env._("Only who did it can undo it."))
        if kept.is_undone:
            raise UserError(self.env._("It has been undone already."))
        number = self._undo_delete(kept) if kept.kind == "delete" else self._undo_deals(kept)
        kept.is_undone = True
        return {"message": self.env._("Undone, deals brought back: %(number)s", number=number)}

    def _undo_delete(self, kept):
        stage = kept.stage_id.with_env(self.env)
        stage.check_access("write")
        stage.write({"active": True})
        Lead = stage._get_all_deals()
        deals = Lead.search([("id", "in", kept.deals), ("stage_id", "=", False)])
        Lead._set_stage_in_database(SQL("id IN %s", tuple(deals.ids) or (0,)), stage.id)
        return len(deals)

    def _undo_deals(self, kept):
        """Write back every distinct state once; the date apart, as Odoo sets its own when a deal is archived."""
        was_active = kept.kind == "archive"
        states = {row[0]: tuple(row[1:]) for row in kept.deals}
        deals = (
            self.env["crm.lead"]
            .with_context(active_test=False)
            .search([("id", "in", list(states)), ("active", "=", not was_active)])
        )
        deals.check_access("write")
        for (*state, date_closed), same in deals.grouped(lambda deal: states[deal.id]).items():
            same.write(dict(zip(KEPT_FIELDS, state, strict=True)))
            same.write({"date_closed": date_closed})
        return len(deals)
