"""What a channel's dashboard shows, and what its bars and counters open."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..tools.periods import TIME_GROUPS, split
from .crm_team_counters import COUNTER_MODELS
from .crm_team_figures import CONTENTS

# what a content shows when nothing else was chosen
DEFAULTS = {
    "pipeline": {"dashboard_period": "month", "dashboard_group": "stage"},
    "sales": {"dashboard_period": "year", "dashboard_group": "month"},
    "invoices": {"dashboard_period": "year", "dashboard_group": "month"},
}


class CrmTeam(models.Model):
    _inherit = "crm.team"

    dashboard_content = fields.Selection(
        [("pipeline", "Pipeline"), ("sales", "Sales"), ("invoices", "Invoices")],
        string="Content",
        required=True,
        compute="_compute_dashboard_content",
        store=True,
        readonly=False,
        precompute=True,
        help="Pipeline: deals at their expected revenue weighted by probability, by expected closing.\n"
        "Sales: confirmed orders, untaxed, by confirmation date.\n"
        "Invoices: posted invoices less credit notes, untaxed, by invoice date.",
    )
    dashboard_period = fields.Selection(
        [("week", "Week"), ("month", "Month"), ("year", "Year")],
        string="Scale",
        required=True,
        compute="_compute_dashboard_settings",
        store=True,
        readonly=False,
        precompute=True,
        help="Sales and invoices: from a week, month or year ago up to today.\n"
        "Pipeline: from today a week, month or year ahead. Grouped by week or month, whole ones are shown.",
    )
    dashboard_group = fields.Selection(
        [("day", "Day"), ("week", "Week"), ("month", "Month"), ("user", "Salesperson"), ("stage", "Stage")],
        string="Group by",
        required=True,
        compute="_compute_dashboard_settings",
        store=True,
        readonly=False,
        precompute=True,
        help="How the amounts are grouped. By stage only for the pipeline.",
    )
    dashboard_currency_id = fields.Many2one(
        "res.currency",
        "Card Currency",
        compute="_compute_dashboard_currency_id",
        help="Currency of the dashboard's amounts.",
    )

    invoiced_target = fields.Float(
        help="Revenue target for one month: untaxed total of the invoices posted in it, less credit notes."
    )

    # ------------------------------------------------------------
    # SETTINGS
    # ------------------------------------------------------------

    @api.depends("use_opportunities")
    def _compute_dashboard_content(self):
        """A channel without pipeline cannot show one: it shows its sales."""
        for channel in self:
            if not channel.use_opportunities and channel.dashboard_content in (False, "pipeline"):
                channel.dashboard_content = "sales"
            else:
                channel.dashboard_content = channel.dashboard_content or "pipeline"

    @api.depends("dashboard_content")
    def _compute_dashboard_settings(self):
        """A new content brings its own period and grouping.

        In a form the saved ones come back with the saved content; a write over RPC that leaves a valid
        combination keeps what was chosen before.
        """
        for channel in self:
            saved = channel._origin
            content = channel.dashboard_content or "pipeline"
            if saved and saved != channel and saved.dashboard_content == content:
                channel.update({name: saved[name] for name in DEFAULTS[content]})
            elif saved != channel or not channel._is_valid_group(content, channel.dashboard_group):
                channel.update(DEFAULTS[content])

    @api.model
    def _is_valid_group(self, content, group):
        """Whether a dashboard with this content can be grouped so: by stage only deals can be."""
        return bool(group) and (group != "stage" or content == "pipeline")

    @api.depends("company_id")
    @api.depends_context("company")
    def _compute_dashboard_currency_id(self):
        for channel in self:
            channel.dashboard_currency_id = (channel.company_id or self.env.company).currency_id

    @api.constrains("dashboard_content", "use_opportunities")
    def _check_dashboard_content(self):
        for channel in self:
            if channel.dashboard_content == "pipeline" and not channel.use_opportunities:
                raise ValidationError(
                    self.env._(
                        "The channel “%(channel)s” has no pipeline, so its dashboard cannot show one. "
                        "Choose sales or invoices as content, or switch the pipeline on.",
                        channel=channel.name,
                    )
                )

    @api.constrains("dashboard_content", "dashboard_group")
    def _check_dashboard_group(self):
        for channel in self:
            if not self._is_valid_group(channel.dashboard_content, channel.dashboard_group):
                raise ValidationError(
                    self.env._(
                        "Only the pipeline can be grouped by stage: orders and invoices have none. "
                        "Choose another grouping for the dashboard of “%(channel)s”.",
                        channel=channel.name,
                    )
                )

    @api.constrains("invoiced_target")
    def _check_invoiced_target(self):
        for channel in self:
            if channel.invoiced_target < 0:
                raise ValidationError(
                    self.env._("The invoicing target of “%(channel)s” cannot be negative.", channel=channel.name)
                )

    def _dashboard_kind(self):
        """What makes two graphs comparable and readable in one query: content, period, grouping."""
        self.ensure_one()
        content = self.dashboard_content or "pipeline"
        defaults = DEFAULTS[content]
        # a form that is not saved yet may hold what cannot be saved
        valid = self._is_valid_group(content, self.dashboard_group)
        group = self.dashboard_group if valid else defaults["dashboard_group"]
        return content, self.dashboard_period or defaults["dashboard_period"], group

    # ------------------------------------------------------------
    # ACTIONS: what was counted
    # ------------------------------------------------------------

    def action_open_dashboard_bar(self, key, previous=False):
        """Open the records that one bar of the graph adds up.

        :param str key: the bar's key, as the graph has it
        :param bool previous: its bar of the previous period
        :return: action
        :rtype: dict
        :raise UserError: there is no such bar (any more)
        """
        self.ensure_one()
        content, period, group = self._dashboard_kind()
        windows = self._get_windows(content, period, group)
        if group in TIME_GROUPS:
            keys = [fields.Date.to_string(bucket.start) for bucket in split(windows[0], group)]
            if key not in keys:
                raise self._no_such_bar()
            bucket = split(windows[1 if previous else 0], group)[keys.index(key)]
            domain = self._get_content_domain(content, bucket)
        else:
            bucket = windows[1 if previous else 0]
            kind, _separator, value = str(key).partition(":")
            if kind != group or not value.isdecimal():
                raise self._no_such_bar()
            domain = self._get_content_domain(content, bucket) & Domain(
                self._get_group_field(content, group), "=", int(value) or False
            )
        return self._get_counted_records_action(CONTENTS[content].model, domain, self._format_range(bucket))

    def _no_such_bar(self):
        return UserError(self.env._("The dashboard has changed in the meantime. Load the page again."))

    def action_open_dashboard_counter(self, name):
        """Open the records that one counter of the card counts.

        :param str name: 'unassigned', 'deals', 'overdue', 'quotations' or 'to_invoice'
        :rtype: dict
        :raise UserError: there is no such counter
        """
        self.ensure_one()
        if name not in COUNTER_MODELS:
            raise self._no_such_bar()
        label, _hint = self._get_counter_texts(name)
        return self._get_counted_records_action(COUNTER_MODELS[name], self._get_counter_domain(name), label)

    def action_open_dashboard_invoiced(self):
        """Open the invoices that count towards this month's target."""
        self.ensure_one()
        return self._get_counted_records_action(
            "account.move", self._get_month_invoices_domain(), self.env._("Invoiced this month")
        )

    def _get_counted_records_action(self, model, domain, title):
        """Window action on exactly the records of `domain`, in the list and form that users know."""
        list_view, search_view = {
            "crm.lead": ("crm.crm_case_tree_view_oppor", "crm.view_crm_case_opportunities_filter"),
            "sale.order": ("sale.view_order_tree", "sale.sale_order_view_search_inherit_sale"),
            "account.move": ("account.view_out_invoice_tree", "account.view_account_invoice_filter"),
        }[model]
        return {
            "type": "ir.actions.act_window",
            "name": f"{self.name}: {title}",
            "res_model": model,
            "views": [(self.env.ref(list_view).id, "list"), (False, "kanban"), (False, "form")],
            "search_view_id": (self.env.ref(search_view).id, "search"),
            "domain": list(domain),
            "context": {"create": False, "default_team_id": self.id},
        }
