from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .crm_call_figures import get_share

# kinds of nodes that take what the client says
ASKED = ("question", "choice", "number", "text", "date")
# free texts of a question on the page; the others are a click away
TEXT_LIMIT = 10
# more columns of a distribution are put together
MOST_BARS = 12
# a longer period goes by month
MOST_DAYS_BY_WEEK = 183


class CrmCallFigures(models.AbstractModel):
    """What clients answered: of interviews that ask for their opinion, and of any other script."""

    _inherit = "crm.call.figures"

    @api.model
    @api.readonly
    def get_answers(self, options):
        """Return what was answered to the questions of a script, in the first of the versions that are asked for.

        :param dict options: as of `get_figures`
        :return: dict with ``script_id``, ``conversations`` (number), ``unit`` ('week' or 'month') and ``questions``: list of
            {``key``, ``name``, ``text``, ``kind``, ``passed``, ``answered`` (numbers of conversations), ``bars`` (list of
            {``key``, ``name``, ``count``, ``rate``: percent of ``passed``} of answers or numbers), ``average`` (of numbers,
            else False), ``nps`` (see `_get_nps`), ``texts`` (the last of {``call_id``, ``client``, ``date``, ``text``}),
            ``text_count`` and ``trend`` (list of {``key``, ``name``, ``points``: list of {``date``, ``value``: percent of
            the answers of that week or month, or average number}})}
        :raises UserError: if an option makes no sense
        """
        view = self._get_figures_view(options)
        view = view._replace(sides=view.sides[:1])
        unit = self._get_unit(view)
        found = {
            "answers": self._query_answers(view),
            "passed": self._query_passed(view),
            "values": self._query_values(view),
            "texts": self._query_texts(view),
            "trend": self._query_trend(view, unit),
        }
        nodes = {key: records for key, records in self._merge_nodes(view).items() if records[0].kind in ASKED}
        return {
            "script_id": view.script.id,
            "conversations": self._count_reached(view)[0],
            "unit": unit,
            "questions": [self._prepare_question(key, records, found) for key, records in nodes.items()],
        }

    @api.model
    def _get_unit(self, view):
        first, last = view.period.first, view.period.last or fields.Date.context_today(self)
        return "week" if first and last - first <= timedelta(days=MOST_DAYS_BY_WEEK) else "month"

    @api.model
    def _prepare_question(self, key, nodes, found):
        passed = sum(found["passed"].get(node.id, 0) for node in nodes)
        answers = self._prepare_answers(nodes, found["answers"], passed)
        values = self._merge_values(nodes, found["values"])
        texts = [text for node in nodes for text in found["texts"].get(node.id, ())]
        is_number, answered = nodes[0].kind == "number", sum(values.values())
        numbers = values if is_number else {}
        return {
            "key": key,
            "name": nodes[0].name,
            "text": nodes[0].text or "",
            "kind": nodes[0].kind,
            "passed": passed,
            "answered": answered,
            "bars": self._get_number_bars(numbers, passed) if is_number else answers,
            "average": is_number and get_share(sum(value * count for value, count in values.items()), answered, 1),
            "nps": self._get_nps(numbers),
            "texts": sorted(texts, key=lambda text: text["date"], reverse=True)[:TEXT_LIMIT],
            "text_count": answered if nodes[0].kind in ("text", "date") else 0,
            "trend": self._prepare_trend(nodes, answers, found["trend"]),
        }

    @api.model
    def _merge_values(self, nodes, found):
        """Return {number or None for whatever is none: how often}."""
        values = {}
        for node in nodes:
            for value, count in found.get(node.id, ()):
                values[value] = values.get(value, 0) + count
        return values

    # ------------------------------------------------------------
    # NUMBERS
    # ------------------------------------------------------------

    @api.model
    def _get_nps(self, values):
        """Return the Net Promoter Score of the answers to "how likely would you recommend us, 0 to 10".

        Percent of promoters (9 and 10) less percent of detractors (0 to 6). Source: F. F. Reichheld, "The One Number You
        Need to Grow", Harvard Business Review 81 (2003) no. 12, 46-54.

        :param dict values: {number: how often}
        :return: {``score``: -100 to 100, ``promoters``, ``passives``, ``detractors``: percent}; False where the answers are
            no such scale: only whole numbers from 0 to 10 are, and one of them above 5, which scales of five do not have
        """
        if not values or max(values) <= 5 or any(value not in range(11) for value in values):
            return False
        total = sum(values.values())
        promoters = get_share(sum(count for value, count in values.items() if value >= 9), total)
        detractors = get_share(sum(count for value, count in values.items() if value <= 6), total)
        return {
            "score": promoters - detractors,
            "promoters": promoters,
            "passives": 100 - promoters - detractors,
            "detractors": detractors,
        }

    @api.model
    def _get_number_bars(self, values, passed):
        """Return the distribution of numbers: each of them, or ranges of the same width if there are many."""
        if len(values) <= MOST_BARS:
            ranges = [(value, value) for value in sorted(values)]
        else:
            low, width = min(values), (max(values) - min(values)) / MOST_BARS
            ranges = [(low + width * number, low + width * (number + 1)) for number in range(MOST_BARS)]
        counts = [0] * len(ranges)
        for value, count in values.items():
            # what lies on a border counts above it, but for the last
            counts[max(index for index, (start, __) in enumerate(ranges) if start <= value or not index)] += count
        return [
            {
                "key": str(index),
                "name": self._get_range_name(*limits),
                "count": count,
                "rate": get_share(count, passed),
                "success_rate": False,
            }
            for index, (limits, count) in enumerate(zip(ranges, counts, strict=True))
        ]

    @api.model
    def _get_range_name(self, low, high):
        lang = self.env["res.lang"]._get_data(code=self.env.lang or "en_US")
        texts = [self._format_number(lang, limit) for limit in (low, high)]
        return texts[0] if low == high else " – ".join(texts)

    @api.model
    def _format_number(self, lang, value):
        text = f"{value:.2f}".rstrip("0").rstrip(".")
        return text.replace(".", lang.decimal_point or ".")

    # ------------------------------------------------------------
    # TREND
    # ------------------------------------------------------------

    @api.model
    def _prepare_trend(self, nodes, answers, found):
        """Return the lines of a question over time: one per answer in percent, or one of the average number."""
        ids = {node.id for node in nodes}
        rows = [row for row in found if row[1] in ids]
        if nodes[0].kind == "number":
            return self._prepare_average_line(nodes[0], rows)
        keys = {answer.id: answer.key for node in nodes for answer in node.answer_ids}
        counts, totals = {}, {}
        for day, __, answer_id, count, __ in rows:
            place = (keys.get(answer_id), day)
            counts[place] = counts.get(place, 0) + count
            totals[day] = totals.get(day, 0) + count
        return [
            {
                "key": answer["key"],
                "name": answer["name"],
                "points": [
                    {"date": str(day), "value": get_share(counts.get((answer["key"], day), 0), totals[day])}
                    for day in sorted(totals)
                ],
            }
            for answer in (answers if totals else ())
        ]

    @api.model
    def _prepare_average_line(self, node, rows):
        sums = {}
        for day, __, __, count, value in rows:
            cases, total = sums.get(day, (0, 0))
            sums[day] = (cases + count, total + value)
        points = [{"date": str(day), "value": total / cases} for day, (cases, total) in sorted(sums.items())]
        return [{"key": node.key, "name": node.name, "points": points}] if points else []

    # ------------------------------------------------------------
    # QUERIES
    # ------------------------------------------------------------

    @api.model
    def _get_given_sql(self, view):
        """Return the FROM and WHERE of what was entered and counts: `line`, `node` and `talk`."""
        return SQL(
            """
            crm_call_line line
            JOIN %s talk ON talk.id = line.call_id
            JOIN crm_call_node node ON node.id = line.node_id
           WHERE line.kind IN ('answer', 'value') AND line.is_taken_back IS NOT TRUE
                 AND (line.has_value IS TRUE OR line.answer_id IS NOT NULL OR node.kind = 'choice' AND EXISTS (
                      SELECT FROM %s chosen WHERE chosen.%s = line.id))
            """,
            self._get_conversations_sql(view),
            SQL.identifier(self.env["crm.call.line"]._fields["answer_ids"].relation),
            SQL.identifier(self.env["crm.call.line"]._fields["answer_ids"].column1),
        )

    @api.model
    def _query_values(self, view):
        """Return {node's id: list of (number, or None where something else is asked; how often it was answered)}."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.node_id, CASE WHEN node.kind = 'number' THEN line.value_number END AS number, count(*)
                  FROM %s
              GROUP BY 1, 2
                """,
                self._get_given_sql(view),
            )
        )
        found = {}
        for node_id, value, count in rows:
            number = value if value is None else float(value)
            found.setdefault(node_id, []).append((number, count))
        return found

    @api.model
    def _query_texts(self, view):
        """Return {node's id: the last texts that were entered there}, see `get_answers`."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id FROM (
                    SELECT line.id, row_number() OVER (PARTITION BY line.node_id ORDER BY line.date DESC, line.id DESC) AS rank
                      FROM %s AND node.kind IN ('text', 'date')) entered
                 WHERE rank <= %s
                """,
                self._get_given_sql(view),
                TEXT_LIMIT,
            )
        )
        found = {}
        for line in self.env["crm.call.line"].browse(line_id for (line_id,) in rows):
            found.setdefault(line.node_id.id, []).append(self._prepare_text(line))
        return found

    @api.model
    def _prepare_text(self, line):
        # sudo: whoever sees a call sees whom it was with
        client = line.call_id.sudo().client_id
        return {
            "call_id": line.call_id.id,
            "client": client.display_name or self.env._("Unknown person"),
            "date": fields.Datetime.to_string(line.date),
            "text": line.value_text or "",
        }

    @api.model
    def _query_trend(self, view, unit):
        """Return list of (first day of the week or month, node's id, answer's id or None, number of answers, their sum)."""
        zone = self.env.tz.zone
        trunc = SQL("date_trunc(%s, timezone(%s, timezone('UTC', start)))::date", unit, zone)
        return self.env.execute_query(
            SQL(
                """
                SELECT %(day)s AS day, node_id, answer_id, count(*), 0 FROM %(chosen)s given GROUP BY 1, 2, 3
             UNION ALL
                SELECT %(day)s AS day, line.node_id, NULL, count(*), sum(line.value_number)
                  FROM %(given)s AND node.kind = 'number' GROUP BY 1, 2
                """,
                day=trunc,
                chosen=self._get_chosen_sql(view),
                given=self._get_given_sql(view),
            )
        )
