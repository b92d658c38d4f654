"""The directory: companies and their contact persons."""

from odoo.addons.phone_validation.tools import phone_validation

from . import tables
from .cast import backdate

TERMS = {
    0: "account.account_payment_term_immediate",
    15: "account.account_payment_term_15days",
    30: "account.account_payment_term_30days",
}


def create_clients(cast):
    """Companies with contacts, each known since its first deal or order."""
    Partner = cast.env["res.partner"]
    cast.clients = list(Partner.create([_prepare_client(cast, client) for client in cast.plan.clients]))
    contacts = Partner.create(
        [
            _prepare_contact(cast, company, client, contact)
            for company, client in zip(cast.clients, cast.plan.clients, strict=True)
            for contact in client.contacts
        ]
    )
    since = dict(zip(cast.clients, _first_days(cast.plan), strict=True))
    backdate(cast.env, since | {contact: since[contact.parent_id] for contact in contacts})


def _prepare_client(cast, client):
    return {
        "name": client.name,
        "is_company": True,
        "user_id": cast.user_id(client.manager),
        "street": client.street,
        "city": client.city,
        "zip": client.zip,
        "country_id": cast.env.ref(f"base.{client.country.lower()}").id,
        "email": client.email,
        "phone": _format_phone(client.phone, client.country),
        "vat": client.vat or False,
        "company_registry": client.registry or False,
        "specific_property_product_pricelist": cast.pricelists[client.currency].id,
        "property_payment_term_id": cast.env.ref(TERMS[client.terms]).id,
        "customer_rank": 1,
    }


def _prepare_contact(cast, company, client, contact):
    return {
        "name": contact.name,
        "parent_id": company.id,
        "type": "contact",
        "function": contact.position,
        "email": contact.email,
        "phone": _format_phone(contact.phone, client.country),
        "user_id": company.user_id.id,
    }


def _format_phone(number, country):
    """As Odoo's forms write it."""
    code = int(tables.COUNTRIES[country]["dial"])
    return phone_validation.phone_format(number, country, code, raise_exception=False)


def _first_days(plan):
    """Moment of the first deal or order of each client; those without any are as old as the history."""
    first = {}
    for event in [*plan.deals, *plan.orders]:
        first[event.client] = min(event.created, first.get(event.client, event.created))
    oldest = min(first.values())
    return [first.get(position, oldest) for position in range(len(plan.clients))]
