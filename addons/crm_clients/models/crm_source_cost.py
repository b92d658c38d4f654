from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

# what a cost gives each day an id of its own in the statistics: see `crm.source.report`
MAX_DAYS = 4000


class CrmSourceCost(models.Model):
    """What a source of clients costs in a period. The statistics spread it evenly over the days of the period."""

    _name = "crm.source.cost"
    _description = "Cost of Source"
    _order = "date_from DESC, id DESC"
    _rec_name = "source_id"
    _check_company_auto = True

    source_id = fields.Many2one("utm.source", required=True, index=True, ondelete="restrict")
    date_from = fields.Date("From", required=True, default=lambda self: self._get_month_start())
    date_to = fields.Date(
        "To", required=True, default=lambda self: self._get_month_end(), help="The last day is included."
    )
    amount = fields.Monetary(required=True)
    currency_id = fields.Many2one(
        "res.currency",
        compute="_compute_currency_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    company_id = fields.Many2one("res.company", required=True, index=True, default=lambda self: self.env.company)
    team_id = fields.Many2one(
        "crm.team",
        "Sales Channel",
        index="btree_not_null",
        check_company=True,
        ondelete="set null",
        help="Empty: the cost belongs to no channel in particular.",
    )
    note = fields.Char()

    _check_dates = models.Constraint("CHECK(date_to >= date_from)", "The cost of a source ends before it begins.")
    _check_length = models.Constraint(
        f"CHECK(date_to - date_from < {MAX_DAYS})",
        "The cost of a source is for ten years at most. Enter it year by year.",
    )
    _check_amount = models.Constraint("CHECK(amount >= 0)", "The cost of a source cannot be negative.")

    @api.model
    def _get_month_start(self):
        return fields.Date.context_today(self).replace(day=1)

    @api.model
    def _get_month_end(self):
        return self._get_month_start() + relativedelta(months=1) - timedelta(days=1)

    @api.depends("company_id")
    def _compute_currency_id(self):
        for cost in self:
            cost.currency_id = cost.currency_id or cost.company_id.currency_id
