from odoo import api, models
from odoo.exceptions import AccessError, UserError


class CrmCallScriptPart(models.AbstractModel):
    """What a version of a script is made of. It can be changed while the version is a draft, and never afterwards.

    Protocols and figures refer to a published version: the superuser mode alone, which fixes data, may touch it.
    """

    _name = "crm.call.script.part"
    _description = "Part of a Call Script"

    # fields that say where the part belongs: they are given once
    _kept_fields = frozenset()

    def _get_versions(self):
        """Return the `crm.call.script.version` that the records are parts of."""
        raise NotImplementedError

    @api.model_create_multi
    def create(self, vals_list):
        parts = super().create(vals_list)
        parts._check_draft()
        parts._forget_graphs()
        return parts

    def write(self, vals):
        self.check_access("write")  # before any refusal tells of the script
        self._check_draft()
        self._check_kept(vals)
        self._forget_graphs()
        return super().write(vals)

    def unlink(self):
        self.check_access("unlink")
        self._check_draft()
        self._forget_graphs()
        return super().unlink()

    def _update_field_translations(self, field_name, translations, digest=None, source_lang=""):
        self.check_access("write")
        self._check_draft()
        self._forget_graphs()
        return super()._update_field_translations(field_name, translations, digest=digest, source_lang=source_lang)

    def _check_draft(self):
        """Refuse a change of what has been published.

        :raises UserError: for anybody but the superuser mode
        """
        closed = not self.env.su and self._get_versions().filtered(lambda version: version.state != "draft")[:1]
        if closed:
            raise UserError(
                self.env._(
                    "Version %(number)s of “%(script)s” has been published and does not change any more: "
                    "protocols refer to it. Press Edit on the script to make the next one.",
                    number=closed.number,
                    script=closed.script_id.name,
                )
            )

    def _check_kept(self, vals):
        kept = self._kept_fields & vals.keys()
        if kept and not self.env.su:
            names = ", ".join(sorted(self._fields[name]._description_string(self.env) for name in kept))
            raise AccessError(self.env._("“%(fields)s” cannot be written by hand.", fields=names))

    def _forget_graphs(self):
        """Let the graphs of published versions be made anew; drafts have none that is kept."""
        versions = self._get_versions().sudo()  # sudo: only to look at the state
        if any(version.state != "draft" for version in versions):
            self.env.registry.clear_cache()
        else:
            versions._count_revision()
