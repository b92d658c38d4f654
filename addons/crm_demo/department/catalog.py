"""Products and price lists."""

from odoo import Command

from . import tables

# prices of a list are rounded to these
ROUNDING = {"UAH": 10.0, "EUR": 1.0, "PLN": 1.0, "KZT": 100.0}


def create_catalog(cast):
    """Products in hryvnias and a price list for each currency that clients pay in."""
    products = cast.env["product.product"].create(
        [
            {
                "name": name,
                "default_code": code,
                "list_price": price,
                "standard_price": round(price * 0.7, 2),
                "type": kind,
                "invoice_policy": "order",
                "purchase_ok": kind == "consu",
                "is_client_service": code not in tables.ACCESSORIES,
            }
            for code, (name, price, kind, _quantities) in tables.PRODUCTS.items()
        ]
    )
    cast.products = dict(zip(tables.PRODUCTS, products, strict=True))
    pricelists = cast.env["product.pricelist"].create(
        [_prepare_pricelist(cast, code, rounding) for code, rounding in ROUNDING.items()]
    )
    cast.pricelists = dict(zip(ROUNDING, pricelists, strict=True))


def _prepare_pricelist(cast, code, rounding):
    """List prices at the rate of the day, rounded."""
    return {
        "name": f"Prices in {code}",
        "company_id": cast.company.id,
        "currency_id": cast.env.ref(f"base.{code}").id,
        "item_ids": [
            Command.create(
                {"applied_on": "3_global", "compute_price": "formula", "base": "list_price", "price_round": rounding}
            )
        ],
    }
