import pytz

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

# field: what PostgreSQL calls that part of a moment
PARTS_OF_TIME = {"weekday": "ID", "hour": "HH24"}


class CrmProcessResult(models.Model):
    """More slices of the log: what its deal knows, and the hour and the weekday on the clock of the reader.

    None of them has a column: the query of a pivot joins the deal or works out the hour when somebody asks for it.
    """

    _inherit = "crm.process.result"

    source_id = fields.Many2one(related="lead_id.source_id", string="Source of the Deal")
    medium_id = fields.Many2one(related="lead_id.medium_id", string="Medium of the Deal")
    campaign_id = fields.Many2one(related="lead_id.campaign_id", string="Campaign of the Deal")
    country_id = fields.Many2one(related="lead_id.country_id", string="Country of the Deal")
    client_type_id = fields.Many2one(related="client_id.client_type_id", string="Type of the Client")
    # Odoo's pivot knows the hour of a day, but neither that of every day nor the day of the week
    weekday = fields.Selection(
        "_get_weekdays", "Day of the Week", compute="_compute_local_time", search="_search_weekday"
    )
    hour = fields.Selection("_get_hours", "Hour of the Day", compute="_compute_local_time", search="_search_hour")

    @api.model
    def _get_weekdays(self):
        """Return the days of the week: ('1' Monday to '7' Sunday, name)."""
        return [
            ("1", self.env._("Monday")),
            ("2", self.env._("Tuesday")),
            ("3", self.env._("Wednesday")),
            ("4", self.env._("Thursday")),
            ("5", self.env._("Friday")),
            ("6", self.env._("Saturday")),
            ("7", self.env._("Sunday")),
        ]

    @api.model
    def _get_hours(self):
        """Return the hours of the day: ('00' to '23', time at which it begins)."""
        return [(f"{hour:02}", f"{hour:02}:00") for hour in range(24)]

    @api.depends("date")
    @api.depends_context("tz")
    def _compute_local_time(self):
        for result in self:
            moment = result.date and pytz.utc.localize(result.date).astimezone(self.env.tz)
            result.weekday = moment and str(moment.isoweekday())
            result.hour = moment and f"{moment:%H}"

    @api.model
    def _search_weekday(self, operator, value):
        return self._search_part_of_time("weekday", operator, value)

    @api.model
    def _search_hour(self, operator, value):
        return self._search_part_of_time("hour", operator, value)

    @api.model
    def _search_part_of_time(self, name, operator, values):
        if operator != "in":
            return NotImplemented  # Odoo makes every other operator of this one
        # every result has a date: nothing is found where there is none
        parts = tuple(value for value in values if value) or ("",)
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL("%s IN %s", model._field_to_sql(alias, name, query), parts)
        )

    def _field_to_sql(self, alias, field_expr, query=None):
        if field_expr not in PARTS_OF_TIME:
            return super()._field_to_sql(alias, field_expr, query)
        return SQL(
            "to_char(timezone(%s, timezone('UTC', %s)), %s)",
            self.env.tz.zone,
            super()._field_to_sql(alias, "date", query),
            PARTS_OF_TIME[field_expr],
        )
