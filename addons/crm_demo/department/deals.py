"""Deals and inquiries."""

from collections import defaultdict

from odoo import Command

from odoo.addons.crm_funnel.models.crm_lead_result import RECORDING

from . import tables
from .cast import backdate
from .plan_directory import came_as_inquiry
from .results import get_lost_reasons, get_stages


def create_deals(cast):
    """Create everything as open; what was won or lost is closed after its orders exist."""
    env = cast.env
    lookups = {
        "stages": get_stages(cast),
        "tags": cast.named("crm.tag", tables.TAGS),
        "professions": cast.named("crm.profession", tables.POSITIONS),
        "sources": cast.named("utm.source", sorted({name for names in tables.SOURCES.values() for name in names})),
    }
    leads = env["crm.lead"].create([_prepare_deal(cast, deal, **lookups) for deal in cast.plan.deals])
    cast.deals = list(leads)
    pairs = list(zip(leads, cast.plan.deals, strict=True))
    backdate(
        env,
        {lead: cast.past(deal.created) for lead, deal in pairs},
        {lead: lead.user_id for lead in leads},
    )
    for lead, deal in pairs:
        lead.write(
            {
                "date_open": cast.past(deal.assigned) if deal.assigned else False,
                "date_last_stage_update": cast.past(deal.stage_since or deal.created),
                "date_conversion": _conversion(cast, deal),
                "is_inquiry": came_as_inquiry(deal),
                # by hand, after the deal has got that of its stage
                **({"probability": deal.probability} if deal.probability is not None else {}),
            }
        )


def close_deals(cast):
    """Win and lose deals with Odoo's own actions, then give them the date on which that happened.

    The log of results has its own writer and is not told of it a second time.
    """
    pairs = list(zip(cast.deals, cast.plan.deals, strict=True))
    reasons = get_lost_reasons(cast)
    lost = defaultdict(list)
    for lead, deal in pairs:
        if deal.outcome == "lost":
            lost[deal.lost_reason].append(lead.id)
    Lead = cast.env["crm.lead"].with_context(**{RECORDING: True})
    Lead.browse([lead.id for lead, deal in pairs if deal.outcome == "won"]).action_set_won()
    for reason, ids in lost.items():
        Lead.browse(ids).action_set_lost(lost_reason_id=reasons[reason].id)
    for lead, deal in pairs:
        if deal.closed:
            moment = cast.past(deal.closed)
            lead.write({"date_closed": moment, "date_last_stage_update": moment})


def _prepare_deal(cast, deal, stages, tags, sources, professions):
    client = cast.plan.clients[deal.client]
    company = cast.clients[deal.client]
    values = {
        "name": f"{deal.title}: {client.name}",
        "type": deal.type,
        "team_id": cast.channels[deal.channel].id,
        "user_id": cast.user_id(deal.manager),
        "company_id": cast.company.id,
        "expected_revenue": deal.revenue,
        "priority": deal.priority,
        "tag_ids": [Command.set([tags[name].id for name in deal.tags])],
        "source_id": sources[deal.source].id,
        "stage_id": stages[deal.stage].id,
    }
    if deal.type == "lead":
        # an inquiry comes from somebody who is not in the directory yet, or has not said so
        contact = client.contacts[0]
        values.update(
            partner_name=client.name,
            contact_name=contact.name,
            function=contact.position,
            email_from=contact.email,
            phone=contact.phone,
            country_id=company.country_id.id,
            city=company.city,
        )
    else:
        values.update(partner_id=(company.child_ids[:1] or company).id, date_deadline=deal.deadline)
    if came_as_inquiry(deal):
        values.update(_prepare_inquiry(cast, deal), contact_profession_id=professions[client.contacts[0].position].id)
    if "iap_enrich_done" in cast.env["crm.lead"]._fields:
        # invented addresses are not sent to the enrichment service
        values["iap_enrich_done"] = True
    return values


def _prepare_inquiry(cast, deal):
    """What was asked for, and when; still there after the inquiry became a deal."""
    products = [cast.products[code] for code in dict(tables.TOPICS)[deal.title] if code not in tables.ACCESSORIES]
    return {
        "inquiry_date": cast.past(deal.created),
        "inquiry_purpose_id": cast.env.ref(f"crm_clients.crm_inquiry_purpose_{deal.purpose}").id,
        "inquiry_service_ids": [Command.set([product.product_tmpl_id.id for product in products])],
    }


def _conversion(cast, deal):
    """When the inquiry became the deal, if it was one."""
    converted = deal.type == "opportunity" and came_as_inquiry(deal)
    return cast.past(deal.assigned or deal.created) if converted else False
