from odoo.tools import email_normalize

from odoo.addons.base.models.ir_mail_server import extract_rfc2822_addresses


def get_plain_address(text):
    """Return the one e-mail address in a text as mail servers take it, in ASCII; an empty string if it is none."""
    addresses = extract_rfc2822_addresses(email_normalize(text) or "")
    return addresses[0] if len(addresses) == 1 else ""
