"""Import one batch of rows: find who is there already, create, update, say why not.

The batch works in the environment of the importing user, so his rights decide on every row. It never commits.
"""

from dataclasses import dataclass, field

import psycopg2

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import email_normalize

from .client_columns import CONTACT, NAME
from .client_lookups import fold
from .client_values import ClientValues

# What one row can do wrong. A conflict with another transaction is not among it: the whole batch is tried again.
ROW_ERRORS = (UserError, psycopg2.IntegrityError, psycopg2.DataError, ValueError, TypeError, KeyError)

# A card made by an import says so in a field of its own: no message, no mail to the responsible manager.
BULK = {"tracking_disable": True, "mail_create_nolog": True, "mail_create_nosubscribe": True}
_SAME_CLIENT = ("vat", "company_registry", "ref", "email", "phone")
_TO_MANY = ("client_service_ids", "category_id")


@dataclass(eq=False)
class Entry:
    """A row on its way through the import.

    :ivar row: record of `crm.client.import.row`
    :ivar dict texts: target (see `client_columns`) to text, only filled cells
    :ivar client: entry of the client to which the contact person of this row belongs; itself for a client's row
    :ivar str state: created, updated, skipped, failed, or empty while it waits
    :ivar dict previous: what undoing the update of a client needs: former ``values``, ``bank_ids`` that were added
    :ivar bool takes_contacts: further contact persons may be added to the client
    """

    row: object
    number: int
    texts: dict
    client: "Entry" = None
    values: ClientValues = field(default_factory=ClientValues)
    state: str = ""
    message: str = ""
    partner_id: int = 0
    previous: dict = field(default_factory=dict)
    takes_contacts: bool = False

    def settle(self, state, message="", partner_id=0):
        self.state, self.message, self.partner_id = state, message, partner_id

    @property
    def is_client(self):
        return self.client is self

    @property
    def country_code(self):
        return self.client.values.keys.get("country_code") or ""


