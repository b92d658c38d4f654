"""Find records by the words that people write for them, in every language of the database."""

import re

from babel import Locale

MAX_LISTED = 12
_LANGUAGES = ("en", "uk", "ru")
_SPACES = re.compile(r"\s+")


class AmbiguousNameError(LookupError):
    """Several records have this name."""


def fold(text):
    """Return the text as names are compared: without regard to case and doubled spaces."""
    return _SPACES.sub(" ", text).strip().casefold().replace("ё", "е")


class Lookups:
    """Names of directory records, read once and kept while an import works.

    :param env: environment of the importing user, whose rights decide what is found
    """

    def __init__(self, env):
        self.env = env
        self.maps = {}

    def find(self, model, text, domain=()):
        """Return the id of the record with this name in any language, or None.

        :raises AmbiguousNameError: if several have it
        """
        ids = self._get_map(model, domain).get(fold(text), ())
        if len(ids) > 1:
            raise AmbiguousNameError(text)
        return next(iter(ids), None)

    def list_names(self, model, domain=()):
        """Return the names that can be used, in the user's language; cut off when there are many."""
        records = self.env[model].search(domain, limit=MAX_LISTED + 1)
        names = records[:MAX_LISTED].mapped("display_name")
        return ", ".join(names) + (", …" if len(records) > MAX_LISTED else "")

    def add(self, model, text, record_id, domain=()):
        """Note a record that was just created."""
        self._get_map(model, domain)[fold(text)] = {record_id}

    def find_user(self, text):
        """Return the id of the salesperson with this login, e-mail or name, or None.

        :raises AmbiguousNameError: if several have the name
        """
        users = self._get("users", self._read_users)
        ids = users.get(fold(text), ())
        if len(ids) > 1:
            raise AmbiguousNameError(text)
        return next(iter(ids), None)

    def find_country(self, text):
        """Return ``(id, code)`` of the country with this name, code or usual name in three languages, or None."""
        return self._get("countries", self._read_countries).get(fold(text))

    def find_state(self, text, country_id):
        """Return the id of the region of a country by name or code, or None."""
        return self._get("states", self._read_states).get((country_id, fold(text)))

    # ------------------------------------------------------------
    # READING
    # ------------------------------------------------------------

    def _get(self, name, read):
        if name not in self.maps:
            self.maps[name] = read()
        return self.maps[name]

    def _get_map(self, model, domain):
        return self._get((model, str(domain)), lambda: self._read_names(model, domain))

    def _read_names(self, model, domain):
        names = {}
        for lang, _name in self.env["res.lang"].get_installed():
            for record in self.env[model].with_context(lang=lang).search_fetch(domain, ["name"]):
                names.setdefault(fold(record.name or ""), set()).add(record.id)
        return names

    def _read_users(self):
        users = {}
        by_login = {}
        for user in self.env["res.users"].search_fetch([("share", "=", False)], ["login", "name", "email"]):
            by_login[fold(user.login)] = {user.id}
            for text in {user.name, user.email} - {False}:
                users.setdefault(fold(text), set()).add(user.id)
        return {**users, **by_login}

    def _read_countries(self):
        countries = {}
        territories = [Locale(language).territories for language in _LANGUAGES]
        for lang, _name in self.env["res.lang"].get_installed():
            for country in self.env["res.country"].with_context(lang=lang).search_fetch([], ["name", "code"]):
                usual = [names.get(country.code, "") for names in territories]
                for name in (country.name, country.code, *usual):
                    countries.setdefault(fold(name or ""), (country.id, country.code))
        countries.pop("", None)
        return countries

    def _read_states(self):
        states = {}
        for state in self.env["res.country.state"].search_fetch([], ["name", "code", "country_id"]):
            for text in (state.name, state.code):
                states.setdefault((state.country_id.id, fold(text)), state.id)
        return states
