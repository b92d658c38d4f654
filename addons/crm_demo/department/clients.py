"""The directory: companies and their contact persons."""

from odoo import Command

from odoo.addons.phone_validation.tools import phone_validation

from . import tables
from .cast import backdate
from .plan_directory import first_moments

TERMS = {
    0: "account.account_payment_term_immediate",
    15: "account.account_payment_term_15days",
    30: "account.account_payment_term_30days",
}


def create_clients(cast):
    """Companies with contacts, each known since its first deal or order."""
    cast.clients = list(create_companies(cast, cast.plan.clients, cast.plan.cards))
    professions = cast.named("crm.profession", tables.POSITIONS)
    contacts = cast.env["res.partner"].create(
        [
            {**_prepare_contact(company, client, contact), "profession_id": professions[contact.position].id}
            for company, client in zip(cast.clients, cast.plan.clients, strict=True)
            for contact in client.contacts
        ]
    )
    since = dict(zip(cast.clients, map(cast.past, first_moments(cast.plan)), strict=True))
    backdate(cast.env, since | {contact: since[contact.parent_id] for contact in contacts})


def create_companies(cast, clients, cards):
    """Companies of the directory with what their cards say but for their relationship.

    :return: records of `res.partner`, in the order of the clients
    """
    types = {card.type: cast.env.ref(f"crm_clients.crm_client_type_{card.type}").id for card in cards}
    sources = cast.named("utm.source", sorted({card.source for card in cards if card.source}))
    return cast.env["res.partner"].create(
        [
            {
                **_prepare_client(cast, client),
                "client_type_id": types[card.type],
                "client_source_id": sources[card.source].id if card.source else False,
                "client_service_ids": [Command.set([cast.products[code].product_tmpl_id.id for code in card.services])],
            }
            for client, card in zip(clients, cards, strict=True)
        ]
    )


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
        "phone": _format_phone(client.phone, client.country) if client.phone else False,
        "vat": client.vat or False,
        "company_registry": client.registry or False,
        "specific_property_product_pricelist": cast.pricelists[client.currency].id,
        "property_payment_term_id": cast.env.ref(TERMS[client.terms]).id,
        "customer_rank": 1,
    }


def _prepare_contact(company, client, contact):
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
