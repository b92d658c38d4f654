from odoo import fields


class ComputedJson(fields.Json):
    """A Json field for values that are computed from scratch at every reading and never stored.

    Odoo copies a Json value when it enters the cache and each time it is read, against changes that would miss
    the database. Nothing here can miss it, and a year of days on fifty cards is 100,000 numbers and labels.
    """

    def convert_to_cache(self, value, record, validate=True):
        return value or None

    def convert_to_record(self, value, record):
        return False if value is None else value
