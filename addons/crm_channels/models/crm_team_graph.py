"""The graph of a channel's card: bars of the chosen period beside those of the previous one."""

from collections import defaultdict
from functools import lru_cache
from typing import NamedTuple

from babel.dates import format_date as babel_format_date

from odoo import api, fields, models
from odoo.tools import float_round
from odoo.tools.misc import babel_locale_parse

from ..tools.json_field import ComputedJson
from ..tools.periods import TIME_GROUPS, previous_shift, split, window
from .crm_team_figures import CONTENTS


@lru_cache(maxsize=8192)
def format_day(day, pattern, lang):
    """Words for a date, which every page of a dashboard asks for again: a year of days has a thousand of them.

    :param date day:
    :param str pattern: CLDR date pattern
    :param str lang: code of a language, as Odoo has it
    :rtype: str
    """
    return babel_format_date(day, pattern, locale=babel_locale_parse(lang))


class Series(NamedTuple):
    """Bars of one card's graph, side by side; the titles are the labels in full, with the year."""

    keys: list
    labels: list
    titles: list
    previous_titles: list
    values: list
    previous: list


class CrmTeam(models.Model):
    _inherit = "crm.team"

    dashboard_graph = ComputedJson("Graph", compute="_compute_dashboard_graph")

    # ------------------------------------------------------------
    # GRAPH
    # ------------------------------------------------------------

    @api.depends(
        "dashboard_content", "dashboard_period", "dashboard_group", "use_opportunities", "company_id", "invoiced_target"
    )
    @api.depends_context("uid", "lang", "tz", "allowed_company_ids")
    def _compute_dashboard_graph(self):
        """Graphs of all channels at once: one query per kind of graph, not per channel."""
        # sums are read for saved channels, shown with the settings of the form
        kinds = defaultdict(self.browse)
        for channel in self:
            kinds[channel._dashboard_kind()] |= channel
        for kind, channels in kinds.items():
            graphs = channels._prepare_graphs(*kind)
            channels._set_common_scale(graphs)
            for channel in channels:
                channel.dashboard_graph = graphs[channel]

    def _prepare_graphs(self, content, period, group):
        """Graph data of channels with the same kind of graph.

        :return: {channel: what the widget `channel_graph` shows}
        :rtype: dict[crm.team, dict]
        """
        current, previous = self._get_windows(content, period, group)
        access = self.env[CONTENTS[content].model].has_access("read")
        series = self._read_series(content, group, current, previous) if access else {}
        nothing = Series([], [], [], [], [], [])
        # the same on every card, so worded once
        common = {
            "content": content,
            "content_label": dict(self._fields["dashboard_content"]._description_selection(self.env))[content],
            "access": access,
            "type": "line" if group == "day" else "bar",
            "current_label": self._format_range(current),
            "previous_label": self._format_range(previous),
            "on_time_axis": group in TIME_GROUPS,
            "scale_max": None,
        }
        # the target is a month's: as a line it means something beside months of invoices only
        shows_target = content == "invoices" and group == "month"
        return {
            channel: {
                **common,
                **channel._prepare_graph(series.get(channel._origin.id, nothing)),
                "target": channel.invoiced_target or None if shows_target else None,
            }
            for channel in self
        }

    def _prepare_graph(self, series):
        """What one card's graph has of its own."""
        self.ensure_one()
        currency = self.dashboard_currency_id
        values, former = self._round_amounts(series.values), self._round_amounts(series.previous)
        return {
            "keys": series.keys,
            "labels": series.labels,
            "titles": series.titles,
            "previous_titles": series.previous_titles,
            "values": values,
            "previous": former,
            "total": currency.round(sum(values)),
            "previous_total": currency.round(sum(former)),
            "currency_id": currency.id,
            "empty": not any(values) and not any(former),
        }

    def _round_amounts(self, amounts):
        """Amounts rounded to the card's currency: `res.currency.round` for many at once."""
        rounding, digits = self.dashboard_currency_id.rounding, self.dashboard_currency_id.decimal_places
        if rounding == 10**-digits:
            # sums of amounts that are rounded already: only the noise of binary fractions is taken off
            return [round(amount, digits) for amount in amounts]
        return [float_round(amount, precision_rounding=rounding) if amount else 0.0 for amount in amounts]

    def _get_windows(self, content, period, group):
        """Dates shown, and dates of the previous period.

        :rtype: tuple[Bucket, Bucket]
        """
        today = fields.Date.context_today(self)
        current = window(period, group, today, forward=content == "pipeline")
        return current, current.shifted(previous_shift(period, group))

    def _read_series(self, content, group, current, previous):
        """Bars of each channel.

        :rtype: dict[int, Series]
        """
        saved = self._origin
        if group in TIME_GROUPS:
            return saved._read_time_series(content, group, current, previous)
        return saved._read_field_series(content, group, current, previous)

    def _read_time_series(self, content, group, current, previous):
        whole = current.joined(previous)
        sums = self._read_sums_by_time(content, group, whole) if self else {}
        buckets, former = split(current, group), split(previous, group)
        axis = Series(
            keys=[bucket.start.isoformat() for bucket in buckets],
            labels=[self._format_bucket(bucket, group) for bucket in buckets],
            titles=[self._format_bucket_title(bucket, group) for bucket in buckets],
            previous_titles=[self._format_bucket_title(bucket, group) for bucket in former],
            values=[],
            previous=[],
        )
        return {
            channel_id: axis._replace(
                values=[sums.get((channel_id, bucket.start), 0.0) for bucket in buckets],
                previous=[sums.get((channel_id, bucket.start), 0.0) for bucket in former],
            )
            for channel_id in self._ids
        }

    def _read_field_series(self, content, group, current, previous):
        if not self:
            return {}
        sums, former = self._read_sums_by_field(content, group, current, previous)
        used = defaultdict(set)
        for channel_id, value in (*sums, *former):
            used[channel_id].add(value)
        bars = self._get_stage_bars(used) if group == "stage" else self._get_user_bars(used, sums)
        series = {}
        for channel_id, values in bars.items():
            labels = [label for _value, label in values]
            series[channel_id] = Series(
                keys=[f"{group}:{value or 0}" for value, _label in values],
                labels=labels,
                titles=labels,
                previous_titles=labels,
                values=[sums.get((channel_id, value)) or 0.0 for value, _label in values],
                previous=[former.get((channel_id, value)) or 0.0 for value, _label in values],
            )
        return series

    def _get_stage_bars(self, used):
        """Stages of each channel in their order, those of other channels where they hold deals all the same.

        :param dict used: {channel id: ids of the stages that hold deals, None among them}
        :return: {channel id: [(stage id, name)]}
        """
        # sudo: names of stages on deals that the viewer may read
        all_stages = self.env["crm.stage"].sudo().search([])  # pylint: disable=no-search-all  # every stage is a bar
        stages = [(stage.id, stage.name, set(stage.team_ids._ids)) for stage in all_stages]
        nothing = [(None, self.env._("Undefined"))]
        return {
            channel_id: nothing * (None in used[channel_id])
            + [
                (stage_id, name)
                for stage_id, name, team_ids in stages
                if not team_ids or channel_id in team_ids or stage_id in used[channel_id]
            ]
            for channel_id in self._ids
        }

    def _get_user_bars(self, used, sums):
        """Salespeople of each channel, best first.

        :return: {channel id: [(user id, name)]}
        """
        # sudo: names of salespeople on records that the viewer may read
        users = self.env["res.users"].sudo().browse(set().union(*used.values()) - {None})
        names = {user.id: user.name for user in users}
        nothing = [(None, self.env._("Unassigned"))]
        return {
            channel_id: sorted(
                ((user_id, names[user_id]) for user_id in used[channel_id] if user_id),
                key=lambda bar: (-(sums.get((channel_id, bar[0])) or 0.0), bar[1]),
            )
            + nothing * (None in used[channel_id])
            for channel_id in self._ids
        }

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
        return format_day(day, pattern, self.env.lang or "en_US")

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
        """Label of a whole period: "22 Oct – 22 Nov", with years unless it lies in this one."""
        this_year = fields.Date.context_today(self).year
        pattern = "d MMM" if bucket.start.year == bucket.last.year == this_year else "d MMM y"
        return f"{self._format_day(bucket.start, pattern)} – {self._format_day(bucket.last, pattern)}"
