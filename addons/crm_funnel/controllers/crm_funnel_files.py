import json

from werkzeug.wsgi import FileWrapper

from odoo.exceptions import UserError
from odoo.http import Controller, content_disposition, request, route, serialize_exception
from odoo.tools.misc import html_escape
from odoo.tools.osutil import clean_filename

from ..report.crm_funnel_chart import CHART_TYPES
from ..report.crm_funnel_report import FILTERS

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHUNK = 1 << 16  # bytes that are sent at once


class CrmFunnelFilesController(Controller):
    """The pyramid and the funnel report as files, for the `download()` of the web client."""

    @route("/crm_funnel/chart/<string:file_format>", type="http", auth="user", methods=["POST"], readonly=True)
    def download_chart(self, file_format, data):
        """Return the chart as PNG, SVG or PDF.

        :param str file_format: 'png', 'svg' or 'pdf'
        :param str data: JSON, as `crm.funnel.report._make_chart` wants it
        """
        try:
            name, content = request.env["crm.funnel.report"]._make_chart(self._read_data(data), file_format)
        except UserError as error:
            return self._refuse(error)
        return request.make_response(content, self._get_headers(name, CHART_TYPES[file_format], len(content)))

    @route("/crm_funnel/report/xlsx", type="http", auth="user", methods=["POST"], readonly=True)
    def download_workbook(self, data):
        """Return the funnel report as Excel workbook, sent piece by piece from a temporary file.

        :param str data: JSON with the ``options`` of `crm.funnel.report.get_report`
        """
        try:
            name, file, size = request.env["crm.funnel.report"]._make_workbook(self._read_data(data)["options"])
        except UserError as error:
            return self._refuse(error)
        return request.make_response(FileWrapper(file, CHUNK), self._get_headers(name, XLSX, size))

    def _read_data(self, data):
        """Return what the web client asks for.

        :raises UserError: if it is not what it sends
        """
        try:
            values = json.loads(data)
            options = values.setdefault("options", {})
            ids = [options.get("process_id") or 0]
            for name in FILTERS:
                ids += options.get(name) or []
            is_valid = all(type(record_id) is int for record_id in ids) and isinstance(values.get("domain", []), list)
        except (ValueError, TypeError, AttributeError):
            is_valid = False
        if not is_valid:
            raise UserError(request.env._("The server does not understand what to draw. Load the page again."))
        return values

    def _get_headers(self, name, content_type, size):
        return [
            ("Content-Type", content_type),
            ("Content-Length", size),
            ("Content-Disposition", content_disposition(clean_filename(name))),
            ("Cache-Control", "no-store"),
        ]

    def _refuse(self, error):
        """Return the answer that the web client shows as a message, as Odoo's own reports do."""
        payload = {"code": 0, "message": str(error), "data": serialize_exception(error)}
        return request.make_response(html_escape(json.dumps(payload)), status=error.http_status)
