import base64
import json

from odoo.exceptions import ValidationError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .facsimile_common import FacsimileCast

REPORT = "crm_invoicing.report_sale_order_invoice"


@tagged("post_install", "-at_install")
class TestFacsimileLeaks(FacsimileCast, HttpCase):
    """Over real HTTP, as the one who may use the scans and as those who may not: no way gives the picture away."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_cast()
        for user in cls.olena | cls.head | cls.system | cls.taras:
            user.password = user.login * 2
        cls.scans = list((cls.signature | cls.stamp)._read_scans().values())
        cls.order.with_user(cls.olena).is_stamped = True

    def _login(self, user):
        self.authenticate(user.login, user.login * 2)

    def _call(self, model, method, *args, **kwargs):
        """Return the raw answer of a call as the web client makes it, a refusal as well."""
        parameters = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        answer = self.url_open(
            f"/web/dataset/call_kw/{model}/{method}",
            data=json.dumps({"jsonrpc": "2.0", "method": "call", "params": parameters}),
            headers={"Content-Type": "application/json"},
        )
        return answer.content

    def assertNoScan(self, content, message=None):
        for scan in self.scans:
            middle = len(scan) // 2
            middle -= middle % 3  # where base64 starts anew
            piece = scan[middle : middle + 45]
            for form in (piece, base64.b64encode(piece), piece.hex().encode()):
                self.assertNotIn(form, content, message)

    def test_the_needle_is_found_where_it_is(self):
        with self.assertRaises(AssertionError):
            self.assertNoScan(b"x" + self.scans[0])
        with self.assertRaises(AssertionError):
            self.assertNoScan(base64.b64encode(self.scans[1]))

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_pictures_and_content(self):
        key = self.signature.id
        addresses = [
            f"/web/image/crm.facsimile/{key}/scan",
            f"/web/image?model=crm.facsimile&id={key}&field=scan",
            f"/web/image/crm.facsimile/{key}/scan/300x300",
            f"/web/image/crm.facsimile/{key}/image_1920",
            f"/web/image/crm.facsimile/{key}/has_scan",
            f"/web/content/crm.facsimile/{key}/scan",
            f"/web/content?model=crm.facsimile&id={key}&field=scan&download=true",
            f"/web/image/crm.requisites/{self.requisites.id}/stamp_id.scan",
            f"/web/image/crm.signatory/{self.boss.id}/facsimile_id.scan",
        ]
        for user in (self.olena, self.head, self.system):
            self._login(user)
            for address in addresses:
                with self.subTest(user=user.login, address=address):
                    self.assertNoScan(self.url_open(address).content)

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule", "py.warnings")
    def test_calls(self):
        key, model = self.signature.id, "crm.facsimile"
        domain = [("scan", "!=", False)]
        calls = [
            (model, "read", [key]),
            (model, "read", [key], ["scan"]),
            (model, "search", domain),
            (model, "search_read", [], ["name", "scan"]),
            (model, "web_search_read", [], {"name": {}, "scan": {}}),
            (model, "web_read", [key], {"scan": {}, "display_name": {}}),
            (model, "formatted_read_group", [], ["scan"], ["__count"]),
            (model, "formatted_read_group", [], [], ["scan:array_agg"]),
            (model, "read_group", [], ["scan:array_agg"], ["kind"]),
            (model, "export_data", [key], ["name", "scan", ".id"]),
            (model, "copy", [key]),
            (model, "copy_data", [key]),
            (model, "name_search", ""),
            (model, "fields_get"),
            (model, "onchange", [key], {}, [], {"scan": {}}),
            (model, "_read_scans", [key]),
            (model, "_stamp", [key], [], "invoice"),
            (model, "_write_scan", [key], False),
            ("crm.requisites", "read", [self.requisites.id]),
            ("crm.requisites", "web_read", [self.requisites.id], {"stamp_id": {"fields": {"scan": {}}}}),
            ("crm.requisites", "search", [("stamp_id.scan", "!=", False)]),
            (
                "crm.requisites",
                "export_data",
                [self.requisites.id],
                ["stamp_id/scan", "signatory_ids/facsimile_id/scan"],
            ),
            ("crm.requisites", "_get_print_values", [self.requisites.id], [], "invoice", True),
            ("crm.requisites", "get_block_preview", self.requisites.id),
            ("crm.facsimile.use", "search_read", []),
            ("ir.attachment", "search_read", [("res_model", "in", ["crm.facsimile", "crm.facsimile.use"])], ["datas"]),
            ("mail.message", "search_read", [("model", "=", "crm.facsimile")]),
        ]
        for user in (self.olena, self.head, self.system):
            self._login(user)
            for name, method, *args in calls:
                with self.subTest(user=user.login, call=f"{name}.{method} {args}"):
                    answer = self._call(name, method, *args)
                    self.assertTrue(answer)
                    self.assertNoScan(answer)
        self.assertEqual(len(self.signature._read_scans()), 1)

    @mute_logger("odoo.http")
    def test_scan_cannot_be_searched_for(self):
        """A search that compares would give the picture away letter by letter."""
        self._login(self.olena)
        for domain in ([("scan", "like", "iVBOR")], [("scan", "!=", False)], [("scan", ">", "a")]):
            self.assertIn(b'"error"', self._call("crm.facsimile", "search_count", domain))
        self.assertIn(b'"error"', self._call("crm.facsimile", "search", [], order="scan"))

    @mute_logger("odoo.http")
    def test_export(self):
        for user in (self.olena, self.head):
            user.group_ids = [(4, self.env.ref("base.group_allow_export").id)]
            self._login(user)
            data = {
                "model": "crm.facsimile",
                "fields": [{"name": name, "label": name, "type": "char"} for name in ("name", "scan", "has_scan")],
                "ids": self.signature.ids,
                "domain": [],
                "import_compat": False,
                "groupby": [],
            }
            for kind in ("csv", "xlsx"):
                self.assertNoScan(self.url_open(f"/web/export/{kind}", data={"data": json.dumps(data)}).content)

    def test_no_field_and_no_attachment_holds_it(self):
        self.assertNotIn("scan", self.env["crm.facsimile"]._fields)
        self.assertFalse(self.env["ir.attachment"].search([("res_model", "=", "crm.facsimile")]))
        self.assertFalse(
            self.env["ir.attachment"].search([("res_field", "!=", False), ("res_model", "=", "crm.signatory")])
        )
        self.assertFalse(hasattr(self.env["crm.facsimile"], "message_post"))

    def test_copy_has_no_scan(self):
        copied = self.signature.with_user(self.head).copy()
        self.assertFalse(copied.has_scan or copied._read_scans())

    def test_preview_over_http(self):
        """Each call asks anew, and what it gives is the small hatched picture."""
        self._login(self.olena)
        answer = self._call("crm.facsimile", "get_scan_preview", self.signature.id)
        self.assertIn(b"data:image/png;base64,", answer)
        self.assertNoScan(answer)
        self._login(self.head)
        with mute_logger("odoo.http"):
            answer = self._call("crm.facsimile", "get_scan_preview", self.signature.id)
        self.assertNotIn(b"data:image", answer)
        self.assertIn(b"AccessError", answer)

    # ------------------------------------------------------------
    # REPORTS
    # ------------------------------------------------------------

    def test_web_page_of_the_form(self):
        """A preview as a web page has empty lines, whatever its address says."""
        self._login(self.olena)
        for context in (None, {"crm_form_pdf": True}, {"crm_form_pdf": "MAKING_PDF"}):
            address = f"/report/html/{REPORT}/{self.order.id}"
            if context:
                address += f"?context={json.dumps(context)}"
            answer = self.url_open(address)
            self.assertEqual(answer.status_code, 200)
            self.assertIn(b"Kovalenko", answer.content)
            self.assertNoScan(answer.content)
            self.assertNotIn(b"data:image/png", answer.content)
        self.assertFalse(self._get_uses())

    @mute_logger("odoo.http", "odoo.sql_db")
    def test_pdf_over_http_carries_the_scans_and_is_logged(self):
        """The route begins read-only; the log makes Odoo start anew with a cursor that may write."""
        self._login(self.olena)
        context = json.dumps({"force_report_rendering": True})
        answer = self.url_open(f"/report/pdf/{REPORT}/{self.order.id}?context={context}")
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")
        # the two scans have transparent paper, which the logo has not
        self.assertGreaterEqual(answer.content.count(b"/SMask"), 2)
        self.assertEqual(self._get_uses().user_id, self.olena)
        self.assertEqual(len(self._get_uses()), 2)

    @mute_logger("odoo.http")
    def test_pdf_over_http_is_refused_to_others(self):
        self._login(self.head)
        context = json.dumps({"force_report_rendering": True})
        answer = self.url_open(f"/report/pdf/{REPORT}/{self.order.id}?context={context}")
        self.assertNotEqual(answer.status_code, 200)
        self.assertNotEqual(answer.content[:4], b"%PDF")
        self.assertFalse(self._get_uses())

    def test_mail_template_finds_nothing(self):
        values = {
            "name": "Spy",
            "model_id": self.env["ir.model"]._get_id("crm.facsimile"),
            "body_html": '<p t-out="object.scan"/>',
        }
        loggers = ("odoo.addons.mail.models.mail_render_mixin", "odoo.addons.mail.models.mail_template")
        with self.assertRaisesRegex(ValidationError, "object.scan"), mute_logger(*loggers):
            self.env["mail.template"].create(values)
