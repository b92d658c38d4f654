from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .crm_stage_follow import KEPT_UP as OF_PROBABILITY

# a deal that loses its stage keeps its probability with all that depends on it, and the date of its last change
KEPT_UP = OF_PROBABILITY | {"date_last_stage_update"}


class CrmStage(models.Model):
    """Deleting a column of the funnel: its deals are Undefined from then on."""

    _inherit = "crm.stage"

    def get_delete_info(self):
        """Return what deleting the column would move, for the warning before it.

        :return: dict with ``deals``: number of deals, archived ones and those of other users too
        """
        self.ensure_one()
        self.check_access("write")
        return {"deals": self._get_all_deals().search_count([("stage_id", "=", self.id)])}

    def action_delete_column(self):
        """Archive the stage and move its deals to *Undefined*.

        :return: dict with ``undo_id`` (id of `crm.stage.undo`), ``deals`` (their number), ``message`` (sentence)
        :raises AccessError: if the user may not define stages
        :raises UserError: if won deals would be won no more
        """
        self.ensure_one()
        self.check_access("write")
        deals = self._get_all_deals().search([("stage_id", "=", self.id)])
        undo = self.env["crm.stage.undo"]._keep("delete", deals, stage=self)
        self.write({"active": False})
        message = self.env._(
            "“%(stage)s” is deleted, deals moved to Undefined: %(number)s", stage=self.name, number=len(deals)
        )
        return {"undo_id": undo.id, "deals": len(deals), "message": message}

    def _get_all_deals(self):
        # sudo: a stage is deleted for everybody, so all its deals count, also those that the user does not see
        return self.env["crm.lead"].sudo().with_context(active_test=False)

    def _move_deals_to_undefined(self):
        """Take the stage from all deals of the stages with one UPDATE; they keep their probability.

        :raises UserError: if won deals would be won no more
        """
        won = self._get_all_deals().search([("stage_id", "in", self.ids), ("won_status", "=", "won")], limit=1)
        if won:
            raise UserError(
                self.env._(
                    "The won deals of “%(stage)s” would be won no more. Move them to another won stage first.",
                    stage=won.stage_id.name,
                )
            )
        self.env["crm.lead"]._set_stage_in_database(SQL("stage_id IN %s", tuple(self.ids) or (0,)), None)


class CrmLead(models.Model):
    """Archiving and restoring all deals of a column."""

    _inherit = "crm.lead"

    @api.model
    def archive_stage_deals(self, domain):
        """Archive all deals of a column; they keep stage and probability.

        :param list domain: the column's domain, as the view has it
        :return: dict with ``undo_id`` (id of `crm.stage.undo`, False for no deals), ``deals``, ``message``
        :raises AccessError: if the user may not write all of them; then none is archived
        """
        deals = self.search(self._get_column_domain(domain, True))
        deals.check_access("write")
        undo = self.env["crm.stage.undo"]._keep("archive", deals)
        deals.action_archive()
        message = self.env._("Archived deals: %(number)s", number=len(deals))
        return {"undo_id": undo.id, "deals": len(deals), "message": message}

    @api.model
    def restore_stage_deals(self, domain):
        """Bring back all lost and archived deals of a column, with the probability of their stage.

        :param list domain: the column's domain, as the view has it
        :return: dict with ``undo_id`` (id of `crm.stage.undo`, False for no deals), ``deals``, ``message``
        :raises AccessError: if the user may not write all of them; then none is restored
        """
        deals = self.with_context(active_test=False).search(self._get_column_domain(domain, False))
        deals.check_access("write")
        undo = self.env["crm.stage.undo"]._keep("restore", deals)
        deals._restore_deals()
        message = self.env._("Restored deals: %(number)s", number=len(deals))
        return {"undo_id": undo.id, "deals": len(deals), "message": message}

    @api.model
    def _get_column_domain(self, domain, active):
        return Domain(domain) & Domain([("type", "=", "opportunity"), ("active", "=", active)])

    def _restore_deals(self):
        """Restore as Odoo does, but the deals of automatic stages with one write for each probability."""
        by_probability = self.grouped(lambda deal: deal.stage_id._get_deal_probability(deal.team_id))
        predicted = by_probability.pop(None, self.browse())
        # a won deal and one without a stage have nothing to be predicted
        kept = predicted.filtered(lambda deal: not deal.stage_id or deal.stage_id.is_won)
        kept.action_unarchive()
        (predicted - kept).action_restore()
        for probability, deals in by_probability.items():
            deals.write(
                {
                    "active": True,
                    "lost_reason_id": False,
                    "probability": probability,
                    "automated_probability": probability,
                }
            )

    @api.model
    def _set_stage_in_database(self, condition, stage_id):
        """Put deals into a stage, or into none, with one UPDATE and no rule about probabilities.

        :param SQL condition: which deals
        :param stage_id: id, or None
        """
        self.env["crm.lead"].flush_model()
        query = SQL(
            "UPDATE crm_lead SET stage_id = %s, write_uid = %s, write_date = %s WHERE %s",
            stage_id,
            self.env.uid,
            self.env.cr.now(),
            condition,
        )
        if self._has_dependents_besides(["stage_id"], KEPT_UP):
            ids = [row[0] for row in self.env.execute_query(SQL("%s RETURNING id", query))]
            self.env["crm.lead"].invalidate_model()
            # sudo: what is computed from the stage is computed for all deals that lose it
            self.env["crm.lead"].sudo().browse(ids).modified(["stage_id"])
        else:
            self.env.cr.execute(query)
            self.env["crm.lead"].invalidate_model()
