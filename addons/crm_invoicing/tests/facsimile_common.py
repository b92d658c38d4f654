import base64
import io

from PIL import Image, ImageDraw

from odoo import Command
from odoo.tests import new_test_user

from .common import InvoicingCast

INK = (24, 40, 150)
PAPER = (250, 248, 240)


def draw_page(width, height, box, mode="RGB", paper=PAPER, ink=INK):
    """Return a picture of a sheet with a block of ink; ``box`` is left, top, right and bottom in pixels, exclusive."""
    page = Image.new("RGB", (width, height), paper)
    left, top, right, bottom = box
    ImageDraw.Draw(page).rectangle((left, top, right - 1, bottom - 1), fill=ink)
    return page.convert(mode)


def encode(page, kind="PNG", **options):
    """Return the bytes of a picture as a file of this kind."""
    buffer = io.BytesIO()
    page.save(buffer, kind, **options)
    return buffer.getvalue()


def draw_scribble(width=400, height=160):
    """Return the file of a scan that hides no pattern: compressed it is still large enough to be found in an answer."""
    page = Image.effect_noise((width, height), 90).convert("RGB")
    page.paste(PAPER, (0, 0, width, 20))
    return encode(page)


def in_base64(content):
    return base64.b64encode(content).decode()


class FacsimileCast(InvoicingCast):
    """Requisites with the signature of a director and a stamp, which olena may use; nobody else of the cast may.

    director owns his signature and may not use the stamp; head defines facsimiles and uses none; system administers
    the database; visitor has a portal; stranger works in another company and is on the list of the signature.
    """

    @classmethod
    def _set_up_cast(cls):
        super()._set_up_cast()
        cls.director = new_test_user(cls.env, "fs_director", "base.group_user", name="Director")
        cls.system = new_test_user(cls.env, "fs_system", "base.group_user,base.group_system", name="System")
        cls.visitor = new_test_user(cls.env, "fs_visitor", "base.group_portal", name="Visitor")
        cls.other_company = cls.env["res.company"].create({"name": "Other company"})
        cls.stranger = new_test_user(
            cls.env,
            "fs_stranger",
            "base.group_user,sales_team.group_sale_manager",
            name="Stranger",
            company_id=cls.other_company.id,
            company_ids=[Command.set(cls.other_company.ids)],
        )
        cls.signature, cls.stamp = cls.env["crm.facsimile"].create(
            [
                {
                    "name": "Hand of the director",
                    "owner_id": cls.director.id,
                    "user_ids": [Command.set((cls.olena | cls.stranger).ids)],
                },
                {"name": "Round stamp", "kind": "stamp", "user_ids": [Command.set(cls.olena.ids)]},
            ]
        )
        for facsimile in cls.signature | cls.stamp:
            facsimile.action_set_scan(in_base64(draw_scribble()))
        cls.boss = cls.env["crm.signatory"].create(
            {"name": "O. P. Kovalenko", "position": "Director", "facsimile_id": cls.signature.id}
        )
        cls.requisites.write({"signatory_ids": [Command.set(cls.boss.ids)], "stamp_id": cls.stamp.id})
        cls.order = cls._create_order(cls.dnipro, cls.olena)

    @classmethod
    def _get_uses(cls, event="stamped"):
        """Return the rows of the log, the oldest first."""
        facsimiles = cls.signature | cls.stamp
        return cls.env["crm.facsimile.use"].search(
            [("event", "=", event), ("facsimile_id", "in", facsimiles.ids)], order="id"
        )
