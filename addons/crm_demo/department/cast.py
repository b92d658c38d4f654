"""What the writers share: the environment, the plan, and the records that its names and positions became."""

from dataclasses import dataclass, field
from datetime import datetime

from odoo import fields, models
from odoo.api import Environment
from odoo.tools import SQL

from .plan import Plan

# nothing here is news for anybody: no mails, no invitations, no followers, no tracking values
QUIET = {
    "tracking_disable": True,
    "mail_create_nosubscribe": True,
    "mail_auto_subscribe_no_notify": True,
    "mail_notify_author": False,
    "mail_activity_quick_update": True,
    "no_reset_password": True,
}


@dataclass
class Cast:
    env: Environment
    company: models.BaseModel
    plan: Plan
    now: datetime = field(default_factory=fields.Datetime.now)
    users: dict = field(default_factory=dict)  # by login
    channels: dict = field(default_factory=dict)  # by key
    products: dict = field(default_factory=dict)  # by code
    pricelists: dict = field(default_factory=dict)  # by currency
    clients: list = field(default_factory=list)  # by position in the plan, as are the next four
    extras: list = field(default_factory=list)
    deals: list = field(default_factory=list)
    activities: list = field(default_factory=list)
    orders: list = field(default_factory=list)
    results: list = field(default_factory=list)
    calls: dict = field(default_factory=dict)  # by identity of the call of the plan
    scripts: dict = field(default_factory=dict)  # by purpose: the former version and the current one
    known: dict = field(default_factory=dict)  # by XML id

    def ref(self, xmlid):
        """Record of that XML id, looked up once: Odoo asks the database each time whether it exists."""
        if xmlid not in self.known:
            self.known[xmlid] = self.env.ref(xmlid)
        return self.known[xmlid]

    def step(self, key):
        """Step of the ready process."""
        return self.ref(f"crm_funnel.crm_process_step_{key}")

    def user_id(self, login):
        """Id of the user with that login, False for None."""
        return self.users[login].id if login else False

    def past(self, moment):
        """`moment`, or now if today's office hours have not come so far."""
        return min(moment, self.now)

    def named(self, model, names):
        """Records of these names by name, the missing ones created."""
        found = {record.name: record for record in self.env[model].search([("name", "in", names)], order="id desc")}
        missing = [name for name in names if name not in found]
        created = self.env[model].create([{"name": name} for name in missing])
        return {**found, **dict(zip(missing, created, strict=True))}


def backdate(env, moments, authors=None):
    """Give records the creation date they have in the history.

    SQL, because the ORM writes `create_date` and `create_uid` itself.

    :param dict moments: date by record, all of one model
    :param dict authors: user by record
    """
    if not moments:
        return
    authors = authors or {}
    records = env[next(iter(moments))._name].browse([record.id for record in moments])
    records.flush_recordset()
    env.execute_query(
        SQL(
            """
            UPDATE %(table)s AS record
               SET create_date = history.moment, create_uid = COALESCE(history.author, record.create_uid)
              FROM UNNEST(%(ids)s, %(moments)s::timestamp[], %(authors)s::int[]) AS history(id, moment, author)
             WHERE record.id = history.id
         RETURNING record.id
            """,
            table=SQL.identifier(records._table),
            ids=records.ids,
            moments=list(moments.values()),
            authors=[authors[record].id if authors.get(record) else None for record in moments],
        )
    )
    records.invalidate_recordset(["create_date", "create_uid"])
