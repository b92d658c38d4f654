import json

from odoo.exceptions import UserError
from odoo.http import Controller, content_disposition, request, route, serialize_exception
from odoo.tools.misc import html_escape

from ..models.crm_plan_workbook import MAX_EXPORTED

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class CrmPlanFilesController(Controller):
    """The financial plan as a workbook, and the rows of an import that are to be corrected."""

    @route("/crm_invoicing/plan/xlsx", type="http", auth="user", methods=["POST"], readonly=True)
    def download_plan(self, data):
        """Return the workbook of the lines that the grid shows, for the `download()` of the web client.

        :param str data: JSON with the ``options`` of `crm.plan.line.get_plan_grid`
        """
        Line = request.env["crm.plan.line"]
        try:
            options = json.loads(data)["options"]
            lines = Line.search(Line._get_options_domain(options), order="date, id", limit=MAX_EXPORTED)
            name, content = lines._make_plan_workbook()
        except (KeyError, TypeError, ValueError):
            return self._refuse(UserError(request.env._("The server does not understand which plan to write.")))
        except UserError as error:
            return self._refuse(error)
        return self._send(name, content)

    @route("/crm_invoicing/plan/template", type="http", auth="user", methods=["GET"], readonly=True)
    def download_template(self):
        """Return a workbook with the headers of the import."""
        request.env["crm.plan.line"].check_access("create")
        return self._send(*request.env["crm.plan.line"]._make_plan_workbook())

    @route("/crm_invoicing/plan/<int:import_id>/rows", type="http", auth="user", methods=["GET"], readonly=True)
    def download_rows_to_correct(self, import_id):
        """Return the rows of the user's own import that cannot be taken, each with the reason."""
        record = request.env["crm.plan.import"].search([("id", "=", import_id)])
        if not record:
            raise request.not_found()
        return self._send(*record._make_rows_to_correct())

    def _send(self, name, content):
        headers = [
            ("Content-Type", XLSX),
            ("Content-Length", len(content)),
            ("Content-Disposition", content_disposition(name)),
            ("Cache-Control", "no-store"),
        ]
        return request.make_response(content, headers)

    def _refuse(self, error):
        """Return the answer that the web client shows as a message, as Odoo's own reports do."""
        payload = {"code": 0, "message": str(error), "data": serialize_exception(error)}
        return request.make_response(html_escape(json.dumps(payload)), status=error.http_status)
