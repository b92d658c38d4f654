from odoo import api, models


class IrFilters(models.Model):
    """The names of the ready reports on calls in the user's language, as the funnel does it with its own."""

    _inherit = "ir.filters"

    @api.model
    def get_filters(self, model, action_id=None, embedded_action_id=None, embedded_parent_res_id=None):
        filters = super().get_filters(model, action_id, embedded_action_id, embedded_parent_res_id)
        if model in ("crm.call.report", "crm.call.answer.report"):
            names = self._get_translated_report_names()
            for favorite in filters:
                favorite["name"] = names.get(favorite["name"], favorite["name"])
        return filters

    @api.model
    def _get_report_names(self):
        """Add the names of `data/ir_filters_data.xml`."""
        return [
            *super()._get_report_names(),
            self.env._("Reached by Hour"),
            self.env._("Calls by Manager"),
            self.env._("Outcomes by Week"),
            self.env._("Answers by Month"),
        ]
