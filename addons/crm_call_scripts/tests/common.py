from odoo.tests.common import TransactionCase

from odoo.addons.crm_funnel.tests.common import FunnelCast


class CallCast(FunnelCast):
    """The cast of the funnel with a published script and an author of scripts.

    The script "Cold call": hello (say) -> interest (question: yes, no, later) -> budget (number, writes the deal's
    expected revenue) -> agreed (end: success); no -> refused (end: refusal); later -> when (date) -> later (end).
    Objection "too expensive" (question: fine, never): fine goes back to where the conversation was, never refuses.
    """

    @classmethod
    def _set_up_cast(cls):
        super()._set_up_cast()
        cls.outcomes = {
            name: cls.env.ref(f"crm_call_scripts.crm_call_outcome_{name}")
            for name in ("success", "interviewed", "call_back", "no_answer", "refusal")
        }
        cls.step_call.call_outcome_ids = cls.outcomes["success"]
        cls.step_no_answer.call_outcome_ids = cls.outcomes["no_answer"]
        cls.step_call_back.call_outcome_ids = cls.outcomes["call_back"]
        cls.step_refusal.call_outcome_ids = cls.outcomes["refusal"]
        cls._set_up_script()

    @classmethod
    def _set_up_script(cls):
        cls.script = cls.env["crm.call.script"].create({"name": "Test script", "sequence": -100})
        cls.version = cls.env["crm.call.script.version"].create({"script_id": cls.script.id, "number": 1})
        cls.nodes = {}
        revenue = cls.env["ir.model.fields"]._get("crm.lead", "expected_revenue")
        cls._add_node("hello", "say", text="Good day, this is {manager}. Is that {contact|the office} of {client}?")
        cls._add_node("interest", "question", text="Would {deal} be of use to you?")
        cls._add_node("budget", "number", text="What have you planned to spend?", write_record="deal")
        cls.nodes["budget"].write_field_id = revenue
        cls._add_node("agreed", "end", text="Thank you!", outcome_id=cls.outcomes["success"].id)
        cls._add_node("refused", "end", text="Good bye.", outcome_id=cls.outcomes["refusal"].id)
        cls._add_node("when", "date", text="When may I call again?", is_required=True)
        cls._add_node("later", "end", text="Until then.", outcome_id=cls.outcomes["call_back"].id)
        cls._add_node("expensive", "question", text="Compared with what?", is_objection=True)
        cls._link("hello", "interest")
        cls._link("budget", "agreed")
        cls._link("when", "later")
        cls.answers = {}
        cls._add_answers("interest", yes="budget", no="refused", later="when")
        cls._add_answers("expensive", fine=None, never="refused")
        cls.version.start_node_id = cls.nodes["hello"]
        cls.version.state = "published"
        cls.script.published_id = cls.version

    @classmethod
    def _add_node(cls, key, kind, **vals):
        number = len(cls.nodes) + 1
        vals = {"version_id": cls.version.id, "key": key, "kind": kind, "sequence": number, "name": key.title(), **vals}
        cls.nodes[key] = cls.env["crm.call.node"].create(vals)

    @classmethod
    def _link(cls, key, next_key):
        cls.nodes[key].next_node_id = cls.nodes[next_key]

    @classmethod
    def _add_answers(cls, key, **targets):
        for number, (name, target) in enumerate(targets.items(), 1):
            cls.answers[name] = cls.env["crm.call.answer"].create(
                {
                    "node_id": cls.nodes[key].id,
                    "key": name,
                    "sequence": number,
                    "name": name.title(),
                    "next_node_id": cls.nodes[target].id if target else False,
                }
            )


class CallCommon(CallCast, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_cast()
