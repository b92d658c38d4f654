import io

from openpyxl import load_workbook

from odoo.tests import HttpCase, tagged

from .plan_common import PlanCast


@tagged("post_install", "-at_install")
class TestPlanImportUi(PlanCast, HttpCase):
    """The dialog of the import in the browser, as a salesperson; and the workbook of the rows to correct."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_cast()
        # welcome messages would cover what is to be pressed
        cls.olena.odoobot_state = "disabled"

    def test_from_file_to_plan(self):
        self.start_tour("/odoo/plan-by-months", "crm_invoicing_plan_import_tour", login=self.olena.login)
        line = self.env["crm.plan.line"].search([("partner_id", "in", (self.dnipro | self.karpaty).ids)])
        self.assertRecordValues(
            line,
            [{"partner_id": self.dnipro.id, "amount": 1250.5, "user_id": self.olena.id, "create_uid": self.olena.id}],
        )
        record = self.env["crm.plan.import"].search([("create_uid", "=", self.olena.id)])
        self.assertRecordValues(record, [{"state": "done", "filename": "plan.csv", "failed_count": 2}])
        url = f"/crm_invoicing/plan/{record.id}/rows"
        self.assertEqual(record.with_user(self.olena).action_download_rows()["url"], url)
        for user, status in ((self.olena, 200), (self.taras, 404), (self.head, 404)):
            self.authenticate(user.login, user.login)
            response = self.url_open(url)
            self.assertEqual(response.status_code, status, user.name)
            if status == 200:
                sheet = load_workbook(io.BytesIO(response.content)).worksheets[0]
                clients = [cells[1].value for cells in sheet.iter_rows(min_row=2)]
                self.assertEqual(clients, ["Dnipro LLC", "Karpaty LLC"])
                self.assertEqual(response.headers["Cache-Control"], "no-store")
