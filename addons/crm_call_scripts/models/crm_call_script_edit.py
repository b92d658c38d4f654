from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL
from odoo.tools.misc import clean_context


class CrmCallScript(models.Model):
    """The life of the versions of a script: edit, publish, discard, revert."""

    _inherit = "crm.call.script"

    def action_edit(self):
        """Return the action of the builder with the draft of the script, made from the version in use if there is none.

        :raises AccessError: if the user may not write the script
        """
        self.ensure_one()
        draft = self._get_draft()
        return draft.action_open_builder()

    def _get_draft(self):
        """Return the draft of the script; two authors who ask for one at the same moment get the same."""
        self.check_access("write")
        self._take_turn()
        # sudo: a draft that is made by hand is refused, this is the button
        script = self.sudo()
        if not script.draft_id:
            script.draft_id = script._make_draft(script.published_id)
        return script.draft_id.with_env(self.env)

    def _take_turn(self):
        """Let what changes the versions of a script happen one after the other."""
        self.flush_recordset()
        self.env.cr.execute(SQL("UPDATE crm_call_script SET write_date = write_date WHERE id = %s", self.id))
        self.invalidate_recordset(["draft_id", "published_id", "version_ids"])

    def _make_draft(self, source):
        """Return a new draft with the content of a version, which may be empty."""
        # whatever defaults the request brings: they come into no version
        self = self.with_env(self.env(context=clean_context(self.env.context)))  # noqa: PLW0642
        # of two drafts the database would refuse the second before it learns that the first is published
        self.version_ids.flush_recordset(["state"])
        number = max(self.version_ids.mapped("number"), default=0) + 1
        versions = self.env["crm.call.script.version"].with_context(call_script_saving=True)
        draft = versions.create({"script_id": self.id, "number": number})
        if source:
            draft._copy_content(source)
        return draft

    def copy(self, default=None):
        """Copy scripts with the texts in use, or else those of the draft, as drafts of the copies."""
        copies = super().copy(default)
        for script, duplicate in zip(self, copies, strict=True):
            # sudo: see _get_draft; the copy itself was made with the user's rights
            duplicate = duplicate.sudo()
            duplicate.draft_id = duplicate._make_draft(script.published_id.sudo() or script.draft_id.sudo())
        return copies

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        if "name" not in (default or {}):
            for script, vals in zip(self, vals_list, strict=True):
                vals["name"] = self.env._("%(name)s (copy)", name=script.name)
        return vals_list

    def action_publish(self):
        """Publish the draft, see `crm.call.script.version.action_publish`."""
        self.ensure_one()
        if not self.draft_id:
            raise UserError(self.env._("Nothing was changed since the last publication."))
        return self.draft_id.action_publish()

    @api.model
    def _publish_shipped(self, script_xmlid, start_xmlid):
        """Publish a worked example of the addon, unless it has been touched or deleted.

        :param str script_xmlid: of the script, without the addon
        :param str start_xmlid: of the text it begins with
        """
        script = self.env.ref(f"crm_call_scripts.{script_xmlid}", raise_if_not_found=False)
        start = self.env.ref(f"crm_call_scripts.{start_xmlid}", raise_if_not_found=False)
        if script and start and not script.published_id and not script.draft_id:
            version = start.version_id
            version.write({"start_node_id": start.id, "state": "published", "published_date": fields.Datetime.now()})
            script.published_id = version


class CrmCallScriptVersion(models.Model):
    _inherit = "crm.call.script.version"

    def action_open_builder(self):
        """Return the client action of the builder, which shows a published version without changing it."""
        self.ensure_one()
        return {
            "type": "ir.actions.client",
            "tag": "crm_call_builder",
            "name": self.display_name,
            "params": {"version_id": self.id},
        }

    def action_publish(self):
        """Let calls be held by the draft from now on; the version that was in use becomes a former one.

        :raises UserError: with the errors that the script still has
        :raises AccessError: if the user may not write the script
        """
        self.ensure_one()
        self._begin_change()
        errors = [problem["text"] for problem in self.get_problems() if problem["level"] == "error"]
        if errors:
            raise UserError(
                self.env._(
                    "The script cannot be published yet:\n%(errors)s", errors="\n".join(f"• {e}" for e in errors)
                )
            )
        # sudo: these fields are written by this button alone, and the rights were asked by _begin_change
        version = self.sudo()
        script = version.script_id
        script.published_id.state = "retired"
        version.write({"state": "published", "published_date": fields.Datetime.now(), "published_by_id": self.env.uid})
        script.write({"published_id": version.id, "draft_id": False})
        return True

    def action_discard_draft(self):
        """Delete the draft: the version in use stays as it is.

        :raises UserError: if the version is no draft
        """
        self.ensure_one()
        self._begin_change()
        # sudo: see action_publish
        self.sudo().script_id.draft_id = False
        self.sudo().unlink()
        return True

    def action_revert(self):
        """Make a new draft from this former version, and return the action of the builder with it.

        :raises UserError: if the script has a draft, which would be lost
        """
        self.ensure_one()
        self.script_id.check_access("write")
        self.script_id._take_turn()
        # sudo: see action_publish
        script = self.sudo().script_id
        if script.draft_id:
            raise UserError(self.env._("“%(script)s” has a draft. Publish or discard it first.", script=script.name))
        script.draft_id = script._make_draft(self.sudo())
        return script.draft_id.with_env(self.env).action_open_builder()

    def _begin_change(self):
        """Check the rights on the script and that the version is still a draft when it is this one's turn."""
        self.script_id.check_access("write")
        self.check_access("write")
        self.script_id._take_turn()
        self.invalidate_recordset(["state"])
        if self.state != "draft":
            raise UserError(self.env._("%(version)s is no draft any more.", version=self.display_name))

    # ------------------------------------------------------------
    # COPY
    # ------------------------------------------------------------

    def _copy_content(self, source):
        """Fill an empty version with the content of another one: the same keys, the texts in all languages."""
        copies = {}
        for node in source.node_ids:
            copies[node.id] = node.copy({"version_id": self.id, "key": node.key, "next_node_id": False})
        for node in source.node_ids:
            copies[node.id].next_node_id = copies.get(node.next_node_id.id)
            for answer in node.answer_ids:
                target = copies.get(answer.next_node_id.id)
                answer.copy(
                    {"node_id": copies[node.id].id, "key": answer.key, "next_node_id": target.id if target else False}
                )
        self.start_node_id = copies.get(source.start_node_id.id)
