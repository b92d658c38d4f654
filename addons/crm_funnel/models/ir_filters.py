from odoo import api, models


class IrFilters(models.Model):
    """The names of the shipped reports in the user's language: Odoo does not translate the names of favorites."""

    _inherit = "ir.filters"

    @api.model
    def get_filters(self, model, action_id=None, embedded_action_id=None, embedded_parent_res_id=None):
        filters = super().get_filters(model, action_id, embedded_action_id, embedded_parent_res_id)
        if model in ("crm.deal.report", "crm.process.result", "crm.task.report"):
            names = self._get_translated_report_names()
            for favorite in filters:
                # whoever renames a report has said what it is called, in every language
                favorite["name"] = names.get(favorite["name"], favorite["name"])
        return filters

    @api.model
    def _get_translated_report_names(self):
        """Return the names of the shipped reports in the user's language, by the names that the database keeps."""
        return dict(zip(self.with_context(lang="en_US")._get_report_names(), self._get_report_names(), strict=True))

    @api.model
    def _get_report_names(self):
        """Return the names of `data/ir_filters_data.xml`."""
        return [
            self.env._("Won by Month"),
            self.env._("Win Rate by Source"),
            self.env._("Win Rate by Manager"),
            self.env._("Lost by Reason"),
            self.env._("Days until Won"),
            self.env._("New Clients"),
            self.env._("New Deals by Month"),
            self.env._("Open Deals by Step"),
            self.env._("Expected by Month"),
            self.env._("Results by Week"),
            self.env._("Results by Hour"),
            self.env._("Refusals by Step"),
            self.env._("Days on Each Step"),
            self.env._("Tasks Kept in Time"),
            self.env._("Overdue Tasks"),
            self.env._("Tasks Done by Week"),
        ]
