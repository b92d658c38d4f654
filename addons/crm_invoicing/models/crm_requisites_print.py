from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.image import image_data_uri

from .crm_facsimile_scan import MAKING_PDF, PDF_KEY


class CrmRequisites(models.Model):
    """What the printed forms take from the requisites."""

    _inherit = "crm.requisites"

    can_stamp = fields.Boolean(compute="_compute_can_stamp", export_string_translation=False)

    @api.depends("stamp_id", "signatory_ids.facsimile_id")
    @api.depends_context("uid")
    def _compute_can_stamp(self):
        for requisites in self:
            requisites.can_stamp = requisites._can_stamp(self.env.user)

    # ------------------------------------------------------------
    # RIGHTS
    # ------------------------------------------------------------

    def _get_facsimiles(self):
        """Return the signatures and stamps that have a scan: what a stamped paper carries."""
        # sudo: a salesperson sees only the facsimiles that he may use, but must know that there are others
        requisites = self.sudo()
        return (requisites.signatory_ids.facsimile_id | requisites.stamp_id).filtered("has_scan").sudo(False)

    def _can_stamp(self, user):
        """Return whether a user may print with all the signatures and stamps that there are, and there is one."""
        facsimiles = self._get_facsimiles()
        return bool(facsimiles) and all(facsimile._may_use(user) for facsimile in facsimiles)

    def _check_may_stamp(self):
        """Check before a paper is marked as one with signature and stamp.

        :raises UserError: if there is no scan at all
        :raises AccessError: if the user may not use one of the facsimiles
        """
        for requisites in self:
            facsimiles = requisites._get_facsimiles()
            if not facsimiles:
                raise UserError(
                    self.env._(
                        'The requisites "%(requisites)s" have no scan of a signature or stamp yet.',
                        # sudo: only the name, for the message
                        requisites=requisites.sudo().name,
                    )
                )
            facsimiles._check_may_use()

    # ------------------------------------------------------------
    # PREVIEW
    # ------------------------------------------------------------

    @api.readonly
    def get_block_preview(self):
        """Return how the signatures will stand on a paper, for the form.

        :return: dict with ``signatories`` (list of dicts: name, position, scan, has_scan, width_mm, height_mm) and
            ``stamp`` (the same without a name); a scan is a small hatched copy as data URI, False for whom may not use it
        """
        self.ensure_one()
        self.check_access("read")
        signatories = [
            {
                "id": signatory.id,
                "name": signatory.name,
                "position": signatory.position or "",
                # sudo: which signature belongs to a signatory; the scan is asked for as the user
                **self._get_facsimile_preview(signatory.sudo().facsimile_id.sudo(False)),
            }
            for signatory in self.signatory_ids
        ]
        # sudo: that there is a stamp is no secret, its scan is asked for as the user
        return {"signatories": signatories, "stamp": self._get_facsimile_preview(self.sudo().stamp_id.sudo(False))}

    @api.model
    def _get_facsimile_preview(self, facsimile):
        # sudo: whether there is a scan and how large it is on paper, nothing of what it shows
        known = facsimile.sudo()
        is_seen = known.has_scan and facsimile._may_use(self.env.user) and facsimile.has_access("read")
        return {
            "scan": is_seen and facsimile.get_scan_preview(),
            "has_scan": known.has_scan,
            "width_mm": known.width_mm,
            "height_mm": known.height_mm,
        }

    # ------------------------------------------------------------
    # VALUES
    # ------------------------------------------------------------

    def _get_print_values(self, papers, form, stamped):
        """Return what a form prints of these requisites, in the language of the context.

        Scans are given away only while a PDF is made, one row of the log for each paper and facsimile; a preview as a
        web page shows the same form with empty lines.

        :param papers: records of one model that are being printed with these requisites, one or many
        :param str form: the printed form: invoice, act or waybill, for the log
        :param bool stamped: with signatures and stamp
        :return: dict with

            - ``signatories``: list of dicts: role, name, position, basis, signature (data URI or False), width_mm, height_mm
            - ``stamp`` (data URI or False), ``stamp_width_mm``, ``stamp_height_mm``
            - ``logo`` (data URI or False), ``place``, ``vat_note``, ``correspondent_account``, ``beneficiary_code``,
              ``purpose_code``: text or False
        :raises AccessError: if the user may not use one of the facsimiles
        """
        self.ensure_one()
        scans = self._stamp(papers, form) if stamped else {}
        # sudo: facsimiles and signatories that the user does not see are named on his papers all the same
        requisites = self.sudo()
        stamp = requisites.stamp_id
        return {
            "signatories": [
                requisites._get_signatory_values(signatory, scans) for signatory in requisites.signatory_ids
            ],
            "stamp": scans.get(stamp.id, False),
            "stamp_width_mm": stamp.width_mm,
            "stamp_height_mm": stamp.height_mm,
            "logo": requisites._get_logo(),
            **{
                name: requisites[name]
                for name in ("place", "vat_note", "correspondent_account", "beneficiary_code", "purpose_code")
            },
        }

    def _stamp(self, papers, form):
        """Return {id of facsimile: data URI}; nothing outside the making of a PDF, but the right is checked there too."""
        facsimiles = self._get_facsimiles()
        if self.env.context.get(PDF_KEY) is not MAKING_PDF:
            facsimiles._check_may_use()
            return {}
        return facsimiles._stamp(papers, form)

    @api.model
    def _get_signatory_values(self, signatory, scans):
        facsimile = signatory.facsimile_id
        return {
            "role": signatory.role,
            "name": signatory.name,
            "position": signatory.position,
            "basis": signatory.basis,
            "signature": scans.get(facsimile.id, False),
            "width_mm": facsimile.width_mm,
            "height_mm": facsimile.height_mm,
        }

    def _get_logo(self):
        """Return the logo as data URI; nothing if the company has none but Odoo's placeholder."""
        requisites = self.with_context(bin_size=False)
        company = requisites.company_id
        logo = requisites.logo or (not company.uses_default_logo and company.logo)
        return image_data_uri(logo) if logo else False