class ClientBatch:
    """Rows that are imported together.

    :param record: the `crm.client.import`, in the environment of the importing user
    :param reader: `client_values.ValueReader`
    :param list entries: `Entry` of each row, in the order of the file
    :param previous_client: `Entry` of the last client above the batch, or None
    """

    def __init__(self, record, reader, entries, previous_client=None):
        self.record = record
        self.env = record.env
        self.policy = record.duplicate_policy
        self.reader = reader
        self.entries = entries
        self.previous_client = previous_client
        self.number_of = {}  # rows of the clients that this batch has created, by id

    def run(self):
        """Settle every entry."""
        self._assign_clients()
        for entry in self.entries:
            self._read(entry)
        waiting = [entry for entry in self.entries if entry.is_client and not entry.state]
        while waiting:
            waiting = self._settle_clients(waiting)
        self._settle_contacts([entry for entry in self.entries if not entry.is_client and not entry.state])

    # ------------------------------------------------------------
    # READING
    # ------------------------------------------------------------

    def _assign_clients(self):
        """Tell rows with a client from rows that only add a contact person to the client above."""
        client = self.previous_client
        for entry in self.entries:
            if not (client and _continues(entry.texts, client.texts)):
                client = entry
            entry.client = client

    def _read(self, entry):
        if not entry.is_client:
            entry.values = self.reader.read_contact(entry.texts, entry.country_code)
        elif NAME in entry.texts:
            entry.values = self.reader.read_client(entry.texts)
        else:
            entry.values.problems.append(self.env._("The name of the client is missing."))
        if entry.values.problems:
            entry.settle("failed", "\n".join(entry.values.problems))

    # ------------------------------------------------------------
    # CLIENTS
    # ------------------------------------------------------------

    def _settle_clients(self, entries):
        """Settle those that do not depend on each other; return the others, who may find them in the next round."""
        to_create, to_update, later = [], [], []
        if self.policy == "create":
            to_create = entries
        else:
            entries, later = self._split_by_keys(entries)
            found = self.env["res.partner"]._find_client_duplicates([entry.values.keys for entry in entries])
            found = self._add_corrected(entries, found)
            matches = Matches(self.record, found, self.number_of)
            for entry, duplicates in zip(entries, found, strict=True):
                if not duplicates:
                    to_create.append(entry)
                elif partner_id := self._match(entry, duplicates, matches):
                    entry.partner_id = partner_id
                    to_update.append(entry)
        self._attempt(to_create, self._create_clients)
        self._attempt(to_update, self._update_clients)
        return later

    def _split_by_keys(self, entries):
        """Return the entries that share no tax number, e-mail or phone with one before them, and those that do."""
        seen, first, later = set(), [], []
        for entry in entries:
            keys = self.get_keys(entry)
            (later if seen & keys else first).append(entry)
            seen |= keys
        return first, later

    def get_keys(self, entry):
        """Return what identifies the client, as texts that can be compared."""
        return {f"{reason}:{value}" for _column, reason, value in entry.values.keys["normalised"]}

    def _add_corrected(self, entries, found):
        """Let corrected rows find the clients of the import they come from by name, where nothing else identifies them."""
        if not self.record.correction_of_id:
            return found
        clients = self.env["res.partner"].search(
            [
                ("client_import_id", "=", self.record.correction_of_id.id),
                ("client_type_id", "!=", False),
                ("name", "in", [entry.texts[NAME] for entry in entries]),
            ]
        )
        by_name = clients.grouped("name")
        return [
            duplicates or [(client.id, "name") for client in by_name.get(entry.texts[NAME], ())]
            for entry, duplicates in zip(entries, found, strict=True)
        ]

    def _match(self, entry, duplicates, matches):
        """Return the id of the client to update; without one the entry is settled."""
        reason = duplicates[0][1]
        client_ids = {matches.client_of[partner_id] for partner_id, why in duplicates if why == reason}
        visible_ids = client_ids & matches.writable_ids
        client_id = next(iter(visible_ids), 0)
        message = matches.get_message(reason, client_ids)
        if self.policy == "skip":
            if client_id in matches.corrected_ids:
                # the client was imported before, its contact person was not
                entry.values.partner, entry.values.bank = {}, {}
                return client_id
            entry.settle("skipped", message, client_id)
        elif len(client_ids) > 1:
            unclear = self.env._("It is not clear which one to update.")
            entry.settle("failed", f"{message} {unclear}")
        elif not visible_ids:
            entry.settle("failed", message)
        else:
            return client_id
        return 0

    def _create_clients(self, entries):
        partners = self.env["res.partner"].with_context(**BULK, _partners_skip_fields_sync=True)
        defaults = {**partners._add_missing_default_values({}), **self.reader.defaults, "is_company": True}
        partners = partners.with_context(client_import_defaults=defaults, client_import_batch=True).create(
            [self._prepare_client(entry.values) for entry in entries]
        )
        for entry, partner in zip(entries, partners.with_env(self.env), strict=True):
            entry.settle("created", partner_id=partner.id)
            entry.takes_contacts = True
            self.number_of[partner.id] = entry.number
        self._create_banks(entries)
        self._create_contacts([entry for entry in entries if entry.values.contact])
        for manager, clients in partners.with_env(self.env).grouped("user_id").items():
            if manager != self.env.user:
                clients.message_subscribe(manager.partner_id.ids)

    def _prepare_client(self, values):
        vals = {"client_import_id": self.record.id, **values.partner}
        vals.update({name: [Command.set(vals[name])] for name in _TO_MANY if name in vals})
        if "client_level_id" in vals:
            vals["client_level_reason"] = self.env._("Imported: %(name)s", name=self.record.name)
        return vals

    def _update_clients(self, entries):
        for entry in entries:
            partner = self.env["res.partner"].browse(entry.partner_id)
            entry.previous = {}
            changes = self._get_changes(partner, entry.values.partner)
            if changes:
                entry.previous["values"] = {name: _get_raw(partner, name) for name in changes}
                partner.write({name: _get_command(name, value) for name, value in changes.items()})
            entry.takes_contacts = True
        new_banks = self._create_banks(entries)
        new_contacts = self._create_contacts([entry for entry in entries if entry.values.contact])
        for entry in entries:
            if entry in new_banks:
                entry.previous["bank_ids"] = [new_banks[entry]]
            if entry.previous or entry in new_contacts:
                entry.settle("updated", partner_id=entry.partner_id)
            else:
                entry.settle("skipped", self.env._("Nothing new: the client has all of this."), entry.partner_id)

    def _get_changes(self, partner, vals):
        """Return the values to write: only into empty fields, or whatever differs, as the policy says."""
        vals = dict(vals)
        if not partner.client_type_id:
            vals.setdefault("client_type_id", self.reader.defaults.get("client_type_id"))
        changes = {}
        for name, value in vals.items():
            current = _get_raw(partner, name)
            if name in _TO_MANY:
                if set(value) - set(current) and (self.policy == "update" or not current):
                    changes[name] = sorted({*current, *value})
            elif value != current and (
                self.policy == "update" or (not current and partner._fields[name].type != "boolean")
            ):
                changes[name] = value
        return changes

    # ------------------------------------------------------------
    # BANK ACCOUNTS
    # ------------------------------------------------------------

    def _create_banks(self, entries):
        """Add the accounts that the clients lack; return {entry: id} of those that got one."""
        entries = [entry for entry in entries if entry.values.bank]
        accounts = self.env["res.partner.bank"].with_context(**BULK)
        known = {
            (bank.partner_id.id, bank.sanitized_acc_number)
            for bank in accounts.search([("partner_id", "in", [entry.partner_id for entry in entries])])
        }
        vals_list, changed = [], []
        for entry in entries:
            bank = entry.values.bank
            sanitized = "".join(filter(str.isalnum, bank["acc_number"])).upper()
            if (entry.partner_id, sanitized) not in known:
                vals = {"partner_id": entry.partner_id, "acc_number": bank["acc_number"]}
                vals_list.append({**vals, "bank_id": self._get_bank(bank["bank_bic"])})
                changed.append(entry)
        return dict(zip(changed, accounts.create(vals_list).ids, strict=True))

    def _get_bank(self, bic):
        """Return the id of the bank with this code, created if there is none; nothing without a code."""
        if not bic:
            return False
        bank = self.env["res.bank"].search([("bic", "=ilike", bic)], limit=1)
        return (bank or bank.create({"name": bic, "bic": bic})).id

    # ------------------------------------------------------------
    # CONTACT PERSONS
    # ------------------------------------------------------------

    def _settle_contacts(self, entries):
        """Settle the rows that add a contact person to the client above."""
        waiting = []
        for entry in entries:
            client = entry.client
            if client.state == "failed":
                message = self.env._("The client in row %(number)s could not be imported.", number=client.number)
                entry.settle("failed", message)
            elif not client.takes_contacts:
                message = self.env._("The client in row %(number)s stays as it is.", number=client.number)
                entry.settle("skipped", message, client.partner_id)
            elif not client.partner_id:  # a trial: the client of an earlier batch exists on paper only
                entry.settle("created")
            else:
                entry.partner_id = client.partner_id
                waiting.append(entry)
        self._attempt(waiting, self._create_contact_rows)

    def _create_contact_rows(self, entries):
        created = self._create_contacts(entries)
        for entry in entries:
            if entry in created:
                entry.settle("created", partner_id=created[entry])
            else:
                message = self.env._("The client already has this contact person.")
                entry.settle("skipped", message, entry.client.partner_id)

    def _create_contacts(self, entries):
        """Add the contact persons that the clients lack; return {entry: id} of those that got one."""
        known = self._read_contacts([entry.client.partner_id for entry in entries if entry.client.state != "created"])
        known |= self._read_contacts([entry.client.partner_id for entry in entries if not entry.is_client])
        new, vals_list = [], []
        for entry in entries:
            names = _get_contact_keys(entry.client.partner_id, entry.values.contact)
            if not names & known:
                known |= names
                new.append(entry)
                vals_list.append(self._prepare_contact(entry))
        contacts = self.env["res.partner"].with_context(**BULK).create(vals_list)
        return dict(zip(new, contacts.ids, strict=True))

    def _prepare_contact(self, entry):
        return {
            **entry.values.contact,
            "parent_id": entry.client.partner_id,
            "type": "contact",
            "client_import_id": self.record.id,
        }

    def _read_contacts(self, client_ids):
        """Return names and e-mails of the contact persons that the clients have."""
        contacts = self.env["res.partner"].search_fetch(
            [("parent_id", "in", list(set(client_ids)))], ["name", "email", "parent_id"]
        )
        return set().union(*(_get_contact_keys(contact.parent_id.id, contact) for contact in contacts))

    # ------------------------------------------------------------
    # FAILING
    # ------------------------------------------------------------

    def _attempt(self, entries, function):
        """Call a function with entries; if it fails, halve them until the failing ones are alone with their reason."""
        if not entries:
            return
        try:
            with self.env.cr.savepoint():
                function(entries)
                self.env.flush_all()
        except ROW_ERRORS as error:
            if len(entries) == 1:
                entries[0].settle("failed", self._get_error_message(error))
                entries[0].takes_contacts = False
                return
            middle = len(entries) // 2
            self._attempt(entries[:middle], function)
            self._attempt(entries[middle:], function)

    def _get_error_message(self, error):
        if isinstance(error, UserError):
            return str(error)
        if isinstance(error, psycopg2.Error):
            return self.env["res.partner"]._sql_error_to_message(error)
        return self.env._("Odoo refused the row: %(error)s", error=error)


