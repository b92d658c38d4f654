from odoo.tests.common import TransactionCase

from odoo.addons.crm_clients.tests.common import ClientCast
from odoo.addons.crm_funnel.models.crm_lead_result import RECORDING


class FunnelCast(ClientCast):
    """The cast of the directory with a channel of its own, its stages and its process.

    Stages: new, call, offer, meeting, won. Steps: call -> offer -> meeting (asks a comment) -> contract (won),
    no answer (after the third: unreachable), call back (asks when), refusal (asks why).
    """

    @classmethod
    def _set_up_cast(cls):
        super()._set_up_cast()
        cls.channel = cls.env["crm.team"].create(
            {
                "name": "Funnel channel",
                "sequence": -100,
                "user_id": cls.ivan.id,
                "member_ids": [(6, 0, (cls.olena | cls.taras | cls.ivan).ids)],
            }
        )
        cls._set_up_stages()
        cls._set_up_process()
        deals = (cls.deal_dnipro | cls.deal_karpaty).with_context(**{RECORDING: True})
        deals.write(
            {
                "team_id": cls.channel.id,
                "process_id": cls.process.id,
                "stage_id": cls.stage_new.id,
                "probability": 10,
            }
        )

    @classmethod
    def _set_up_stages(cls):
        names = ["New", "Call", "Offer", "Meeting", "Signed"]
        cls.stages = cls.env["crm.stage"].create(
            [
                {
                    "name": f"Funnel {name}",
                    "sequence": position - 100,
                    "team_ids": [(6, 0, cls.channel.ids)],
                    "is_won": name == "Signed",
                }
                for position, name in enumerate(names)
            ]
        )
        cls.stage_new, cls.stage_call, cls.stage_offer, cls.stage_meeting, cls.stage_won = cls.stages

    @classmethod
    def _set_up_process(cls):
        cls.call_type = cls.env.ref("mail.mail_activity_data_call")
        cls.reason_price, cls.reason_unreachable = cls.env["crm.lost.reason"].create(
            [{"name": "Funnel: price"}, {"name": "Funnel: unreachable"}]
        )
        cls.level_potential = cls.env.ref("crm_clients.crm_client_level_potential")
        cls.level_arrived = cls.env.ref("crm_clients.crm_client_level_arrived")
        cls.level_uninterested = cls.env.ref("crm_clients.crm_client_level_uninterested")
        cls.process = cls.env["crm.process"].create(
            {
                "name": "Funnel process",
                "team_ids": [(6, 0, cls.channel.ids)],
                "activity_type_id": cls.call_type.id,
                "activity_summary": "Cold call",
                "activity_delay": 0,
            }
        )
        task = {"activity_type_id": cls.call_type.id, "activity_delay_unit": "days"}
        cls.step_call, cls.step_offer, cls.step_meeting, cls.step_won = cls._create_steps(
            {"name": "Called", "stage_id": cls.stage_call.id, "level_id": cls.level_possible.id, **task},
            {
                "name": "Offer sent",
                "stage_id": cls.stage_offer.id,
                "days": 3,
                "level_id": cls.level_potential.id,
                **task,
            },
            {"name": "Meeting held", "stage_id": cls.stage_meeting.id, "days": 5, "demands_comment": True, **task},
            {"name": "Contract signed", "kind": "won", "stage_id": cls.stage_won.id, "level_id": cls.level_arrived.id},
        )
        cls.step_unreachable, cls.step_no_answer, cls.step_call_back, cls.step_refusal = cls._create_steps(
            {
                "name": "Unreachable",
                "kind": "refusal",
                "has_button": False,
                "lost_reason_id": cls.reason_unreachable.id,
            },
            {"name": "No answer", "kind": "neutral", "activity_summary": "Call again", **task},
            {"name": "Call back", "kind": "neutral", "demands_task_date": True, **task},
            {
                "name": "Refused",
                "kind": "refusal",
                "demands_lost_reason": True,
                "level_id": cls.level_uninterested.id,
            },
        )
        cls.step_no_answer.write({"repeat_count": 3, "repeat_step_id": cls.step_unreachable.id})
        cls.process.action_start_using()

    @classmethod
    def _create_steps(cls, *vals_list):
        first = len(cls.process.step_ids)
        return cls.env["crm.process.step"].create(
            [
                {"process_id": cls.process.id, "sequence": 10 * (first + number), **vals}
                for number, vals in enumerate(vals_list)
            ]
        )

    @classmethod
    def _create_deal(cls, name, partner, salesperson, **vals):
        if "team_id" not in vals and hasattr(cls, "channel"):
            vals["team_id"] = cls.channel.id
        return super()._create_deal(name, partner, salesperson, **vals)

    def _press(self, deal, step, **given):
        """Record a result as the web client does: after the result that the buttons show."""
        return deal._record_result(step, last_result_id=deal.last_result_id.id, **given)

    def _results(self, deal):
        """The log of a deal, the oldest first."""
        return self.env["crm.process.result"].search([("lead_id", "=", deal.id)], order="id")


class FunnelCommon(FunnelCast, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_cast()
