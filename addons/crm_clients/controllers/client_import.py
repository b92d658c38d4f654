from odoo.http import Controller, content_disposition, request, route

TEMPLATE_URL = "/crm_clients/client_import/template"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ClientImportController(Controller):
    @route(TEMPLATE_URL, type="http", auth="user", methods=["GET"], readonly=True)
    def download_template(self):
        """Return the template of the import in the user's language; made anew, because its lists are the directory's."""
        imports = request.env["crm.client.import"]
        imports.check_access("create")
        name = imports._get_template_name()
        return request.make_response(
            imports._make_template(),
            [("Content-Type", XLSX), ("Content-Disposition", content_disposition(name))],
        )
