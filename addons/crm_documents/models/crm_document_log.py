from odoo import fields, models
from odoo.tools import format_date

EVENTS = [
    ("created", "Created"),
    ("state", "State changed"),
    ("requested", "Approval requested"),
    ("approved", "Approved"),
    ("refused", "Approval refused"),
    ("withdrawn", "Approval withdrawn"),
    ("urged", "Asked to sign immediately"),
    ("file", "Version added"),
    ("original", "Original received"),
    ("original_missing", "Original not received"),
    ("deadline", "Deadline changed"),
    ("sent", "Sent"),
    ("printed", "Printed"),
]


class CrmDocumentLog(models.Model):
    """What was done with a document, by whom and when: rows are added by the document itself and never change."""

    _name = "crm.document.log"
    _description = "History of a Document"
    _order = "id DESC"
    _rec_name = "event"

    document_id = fields.Many2one("crm.document", required=True, ondelete="cascade", index=True, readonly=True)
    date = fields.Datetime(required=True, default=fields.Datetime.now, readonly=True)
    user_id = fields.Many2one("res.users", "By", required=True, readonly=True, index=True)
    event = fields.Selection(EVENTS, "What Happened", required=True, readonly=True)
    old_state_id = fields.Many2one("crm.document.state", "State before", ondelete="restrict", readonly=True)
    new_state_id = fields.Many2one("crm.document.state", "State after", ondelete="restrict", readonly=True)
    note = fields.Char("Details", readonly=True, help="The reason of a change, the name of a file, the new deadline.")


def log_of(before, after, env):
    """Return the rows of the history for what changed in a document beside its state: list of (event, note)."""
    rows = []
    if before["date_deadline"] != after["date_deadline"]:
        days = [format_date(env, values["date_deadline"]) or "–" for values in (before, after)]
        rows.append(("deadline", " → ".join(days)))
    if before["is_original_received"] != after["is_original_received"]:
        rows.append(("original" if after["is_original_received"] else "original_missing", None))
    return rows
