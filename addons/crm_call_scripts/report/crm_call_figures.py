from datetime import timedelta
from typing import Any, NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.crm_funnel.tools.period import Period
from odoo.addons.crm_funnel.tools.statistics import get_wilson_interval

# an open call counts as broken off when nothing was answered for so long
INTERRUPTED_AFTER = timedelta(days=1)
FILTERS = {"user_ids": "user_id", "team_ids": "team_id"}
REACHED = ("success", "later", "refusal")


class Totals(NamedTuple):
    """What the figures of some calls are made of."""

    calls: int = 0
    reached: int = 0
    completed: int = 0
    success: int = 0
    deals: int = 0
    forward: int = 0
    seconds: int = 0

    def plus(self, other):
        return Totals(*(mine + its for mine, its in zip(self, other, strict=True)))


class FiguresView(NamedTuple):
    """What is asked: a script, and one set of its versions or two to be compared."""

    script: Any
    sides: list
    period: Period
    domain: Domain

    @property
    def versions(self):
        versions = self.sides[0]
        for side in self.sides[1:]:
            versions |= side
        return versions


class CrmCallFigures(models.AbstractModel):
    """The figures of a script: where conversations lead, and where they break off.

    Of the calls that the user may see, by the day on which they began in the user's time zone:

    - *calls*: finished ones, and open ones that were interrupted more than a day ago; what is under way counts nowhere;
    - *conversations*: calls in which somebody was reached, that is with another outcome than "no answer", or interrupted
      after something was said. All that follows is of these;
    - *led to the end*: the script came to one of its ends; *success*: by the kind of the outcome;
    - *moved the deal*: of the conversations about a deal, those that recorded a result by which it moved forward;
    - a conversation *came to* a text or question if something happened there that was not taken back, or it ended there;
      however often it came back it counts once. It *was left* where it ended without coming to an end of the script.

    A constant number of grouped queries, however many versions, texts and calls there are.
    """

    _name = "crm.call.figures"
    _description = "Figures of Call Scripts"

    # ------------------------------------------------------------
    # PUBLIC
    # ------------------------------------------------------------

    @api.model
    @api.readonly
    def get_choices(self):
        """Return what the user can choose on the page.

        :return: dict with ``scripts`` (list of {``id``, ``name``, ``is_feedback``, ``published_id``, ``versions``: list of
            {``id``, ``number``, ``is_published``}, the newest first}) and ``users``: whether calls of others can be seen
        """
        scripts = self._get_scripts()
        return {
            "scripts": [self._prepare_script(script) for script in scripts],
            "users": self.env.user.has_group("sales_team.group_sale_salesman_all_leads"),
        }

    @api.model
    @api.readonly
    def get_figures(self, options):
        """Return the figures of a script.

        :param dict options: ``script_id`` (False: the first), ``version_id`` (False: the one in use, 0: all),
            ``compare_id`` (another version or False), ``date_from``, ``date_to`` ('YYYY-MM-DD' or False, both included),
            ``user_ids``, ``team_ids`` (lists of ids; empty: all)
        :return: dict with ``script_id``, ``date_from``, ``date_to``, ``sides`` (one or two of {``version_id``: id or 0,
            ``name``, ``totals``}), ``users`` (list of {``id``, ``name``, ``totals``: of the first side}, the most calls
            first), ``nodes`` (see `_prepare_nodes`), ``worst`` (of the first side: {``key``, ``text``} or False) and
            ``comparison`` (see `_compare`, False for one side). Totals: {``calls``, ``reached``, ``completed``,
            ``success``, ``deals``, ``forward``: counts; ``completed_rate``, ``success_rate``, ``forward_rate``: percent 0
            to 100; ``success_low``, ``success_high``: their 95 % range; ``seconds``: average}; False where nothing is
        :raises UserError: if an option makes no sense
        :raises AccessError: if the user may see no calls
        """
        view = self._get_figures_view(options)
        totals = self._get_totals(view)
        result = {
            "script_id": view.script.id,
            "date_from": fields.Date.to_string(view.period.first) or False,
            "date_to": fields.Date.to_string(view.period.last) or False,
            "sides": [self._prepare_side(view, side, totals) for side in view.sides],
            "users": self._prepare_users(view.sides[0], totals),
            "nodes": self._prepare_nodes(view),
        }
        result["worst"] = self._find_worst(result["nodes"])
        result["comparison"] = len(view.sides) > 1 and self._compare(result["sides"])
        return result

    # ------------------------------------------------------------
    # OPTIONS
    # ------------------------------------------------------------

    @api.model
    def _get_scripts(self):
        """Return the scripts that have been in use, archived ones last."""
        self.env["crm.call"].check_access("read")
        return (
            self.env["crm.call.script"]
            .with_context(active_test=False)
            .search([("version_ids.state", "!=", "draft")], order="active DESC, sequence, id")
        )

    @api.model
    def _prepare_script(self, script):
        versions = self._get_used_versions(script)
        return {
            "id": script.id,
            "name": script.name,
            "is_feedback": script.purpose == "feedback",
            "published_id": script.published_id.id,
            "versions": [
                {"id": version.id, "number": version.number, "is_published": version == script.published_id}
                for version in versions
            ],
        }

    @api.model
    def _get_used_versions(self, script):
        """Return the versions that calls can have been held by, the newest first."""
        versions = script.version_ids.filtered(lambda version: version.state != "draft")
        return versions.sorted("number", reverse=True)

    @api.model
    def _get_figures_view(self, options):
        """Return the `FiguresView` of what was asked.

        :raises UserError: if an option makes no sense
        """
        self.env["crm.call"].check_access("read")
        options = options if isinstance(options, dict) else {}
        script = self._get_script(options.get("script_id"))
        period = self.env["crm.lead"]._get_period(options.get("date_from"), options.get("date_to"))
        sides = self._get_sides(script, options)
        domain = self._get_filter_domain(options) & self._get_counted_domain()
        domain &= self.env["crm.lead"]._get_period_domain("start", period)
        view = FiguresView(script, sides, period, domain)
        return view._replace(domain=domain & Domain("version_id", "in", view.versions.ids))

    @api.model
    def _get_script(self, script_id):
        scripts = self._get_scripts()
        script = scripts.filtered(lambda one: one.id == script_id) if script_id else scripts[:1]
        if script_id and not script:
            raise UserError(self.env._("There is no such script, or it has not been in use yet."))
        return script

    @api.model
    def _get_sides(self, script, options):
        """Return the versions of each side: one for a version, all of them for version 0."""
        versions = self._get_used_versions(script)
        version_id, compare_id = options.get("version_id"), options.get("compare_id")
        if version_id == 0 and version_id is not False:
            return [versions]
        asked = [version_id or (script.published_id or versions[:1]).id]
        asked += [compare_id] if compare_id and compare_id not in asked else []
        sides = [versions.filtered(lambda version, asked_id=asked_id: version.id == asked_id) for asked_id in asked]
        if versions and not all(sides):
            raise UserError(self.env._("The script has no such version, or it has not been in use yet."))
        return sides

    @api.model
    def _get_filter_domain(self, options):
        domain = Domain.TRUE
        for option, field_name in FILTERS.items():
            ids = options.get(option) or []
            if not isinstance(ids, list) or not all(type(one) is int for one in ids):
                raise UserError(self.env._("“%(option)s” takes a list of numbers.", option=option))
            if ids:
                domain &= Domain(field_name, "in", [one or False for one in ids])
        return domain

    @api.model
    def _get_counted_domain(self):
        """Return the domain of the calls that count: finished, or interrupted."""
        limit = fields.Datetime.now() - INTERRUPTED_AFTER
        silent = Domain("last_date", "=", False) & Domain("start", "<", limit)
        return Domain("state", "=", "done") | Domain("last_date", "<", limit) | silent

    @api.model
    def _get_reached_domain(self):
        """Return the domain of the conversations among the calls that count."""
        interrupted = Domain("outcome_kind", "=", False) & Domain("last_date", "!=", False)
        return Domain("outcome_kind", "in", REACHED) | interrupted

    # ------------------------------------------------------------
    # CALLS
    # ------------------------------------------------------------

    @api.model
    def _get_calls_sql(self, domain, *columns):
        """Return a subquery of the calls of a domain that the user may see.

        :param columns: names of columns of `crm.call`
        """
        self.env["crm.call"].flush_model()
        self.env["crm.call.line"].flush_model()
        query = self.env["crm.call"]._search(domain)
        return query.subselect(*(SQL.identifier("crm_call", column) for column in columns))

    @api.model
    def _get_totals(self, view):
        """Return the `Totals` of each (version's id, user's id)."""
        self.env["crm.process.result"].flush_model()
        columns = (
            "version_id",
            "user_id",
            "lead_id",
            "result_id",
            "outcome_kind",
            "is_completed",
            "seconds",
            "last_date",
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT version_id, user_id, count(*), count(*) FILTER (WHERE is_reached),
                       count(*) FILTER (WHERE is_reached AND is_completed),
                       count(*) FILTER (WHERE outcome_kind = 'success'),
                       count(*) FILTER (WHERE is_reached AND lead_id IS NOT NULL),
                       count(*) FILTER (WHERE is_reached AND lead_id IS NOT NULL AND is_forward),
                       COALESCE(sum(seconds) FILTER (WHERE is_reached), 0)
                  FROM (SELECT call.*, %(forward)s AS is_forward,
                               COALESCE(call.outcome_kind <> 'no_answer', call.last_date IS NOT NULL) AS is_reached
                          FROM %(calls)s call
                     LEFT JOIN crm_process_result result ON result.id = call.result_id) counted
              GROUP BY version_id, user_id
                """,
                calls=self._get_calls_sql(view.domain, *columns),
                forward=self._get_forward_sql(),
            )
        )
        return {(version_id, user_id): Totals(*figures) for version_id, user_id, *figures in rows}

    @api.model
    def _get_forward_sql(self):
        """Return the condition by which a `result` has moved its deal forward."""
        return SQL(
            "result.kind IN ('progress', 'won') AND result.is_backward IS NOT TRUE AND result.is_revoked IS NOT TRUE"
        )

    @api.model
    def _prepare_side(self, view, side, totals):
        mine = [figures for (version_id, __), figures in totals.items() if version_id in side.ids]
        is_one = len(view.sides) > 1 or len(side) == 1
        return {
            "version_id": side.id if is_one and side else 0,
            "name": self._get_side_name(side, is_one),
            "totals": self._prepare_totals(mine),
        }

    @api.model
    def _get_side_name(self, side, is_one):
        return self.env._("Version %(number)s", number=side.number) if is_one and side else self.env._("All versions")

    @api.model
    def _prepare_totals(self, parts):
        total = Totals()
        for part in parts:
            total = total.plus(part)
        low, high = get_wilson_interval(total.success, total.reached)
        return {
            **total._asdict(),
            "seconds": get_share(total.seconds, total.reached, 1),
            "completed_rate": get_share(total.completed, total.reached),
            "success_rate": get_share(total.success, total.reached),
            "success_low": total.reached > 0 and low,
            "success_high": total.reached > 0 and high,
            "forward_rate": get_share(total.forward, total.deals),
        }

    @api.model
    def _prepare_users(self, side, totals):
        by_user = {}
        for (version_id, user_id), figures in totals.items():
            if version_id in side.ids:
                by_user.setdefault(user_id, []).append(figures)
        # sudo: the name of a colleague whose calls the user may see
        names = {user.id: user.name for user in self.env["res.users"].sudo().browse(by_user)}
        users = [
            {"id": user_id, "name": names[user_id], "totals": self._prepare_totals(parts)}
            for user_id, parts in by_user.items()
        ]
        return sorted(users, key=lambda user: (-user["totals"]["calls"], user["name"], user["id"]))


def get_share(part, whole, scale=100):
    """Return ``part`` of ``whole``, in percent unless ``scale`` is another one; False of nothing."""
    return scale * part / whole if whole else False
