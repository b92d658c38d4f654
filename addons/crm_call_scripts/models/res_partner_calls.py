from odoo import fields, models
from odoo.fields import Domain

from ..tools.free_slots import to_moment


class ResPartner(models.Model):
    """The calls with a client and his contact persons."""

    _name = "res.partner"
    _inherit = ["res.partner", "crm.call.owner"]
    _call_field = "client_id"

    def _get_call_targets(self):
        """The only open deal of the client is what the call is about; of several the manager chooses one himself."""
        deals = self.env["crm.lead"].search(
            Domain("partner_id", "child_of", (self.client_id or self).id)
            & Domain("type", "=", "opportunity")
            & Domain("won_status", "=", "pending"),
            limit=2,
        )
        deals = deals._filtered_access("write")
        return {"partner": self, "lead": deals if len(deals) == 1 else deals.browse()}

    def _get_call_hours_info(self):
        """Return when the client may be called, for the screen of a call.

        :return: dict with ``hours_text``, ``is_callable_now``, ``callable_until`` (UTC as text, or False), ``tz`` and
            ``hints`` (what speaks against calling now, texts)
        """
        if not self:
            return {"hours_text": "", "is_callable_now": True, "callable_until": False, "tz": False, "hints": []}
        free_time, now = self.env["crm.free.time"], fields.Datetime.now()
        hours = free_time._get_open_hours(self.ids, now)[self.id]
        card = free_time._get_cards(self.ids)[self.id]
        return {
            "hours_text": free_time._get_hours_text(card, to_moment(now)),
            "is_callable_now": hours["is_open"] and not hours["is_blocked"],
            "callable_until": fields.Datetime.to_string(hours["closes"]),
            "tz": hours["tz"],
            "hints": [hours["text"]] if hours["text"] else [],
        }
