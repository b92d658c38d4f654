from odoo import api, models

from ..tools.plan_shares import share_receipts


class CrmPlanLine(models.Model):
    """What has come in of the plan."""

    _inherit = "crm.plan.line"

    @api.depends(
        "amount",
        "date",
        "currency_id",
        "fact_ids.amount",
        "move_ids.state",
        # an entry that goes back to draft keeps its reconciliations
        "move_ids.line_ids.matched_credit_ids.credit_move_id.parent_state",
        "move_ids.line_ids.matched_debit_ids.debit_move_id.parent_state",
        "move_ids.plan_line_ids.amount",
        "move_ids.plan_line_ids.date",
    )
    def _compute_fact(self):
        """Money of the tied invoices, in the line's currency; without invoices the sum of the results by hand.

        Nothing is counted twice: with an invoice the results by hand do not count, and an invoice that is tied to several
        lines is shared by `share_receipts`. The invoices of a line may be tied to other lines, those to other invoices:
        all that hang together are computed at once.
        """
        real = self.filtered("id")
        for line in self - real:
            line.fact_amount, line.state = line._origin.fact_amount, line._origin.state or "planned"
        by_hand = real.filtered(lambda line: not line.move_ids)
        for line in by_hand:
            line._set_fact(sum(line.fact_ids.mapped("amount")))
        by_moves = real - by_hand
        if by_moves:
            by_moves._compute_fact_from_moves()

    def _compute_fact_from_moves(self):
        lines = self._get_lines_sharing_moves()
        moves = lines.move_ids
        currencies = {move.id: move.plan_line_ids[:1].currency_id for move in moves}
        receipts = self.env["crm.plan.money"]._get_receipts(moves, currencies)
        ordered = sorted(lines, key=lambda line: (line.date, line.id))
        got = share_receipts([(line, line.amount, set(line.move_ids.ids)) for line in ordered], receipts)
        others, names = lines - self, ("fact_amount", "state")
        with self.env.protecting([self._fields[name] for name in names], others):
            for line, amount in got.items():
                line._set_fact(amount)
        if others:
            others.modified(names)

    def _get_lines_sharing_moves(self):
        """Return these lines, and all that share an invoice with them, directly or through other lines."""
        lines, found = self.browse(), self
        while found - lines:
            lines |= found
            found = found.move_ids.plan_line_ids
        return lines

    def _set_fact(self, amount):
        """Set what was received, and the state that follows from it."""
        self.fact_amount = amount = self.currency_id.round(amount)
        if self.currency_id.compare_amounts(amount, 0) <= 0:
            self.state = "planned"
        else:
            self.state = "done" if self.currency_id.compare_amounts(amount, self.amount) >= 0 else "partly"
