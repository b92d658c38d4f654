from odoo import models
from odoo.exceptions import UserError


class CrmDocument(models.Model):
    """Where the buttons of the screens lead."""

    _inherit = "crm.document"

    def action_view_partner(self):
        """Return the action of the client's card."""
        self.ensure_one()
        return self.partner_id.get_formview_action()

    def action_view_lead(self):
        """Return the action of the deal."""
        self.ensure_one()
        return self.lead_id.get_formview_action()

    def _check_one_type(self):
        """Check that these documents share their states.

        :raises UserError: if they are of several types
        """
        if len(self.type_id) > 1:
            raise UserError(
                self.env._(
                    "Documents of one type change their state together. Selected: %(types)s.",
                    types=", ".join(self.type_id.mapped("name")),
                )
            )
