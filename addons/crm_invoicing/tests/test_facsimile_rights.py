import base64

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tests.common import TransactionCase
from odoo.tools import mute_logger

from ..models.crm_facsimile_scan import MAKING_PDF, PDF_KEY
from .facsimile_common import FacsimileCast, draw_page, draw_scribble, encode, in_base64


class FacsimileCommon(FacsimileCast, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_cast()

    def _print_values(self, papers, user, stamped=True, form="invoice"):
        """Return what a form gets while a PDF is made for a user."""
        requisites = self.requisites.with_user(user).with_context(**{PDF_KEY: MAKING_PDF})
        return requisites._get_print_values(papers.with_user(user), form, stamped)


@tagged("post_install", "-at_install")
class TestFacsimileRights(FacsimileCommon):
    """Who may see, use, define and replace: no group gives the scan, only the list of the facsimile does."""

    def test_who_may_use(self):
        allowed = {user.login: self.signature._may_use(user) for user in self._get_everybody()}
        self.assertEqual({login for login, may in allowed.items() if may}, {"cl_olena", "fs_director"})

    def _get_everybody(self):
        users = self.olena | self.taras | self.ivan | self.head | self.clerk | self.accountant | self.director
        return users | self.system | self.visitor | self.stranger | self.env.ref("base.user_root")

    def test_compute_and_search_agree(self):
        facsimiles = self.signature | self.stamp
        for user in self._get_everybody() - self.visitor:
            with self.subTest(user=user.login):
                records = self.env["crm.facsimile"].with_user(user).search([("id", "in", facsimiles.ids)])
                self.assertEqual(records.filtered("can_use"), records.filtered_domain([("can_use", "=", True)]))
                self.assertEqual(
                    records.filtered("can_use"), records.search([("id", "in", facsimiles.ids), ("can_use", "=", True)])
                )
                self.assertEqual(
                    records - records.filtered("can_use"),
                    records.search([("id", "in", facsimiles.ids), ("can_use", "=", False)]),
                )

    def test_archived_is_used_by_nobody(self):
        self.signature.active = False
        self.assertFalse(self.signature._may_use(self.olena))
        found = self.env["crm.facsimile"].with_user(self.olena).with_context(active_test=False)
        self.assertNotIn(self.signature, found.search([("can_use", "=", True)]).sudo())
        self.assertIn(self.signature, found.search([("can_use", "=", False)]).sudo())
        with self.assertRaisesRegex(UserError, "Hand of the director.*archived"):
            self._print_values(self.order, self.olena)

    def test_who_gets_the_preview(self):
        for user in (self.olena, self.director):
            preview = self.signature.with_user(user).get_scan_preview()
            self.assertTrue(preview.startswith("data:image/png;base64,"))
        for user in (self.head, self.system, self.taras, self.ivan, self.clerk, self.stranger, self.visitor):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.signature.with_user(user).get_scan_preview()
        with self.assertRaises(AccessError):
            self.signature.with_user(self.head).sudo().get_scan_preview()

    def test_preview_is_not_the_scan(self):
        [scan] = self.signature._read_scans().values()
        preview = base64.b64decode(self.signature.with_user(self.olena).get_scan_preview().split(",")[1])
        self.assertNotEqual(preview, scan)
        self.assertFalse(self._get_uses(), "to look at it is no copy")

    def test_taken_right_is_gone_at_once(self):
        self.signature.with_user(self.olena).get_scan_preview()
        self.signature.with_user(self.head).user_ids = [Command.unlink(self.olena.id)]
        with self.assertRaises(AccessError):
            self.signature.with_user(self.olena).get_scan_preview()
        self.assertFalse(self.requisites.with_user(self.olena).can_stamp)

    def test_who_stamps(self):
        values = self._print_values(self.order, self.olena)
        self.assertTrue(values["stamp"].startswith("data:image/png;base64,"))
        self.assertTrue(values["signatories"][0]["signature"])
        for user in (self.head, self.system, self.taras, self.visitor, self.env.ref("base.user_root")):
            with self.subTest(user=user.login), self.assertRaisesRegex(AccessError, "Hand of the director"):
                self._print_values(self.order, user)
        with self.assertRaisesRegex(AccessError, "Round stamp"):
            self._print_values(self.order, self.director)

    def test_superuser_rights_are_no_right_to_stamp(self):
        requisites = self.requisites.with_user(self.taras).sudo().with_context(**{PDF_KEY: MAKING_PDF})
        with self.assertRaises(AccessError):
            requisites._get_print_values(self.order, "invoice", True)

    def test_without_stamp_everybody_prints(self):
        for user in (self.taras, self.head, self.accountant):
            values = self._print_values(self.order, user, stamped=False)
            self.assertEqual(values["signatories"][0]["name"], "O. P. Kovalenko")
            self.assertFalse(values["signatories"][0]["signature"] or values["stamp"])
        self.assertFalse(self._get_uses())

    def test_outside_of_a_pdf_no_scan(self):
        for context in ({}, {PDF_KEY: True}, {PDF_KEY: "MAKING_PDF"}, {PDF_KEY: 1}):
            requisites = self.requisites.with_user(self.olena).with_context(**context)
            values = requisites._get_print_values(self.order, "invoice", True)
            self.assertFalse(values["stamp"] or values["signatories"][0]["signature"])
        self.assertFalse(self._get_uses())
        with self.assertRaises(AccessError):
            self.requisites.with_user(self.taras)._get_print_values(self.order, "invoice", True)

    def test_switch_is_for_those_entitled(self):
        entitled = {user for user in self._get_everybody() if self.requisites._can_stamp(user)}
        self.assertEqual(entitled, {self.olena})
        self.assertTrue(self.requisites.with_user(self.olena).can_stamp)
        self.assertFalse(self.requisites.with_user(self.head).can_stamp)

    def test_mark_on_a_paper_is_checked(self):
        self.order.with_user(self.olena).is_stamped = True
        self.order.is_stamped = False
        with self.assertRaisesRegex(AccessError, "Hand of the director"):
            self.order.with_user(self.head).is_stamped = True

    def test_without_any_scan_nothing_can_be_stamped(self):
        (self.signature | self.stamp).action_clear_scan()
        self.assertFalse(self.requisites.with_user(self.olena).can_stamp)
        with self.assertRaisesRegex(UserError, "no scan"):
            self.requisites.with_user(self.olena)._check_may_stamp()

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_who_defines(self):
        for user in (self.olena, self.director, self.system, self.clerk, self.visitor):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.env["crm.facsimile"].with_user(user).create({"name": "Mine"})
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.signature.with_user(user).user_ids = [Command.link(user.id)]
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.requisites.with_user(user).stamp_id = False
        with self.assertRaises(AccessError):
            self.signature.with_user(self.stranger).name = "Of another company"
        created = self.env["crm.facsimile"].with_user(self.head).create({"name": "New", "kind": "stamp"})
        self.assertEqual((created.width_mm, created.can_use), (40, False))

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_who_sets_the_scan(self):
        scan = in_base64(draw_scribble())
        for user in (self.head, self.director):
            self.signature.with_user(user).action_set_scan(scan)
            self.assertEqual(self.signature.scan_user_id, user)
        for user in (self.olena, self.taras, self.system, self.stranger, self.visitor):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.signature.with_user(user).action_set_scan(scan)
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.signature.with_user(user).action_clear_scan()

    def test_portal_users_get_no_facsimile(self):
        with self.assertRaisesRegex(ValidationError, "Visitor"):
            self.stamp.user_ids = [Command.link(self.visitor.id)]
        with self.assertRaisesRegex(ValidationError, "Visitor"):
            self.stamp.owner_id = self.visitor

    def test_another_company(self):
        foreign = self.env["crm.facsimile"].create({"name": "Foreign", "company_id": self.other_company.id})
        with self.assertRaises(UserError):
            self.requisites.stamp_id = foreign


@tagged("post_install", "-at_install")
class TestFacsimileUpload(FacsimileCommon):
    def test_figures_of_the_scan(self):
        page = encode(draw_page(600, 300, (100, 50, 500, 250)))
        self.stamp.action_set_scan(in_base64(page), turn=90, crop=[0, 0, 1, 0.5], threshold=200, width_mm=50)
        self.assertEqual((self.stamp.scan_width, self.stamp.scan_height), (200, 200))
        self.assertEqual((self.stamp.width_mm, self.stamp.height_mm, self.stamp.print_resolution), (50, 50, 102))
        self.assertTrue(self.stamp.has_scan)

    def test_messages(self):
        refused = {
            "no picture": ("aGVsbG8=", {}),
            "is no picture": ("not base64 !", {}),
            "this is no picture": (False, {}),
            "100 are the least": (in_base64(encode(draw_page(20, 20, (0, 0, 20, 20)))), {}),
            "No ink": (in_base64(draw_scribble()), {"threshold": 1}),
            "cannot be taken": (in_base64(draw_scribble()), {"crop": [0, 0, 2, 2]}),
            "36 million": (in_base64(encode(draw_page(8000, 8000, (0, 0, 9, 9), mode="1"))), {}),
        }
        for message, (original, parameters) in refused.items():
            with self.subTest(message=message), self.assertRaisesRegex(UserError, f"(?i){message}"):
                self.stamp.action_set_scan(original, **parameters)
        with self.assertRaisesRegex(UserError, "10 MB"):
            self.stamp.action_set_scan(in_base64(b"\0" * (11 * 1024**2)))

    def test_refused_file_leaves_the_old_scan(self):
        before = self.stamp._read_scans()
        with self.assertRaises(UserError):
            self.stamp.action_set_scan("aGVsbG8=")
        self.assertEqual(self.stamp._read_scans(), before)

    def test_clear(self):
        self.stamp.action_clear_scan()
        self.assertFalse(self.stamp.has_scan or self.stamp._read_scans())
        self.assertFalse(self.stamp.with_user(self.olena).get_scan_preview())
        values = self._print_values(self.order, self.olena)
        self.assertFalse(values["stamp"])
        self.assertTrue(values["signatories"][0]["signature"])

    def test_width_limits(self):
        with self.assertRaises(IntegrityError), self.cr.savepoint(), mute_logger("odoo.sql_db"):
            self.stamp.width_mm = 500
            self.stamp.flush_recordset()
