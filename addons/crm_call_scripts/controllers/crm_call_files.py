import json

from odoo.exceptions import UserError
from odoo.http import request, route

from odoo.addons.crm_funnel.controllers.crm_funnel_files import XLSX, CrmFunnelFilesController


class CrmCallFilesController(CrmFunnelFilesController):
    """The figures of a script as a file."""

    @route("/crm_call_scripts/figures/xlsx", type="http", auth="user", methods=["POST"], readonly=True)
    def download_call_figures(self, data):
        """Return the figures as Excel workbook.

        :param str data: JSON with the ``options`` of `crm.call.figures.get_figures`
        """
        try:
            name, content = request.env["crm.call.figures"]._make_workbook(json.loads(data)["options"])
        except (KeyError, TypeError, ValueError):
            return self._refuse(UserError(request.env._("The server does not understand which figures to write.")))
        except UserError as error:
            return self._refuse(error)
        return request.make_response(content, self._get_headers(name, XLSX, len(content)))
