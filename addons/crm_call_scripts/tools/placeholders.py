import re

# names that stand for something of the call, with what is said where it is unknown: {contact|colleague}
PLACEHOLDERS = ("client", "contact", "manager", "deal", "product", "company")
PATTERN = re.compile(r"\{(\w+)(?:\|([^{}]*))?\}")
# a brace that belongs to no placeholder, with a little of what follows
STRAY = re.compile(r"[{}][^{}\n]{0,20}")


def fill(text, values):
    """Return ``text`` with its placeholders replaced; an unknown name stays as it is, nothing else is evaluated.

    :param str text: as "Good day, this is {manager}."
    :param dict values: {name: text}
    """
    return PATTERN.sub(lambda found: _get_value(found, values), text)


def _get_value(found, values):
    name, fallback = found.groups()
    if name not in PLACEHOLDERS:
        return found.group()
    return values.get(name) or fallback or "…"


def find_placeholders(text):
    """Return the names between braces in ``text``, known or not, in their order."""
    return [found.group(1) for found in PATTERN.finditer(text)]


def find_stray_braces(text):
    """Return what is left of ``text`` around braces that make no placeholder, a few characters each."""
    return [found.group().strip() for found in STRAY.finditer(PATTERN.sub("", text))]
