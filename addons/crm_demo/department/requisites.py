"""What stands on the papers of the company: bank accounts, signatories, a drawn signature and stamp."""

import base64
import io
import math

from PIL import Image, ImageDraw

from odoo import Command

from . import tables
from .numbers import edrpou, iban_ua, vat_ua

SERIAL = 70100
INK = (32, 58, 138)
# how the signatories stand on papers in other languages, if those are there: name and position
SIGNATORIES = {
    "uk_UA": (("Богдан Лисенко", "Директор"), ("Надія Романенко", "Головний бухгалтер")),
    "ru_RU": (("Богдан Лысенко", "Директор"), ("Надежда Романенко", "Главный бухгалтер")),
}


def create_requisites(cast):
    """Requisites in hryvnias and euros with the facsimiles that the head and the managers may use."""
    identify_company(cast)
    stamp, director, accountant = _create_facsimiles(cast)
    signatories = _create_signatories(cast, director, accountant)
    for position, code in enumerate(("UAH", "EUR")):
        cast.env["crm.requisites"].create(
            {
                "name": f"{cast.company.name}, {code}",
                "company_id": cast.company.id,
                "partner_bank_id": _create_account(cast, code, position).id,
                "place": cast.company.city,
                "signatory_ids": [Command.set(signatories.ids)],
                "stamp_id": stamp.id,
                "is_default": True,
            }
        )


def identify_company(cast):
    """Give the company numbers that nobody has."""
    code = edrpou(SERIAL)
    cast.company.partner_id.write({"vat": vat_ua(code), "company_registry": code})


def _create_account(cast, code, position):
    bank = cast.named("res.bank", ["Bank of the Invented"])["Bank of the Invented"]
    return cast.env["res.partner.bank"].create(
        {
            "acc_number": iban_ua(26000 * 10**10 + position),
            "partner_id": cast.company.partner_id.id,
            "bank_id": bank.id,
            "currency_id": cast.env.ref(f"base.{code}").id,
            "allow_out_payment": True,
        }
    )


def _create_signatories(cast, director, accountant):
    signatories = cast.env["crm.signatory"].create(
        [
            {
                "name": name,
                "role": role,
                "position": position,
                "basis": basis,
                "facsimile_id": facsimile.id,
                "company_id": cast.company.id,
            }
            for name, role, position, basis, facsimile in (
                ("Bohdan Lysenko", "director", "Director", "the statute", director),
                ("Nadiia Romanenko", "accountant", "Chief accountant", False, accountant),
            )
        ]
    )
    installed = dict(cast.env["res.lang"].get_installed())
    for lang, names in SIGNATORIES.items():
        if lang in installed:
            for signatory, (name, position) in zip(signatories.with_context(lang=lang), names, strict=True):
                signatory.write({"name": name, "position": position})
    return signatories


def _create_facsimiles(cast):
    users = [Command.set([cast.users[login].id for login in tables.USERS])]
    facsimiles = cast.env["crm.facsimile"].create(
        [
            {"name": name, "kind": kind, "company_id": cast.company.id, "user_ids": users}
            for name, kind in (
                ("Stamp", "stamp"),
                ("Signature of the director", "signature"),
                ("Signature of the chief accountant", "signature"),
            )
        ]
    )
    scans = draw_stamp(cast.company.name), draw_signature(3), draw_signature(5)
    for facsimile, scan in zip(facsimiles, scans, strict=True):
        facsimile.action_set_scan(base64.b64encode(scan).decode())
    return facsimiles


# ------------------------------------------------------------
# PICTURES
# ------------------------------------------------------------


def draw_stamp(name):
    """A round stamp with the name around it, as PNG."""
    image = Image.new("RGB", (700, 700), "white")
    draw = ImageDraw.Draw(image)
    for inset, width in ((20, 10), (120, 6)):
        draw.ellipse((inset, inset, 700 - inset, 700 - inset), outline=INK, width=width)
    letters = f"{name} * SAMPLE * ".upper()
    for position, letter in enumerate(letters):
        _draw_letter(image, letter, 360 * position / len(letters))
    draw.text((350, 350), "SAMPLE", fill=INK, anchor="mm", font_size=90)
    return _save(image)


def _draw_letter(image, letter, degrees):
    """One letter, upright towards the middle, so many degrees clockwise from the top."""
    tile = Image.new("RGBA", (80, 80), (255, 255, 255, 0))
    ImageDraw.Draw(tile).text((40, 40), letter, fill=INK, anchor="mm", font_size=56)
    tile = tile.rotate(-degrees, resample=Image.Resampling.BICUBIC)
    angle = math.radians(degrees - 90)
    place = (round(350 + 270 * math.cos(angle)) - 40, round(350 + 270 * math.sin(angle)) - 40)
    image.paste(tile, place, tile)


def draw_signature(waves):
    """A line that swings, ever smaller, as PNG; `waves` is the number of its swings."""
    image = Image.new("RGB", (900, 320), "white")
    points = [
        (60 + 780 * step / 300, 160 - 130 * math.sin(2 * math.pi * waves * step / 300) * (1 - step / 330))
        for step in range(301)
    ]
    ImageDraw.Draw(image).line(points, fill=INK, width=9, joint="curve")
    return _save(image)


def _save(image):
    content = io.BytesIO()
    image.save(content, format="PNG")
    return content.getvalue()
