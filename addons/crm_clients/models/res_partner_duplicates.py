import re
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL, email_normalize, str2bool

from ..tools.legal_numbers import compact

# In the order of their strength
REASONS = ("vat", "company_registry", "email", "phone")

# A number that stands on hundreds of cards, such as the switchboard's, must not flood the answer
FOUND_PER_KEY = 10

# A tax number as it is compared: digits and capital letters, without the two letters of a country before them.
# `_get_tax_number_key` does the same in Python.
TAX_NUMBER_KEY = "regexp_replace(upper({0}), '^[^0-9A-Z]*[A-Z][^0-9A-Z]*[A-Z]|[^0-9A-Z]', '', 'g')"

# What the search reads besides the key, so that it never visits the table: see bench/client_duplicates.py
COVERED = "active DESC NULLS LAST, id) INCLUDE ({0}country_id, company_id, client_id, commercial_partner_id, parent_id)"
IS_TAX_PAYER = "{0} IS NOT NULL AND commercial_partner_id = id"
IN_DIRECTORY = "{0} IS NOT NULL AND client_id IS NOT NULL"


# What the query reads, so what must be in the database before it
READ_FIELDS = (
    *("vat", "company_registry", "email_normalized", "phone_sanitized", "active"),
    *("country_id", "company_id", "client_id", "commercial_partner_id", "parent_id"),
)


class Key(NamedTuple):
    """One value that is looked for in one column."""

    row: int
    reason: str
    value: str
    country_id: int
    own_id: int
    own_client_id: int
    own_commercial_id: int
    own_parent_id: int


