import base64
import binascii

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL
from odoo.tools.sql import column_exists, create_column

from ..tools import facsimile_scan

# The forms ask for scans with this value under this key of the context, and no request can send it: what comes over
# RPC is JSON, and this is an object known only here. `crm_facsimile_report.py` sets it while a PDF is made.
PDF_KEY = "crm_form_pdf"
MAKING_PDF = type("MakingPdf", (), {"__repr__": lambda self: "MAKING_PDF"})()

PREVIEW_SIDE = 320


class CrmFacsimile(models.Model):
    """The picture of a facsimile.

    It lives in a column of the table that is no field of the model: what reads, searches, groups, exports or copies
    fields, over RPC or in a template, finds nothing. There are two ways to it: `_stamp`, which checks the right and
    writes the log, and `get_scan_preview`, which checks the right and gives a small hatched copy.
    """

    _inherit = "crm.facsimile"

    scan_date = fields.Datetime("Scanned on", readonly=True, copy=False)
    scan_user_id = fields.Many2one("res.users", "Scanned by", ondelete="restrict", readonly=True, copy=False)
    scan_width = fields.Integer(readonly=True, copy=False, help="Pixels.")
    scan_height = fields.Integer(readonly=True, copy=False, help="Pixels.")
    has_scan = fields.Boolean("Scan", compute="_compute_has_scan")
    height_mm = fields.Float("Height on Paper", compute="_compute_height_mm", digits=(5, 1), help="Millimetres.")
    print_resolution = fields.Integer(compute="_compute_height_mm", help="Dots per inch at this width on paper.")

    def _auto_init(self):
        result = super()._auto_init()
        if not column_exists(self.env.cr, self._table, "scan"):
            create_column(self.env.cr, self._table, "scan", "bytea", "PNG picture; no field, read by _read_scans only")
        return result

    @api.depends("scan_date")
    def _compute_has_scan(self):
        for facsimile in self:
            facsimile.has_scan = bool(facsimile.scan_date)

    @api.depends("width_mm", "scan_width", "scan_height")
    def _compute_height_mm(self):
        for facsimile in self:
            width, millimetres = facsimile.scan_width, facsimile.width_mm
            facsimile.height_mm = millimetres * facsimile.scan_height / width if width else 0
            facsimile.print_resolution = round(25.4 * width / millimetres) if millimetres else 0

    # ------------------------------------------------------------
    # UPLOAD
    # ------------------------------------------------------------

    def action_set_scan(self, original, turn=0, crop=None, threshold=None, width_mm=None):
        """Make the facsimile of a scan; an earlier one is replaced for good.

        :param str original: the file as it was chosen, PNG or JPEG, in base64
        :param int turn: degrees clockwise: 0, 90, 180 or 270
        :param list crop: left, top, right and bottom of the part to take, 0 to 1 of the turned picture; by default all
        :param int threshold: luminance from which on a point is paper and transparent, 1 to 255
        :param int width_mm: width on paper in millimetres, 5 to 120; by default it stays
        :raises AccessError: unless the user is a sales administrator or the owner of the signature
        :raises UserError: if no facsimile can be made of the file
        """
        self.ensure_one()
        self._check_may_set_scan()
        try:
            content = base64.b64decode(original, validate=True)
            picture = facsimile_scan.make_facsimile(
                content, turn, crop or (0, 0, 1, 1), threshold or facsimile_scan.DEFAULT_THRESHOLD
            )
        except facsimile_scan.ScanError as error:
            raise UserError(self._get_scan_message(error)) from error
        except (binascii.Error, TypeError, ValueError) as error:
            raise UserError(self._get_scan_message(facsimile_scan.NoPicture())) from error
        self._write_scan(picture, width_mm)

    def action_clear_scan(self):
        """Delete the scan: the facsimile leaves its places on the papers empty.

        :raises AccessError: unless the user is a sales administrator or the owner of the signature
        """
        for facsimile in self:
            facsimile._check_may_set_scan()
            if facsimile.has_scan:
                facsimile._write_scan(None)

    def _check_may_set_scan(self):
        self.check_access("read")
        if not self._may_set_scan():
            raise AccessError(
                self.env._("Only a sales administrator or the owner of the signature may set or delete a scan.")
            )

    def _write_scan(self, picture, width_mm=None):
        """:param picture: a `Facsimile` of `facsimile_scan`, or nothing to delete the scan"""
        content = picture.content if picture else None
        self.env.cr.execute(SQL("UPDATE crm_facsimile SET scan = %s WHERE id = %s", content, self.id))
        # sudo: the owner of a signature may replace his scan, and nothing else of the record
        self.sudo().write(
            {
                "scan_date": fields.Datetime.now() if picture else False,
                "scan_user_id": self.env.uid if picture else False,
                "scan_width": picture.width if picture else 0,
                "scan_height": picture.height if picture else 0,
                "width_mm": width_mm or self.width_mm,
            }
        )
        self._log_event("scanned" if picture else "cleared")

    def _get_scan_message(self, error):
        """Return one sentence on a `ScanError`: what is wrong with the file, and what would do."""
        match error:
            case facsimile_scan.TooManyBytes():
                return self.env._("The file is larger than %(megabytes)s MB: scan at 300 dpi.", **error.details)
            case facsimile_scan.TooManyPixels():
                return self.env._(
                    "The picture has more than %(megapixels)s million pixels: scan at 300 dpi, or cut it beforehand.",
                    megapixels=error.details["megapixels"],
                )
            case facsimile_scan.TooSmall():
                return self.env._(
                    "Only %(width)s x %(height)s pixels are left of the scan, %(least)s are the least: scan at 300 dpi.",
                    **error.details,
                )
            case facsimile_scan.NoInk():
                return self.env._("No ink is left: let less of the scan become transparent.")
            case facsimile_scan.WrongParameter():
                return self.env._("This part of the picture cannot be taken (%(name)s).", **error.details)
        return self.env._("This is no picture that can be read: choose a PNG or JPEG file.")

    # ------------------------------------------------------------
    # USE
    # ------------------------------------------------------------

    @api.readonly
    def get_scan_preview(self):
        """Return a small hatched copy for the form, of no use on a paper.

        :return: PNG picture as data URI, or False without a scan
        :raises AccessError: if the user may not use the facsimile
        """
        self.ensure_one()
        self.check_access("read")
        self._check_may_use()
        content = self._read_scans().get(self.id)
        return self._get_data_uri(facsimile_scan.shrink(content, PREVIEW_SIDE)) if content else False

    def _stamp(self, papers, form):
        """Return the scans of these facsimiles for these papers, and log each copy: the only way to the full scan.

        The log is part of the transaction that prints: if printing fails, neither is there.

        :param papers: records of one model that are being printed
        :param str form: the printed form, as `crm.facsimile.use` knows it: invoice, act or waybill
        :return: {id of facsimile: PNG picture as data URI}; without those that have no scan yet
        :raises AccessError: if the user may not use one of them
        """
        self._check_may_use()
        contents = self._read_scans()
        self.env["crm.facsimile.use"]._log_papers(
            self.filtered(lambda facsimile: facsimile.id in contents), papers, form
        )
        return {facsimile_id: self._get_data_uri(content) for facsimile_id, content in contents.items()}

    def _read_scans(self):
        """Return {id: bytes}. Whoever calls this has checked the right."""
        if not self:
            return {}
        rows = self.env.execute_query(
            SQL("SELECT id, scan FROM crm_facsimile WHERE id IN %s AND scan IS NOT NULL", tuple(self.ids))
        )
        return {facsimile_id: bytes(content) for facsimile_id, content in rows}

    @api.model
    def _get_data_uri(self, content):
        return "data:image/png;base64," + base64.b64encode(content).decode()
