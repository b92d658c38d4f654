"""The one door: fill a database with the department, once."""

import logging

from odoo import api, fields
from odoo.exceptions import UserError

from .activities import create_activities, create_meetings
from .calls import create_calls, plan_calls, set_call_hours
from .cast import QUIET, Cast
from .catalog import create_catalog
from .clients import create_clients
from .company import set_up_company
from .deals import close_deals, create_deals
from .directory import create_costs, create_extras, tell_relationships
from .documents import create_documents
from .invoices import create_invoices
from .money import create_money_plan
from .orders import create_orders
from .people import create_channels, create_users
from .planning import build_plan
from .requisites import create_requisites
from .results import create_results, set_up_process
from .works import create_works

_logger = logging.getLogger(__name__)

FILLED_ON = "crm_demo.filled_on"  # the system parameter that says when this was done


def fill(env):
    """Create the company, its people, clients, deals, orders, invoices, activities and results, unless they are there.

    :return: whether anything was created
    :rtype: bool
    :raise UserError: if the main company already has accounting entries or logins of the demo are taken
    """
    parameters = env["ir.config_parameter"].sudo()
    if parameters.get_param(FILLED_ON):
        _logger.info("The demo department is already there, nothing to do")
        return False
    company = env.ref("base.main_company")
    _check_untouched(company)
    env = env(
        user=api.SUPERUSER_ID,
        context={**env.context, **QUIET, "lang": "en_US", "allowed_company_ids": company.ids},
    )
    today = fields.Date.context_today(env.user)
    cast = Cast(env, company.with_env(env), build_plan(today))
    for step in (
        set_up_company,
        create_users,
        create_channels,
        create_catalog,
        create_clients,
        set_up_process,
        create_deals,
        create_requisites,
        create_orders,
        create_invoices,
        close_deals,
        create_activities,
        create_results,
        set_call_hours,
        create_calls,
        plan_calls,
        create_meetings,
        create_extras,
        create_documents,
        create_works,
        create_money_plan,
        tell_relationships,
        create_costs,
    ):
        step(cast)
        env.flush_all()
        _logger.info("Demo department: %s done", step.__name__)
    parameters.set_param(FILLED_ON, fields.Date.to_string(today))
    return True


def _check_untouched(company):
    """Refuse to mix invented data with real books."""
    if company.sudo().root_id._existing_accounting():
        raise UserError(
            company.env._(
                "The company %(company)s already has accounting entries. The sales department demo creates invented "
                "data and can only be installed in a database whose main company has none: use a new database.",
                company=company.display_name,
            )
        )