class ResPartner(models.Model):
    """Find the clients that are already there, and say so on the card while it is typed."""

    _inherit = "res.partner"

    client_duplicates = fields.Json(
        compute="_compute_client_duplicates",
        export_string_translation=False,
        help="List of {id, name, manager, archived, reason, can_merge}; of a foreign client the manager alone.",
    )

    _duplicate_vat_idx = models.Index(
        f"({TAX_NUMBER_KEY.format('vat')}, {COVERED.format('vat, ')} WHERE {IS_TAX_PAYER.format('vat')}"
    )
    _duplicate_registry_idx = models.Index(
        f"({TAX_NUMBER_KEY.format('company_registry')}, {COVERED.format('company_registry, ')}"
        f" WHERE {IS_TAX_PAYER.format('company_registry')}"
    )
    _duplicate_email_idx = models.Index(
        f"(email_normalized, {COVERED.format('')} WHERE {IN_DIRECTORY.format('email_normalized')}"
    )
    _duplicate_phone_idx = models.Index(
        f"(phone_sanitized, {COVERED.format('')} WHERE {IN_DIRECTORY.format('phone_sanitized')}"
    )

    # ------------------------------------------------------------
    # WARNING ON THE CARD
    # ------------------------------------------------------------

    @api.depends("vat", "company_registry", "email", "phone", "country_id", "parent_id", "client_type_id")
    @api.depends_context("uid", "allowed_company_ids", "lang")
    def _compute_client_duplicates(self):
        # of a new card the form does not know `client_id`, which would be the card itself
        clients = self.filtered(lambda partner: partner.client_type_id or partner.parent_id.client_id)
        (self - clients).client_duplicates = False
        keys_list = [client._get_client_duplicate_keys() for client in clients]
        for client, found in zip(clients, self._find_client_duplicates(keys_list), strict=True):
            client.client_duplicates = client._describe_client_duplicates(found)

    def _get_client_duplicate_keys(self):
        """Return what `_find_client_duplicates` needs to know of this card, saved or not.

        The tax numbers of a contact person are the company's, and looked for on its card.
        """
        self.ensure_one()
        names = ("email", "phone") if self.parent_id and not self.is_company else REASONS
        return {
            **{name: self[name] for name in names},
            "country_code": self.country_id.code,
            # of a new contact person the client is known already
            "exclude_id": self._origin.id or self.parent_id._origin.id,
        }

    def _describe_client_duplicates(self, found):
        """Return what the user may know of duplicates: ``found`` as of `_find_client_duplicates`."""
        reasons = self._get_duplicate_reasons()
        # sudo: of a foreign client nothing is given away but its manager, and only if the administrator agrees
        duplicates = self.sudo().browse([partner_id for partner_id, _reason in found])
        visible = duplicates.sudo(False)._filtered_access("read")
        writable = (visible._filtered_access("write") if self._origin else visible.browse()).ids
        foreign_told = self._tells_foreign_manager()
        described = []
        for duplicate, (_partner_id, reason) in zip(duplicates, found, strict=True):
            line = {"manager": duplicate.client_id.user_id.name, "reason": reasons[reason]}
            if duplicate.id in visible.ids:
                line |= {
                    "id": duplicate.id,
                    "name": duplicate.complete_name,
                    "archived": not duplicate.active,
                    "can_merge": duplicate.id in writable and not duplicate.user_ids,
                }
                described.append(line)
            elif foreign_told and duplicate.client_id and line not in described:
                described.append(line)
        return described or False

    @api.model
    def _tells_foreign_manager(self):
        """Return whether a user limited to own clients learns who has the client that he is about to enter again.

        A value of the parameter that is neither yes nor no says no.
        """
        # sudo: a setting for everybody, which only administrators may read
        value = self.env["ir.config_parameter"].sudo().get_param("crm_clients.tell_foreign_manager", "True")
        return self.env.user._has_own_clients_only() and str2bool(value, default=False)

    @api.model
    def _get_duplicate_reasons(self):
        return {
            "vat": self.env._("same tax number"),
            "company_registry": self.env._("same registration number"),
            "email": self.env._("same e-mail"),
            "phone": self.env._("same phone"),
        }

    def _compute_same_vat_partner_id(self):
        """Odoo looks for these with all rights, and the form shows the name: leave out what the user may not see."""
        super()._compute_same_vat_partner_id()
        if self.env.su:
            return
        for name in ("same_vat_partner_id", "same_company_registry_partner_id"):
            visible = self.mapped(name)._filtered_access("read")
            self.filtered(lambda partner, name=name, visible=visible: partner[name] not in visible)[name] = False

    # ------------------------------------------------------------
    # SEARCH
    # ------------------------------------------------------------

    @api.model
    def _find_client_duplicates(self, keys_list):
        """Return who is already there, for a batch of cards, with one query.

        E-mail and phone are looked for on clients and their contact persons; tax numbers on all companies and persons
        that have one of their own, also outside the directory. A tax number of another country is another number.
        Foreign clients are found as well: say of them no more than the caller's user may know.

        :param list keys_list: dicts with any of vat, company_registry, email, phone, country_code as typed, and
            ``exclude_id``, the id of a card that is no duplicate of itself, nor is its family
        :return: list as long as ``keys_list`` of lists of (partner id, reason), each partner once with the strongest of
            `REASONS`; first those in use, the archived ones last
        """
        found = [{} for _keys in keys_list]
        if query := self._get_client_duplicates_query(keys_list):
            self.flush_model(READ_FIELDS)
            # plain SQL passes by the record rules on purpose: foreign and archived clients are to be found
            for row, reason, partner_id, active in self.env.execute_query(query):
                rank = (not active, REASONS.index(reason), partner_id)
                found[row][partner_id] = min(rank, found[row].get(partner_id, rank))
        return [
            [(partner_id, REASONS[strength]) for _archived, strength, partner_id in sorted(ranks.values())]
            for ranks in found
        ]

    @api.model
    def _get_client_duplicates_query(self, keys_list):
        """Return the query for a batch, of rows (number of the keys, reason, partner id, active); None if it is empty."""
        columns = self._get_duplicate_lookups(keys_list)
        queries = [self._get_column_query(column, keys) for column, keys in columns.items() if keys]
        return SQL(" UNION ALL ").join(queries) if queries else None

    @api.model
    def _get_duplicate_lookups(self, keys_list):
        """Return {column: list of Key} for the values that can be compared."""
        codes = {str(keys.get("country_code") or "").upper() for keys in keys_list}
        countries = self.env["res.country"].search_fetch([("code", "in", list(codes))], ["code", "phone_code"])
        by_code = countries.grouped("code")
        # sudo: the family of a card is told from others whatever the user may see of it
        own_cards = self.sudo().browse({keys["exclude_id"] for keys in keys_list if keys.get("exclude_id")}).exists()
        own_by_id = own_cards.grouped("id")
        columns = {"vat": [], "company_registry": [], "email_normalized": [], "phone_sanitized": []}
        for row, keys in enumerate(keys_list):
            country = by_code.get(str(keys.get("country_code") or "").upper(), countries.browse())
            own = own_by_id.get(keys.get("exclude_id"), self.browse())
            family = (own.id, own.client_id.id, own.commercial_partner_id.id, own.parent_id.id)
            for column, reason, value in self._get_duplicate_values(keys, country):
                columns[column].append(Key(row, reason, value, country.id or None, *(id_ or None for id_ in family)))
        return columns

    @api.model
    def _get_duplicate_values(self, keys, country):
        """Yield (column, reason, value) for everything to look for, normalised."""
        for reason in ("vat", "company_registry"):
            if number := self._get_tax_number_key(keys.get(reason)):
                yield reason, reason, number
                if country.code == "UA":
                    # cards made by Odoo's own rules have the EDRPOU as tax number
                    other = "company_registry" if reason == "vat" else "vat"
                    yield other, reason, number
        if email := email_normalize(str(keys.get("email") or ""), strict=False):
            yield "email_normalized", "email", email
        number = str(keys.get("phone") or "").strip()
        if phone := number and self.browse()._phone_format(number=number, country=country):
            yield "phone_sanitized", "phone", phone

    @api.model
    def _get_tax_number_key(self, number):
        """Return a tax number as it is compared, or nothing if it tells nobody apart: "/", "none", 0000000000."""
        number = re.sub("^[A-Z]{2}", "", re.sub("[^0-9A-Z]", "", compact(number)))
        return number if len(number) > 3 and len(set(number)) > 1 and re.search("[0-9]", number) else ""

    @api.model
    def _get_column_query(self, column, keys):
        """Return the part of the query that looks into one column."""
        is_tax_number = column in ("vat", "company_registry")
        scope = (IS_TAX_PAYER if is_tax_number else IN_DIRECTORY).format(column)
        same_country = "key.country_id IS NULL OR country_id IS NULL OR country_id = key.country_id"
        return SQL(
            """
            SELECT key.row, key.reason, found.id, found.active
              FROM unnest(%(rows)s::int[], %(reasons)s::text[], %(values)s::text[], %(country_ids)s::int[],
                          %(own_ids)s::int[], %(own_client_ids)s::int[], %(own_commercial_ids)s::int[],
                          %(own_parent_ids)s::int[])
                AS key(row, reason, value, country_id, own_id, own_client_id, own_commercial_id, own_parent_id)
        CROSS JOIN LATERAL (
                    SELECT id, active
                      FROM res_partner
                     WHERE %(column)s = key.value
                       AND %(scope)s
                       AND (%(same_country)s)
                       AND (company_id IS NULL OR company_id IN %(company_ids)s)
                       AND (key.own_id IS NULL
                            OR id != key.own_id
                           AND id IS DISTINCT FROM key.own_parent_id
                           AND parent_id IS DISTINCT FROM key.own_id
                           AND (client_id = key.own_client_id) IS NOT TRUE
                           AND (commercial_partner_id = key.own_commercial_id) IS NOT TRUE)
                  ORDER BY active DESC NULLS LAST, id
                     LIMIT %(limit)s
                   ) AS found
            """,
            **{f"{name}s": list(values) for name, values in zip(Key._fields, zip(*keys, strict=True), strict=True)},
            column=SQL(TAX_NUMBER_KEY.format(column) if is_tax_number else column),
            scope=SQL(scope),
            same_country=SQL(same_country if is_tax_number else "TRUE"),
            company_ids=tuple(self.env.companies.ids),
            limit=FOUND_PER_KEY,
        )
