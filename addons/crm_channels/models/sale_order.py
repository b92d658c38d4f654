from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class SaleOrder(models.Model):
    _inherit = "sale.order"

    team_id = fields.Many2one(string="Sales Channel")
    use_quotations = fields.Boolean("Channel Uses Quotations", compute="_compute_use_quotations")

    _team_id_date_order_idx = models.Index("(team_id, date_order) WHERE state = 'sale'")

    # ------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------

    @api.depends("team_id")
    def _compute_use_quotations(self):
        direct = self.env["crm.team"]._get_ids_without_quotations()
        for order in self:
            order.use_quotations = order.team_id.id not in direct

    @api.depends("team_id")
    def _compute_require_signature(self):
        super()._compute_require_signature()
        self.filtered(lambda order: not order.use_quotations).require_signature = False

    @api.depends("team_id")
    def _compute_require_payment(self):
        super()._compute_require_payment()
        self.filtered(lambda order: not order.use_quotations).require_payment = False

    @api.depends("team_id")
    def _compute_validity_date(self):
        super()._compute_validity_date()
        self.filtered(lambda order: not order.use_quotations).validity_date = False

    @api.depends("team_id")
    def _compute_type_name(self):
        super()._compute_type_name()
        unconfirmed = self.filtered(lambda order: order.state in ("draft", "cancel") and not order.use_quotations)
        unconfirmed.update({"type_name": self.env._("Order")})

    # ------------------------------------------------------------
    # CONSTRAINS
    # ------------------------------------------------------------

    @api.constrains("state", "team_id")
    def _check_channel_sends_quotations(self):
        for order in self:
            if order.state == "sent" and not order.use_quotations:
                raise ValidationError(order._get_no_quotations_message())

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_quotation_send(self):
        self._check_quotation_step()
        return super().action_quotation_send()

    def action_quotation_sent(self):
        self._check_quotation_step()
        return super().action_quotation_sent()

    def _check_quotation_step(self):
        """Refuse to send what is not confirmed yet as a quotation, where the channel knows none."""
        for order in self:
            if order.state == "draft" and not order.use_quotations and not self.env.context.get("proforma"):
                raise UserError(order._get_no_quotations_message())

    def _get_no_quotations_message(self):
        return self.env._(
            "The channel “%(channel)s” sends no quotations: confirm the order %(order)s, or choose another channel for it.",
            channel=self.team_id.name,
            order=self.name,
        )
