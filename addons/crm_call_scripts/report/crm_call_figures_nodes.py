from odoo import api, models
from odoo.tools import SQL

from odoo.addons.crm_funnel.tools.statistics import get_wilson_interval

from .crm_call_figures import get_share

# fewer conversations say nothing about a text or question
MINIMUM_CASES = 10
# lines by which something was said or asked at a node
SAID = ("next", "answer", "value", "objection", "jump")


class CrmCallFigures(models.AbstractModel):
    """Where conversations come to, and where they break off."""

    _inherit = "crm.call.figures"

    @api.model
    def _prepare_nodes(self, view):
        """Return the texts and questions in the order of the script, with the figures of each side.

        :return: list of {``key``, ``name``, ``kind``, ``kind_name``, ``is_objection``, ``sides``: a dict per side, False
            where it has no such node: ``reached``, ``left``, ``seconds`` (average), ``left_rate``, ``reached_rate``
            (percent of the conversations), ``passed`` (conversations that answered or passed it), ``answers`` (list of
            {``key``, ``name``, ``count``, ``rate``: percent of ``passed``, ``success_rate``: percent of ``count``})}
        """
        figures = self._query_visits(view)
        answers = self._query_answers(view)
        passed = self._query_passed(view)
        totals = self._count_reached(view)
        nodes = self._merge_nodes(view)
        kinds = dict(self.env["crm.call.node"]._fields["kind"]._description_selection(self.env))
        return [
            {
                "key": key,
                "name": records[0].name,
                "kind": records[0].kind,
                "kind_name": kinds[records[0].kind],
                "is_objection": records[0].is_objection,
                "sides": [
                    self._prepare_node(
                        [one for one in records if one.version_id in side], figures, answers, passed, total
                    )
                    for side, total in zip(view.sides, totals, strict=True)
                ],
            }
            for key, records in nodes.items()
        ]

    @api.model
    def _prepare_node(self, nodes, figures, answers, passed, total):
        """Return the figures of a node of one side, maybe of several versions; False without one."""
        if not nodes:
            return False
        found = [figures.get(node.id, (0, 0, 0)) for node in nodes]
        reached, left, seconds = (sum(column) for column in zip(*found, strict=True))
        count = sum(passed.get(node.id, 0) for node in nodes)
        return {
            "reached": reached,
            "left": left,
            "seconds": get_share(seconds, reached, 1),
            "left_rate": get_share(left, reached),
            "reached_rate": get_share(reached, total),
            "passed": count,
            "answers": self._prepare_answers(nodes, answers, count),
        }

    @api.model
    def _prepare_answers(self, nodes, figures, passed):
        merged = {}
        for node in nodes:
            for answer in node.answer_ids:
                row = merged.setdefault(answer.key, {"key": answer.key, "name": answer.name, "count": 0, "success": 0})
                count, success = figures.get(answer.id, (0, 0))
                row["count"] += count
                row["success"] += success
        for row in merged.values():
            row["rate"] = get_share(row["count"], passed)
            row["success_rate"] = get_share(row.pop("success"), row["count"])
        return list(merged.values())

    @api.model
    def _find_worst(self, nodes):
        """Return where most conversations of the first side certainly break off: {``key``, ``text``} or False.

        Compared by the lower limit of the 95 % range, so that few conversations do not make the worst place.
        """
        rows = [(node, node["sides"][0]) for node in nodes if node["sides"][0]]
        rows = [(node, side) for node, side in rows if side["reached"] >= MINIMUM_CASES and side["left"]]
        if not rows:
            return False
        node, side = max(rows, key=lambda row: get_wilson_interval(row[1]["left"], row[1]["reached"])[0])
        text = self.env._(
            "%(name)s: %(rate)s %% of %(count)s conversations end here.",
            name=node["name"],
            rate=round(side["left_rate"]),
            count=side["reached"],
        )
        return {"key": node["key"], "text": text}

    # ------------------------------------------------------------
    # NODES OF THE VERSIONS
    # ------------------------------------------------------------

    @api.model
    def _merge_nodes(self, view):
        """Return the nodes of the versions by their key, in the order in which the newest version comes to them."""
        merged = {}
        versions = view.versions.sorted("number", reverse=True)
        # read at once, not version by version
        nodes = versions.node_ids
        answers = nodes.answer_ids
        nodes.fetch(["key", "name", "text", "kind", "is_objection", "sequence", "next_node_id", "version_id"])
        answers.fetch(["key", "name", "next_node_id", "node_id"])
        for version in versions:
            for node in self._sort_nodes(
                version, nodes.filtered(lambda one, version=version: one.version_id == version)
            ):
                merged.setdefault(node.key, []).append(node)
        return merged

    @api.model
    def _sort_nodes(self, version, nodes):
        """Return the nodes as a conversation comes to them: main way first, then objections, then what is out of reach."""
        nodes = nodes.sorted(lambda node: (node.sequence, node.id))
        roots = [version.start_node_id.id, *nodes.filtered("is_objection").ids, *nodes.ids]
        by_id, found = {node.id: node for node in nodes}, {}
        waiting = [root for root in reversed(roots) if root]
        while waiting:
            node = by_id.get(waiting.pop())
            if node and node.id not in found:
                found[node.id] = node
                ways = [*node.answer_ids.mapped("next_node_id").ids, node.next_node_id.id]
                waiting += [way for way in reversed(ways) if way]
        return list(found.values())

    # ------------------------------------------------------------
    # QUERIES
    # ------------------------------------------------------------

    @api.model
    def _get_conversations_sql(self, view):
        columns = ("id", "node_id", "version_id", "is_completed", "outcome_kind", "start")
        return self._get_calls_sql(view.domain & self._get_reached_domain(), *columns)

    @api.model
    def _count_reached(self, view):
        """Return the number of conversations of each side."""
        domain = view.domain & self._get_reached_domain()
        counts = dict(self.env["crm.call"]._read_group(domain, ["version_id"], ["__count"]))
        return [sum(counts.get(version, 0) for version in side) for side in view.sides]

    @api.model
    def _query_visits(self, view):
        """Return {node's id: (conversations that came to it, that were left there, seconds spent there)}."""
        rows = self.env.execute_query(
            SQL(
                """
                WITH talk AS MATERIALIZED %(talks)s
                SELECT node_id, count(*), count(*) FILTER (WHERE is_left), sum(seconds)
                  FROM (SELECT call_id, node_id, bool_or(is_left) AS is_left, sum(seconds) AS seconds
                          FROM (SELECT line.call_id, line.node_id, FALSE AS is_left, line.seconds
                                  FROM crm_call_line line
                                  JOIN talk ON talk.id = line.call_id
                                 WHERE line.kind IN %(said)s AND line.is_taken_back IS NOT TRUE
                                       AND line.node_id IS NOT NULL
                             UNION ALL
                                SELECT id, node_id, is_completed IS NOT TRUE, 0
                                  FROM talk
                                 WHERE node_id IS NOT NULL) step
                      GROUP BY call_id, node_id) visit
              GROUP BY node_id
                """,
                talks=self._get_conversations_sql(view),
                said=SAID,
            )
        )
        return {node_id: (reached, left, seconds or 0) for node_id, reached, left, seconds in rows}

    @api.model
    def _get_chosen_sql(self, view):
        """Return a subquery of the answers that were given: node_id, answer_id, call_id, line_id, outcome_kind, start."""
        field = self.env["crm.call.line"]._fields["answer_ids"]
        return SQL(
            """
            (WITH talk AS MATERIALIZED %(talks)s
             SELECT line.node_id, line.answer_id, line.call_id, line.id AS line_id, talk.outcome_kind, talk.start
               FROM crm_call_line line
               JOIN talk ON talk.id = line.call_id
              WHERE line.kind = 'answer' AND line.is_taken_back IS NOT TRUE AND line.answer_id IS NOT NULL
          UNION ALL
             SELECT line.node_id, chosen.%(answer)s, line.call_id, line.id, talk.outcome_kind, talk.start
               FROM %(relation)s chosen
               JOIN crm_call_line line ON line.id = chosen.%(line)s
               JOIN talk ON talk.id = line.call_id
              WHERE line.kind = 'value' AND line.is_taken_back IS NOT TRUE)
            """,
            talks=self._get_conversations_sql(view),
            relation=SQL.identifier(field.relation),
            line=SQL.identifier(field.column1),
            answer=SQL.identifier(field.column2),
        )

    @api.model
    def _query_answers(self, view):
        """Return {answer's id: (conversations in which it was given, successful ones of them)}."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT answer_id, count(*), count(*) FILTER (WHERE outcome_kind = 'success')
                  FROM %s given GROUP BY answer_id
                """,
                self._get_chosen_sql(view),
            )
        )
        return {answer_id: tuple(counts) for answer_id, *counts in rows}

    @api.model
    def _query_passed(self, view):
        """Return {node's id: conversations that answered it, or passed it without an answer}."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.node_id, count(*)
                  FROM crm_call_line line
                  JOIN %s talk ON talk.id = line.call_id
                 WHERE line.kind IN ('answer', 'value') AND line.is_taken_back IS NOT TRUE
              GROUP BY line.node_id
                """,
                self._get_conversations_sql(view),
            )
        )
        return dict(rows)
