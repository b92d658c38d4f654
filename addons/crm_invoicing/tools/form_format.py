"""Numbers and dates as the printed forms write them, by the language of the environment."""

import re

from odoo.tools import float_round, format_date
from odoo.tools.misc import get_lang

NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
LEAST_DIGITS = 2


def format_number(env, value, digits):
    """Return ``value`` with exactly ``digits`` decimals; its thousands are never torn apart."""
    value = float_round(value, precision_digits=digits) or 0.0  # no minus before a zero
    lang = env["res.lang"].browse(get_lang(env).id)
    text = lang.format(f"%.{digits}f", value, grouping=True)
    return re.sub(r"\s", NO_BREAK_SPACE, text)


def format_short_number(env, value, digits, least_digits=0):
    """Return ``value`` with at most ``digits`` decimals: no zeros at the end beyond ``least_digits``."""
    while digits > least_digits and float_round(value, precision_digits=digits - 1) == float_round(
        value, precision_digits=digits
    ):
        digits -= 1
    return format_number(env, value, digits)


def format_long_date(env, date):
    """Return a date with the name of its month, or an empty text."""
    return re.sub(r"\s", NO_BREAK_SPACE, format_date(env, date, date_format="long")) if date else ""


def join_texts(*texts, separator=", "):
    """Return the texts that there are on one line; an address of several lines becomes one."""
    lines = (line.strip() for text in texts for line in (text or "").splitlines())
    return separator.join(filter(None, lines))
