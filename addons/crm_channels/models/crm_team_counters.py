"""The counters of a channel's card, and the progress to its target."""

from odoo import api, models

from ..tools.json_field import ComputedJson

# counters in their order, and the model of the records that each counts
COUNTER_MODELS = {
    "unassigned": "crm.lead",
    "deals": "crm.lead",
    "overdue": "crm.lead",
    "quotations": "sale.order",
    "to_invoice": "sale.order",
}


class CrmTeam(models.Model):
    _inherit = "crm.team"

    dashboard_counters = ComputedJson("Counters", compute="_compute_dashboard_counters")

    @api.depends("use_leads", "use_opportunities", "use_quotations", "invoiced_target", "company_id", "user_id")
    @api.depends_context("uid", "lang", "tz", "allowed_company_ids")
    def _compute_dashboard_counters(self):
        saved = self._origin
        counters = saved._read_counters() if saved else {}
        invoiced = saved._read_month_invoiced() if saved else {}
        for channel in self:
            channel.dashboard_counters = {
                "currency_id": channel.dashboard_currency_id.id,
                "items": channel._prepare_counters(counters.get(channel._origin.id, {})),
                "progress": channel._prepare_progress(invoiced),
            }

    def _prepare_counters(self, figures):
        """Counters of one card: what its switches allow, and what is in flight all the same."""
        switched_on = {
            "unassigned": self.use_leads or self.use_opportunities,
            "deals": self.use_opportunities,
            "overdue": self.use_opportunities,
        }
        currency = self.dashboard_currency_id
        items = []
        for name, model in COUNTER_MODELS.items():
            if not switched_on.get(name, True) or not self.env[model].has_access("read"):
                continue
            count, amount = figures.get(name, (0, None if name == "unassigned" else 0.0))
            label, hint = self._get_counter_texts(name)
            items.append(
                {
                    "name": name,
                    "label": label,
                    "hint": hint,
                    "count": count,
                    "amount": amount if amount is None else currency.round(amount),
                }
            )
        return items

    def _get_counter_texts(self, name):
        """Label and explanation of a counter."""
        match name:
            case "unassigned":
                return self.env._("Unassigned"), self.env._("Open leads and deals without a salesperson")
            case "deals":
                return self.env._("Deals"), self.env._("Open deals; amount: expected revenue weighted by probability")
            case "overdue":
                return self.env._("Overdue"), self.env._(
                    "Open deals whose expected closing has passed; weighted amount"
                )
            case "quotations" if self.use_quotations:
                return self.env._("Quotations"), self.env._("Quotations not yet confirmed, untaxed")
            case "quotations":
                return self.env._("To confirm"), self.env._("Orders not yet confirmed, untaxed")
            case "to_invoice":
                return self.env._("To invoice"), self.env._(
                    "Confirmed orders; amount: what is still to be invoiced, untaxed"
                )
        raise ValueError(f"no counter {name!r}")

    def _prepare_progress(self, invoiced):
        """Invoiced this month against the target; None if the viewer may not read invoices."""
        if invoiced is None:
            return None
        currency = self.dashboard_currency_id
        amount, paid = invoiced.get(self._origin.id, (0.0, 0.0))
        return {
            "invoiced": currency.round(amount),
            "paid": currency.round(paid),
            "target": self.invoiced_target,
            "can_edit": bool(self._origin) and self._origin._may_edit_target(),
        }
