from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .crm_call_figures_nodes import SAID


class CrmCallFigures(models.AbstractModel):
    """The calls and answers behind a number."""

    _inherit = "crm.call.figures"

    @api.model
    @api.readonly
    def get_calls_action(self, options, filters=None):
        """Return the action of exactly the calls that a figure counts.

        :param dict options: as of `get_figures`
        :param dict filters: ``side`` (0 or 1), ``figure`` ('calls', 'reached', 'completed', 'success', 'deals' or
            'forward'), ``user_id``, ``node_key`` (came to), ``left_key`` (left at), ``answer_key`` (with ``node_key``)
        :return: dict of an `ir.actions.act_window`
        :raises UserError: if an option makes no sense
        """
        view, filters = self._get_figures_view(options), filters if isinstance(filters, dict) else {}
        domain = view.domain & self._get_side_domain(view, filters.get("side") or 0)
        domain &= self._get_figure_domain(filters.get("figure") or "reached")
        if "user_id" in filters:
            domain &= Domain("user_id", "=", self._to_id(filters["user_id"]))
        for name, get_domain in (("node_key", self._get_came_domain), ("left_key", self._get_left_domain)):
            if name in filters:
                domain &= get_domain(str(filters[name]), filters.get("answer_key"))
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_call_scripts.crm_call_figures_action_calls")
        action.update(domain=list(domain), context={})
        return action

    @api.model
    @api.readonly
    def get_answers_action(self, options, node_key):
        """Return the action of the answers to a question that count, as a list.

        :param dict options: as of `get_figures`
        :param str node_key: ``key`` of the question
        :return: dict of an `ir.actions.act_window`
        :raises UserError: if an option makes no sense
        """
        view = self._get_figures_view(options)
        calls = view.domain & self._get_side_domain(view, 0) & self._get_reached_domain()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_call_scripts.crm_call_answer_report_action")
        domain = Domain("call_id", "any", calls) & Domain("node_id.key", "=", str(node_key))
        # the list first: what was said is to be read
        views = sorted(action["views"], key=lambda one: one[1] != "list")
        action.update(domain=list(domain), context={}, views=views)
        return action

    @api.model
    def _to_id(self, value):
        if type(value) is not int:
            raise UserError(self.env._("This number is no list of calls."))
        return value

    @api.model
    def _get_side_domain(self, view, side):
        if side not in range(len(view.sides)):
            raise UserError(self.env._("This number is no list of calls."))
        return Domain("version_id", "in", view.sides[side].ids)

    @api.model
    def _get_figure_domain(self, figure):
        reached = self._get_reached_domain()
        has_deal = reached & Domain("lead_id", "!=", False)
        domains = {
            "calls": Domain.TRUE,
            "reached": reached,
            "completed": reached & Domain("is_completed", "=", True),
            "success": Domain("outcome_kind", "=", "success"),
            "deals": has_deal,
            "forward": has_deal & Domain("is_forward", "=", True),
        }
        if not isinstance(figure, str) or figure not in domains:
            raise UserError(self.env._("This number is no list of calls."))
        return domains[figure]

    @api.model
    def _get_came_domain(self, key, answer_key=None):
        """Return the domain of the conversations that came to a node, or gave an answer there."""
        at_node = Domain("node_id.key", "=", key)
        counts = Domain("is_taken_back", "=", False)
        if answer_key is not None:
            given = Domain("kind", "=", "answer") & Domain("answer_id.key", "=", str(answer_key))
            chosen = Domain("kind", "=", "value") & Domain("answer_ids.key", "=", str(answer_key))
            return Domain("line_ids", "any", at_node & counts & (given | chosen))
        return at_node | Domain("line_ids", "any", at_node & counts & Domain("kind", "in", SAID))

    @api.model
    def _get_left_domain(self, key, answer_key=None):
        return Domain("node_id.key", "=", key) & Domain("is_completed", "=", False)
