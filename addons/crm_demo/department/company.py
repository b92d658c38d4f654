"""The company: address, currency, chart of accounts, exchange rates, features."""

import math

from . import tables
from .dates import months

CHART = "ua_psbo"


def set_up_company(cast):
    """Make the main company a Ukrainian one with its chart of accounts and a history of exchange rates."""
    _write_identity(cast)
    _load_chart(cast)
    _create_rates(cast)
    _enable_features(cast)


def _write_identity(cast):
    values = {**tables.COMPANY, "country_id": cast.env.ref("base.ua").id, "state_id": False}
    if "iap_enrich_auto_done" in cast.company._fields:
        # the invented address is not looked up by the enrichment service
        values["iap_enrich_auto_done"] = True
    cast.company.write(values)


def _load_chart(cast):
    registry = cast.env.registry
    if not registry.loaded:
        # While modules are being installed Odoo keeps here the chart to load at the end, if any. This chart replaces
        # it, and is complete already: the addons that extend it and are wanted here are dependencies.
        registry._auto_install_template = lambda env: None
    cast.env["account.chart.template"].try_loading(CHART, cast.company)


def _create_rates(cast):
    """A rate of each currency on the first day of every month, wandering from its first to its last value."""
    firsts = [first for first, _last in months(cast.plan.today, tables.MONTHS)]
    codes = list(tables.RATES)
    currencies = cast.env["res.currency"].with_context(active_test=False).search([("name", "in", codes)])
    currencies.action_unarchive()
    taken = cast.env["res.currency.rate"].search(
        [("currency_id", "in", currencies.ids), ("name", "in", firsts), ("company_id", "=", cast.company.id)]
    )
    taken.unlink()
    cast.env["res.currency.rate"].create(
        [
            {
                "currency_id": currency.id,
                "company_id": cast.company.id,
                "name": first,
                "rate": 1 / rate_on(currency.name, position),
            }
            for currency in currencies
            for position, first in enumerate(firsts)
        ]
    )


def rate_on(code, position):
    """Hryvnias for one unit in that month of the history: a straight line with a wave of 1 %."""
    begin, end = tables.RATES[code]
    share = position / (tables.MONTHS - 1)
    return (begin + (end - begin) * share) * (1 + 0.01 * math.sin(2.2 * position))


def _enable_features(cast):
    """Leads, price lists and several currencies are features that an administrator switches on."""
    everybody = cast.env.ref("base.group_user")
    for feature in ("crm.group_use_lead", "product.group_product_pricelist", "base.group_multi_currency"):
        everybody._apply_group(cast.env.ref(feature))
    # Odoo's prediction learns from deals created after this date, which is otherwise the day of installation
    cast.env["ir.config_parameter"].set_param("crm.pls_start_date", cast.plan.first_day)
