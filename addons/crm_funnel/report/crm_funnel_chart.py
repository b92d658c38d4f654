import io

from reportlab.graphics import renderPDF, renderSVG
from reportlab.pdfgen.canvas import Canvas

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.misc import format_date, format_datetime, formatLang

from ..tools.chart_font import SVG_FAMILY, get_chart_font
from ..tools.chart_png import draw_png
from ..tools.pyramid_drawing import ChartRow, ChartTexts, PyramidDrawing

MEASURES = ("count", "amount")
# filters that hold of every deal of a pyramid
IMPLIED_FILTERS = ("type", "active")
CHART_TYPES = {"png": "image/png", "svg": "image/svg+xml", "pdf": "application/pdf"}


class CrmFunnelReport(models.AbstractModel):
    """The chart of the funnel as a file: drawn once, written as PDF, SVG or PNG."""

    _inherit = "crm.funnel.report"

    # ------------------------------------------------------------
    # FILES
    # ------------------------------------------------------------

    @api.model
    def _make_chart(self, data, file_format):
        """Return the chart of the pyramid or of the funnel report.

        :param dict data: ``kind`` ('pyramid' or 'report'), ``options`` (as of `crm.lead.get_pyramid` or `get_report`),
            ``domain`` (of a pyramid), ``measure`` ('count' or 'amount')
        :param str file_format: 'pdf', 'svg' or 'png'
        :return: pair of the name of the file and its bytes
        :raises UserError: if something asked for makes no sense
        """
        measure, options = data.get("measure") or "count", data["options"]
        if file_format not in CHART_TYPES:
            raise UserError(self.env._("The chart can be had as PNG, SVG or PDF."))
        if measure not in MEASURES:
            raise UserError(self.env._("The pyramid counts deals or adds up amounts."))
        if data.get("kind") == "report":
            domain, options = self._get_filter_domain(options), self._get_pyramid_options(options)
        else:
            domain = self._read_domain(data.get("domain"))
        pyramid = self.env["crm.lead"].get_pyramid(list(domain), options)
        drawing, font = self._draw_pyramid(pyramid, measure, self._get_chart_lines(pyramid, domain))
        content = getattr(self, f"_write_{file_format}")(drawing, font)
        return self._get_file_name(self.env._("Sales Pyramid"), pyramid, file_format), content

    @api.model
    def _read_domain(self, domain):
        """Return the domain of the filters of a pyramid.

        :raises UserError: if it is none
        """
        try:
            domain = Domain(domain or [])
            domain.validate(self.env["crm.lead"])
        except (ValueError, TypeError) as error:
            raise UserError(self.env._("The server does not understand these filters: remove some.")) from error
        return domain

    @api.model
    def _write_pdf(self, drawing, font):
        output = io.BytesIO()
        canvas = Canvas(output, (drawing.width, drawing.height))
        canvas.setTitle(self.env._("Sales Pyramid"))
        canvas.setAuthor(self.env.company.name)
        renderPDF.draw(drawing, canvas, 0, 0, showBoundary=0)
        canvas.save()
        return output.getvalue()

    @api.model
    def _write_svg(self, drawing, font):
        styles = {
            font.regular: {"family": SVG_FAMILY},
            font.bold: {"family": SVG_FAMILY, "weight": "bold"},
        }
        return renderSVG.drawToString(drawing, showBoundary=0, fontHacks=styles).encode()

    @api.model
    def _write_png(self, drawing, font):
        return draw_png(drawing, font.paths)

    @api.model
    def _get_file_name(self, title, period, extension):
        """Return the name of a file in the user's language, with the days of the report.

        :param dict period: has ``date_from`` and ``date_to``
        """
        days = " - ".join(day for day in (period["date_from"], period["date_to"]) if day)
        return f"{title} {days}".strip() + f".{extension}"

    # ------------------------------------------------------------
    # DRAWING
    # ------------------------------------------------------------

    @api.model
    def _draw_pyramid(self, pyramid, measure, lines):
        """Return the picture of a pyramid, and the font that it is written in.

        :param dict pyramid: as `crm.lead.get_pyramid` returns it
        :param str measure: 'count' or 'amount'
        :param lines: texts below the title
        :return: pair of `reportlab.graphics.shapes.Drawing` and `ChartFont`
        :raises UserError: if there is no font with Cyrillic letters
        """
        try:
            font = get_chart_font()
        except FileNotFoundError as error:
            raise UserError(
                self.env._("There is no font to draw the chart with: install the package fonts-dejavu-core.")
            ) from error
        rows = [self._prepare_chart_row(row, measure, pyramid["currency_id"]) for row in pyramid["rows"]]
        return PyramidDrawing(font, self._get_chart_texts(pyramid, lines), rows).draw(), font

    @api.model
    def _get_chart_texts(self, pyramid, lines):
        worst = pyramid["worst"] and pyramid["rows"][pyramid["worst"]]["explanation"]
        name = next((p["name"] for p in pyramid["processes"] if p["id"] == pyramid["process_id"]), "")
        return ChartTexts(
            title=": ".join(filter(None, [self.env._("Sales Pyramid"), name])),
            lines=tuple(lines),
            verdict=worst or self._get_praise(pyramid["rows"]),
            is_gap=bool(worst),
            heads=(
                self.env._("Step"),
                self.env._("Passed (there now)"),
                self.env._("Conversion"),
                self.env._("Time from the row below"),
                self.env._("Without a result"),
            ),
            keys=(self.env._("There now"), self.env._("Went on or lost"), self.env._("Bottleneck")),
            cut=self.env._("Drawn narrower than it is"),
            empty=self.env._("No business process is in use yet."),
            printed=self.env._("Printed on %(date)s", date=format_datetime(self.env, fields.Datetime.now())),
        )

    @api.model
    def _get_praise(self, rows):
        """Return what is said if nothing is wrong; nothing can be said of no deals."""
        if not rows or not rows[0]["passed"]:
            return ""
        return self.env._("No bottleneck: every step passes about as many deals as expected, in time.")

    @api.model
    def _prepare_chart_row(self, row, measure, currency_id):
        suffix = "_amount" if measure == "amount" else ""
        passed, now, lost = (
            self._format_measure(row[kind + suffix], measure, currency_id) for kind in ("passed", "now", "lost")
        )
        return ChartRow(
            passed=row[f"passed{suffix}"],
            now=row[f"now{suffix}"],
            name=row["name"],
            mark=self._get_bottleneck_text(row),
            numbers=(passed, f"({now})", self.env._("%(number)s lost here", number=lost) if row["lost"] else ""),
            is_losing=row["bottleneck"] in ("conversion", "both"),
            is_slow=row["bottleneck"] in ("days", "both"),
            **self._prepare_chart_norms(row),
        )

    @api.model
    def _prepare_chart_norms(self, row):
        """Return the texts of what is compared with the norm: the actual figure, and the expected one."""
        conversion = row["conversion"] is not False and self._format_percent(row["conversion"])
        expected = row["expected_conversion"] and self._format_percent(row["expected_conversion"])
        days = row["days"] is not False and self._format_days(row["days"])
        return {
            "conversion": (conversion or "", self._format_expected(expected) if conversion and expected else ""),
            "days": (
                days or "",
                self._format_expected(row["expected_days"]) if days and row["expected_days"] else "",
            ),
            "waiting": (
                self._format_days(row["waiting_days"]) if row["now"] else "",
                self.env._("%(number)s too long", number=row["late"]) if row["late"] else "",
            ),
        }

    @api.model
    def _get_bottleneck_text(self, row):
        texts = {
            "conversion": self.env._("Bottleneck: too few pass"),
            "days": self.env._("Bottleneck: takes too long"),
            "both": self.env._("Bottleneck: few pass, and late"),
        }
        return texts.get(row["bottleneck"], "")

    # ------------------------------------------------------------
    # NUMBERS IN WORDS
    # ------------------------------------------------------------

    @api.model
    def _format_measure(self, value, measure, currency_id):
        number = formatLang(self.env, value, digits=0)
        if measure == "count":
            return number
        currency = self.env["res.currency"].browse(currency_id)
        parts = (number, currency.symbol or currency.name)
        return "\N{NO-BREAK SPACE}".join(parts if currency.position == "after" else parts[::-1])

    @api.model
    def _format_percent(self, value):
        return f"{formatLang(self.env, value, digits=0)}\N{NO-BREAK SPACE}%"

    @api.model
    def _format_days(self, value):
        return self.env._("%(number)s days", number=formatLang(self.env, value, digits=0))

    @api.model
    def _format_expected(self, value):
        return self.env._("of %(norm)s expected", norm=value)

    # ------------------------------------------------------------
    # WHAT IS SHOWN, IN WORDS
    # ------------------------------------------------------------

    @api.model
    def _get_chart_lines(self, pyramid, domain):
        """Return what stands below the title: the company with the period and its meaning, the filters."""
        days = self._describe_days(pyramid["date_from"], pyramid["date_to"])
        if pyramid["basis"] == "results":
            meaning = self.env._("Results recorded: %(days)s", days=days)
        else:
            meaning = self.env._("Deals created: %(days)s", days=days)
        return [f"{self.env.company.name} · {meaning}", "; ".join(self._describe_domain(domain))]

    @api.model
    def _describe_days(self, date_from, date_to):
        first, last = format_date(self.env, date_from), format_date(self.env, date_to)
        if first and last:
            return first if first == last else f"{first} – {last}"
        if first:
            return self.env._("since %(day)s", day=first)
        return self.env._("until %(day)s", day=last) if last else self.env._("all the time")

    @api.model
    def _describe_domain(self, domain):
        """Return the filters on deals as texts: those that all hold, each once.

        What cannot be told in a few words is at least said to be there.
        """
        domain = Domain(domain)
        parts = [domain] if not domain.is_true() else []
        if getattr(domain, "OPERATOR", "") == "&":
            parts = domain.children
        texts = [
            self._describe_condition(part) or self.env._("other filters")
            for part in parts
            if getattr(part, "field_expr", "") not in IMPLIED_FILTERS
        ]
        return list(dict.fromkeys(texts))

    @api.model
    def _describe_condition(self, part):
        """Return a part of a domain in words: a field that has one of some values, or one of several such."""
        names_by_label = {}
        for condition in part.children if getattr(part, "OPERATOR", "") == "|" else [part]:
            field = self.env["crm.lead"]._fields.get(getattr(condition, "field_expr", ""))
            names = field and self._get_filter_names(field, condition.operator, condition.value)
            if not names:
                return ""
            names_by_label.setdefault(self._get_filter_label(field), []).extend(names)
        return " / ".join(f"{label}: {', '.join(names)}" for label, names in names_by_label.items())

    @api.model
    def _get_filter_label(self, field):
        labels = {
            "user_id": self.env._("Manager"),
            "team_id": self.env._("Channel"),
            "source_id": self.env._("Source"),
            "tag_ids": self.env._("Tags"),
        }
        return labels.get(field.name) or field._description_string(self.env)

    @api.model
    def _get_filter_names(self, field, operator, value):
        """Return the names of the values of a filter, of records only those that the user may see."""
        values = [value] if isinstance(value, (str, int)) else list(value)
        if operator == "ilike":
            return [f"“{text}”" for text in values]
        if operator not in ("=", "in", "child_of"):
            return []
        if field.type == "selection":
            labels = dict(field._description_selection(self.env))
            return [labels[value] for value in values if value in labels]
        return self._get_record_names(field.comodel_name, values) if field.relational else []

    @api.model
    def _get_record_names(self, model, ids):
        records = self.env[model].with_context(active_test=False)
        if not records.has_access("read"):
            return []
        names = records.search([("id", "in", [record_id for record_id in ids if record_id])]).mapped("display_name")
        return names if all(ids) else [*names, self.env._("None")]
