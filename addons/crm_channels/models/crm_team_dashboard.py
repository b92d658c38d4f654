from collections import defaultdict

from babel.dates import format_date as babel_format_date

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools.misc import babel_locale_parse, get_lang

from ..tools.periods import TIME_GROUPS, Bucket, previous_shift, split, window
from .crm_team_figures import CONTENTS

# what a content shows when nothing else was chosen
DEFAULTS = {
    "pipeline": {"dashboard_period": "month", "dashboard_group": "stage"},
    "sales": {"dashboard_period": "year", "dashboard_group": "month"},
    "invoices": {"dashboard_period": "year", "dashboard_group": "month"},
}
COUNTERS = ("unassigned", "deals", "overdue", "quotations", "to_invoice")


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
    dashboard_graph = fields.Json("Graph", compute="_compute_dashboard_graph")
    dashboard_counters = fields.Json("Counters", compute="_compute_dashboard_counters")

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

    # ------------------------------------------------------------
    # GRAPH
    # ------------------------------------------------------------

    @api.depends(
        "dashboard_content", "dashboard_period", "dashboard_group", "use_opportunities", "company_id", "invoiced_target"
    )
    @api.depends_context("uid", "lang", "tz", "allowed_company_ids")
    def _compute_dashboard_graph(self):
        """Graphs of all channels at once: one query (two without a time axis) per kind of graph, not per channel."""
        # sums are read for saved channels, shown with the settings of the form
        kinds = defaultdict(self.browse)
        for channel in self:
            kinds[channel._dashboard_kind()] |= channel
        for kind, channels in kinds.items():
            graphs = channels._prepare_graphs(*kind)
            channels._set_common_scale(graphs)
            for channel in channels:
                channel.dashboard_graph = graphs[channel]

    def _dashboard_kind(self):
        """What makes two graphs comparable and readable in one query: content, period, grouping."""
        self.ensure_one()
        content = self.dashboard_content or "pipeline"
        defaults = DEFAULTS[content]
        # a form that is not saved yet may hold what cannot be saved
        valid = self._is_valid_group(content, self.dashboard_group)
        group = self.dashboard_group if valid else defaults["dashboard_group"]
        return content, self.dashboard_period or defaults["dashboard_period"], group

    def _prepare_graphs(self, content, period, group):
        """Graph data of channels with the same kind of graph.

        :return: {channel: what the widget `channel_graph` shows}
        :rtype: dict[crm.team, dict]
        """
        current, previous = self._get_windows(content, period, group)
        access = self.env[CONTENTS[content].model].has_access("read")
        series = self._read_series(content, group, current, previous) if access else {}
        return {
            channel: self._prepare_graph(
                channel, content, group, current, previous, access, series.get(channel._origin.id)
            )
            for channel in self
        }

    def _prepare_graph(self, channel, content, group, current, previous, access, bars):
        bars = bars or []
        currency = channel.dashboard_currency_id
        values = [currency.round(bar["value"]) for bar in bars]
        former = [currency.round(bar["previous"]) for bar in bars]
        on_time_axis = group in TIME_GROUPS
        return {
            "content": content,
            "content_label": dict(self._fields["dashboard_content"]._description_selection(self.env))[content],
            "access": access,
            "type": "line" if group == "day" else "bar",
            "keys": [bar["key"] for bar in bars],
            "labels": [bar["label"] for bar in bars],
            "titles": [bar["title"] for bar in bars],
            "previous_titles": [bar["previous_title"] for bar in bars],
            "previous_labels": [bar["previous_title"] for bar in bars],
            "values": values,
            "previous": former,
            "total": currency.round(sum(values)),
            "previous_total": currency.round(sum(former)),
            "current_label": self._format_range(current),
            "previous_label": self._format_range(previous),
            "currency_id": currency.id,
            "scale_max": None,
            # the target is a month's: as a line it means something beside months of invoices only
            "target": channel.invoiced_target or None if content == "invoices" and group == "month" else None,
            "empty": not any(values) and not any(former),
            "on_time_axis": on_time_axis,
        }

    def _get_windows(self, content, period, group):
        """Dates shown, and dates of the previous period.

        :rtype: tuple[Bucket, Bucket]
        """
        today = fields.Date.context_today(self)
        current = window(period, group, today, forward=content == "pipeline")
        return current, current.shifted(previous_shift(period, group))

    def _read_series(self, content, group, current, previous):
        """Bars of each channel.

        :return: {channel id: [{key, label, title, previous_title, value, previous}]}, the titles being the
            labels in full, with the year
        """
        saved = self._origin
        if group in TIME_GROUPS:
            return saved._read_time_series(content, group, current, previous)
        return saved._read_field_series(content, group, current, previous)

    def _read_time_series(self, content, group, current, previous):
        whole = Bucket(min(current.start, previous.start), max(current.stop, previous.stop))
        sums = self._read_sums_by_time(content, group, whole) if self else {}
        pairs = list(zip(split(current, group), split(previous, group), strict=True))
        texts = [
            {
                "label": self._format_bucket(bucket, group),
                "title": self._format_bucket_title(bucket, group),
                "previous_title": self._format_bucket_title(former, group),
            }
            for bucket, former in pairs
        ]
        return {
            channel.id: [
                {
                    "key": fields.Date.to_string(bucket.start),
                    **text,
                    "value": sums.get((channel.id, bucket.start)) or 0.0,
                    "previous": sums.get((channel.id, former.start)) or 0.0,
                }
                for (bucket, former), text in zip(pairs, texts, strict=True)
            ]
            for channel in self
        }

    def _read_field_series(self, content, group, current, previous):
        field_name = "stage_id" if group == "stage" else CONTENTS[content].user_field
        if not self:
            return {}
        sums, former = self._read_sums_by_field(content, field_name, current, previous)
        values = {value for _channel, value in (*sums, *former) if value}
        # sudo: names of salespeople and stages on records that the viewer may read
        records = self.env["crm.stage" if group == "stage" else "res.users"].sudo()
        records = records.search([]) if group == "stage" else records.browse(values)
        return {
            channel.id: [
                {
                    "key": f"{group}:{value or 0}",
                    "label": label,
                    "title": label,
                    "previous_title": label,
                    "value": sums.get((channel.id, value)) or 0.0,
                    "previous": former.get((channel.id, value)) or 0.0,
                }
                for value, label in channel._get_field_bars(group, records, sums, former)
            ]
            for channel in self
        }

    def _get_field_bars(self, group, records, sums, former):
        """Values and labels of a channel's bars: its stages in their order, or its salespeople, best first."""
        self.ensure_one()
        used = {value for channel_id, value in (*sums, *former) if channel_id == self.id}
        nothing = [(None, self.env._("Undefined") if group == "stage" else self.env._("Unassigned"))]
        if group == "stage":
            shown = records.filtered(lambda stage: stage.id in used or not stage.team_ids or self in stage.team_ids)
            return nothing * (None in used) + [(stage.id, stage.name) for stage in shown]
        shown = records.filtered(lambda user: user.id in used).sorted(
            key=lambda user: (-(sums.get((self.id, user.id)) or 0.0), user.name)
        )
        return [(user.id, user.name) for user in shown] + nothing * (None in used)

    def _set_common_scale(self, graphs):
        """Give graphs of one kind and one currency the same height of the axis, so that cards compare at a glance."""
        by_currency = defaultdict(list)
        for graph in graphs.values():
            by_currency[graph["currency_id"]].append(graph)
        for comparable in by_currency.values():
            highest = max(
                (max((*graph["values"], *graph["previous"], graph["target"] or 0), default=0) for graph in comparable),
                default=0,
            )
            for graph in comparable:
                graph["scale_max"] = highest or None

    # ------------------------------------------------------------
    # LABELS
    # ------------------------------------------------------------

    def _format_day(self, day, pattern):
        """A date in the viewer's language, by a CLDR pattern."""
        return babel_format_date(day, pattern, locale=babel_locale_parse(get_lang(self.env).code))

    def _format_bucket(self, bucket, group):
        """Label of a bar: "22 Nov", "16-22 Nov", "Nov"."""
        if group == "month":
            return self._format_day(bucket.start, "LLL")
        if group == "day":
            return self._format_day(bucket.start, "d MMM")
        first = "d" if bucket.start.month == bucket.last.month else "d MMM"
        return f"{self._format_day(bucket.start, first)}-{self._format_day(bucket.last, 'd MMM')}"

    def _format_bucket_title(self, bucket, group):
        """The same in full: "22 Nov 2026", "16 Nov – 22 Nov 2026", "November 2026"."""
        if group == "month":
            return self._format_day(bucket.start, "LLLL y")
        last = self._format_day(bucket.last, "d MMM y")
        return last if group == "day" else f"{self._format_day(bucket.start, 'd MMM')} – {last}"

    def _format_range(self, bucket):
        """Label of a whole period: "22 Oct – 22 Nov", with years when there are two of them."""
        pattern = "d MMM" if bucket.start.year == bucket.last.year else "d MMM y"
        return f"{self._format_day(bucket.start, pattern)} – {self._format_day(bucket.last, pattern)}"

    # ------------------------------------------------------------
    # COUNTERS AND PROGRESS
    # ------------------------------------------------------------

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
        leads, orders = (self.env[model].has_access("read") for model in ("crm.lead", "sale.order"))
        wanted = {
            "unassigned": leads and (self.use_leads or self.use_opportunities),
            "deals": leads and self.use_opportunities,
            "overdue": leads and self.use_opportunities,
            "quotations": orders,
            "to_invoice": orders,
        }
        currency = self.dashboard_currency_id
        items = []
        for name in COUNTERS:
            count, amount = figures.get(name, (0, None if name == "unassigned" else 0.0))
            if not wanted[name]:
                continue
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
        _ = self.env._
        match name:
            case "unassigned":
                return _("Unassigned"), _("Open leads and deals without a salesperson")
            case "deals":
                return _("Deals"), _("Open deals; amount: expected revenue weighted by probability")
            case "overdue":
                return _("Overdue"), _("Open deals whose expected closing has passed; weighted amount")
            case "quotations" if self.use_quotations:
                return _("Quotations"), _("Quotations not yet confirmed, untaxed")
            case "quotations":
                return _("To confirm"), _("Orders not yet confirmed, untaxed")
            case "to_invoice":
                return _("To invoice"), _("Confirmed orders; amount: what is still to be invoiced, untaxed")
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
            field_name = "stage_id" if group == "stage" else CONTENTS[content].user_field
            kind, _separator, value = str(key).partition(":")
            if kind != group or not value.isdecimal():
                raise self._no_such_bar()
            domain = self._get_content_domain(content, bucket) & Domain(field_name, "=", int(value) or False)
        return self._get_records_action(CONTENTS[content].model, domain, self._format_range(bucket))

    def _no_such_bar(self):
        return UserError(self.env._("The dashboard has changed in the meantime. Load the page again."))

    def action_open_dashboard_counter(self, name):
        """Open the records that one counter of the card counts.

        :param str name: 'unassigned', 'deals', 'overdue', 'quotations' or 'to_invoice'
        :rtype: dict
        :raise UserError: there is no such counter
        """
        self.ensure_one()
        if name not in COUNTERS:
            raise self._no_such_bar()
        model = "crm.lead" if name in ("unassigned", "deals", "overdue") else "sale.order"
        return self._get_records_action(model, self._get_counter_domain(name), self._get_counter_texts(name)[0])

    def action_open_dashboard_invoiced(self):
        """Open the invoices that count towards this month's target."""
        self.ensure_one()
        return self._get_records_action(
            "account.move", self._get_month_invoices_domain(), self.env._("Invoiced this month")
        )

    def _get_records_action(self, model, domain, title):
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