class Matches:
    """What is known of the cards that the search for duplicates has found.

    :param record: the import, in the environment of the importing user
    :param list found: answer of `res.partner._find_client_duplicates`
    :param dict number_of: rows of the clients that are not noted in the database yet, by id
    """

    def __init__(self, record, found, number_of):
        self.record = record
        self.env = record.env
        partner_ids = {partner_id for duplicates in found for partner_id, _reason in duplicates}
        # sudo: a contact person leads to its client, which the user may not be allowed to see
        cards = self.env["res.partner"].sudo().browse(partner_ids)
        self.client_of = {card.id: (card.client_id or card.commercial_partner_id).id for card in cards}
        clients = self.env["res.partner"].browse(set(self.client_of.values()))
        self.readable_ids = set(clients._filtered_access("read").ids)
        self.writable_ids = set(clients._filtered_access("write").ids) & self.readable_ids
        self.corrected_ids = set(
            clients.sudo().filtered(lambda client: client.client_import_id == record.sudo().correction_of_id).ids
            if record.correction_of_id
            else ()
        )
        rows = self.env["crm.client.import.row"].search(
            [("import_id", "=", record.id), ("partner_id", "in", clients.ids), ("state", "=", "created")]
        )
        self.number_of = {**{row.partner_id.id: row.number for row in rows}, **number_of}

    def get_message(self, reason, client_ids):
        """Return one sentence: which number is the same as whose, without naming a client whom the user may not see."""
        what = {
            "vat": self.env._("tax number"),
            "company_registry": self.env._("registration number"),
            "email": self.env._("e-mail"),
            "phone": self.env._("phone"),
            "name": self.env._("name"),
        }[reason]
        numbers = sorted(self.number_of[client_id] for client_id in client_ids if client_id in self.number_of)
        if numbers:
            return self.env._("Same %(what)s as in row %(number)s of this file.", what=what, number=numbers[0])
        clients = self.env["res.partner"].browse(client_ids & self.readable_ids)
        if not clients:
            return self.env._("A client of another manager has the same %(what)s.", what=what)
        names = ", ".join(clients.mapped("display_name"))
        return self.env._("Same %(what)s as: %(clients)s.", what=what, clients=names)


def _continues(texts, client):
    """Return whether a row only adds a contact person: no client is named, or the one above again."""
    if not any(target.startswith(CONTACT) for target in texts):
        return False
    if NAME not in texts:
        return True
    if fold(texts[NAME]) != fold(client.get(NAME, "")):
        return False
    return all(texts.get(target, client.get(target)) == client.get(target) for target in _SAME_CLIENT)


def _get_contact_keys(client_id, contact):
    """Return what identifies a contact person: the name and the e-mail, within the client."""
    keys = {(client_id, fold(contact["name"] or ""))}
    if email := email_normalize(contact.get("email") if isinstance(contact, dict) else contact.email):
        keys.add((client_id, email))
    return keys


def _get_raw(partner, name):
    """Return the value of a field as it can be stored: ids for records, False for nothing."""
    value = partner[name]
    if name in _TO_MANY:
        return value.ids
    return value.id if partner._fields[name].relational else str(value) if name == "comment" and value else value


def _get_command(name, value):
    return [Command.set(value)] if name in _TO_MANY else value
