from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .res_partner_purchases import THRESHOLDS


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    result_revoke_minutes = fields.Integer("Minutes to Revoke a Result", help="0: a result cannot be revoked.")
    levels_by_purchases = fields.Boolean("Relationship by Purchases", config_parameter="crm_funnel.levels_by_purchases")
    regular_purchases = fields.Integer(
        "Purchases of a Regular Client",
        config_parameter="crm_funnel.regular_purchases",
        default=THRESHOLDS["regular_purchases"],
    )
    frequent_purchases = fields.Integer(
        "Purchases of a Frequent Client",
        config_parameter="crm_funnel.frequent_purchases",
        default=THRESHOLDS["frequent_purchases"],
    )
    purchase_days = fields.Integer(
        "Days in Which Purchases Count",
        config_parameter="crm_funnel.purchase_days",
        default=THRESHOLDS["purchase_days"],
    )
    lost_days = fields.Integer(
        "Days until a Client Is Lost",
        config_parameter="crm_funnel.lost_days",
        default=THRESHOLDS["lost_days"],
    )

    @api.constrains(
        "levels_by_purchases",
        "regular_purchases",
        "frequent_purchases",
        "purchase_days",
        "lost_days",
        "result_revoke_minutes",
    )
    def _check_purchase_thresholds(self):
        for settings in self:
            if settings.result_revoke_minutes < 0:
                raise ValidationError(self.env._("The minutes to revoke a result cannot be negative; 0 means never."))
            if not settings.levels_by_purchases:
                continue
            if settings.regular_purchases < 2:
                raise ValidationError(
                    self.env._("A regular client has bought more than once: give 2 purchases or more.")
                )
            if settings.frequent_purchases <= settings.regular_purchases:
                raise ValidationError(self.env._("A frequent client must have bought more often than a regular one."))
            if min(settings.purchase_days, settings.lost_days) < 1:
                raise ValidationError(self.env._("The days of the relationship by purchases must be 1 or more."))

    @api.model
    def get_values(self):
        return {
            **super().get_values(),
            "result_revoke_minutes": self.env["crm.process.result"]._get_revoke_minutes(),
            **self.env["res.partner"]._get_level_thresholds(),
        }

    def set_values(self):
        # by itself: Odoo takes 0 for no value and would bring the default back
        # sudo: who may save the settings of sales need not be an administrator of the system
        self.env["ir.config_parameter"].sudo().set_param("crm_funnel.revoke_minutes", str(self.result_revoke_minutes))
        return super().set_values()
