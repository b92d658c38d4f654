from odoo import fields, models


class CrmCallOwner(models.AbstractModel):
    """Whoever is called, or what is talked about: a client, a deal. Calls are begun, counted and shown from it."""

    _name = "crm.call.owner"
    _description = "Owner of Calls"

    # the field of `crm.call` that leads here
    _call_field = None

    call_count = fields.Integer("Number of Calls", compute="_compute_call_count")

    def _compute_call_count(self):
        counts = dict(
            self.env["crm.call"]._read_group([(self._call_field, "in", self.ids)], [self._call_field], ["__count"])
        )
        for owner in self:
            owner.call_count = counts.get(owner._origin, 0)

    def action_view_calls(self):
        """Return the action of the calls that were held, with their protocols."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_call_scripts.crm_call_action")
        action["domain"] = [(self._call_field, "=", self.id)]
        action["context"] = {}
        return action

    def action_start_call(self):
        """Begin a call, or go on with the one that was interrupted.

        :return: action of the screen of the call
        :raises UserError: if nobody may call the client
        :raises AccessError: if the user may not work with the client or deal
        """
        self.ensure_one()
        return self.env["crm.call"]._start(**self._get_call_targets())._get_screen_action()

    def _get_call_targets(self):
        """Return the arguments of `crm.call._start` for a call from here."""
        raise NotImplementedError
