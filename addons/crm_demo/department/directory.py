"""The directory: relationship histories, last contacts, companies beside the clients, costs of sources."""

from odoo.tools import SQL

from .cast import backdate
from .clients import create_companies


def create_extras(cast):
    """Competitors, clients entered twice, and the company's own card."""
    extras = cast.plan.extras
    companies = create_companies(cast, [extra.client for extra in extras], [extra.card for extra in extras])
    backdate(cast.env, {company: extra.since for company, extra in zip(companies, extras, strict=True)})
    companies.filtered(lambda company: not company.user_id).customer_rank = 0
    cast.extras = list(companies)
    cast.company.partner_id.client_type_id = cast.env.ref("crm_clients.crm_client_type_own_company")


def tell_relationships(cast):
    """Set the level of each client and its history; what is logged of this as of today gives way to it."""
    cards = _cards(cast)
    last_changes = {partner: card.changes[-1] for partner, card in cards.items() if card.changes}
    levels = {
        key: cast.env.ref(f"crm_clients.crm_client_level_{key}")
        for key in {change.level for card in cards.values() for change in card.changes}
    }
    for key, level in levels.items():
        reached = [partner.id for partner, change in last_changes.items() if change.level == key]
        cast.env["res.partner"].browse(reached).client_level_id = level
    Change = cast.env["crm.client.level.change"]
    Change.search([("partner_id", "in", [partner.id for partner in last_changes])]).unlink()
    Change.create(
        [values for partner, card in cards.items() for values in _prepare_changes(cast, partner, card, levels)]
    )
    _set_last_contacts(cast, {partner: card.last_contact for partner, card in cards.items()})


def create_costs(cast):
    """What the paid sources cost, month by month."""
    sources = cast.named("utm.source", sorted({cost.source for cost in cast.plan.costs}))
    cast.env["crm.source.cost"].create(
        [
            {
                "source_id": sources[cost.source].id,
                "team_id": cast.channels[cost.channel].id,
                "company_id": cast.company.id,
                "date_from": cost.first,
                "date_to": cost.last,
                "amount": cost.amount,
            }
            for cost in cast.plan.costs
        ]
    )


def _cards(cast):
    """Card of the plan by partner, clients and extras."""
    extras = [extra.card for extra in cast.plan.extras]
    return dict(zip([*cast.clients, *cast.extras], [*cast.plan.cards, *extras], strict=True))


def _prepare_changes(cast, partner, card, levels):
    """Values of the history of one client; the manager made every change, each from the level before."""
    old_levels = [False, *(levels[change.level].id for change in card.changes)]
    for old_level, change in zip(old_levels, card.changes, strict=False):
        yield {
            "partner_id": partner.id,
            "date": cast.past(change.moment),
            "user_id": partner.user_id.id,
            "old_level_id": old_level,
            "new_level_id": levels[change.level].id,
            "reason": change.reason,
        }


def _set_last_contacts(cast, moments):
    """Date the last contacts in one statement; what was posted today counted as one."""
    partners = cast.env["res.partner"].browse([partner.id for partner in moments])
    partners.flush_recordset(["client_last_contact"])
    cast.env.execute_query(
        SQL(
            """
            UPDATE res_partner
               SET client_last_contact = contact.moment
              FROM UNNEST(%(ids)s, %(moments)s::timestamp[]) AS contact(id, moment)
             WHERE res_partner.id = contact.id
         RETURNING res_partner.id
            """,
            ids=partners.ids,
            moments=[moment and cast.past(moment) for moment in moments.values()],
        )
    )
    partners.invalidate_recordset(["client_last_contact"])
