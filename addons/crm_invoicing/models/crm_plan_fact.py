from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmPlanFact(models.Model):
    """Money that a manager has seen come in, or go back (negative): for plans whose payments are not in the accounts.

    It counts as long as no invoice is tied to the line. Its author and a sales administrator may correct it.
    """

    _name = "crm.plan.fact"
    _description = "Result of the Plan by Hand"
    _order = "date DESC, id DESC"

    line_id = fields.Many2one("crm.plan.line", "Plan", required=True, ondelete="cascade", index=True)
    date = fields.Date(required=True, default=fields.Date.context_today)
    currency_id = fields.Many2one(related="line_id.currency_id")
    amount = fields.Monetary(required=True)
    comment = fields.Char()
    user_id = fields.Many2one(
        "res.users", "Entered by", required=True, readonly=True, default=lambda self: self.env.user, index=True
    )

    _check_amount = models.Constraint("CHECK(amount != 0)", "A result by hand is more or less than zero.")

    @api.depends("line_id", "date")
    def _compute_display_name(self):
        for fact in self:
            fact.display_name = f"{fact.line_id.partner_id.display_name}, {fact.date}"

    @api.constrains("line_id", "amount", "date")
    def _check_by_hand(self):
        for fact in self:
            if not fact.line_id.is_fact_by_hand:
                raise ValidationError(
                    self.env._(
                        "Invoices are tied to this plan, so their payments count. Take them off to enter results by hand."
                    )
                )
            if fact.date > fields.Date.context_today(fact):
                raise ValidationError(self.env._("A result by hand cannot be of a day to come."))

    @api.model_create_multi
    def create(self, vals_list):
        """The author is whoever enters it."""
        if not self.env.su:
            vals_list = [{**vals, "user_id": self.env.uid} for vals in vals_list]
        return super().create(vals_list)
