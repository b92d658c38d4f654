"""The register of papers, each with the history of how it got where it stands."""

from itertools import pairwise

from odoo import fields

from .cast import backdate

REASON = "Another supplier was cheaper"  # where the plan knows no reason of a refusal


def create_documents(cast):
    """Create the papers as of their day in the state they stand in, and write their history as it came about."""
    planned = sorted(cast.plan.documents, key=lambda document: document.moves[0][1])
    documents = cast.env["crm.document"].create([_prepare_document(cast, document) for document in planned])
    pairs = list(zip(documents, planned, strict=True))
    backdate(
        cast.env,
        {document: cast.past(plan.moves[0][1]) for document, plan in pairs},
        {document: document.user_id for document, _plan in pairs if document.user_id},
    )
    _date_tasks(documents)
    _write_history(cast, pairs)


def _prepare_document(cast, document):
    moment = cast.past(document.moves[-1][1])
    return {
        "type_id": cast.ref(f"crm_documents.crm_document_type_{document.kind}").id,
        "state_id": cast.ref(f"crm_documents.crm_document_state_{document.kind}_{document.state}").id,
        "state_date": moment,
        "date": cast.past(document.moves[0][1]).date(),
        "date_deadline": document.deadline,
        "is_original_received": document.is_received,
        "company_id": cast.company.id,
        **(_prepare_of_deal(cast, document) if document.invoice is None else _prepare_of_invoice(cast, document)),
    }


def _prepare_of_deal(cast, document):
    deal = cast.deals[document.deal]
    return {
        "lead_id": deal.id,
        "partner_id": deal.partner_id.id,
        "subject": cast.plan.deals[document.deal].title,
        "user_id": deal.user_id.id,
        "amount": deal.expected_revenue,
        "currency_id": cast.company.currency_id.id,
        # a proposal that went out was approved
        "approval_state": "approved" if document.kind == "proposal" and document.state != "draft" else "none",
    }


def _prepare_of_invoice(cast, document):
    order = cast.orders[cast.plan.invoices[document.invoice].order]
    invoice = order.invoice_ids.filtered(lambda move: move.move_type == "out_invoice")[:1]
    return {
        "partner_id": invoice.partner_id.id,
        "lead_id": order.opportunity_id.id,
        "subject": invoice.name,
        "user_id": invoice.invoice_user_id.id,
        "amount": invoice.amount_total,
        "currency_id": invoice.currency_id.id,
    }


def _date_tasks(documents):
    """The tasks of the states are due so many days after the state was reached, not after the installation."""
    tasks = documents.env["mail.activity"].search([("document_id", "in", documents.ids)])
    for task in tasks:
        days = task.document_state_id.activity_days
        task.date_deadline = fields.Date.add(task.document_id.state_date.date(), days=days)


def _write_history(cast, pairs):
    """One row for each state that a paper went through, with its moment and the manager who did it."""
    # sudo: nobody may write the history by hand
    log = cast.env["crm.document.log"].sudo()
    log.search([("document_id", "in", [document.id for document, _plan in pairs])]).unlink()
    rows = [row for document, plan in pairs for row in _prepare_history(cast, document, plan)]
    log.create(sorted(rows, key=lambda row: row["date"]))


def _prepare_history(cast, document, plan):
    def state(key):
        return cast.ref(f"crm_documents.crm_document_state_{plan.kind}_{key}").id

    user_id = document.user_id.id or cast.users["head"].id
    first, begun = plan.moves[0]
    yield {
        "document_id": document.id,
        "user_id": user_id,
        "event": "created",
        "date": cast.past(begun),
        "new_state_id": state(first),
    }
    for (old, _before), (new, moment) in pairwise(plan.moves):
        yield {
            "document_id": document.id,
            "user_id": user_id,
            "event": "state",
            "date": cast.past(moment),
            "old_state_id": state(old),
            "new_state_id": state(new),
            "note": (plan.reason or REASON) if new == "rejected" else False,
        }
