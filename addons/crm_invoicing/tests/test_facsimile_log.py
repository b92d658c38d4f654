from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.crm_facsimile_scan import MAKING_PDF, PDF_KEY
from .facsimile_common import draw_scribble, in_base64
from .test_facsimile_rights import FacsimileCommon

REPORT = "crm_invoicing.report_sale_order_invoice"


@tagged("post_install", "-at_install")
class TestFacsimileLog(FacsimileCommon):
    def test_row_says_who_what_when(self):
        requisites = self.requisites.with_user(self.olena).with_context(**{PDF_KEY: MAKING_PDF, "lang": "en_US"})
        requisites._get_print_values(self.order, "invoice", True)
        uses = self._get_uses()
        self.assertEqual(uses.facsimile_id, self.signature | self.stamp)
        for use in uses:
            self.assertEqual((use.user_id, use.event, use.form), (self.olena, "stamped", "invoice"))
            self.assertEqual((use.res_model, use.res_id, use.paper), ("sale.order", self.order.id, self.order.name))
            self.assertEqual((use.company_id, use.lang), (self.company, "en_US"))
            self.assertTrue(use.date)

    def test_number_is_that_of_the_day(self):
        self._print_values(self.order, self.olena)
        number = self.order.name
        self.order.name = "Renamed"
        self.assertEqual(set(self._get_uses().mapped("paper")), {number})

    def test_draft_invoice_has_a_name_too(self):
        move = self._create_invoice(self.dnipro, self.olena, post=False)
        self._print_values(move, self.olena)
        self.assertTrue(all(self._get_uses().mapped("paper")))

    def test_twice_printed_twice_logged(self):
        self._print_values(self.order, self.olena)
        self._print_values(self.order, self.olena)
        self.assertEqual(len(self._get_uses()), 4)
        self.assertEqual(self.stamp.use_count, 2)

    def test_languages(self):
        self.env["res.lang"]._activate_lang("uk_UA")
        requisites = self.requisites.with_user(self.olena).with_context(**{PDF_KEY: MAKING_PDF, "lang": "uk_UA"})
        requisites._get_print_values(self.order, "act", True)
        self.assertEqual(set(self._get_uses().mapped("lang")), {"uk_UA"})

    def test_batch(self):
        """Hundreds of papers: one check of each facsimile, one reading of the scans, one creation."""
        orders = self.order.browse()
        orders = orders.create([{"partner_id": self.dnipro.id, "user_id": self.olena.id}] * 50)
        Use, Facsimile = self.registry["crm.facsimile.use"], self.registry["crm.facsimile"]
        with (
            patch.object(Use, "create", autospec=True, side_effect=Use.create) as create,
            patch.object(Facsimile, "_read_scans", autospec=True, side_effect=Facsimile._read_scans) as read,
            patch.object(Facsimile, "_may_use", autospec=True, side_effect=Facsimile._may_use) as check,
        ):
            self._print_values(orders, self.olena)
        self.assertEqual((create.call_count, read.call_count, check.call_count), (1, 1, 2))
        self.assertEqual(len(self._get_uses()), 100)

    def test_queries_do_not_grow(self):
        counts = []
        for number in (5, 50):
            orders = self.order.create([{"partner_id": self.dnipro.id, "user_id": self.olena.id}] * number)
            self.env.flush_all()
            before = self.cr.sql_log_count
            self._print_values(orders, self.olena)
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 2)

    def test_rolled_back_print_leaves_no_row(self):
        with self.assertRaises(ZeroDivisionError), self.cr.savepoint():
            self._print_values(self.order, self.olena)
            raise ZeroDivisionError
        self.assertFalse(self._get_uses())

    def test_failed_print_leaves_no_row(self):
        """Stock's download answers with a message and commits: the rows must be gone by then."""
        self.order.with_user(self.olena).is_stamped = True
        report = self.env["ir.actions.report"].with_user(self.olena).with_context(force_report_rendering=True)
        engine = "odoo.addons.crm_invoicing.tools.pdf_engine.PdfEngine.print_document"
        with patch(engine, side_effect=UserError("no paper")), self.assertRaises(UserError):
            report._render_qweb_pdf(REPORT, self.order.ids)
        self.assertFalse(self._get_uses())
        report._render_qweb_pdf(REPORT, self.order.ids)
        self.assertEqual(len(self._get_uses()), 2)

    def test_changes_are_logged(self):
        self.signature.with_user(self.head).user_ids = [Command.link(self.taras.id), Command.unlink(self.olena.id)]
        use = self._get_uses("users")[-1]
        self.assertEqual((use.user_id, use.facsimile_id), (self.head, self.signature))
        self.assertEqual(use.note, "+ Taras, - Olena")
        self.signature.with_user(self.head).name = "Another name"
        self.assertEqual(self._get_uses("users")[-1], use)

    def test_replaced_scan_is_logged(self):
        before = len(self._get_uses("scanned"))
        self.signature.with_user(self.director).action_set_scan(in_base64(draw_scribble()))
        self.assertEqual(len(self._get_uses("scanned")), before + 1)
        self.assertEqual(self._get_uses("scanned")[-1].user_id, self.director)
        self.signature.with_user(self.head).action_clear_scan()
        self.assertEqual(self._get_uses("cleared").user_id, self.head)

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_nobody_edits(self):
        self._print_values(self.order, self.olena)
        use = self._get_uses()[0]
        values = {"facsimile_id": self.stamp.id, "event": "stamped"}
        for user in (self.olena, self.head, self.system, self.director):
            with self.subTest(user=user.login):
                for change in (
                    lambda user=user: use.with_user(user).write({"paper": "Other"}),
                    lambda user=user: use.with_user(user).unlink(),
                    lambda user=user: use.with_user(user).copy(),
                    lambda user=user: use.with_user(user).create(values),
                ):
                    with self.assertRaises(AccessError):
                        change()

    def test_nobody_edits_even_with_rights_on_the_model(self):
        self._print_values(self.order, self.olena)
        self.env["ir.model.access"].create(
            {
                "name": "all",
                "model_id": self.env["ir.model"]._get_id("crm.facsimile.use"),
                "group_id": self.env.ref("base.group_user").id,
                **{f"perm_{right}": True for right in ("read", "write", "create", "unlink")},
            }
        )
        use = self._get_uses()[0].with_user(self.head)
        with self.assertRaisesRegex(AccessError, "nobody's hand"):
            use.paper = "Other"
        with self.assertRaisesRegex(AccessError, "nobody's hand"):
            use.unlink()
        with self.assertRaisesRegex(AccessError, "nobody's hand"):
            use.create({"facsimile_id": self.stamp.id})

    def test_used_facsimile_stays(self):
        self._print_values(self.order, self.olena)
        with self.assertRaises(IntegrityError), self.cr.savepoint(), mute_logger("odoo.sql_db"):
            self.stamp.unlink()
        self.assertTrue(self.stamp.exists())

    def test_who_sees_what(self):
        self._print_values(self.order, self.olena)
        uses = self._get_uses()
        seen = {
            user.login: len(self.env["crm.facsimile.use"].with_user(user).search([("id", "in", uses.ids)]))
            for user in (self.olena, self.head, self.taras, self.director, self.system, self.stranger)
        }
        expected = {"cl_olena": 2, "cl_head": 2, "cl_taras": 0, "fs_director": 1, "fs_system": 0, "fs_stranger": 0}
        self.assertEqual(seen, expected)

    def test_found_by_paper_and_opened(self):
        self._print_values(self.order, self.olena)
        Use = self.env["crm.facsimile.use"].with_user(self.olena)
        use = Use.search([("paper", "ilike", self.order.name)], limit=1)
        self.assertEqual(use.action_open_paper()["res_id"], self.order.id)
        action = self.stamp.with_user(self.olena).action_view_uses()
        self.assertEqual(len(Use.search(action["domain"] + [("event", "=", "stamped")])), 1)

    def test_paper_that_is_gone(self):
        self._print_values(self.order, self.olena)
        self.order.unlink()
        with self.assertRaisesRegex(UserError, "no longer"):
            self._get_uses()[0].with_user(self.olena).action_open_paper()
