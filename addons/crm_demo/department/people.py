"""Users and channels."""

from odoo import Command
from odoo.exceptions import UserError

from . import tables, tables_works

USERS = tables.USERS | tables_works.USERS


def create_users(cast):
    """The head, the managers and those who deliver; each one's password is the login."""
    env = cast.env
    logins = list(USERS)
    taken = env["res.users"].with_context(active_test=False).search([("login", "in", logins)])
    if taken:
        raise UserError(
            env._(
                "These logins of the sales department demo are already taken: %(logins)s. Use a new database.",
                logins=", ".join(taken.mapped("login")),
            )
        )
    users = env["res.users"].create([_prepare_user(cast, login) for login in logins])
    cast.users = dict(zip(logins, users, strict=True))


def _prepare_user(cast, login):
    name, tz, _channel, groups = USERS[login]
    return {
        "name": name,
        "login": login,
        "password": login,
        "email": f"{login}@lybid.example",
        "lang": "en_US",
        "tz": tz,
        "company_id": cast.company.id,
        "company_ids": [Command.set(cast.company.ids)],
        "group_ids": [Command.set([cast.env.ref(group).id for group in ["base.group_user", *groups]])],
        "notification_type": "inbox",
    }


def create_channels(cast):
    """The channels with their switches, dashboards and members; Odoo's own team goes to the archive if nobody uses it."""
    teams = cast.env["crm.team"].create([_prepare_channel(cast, key) for key in tables.CHANNELS])
    cast.channels = dict(zip(tables.CHANNELS, teams, strict=True))
    _archive_unused_teams(cast)


def _prepare_channel(cast, key):
    channel = tables.CHANNELS[key]
    members = [cast.users[login].id for login, user in tables.USERS.items() if user[2] == key]
    values = {
        "name": channel["name"],
        "company_id": cast.company.id,
        "user_id": cast.users[channel["leader"]].id,
        "member_ids": [Command.set(members)],
        "invoiced_target": channel["target"],
        "favorite_user_ids": [Command.link(cast.users[login].id) for login in tables.USERS],
        **channel["switches"],
        **channel["dashboard"],
    }
    return {name: value for name, value in values.items() if name in cast.env["crm.team"]._fields}


def _archive_unused_teams(cast):
    teams = cast.env["crm.team"].search([("id", "not in", [team.id for team in cast.channels.values()])])
    used = cast.env["crm.lead"].with_context(active_test=False).search([("team_id", "in", teams.ids)]).team_id
    used |= cast.env["sale.order"].search([("team_id", "in", teams.ids)]).team_id
    (teams - used).action_archive()
