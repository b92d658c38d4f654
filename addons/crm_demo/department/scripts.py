"""The scripts that the department calls by: the shipped ones, and how the first of them was before it was rewritten."""

from datetime import timedelta

from . import tables_calls


def get_scripts(cast):
    """Return by purpose the former and the current version of the script; a purpose without a script is left out."""
    if not cast.scripts:
        for purpose in ("prospect", "feedback"):
            script = cast.env["crm.call.script"].search(
                [("purpose", "=", purpose), ("published_id", "!=", False), ("company_id", "=", False)], limit=1
            )
            if script:
                cast.scripts[purpose] = (_get_former(cast, script, purpose), script.published_id)
    return cast.scripts


def _get_former(cast, script, purpose):
    """Return the version of before: the shipped one of the script for prospects, which has been worked on since.

    The second version has a piece of advice more; the managers are cut short less often with it.
    """
    former = script.published_id
    if purpose == "prospect":
        draft = script._get_draft()
        draft.write({"note": tables_calls.REWRITTEN_NOTE})
        draft.start_node_id.hint = tables_calls.REWRITTEN_HINT
        draft.action_publish()
        draft.published_date = cast.now - timedelta(days=tables_calls.REWRITTEN_DAYS)
    former.published_date = cast.now - timedelta(days=tables_calls.DAYS + 30)
    return former
