"""The process of the department and the log of its results."""

from . import tables, tables_process


def set_up_process(cast):
    """Put the ready process in use, if this was no fresh database when the funnel came into it."""
    process = cast.ref("crm_funnel.crm_process_sale")
    stages = get_stages(cast)
    for key in tables_process.STEPS:
        step = cast.step(key)
        step.stage_id = step.stage_id or stages[tables_process.STAGE_OF_STEP[key]]
    if process.state != "running":
        process.action_start_using()


def get_stages(cast):
    """The stages of the plan by key; in place of one that is gone, or is won, the last open one counts."""
    Stage = cast.env["crm.stage"]
    opened = Stage.search([("is_won", "=", False), ("team_ids", "=", False)])
    won = Stage.search([("is_won", "=", True)], limit=1)
    found = {key: cast.env.ref(xmlid, raise_if_not_found=False) for key, xmlid in tables_process.STAGES.items()}
    return {
        key: stage if stage and stage.is_won == (key == "contract") else won if key == "contract" else opened[-1:]
        for key, stage in found.items()
    }


def get_lost_reasons(cast):
    """Reasons by name, that of the process among them."""
    unreachable = cast.ref("crm_funnel.crm_lost_reason_unreachable")
    return {**cast.named("crm.lost.reason", tables.LOST_REASONS), tables_process.UNREACHABLE: unreachable}


def create_results(cast):
    """Write the log as it came about: no button is pressed, nobody gets a mail."""
    writer = ResultWriter(cast)
    for wave in split_waves(cast.plan.results):
        writer.append(wave)
    # sudo: nobody may write the log by hand
    cast.env["crm.process.result"].sudo()._fill_standing(cast.env["crm.lead"].union(*cast.deals))


def split_waves(results):
    """Yield lists of results in their order, no deal twice in one: each row names the one before it by its id."""
    wave, deals = [], set()
    for result in results:
        if result.deal in deals:
            yield wave
            wave, deals = [], set()
        wave.append(result)
        deals.add(result.deal)
    if wave:
        yield wave


class ResultWriter:
    """Writes rows of the log and remembers the last one of each deal."""

    def __init__(self, cast):
        self.cast = cast
        self.process = cast.ref("crm_funnel.crm_process_sale")
        self.steps = {
            key: cast.step(key) for key in (*tables_process.STEPS, *tables_process.NEUTRAL, *tables_process.REFUSALS)
        }
        self.stages = {step: get_stages(cast)[stage] for step, stage in tables_process.STAGE_OF_STEP.items()}
        self.reasons = get_lost_reasons(cast)
        self.levels = LevelChanges(cast)
        self.last = {}  # by position of the deal: (id of its last row, its last result)

    def append(self, wave):
        """Append results, of different deals, to the log."""
        # sudo: nobody may write the log by hand
        rows = self.cast.env["crm.process.result"].sudo().create([self._prepare(result) for result in wave])
        self.cast.results += rows
        self.last |= {result.deal: (row.id, result) for row, result in zip(rows, wave, strict=True)}

    def _prepare(self, result):
        deal, lead = self.cast.plan.deals[result.deal], self.cast.deals[result.deal]
        last_id, last = self.last.get(result.deal, (False, None))
        moment = self.cast.past(result.moment)
        since = self.cast.past(last.moment if last else deal.created)
        before = last.standing if last else "start"
        return {
            "lead_id": lead.id,
            "previous_id": last_id,
            "client_id": self.cast.clients[deal.client].id,
            "team_id": lead.team_id.id,
            "process_id": self.process.id,
            "kind": result.kind,
            "origin": result.origin,
            "date": moment,
            "user_id": lead.user_id.id,
            "salesperson_id": lead.user_id.id,
            "wait_days": (moment - since).total_seconds() / (24 * 3600),
            "comment": result.comment,
            "repeat_number": result.repeat,
            "is_backward": result.backward,
            "is_revoked": result.revoked,
            "revoked_id": last_id if result.kind == "revoke" else False,
            "lost_reason_id": self.reasons[deal.lost_reason].id if result.kind == "refusal" else False,
            **self._prepare_steps(result, before),
            **self._prepare_tasks(result),
            **self.levels.prepare(deal.client, result),
        }

    def _prepare_steps(self, result, before):
        pressed = "no_answer" if result.step == "unreachable" else result.step
        return {
            "step_id": self._get_step_id(result.step),
            "pressed_step_id": self._get_step_id(pressed) if result.origin == "button" else False,
            "step_before_id": self._get_step_id(before),
            "step_after_id": self._get_step_id(result.standing),
            "stage_before_id": self.stages[before].id,
            "stage_id": self.stages[result.standing].id,
        }

    def _get_step_id(self, key):
        return self.steps[key].id if key in self.steps else False

    def _prepare_tasks(self, result):
        positions = {"activity_id": result.finished, "next_activity_id": result.planned}
        return {name: self.cast.activities[n].id if n is not None else False for name, n in positions.items()}


class LevelChanges:
    """The changes of relationships that results have brought about, to be told in the log as well."""

    def __init__(self, cast):
        self.by_event = {}  # by client, moment and key of the level: (level before, level)
        ids = {}
        for client, card in enumerate(cast.plan.cards):
            before = False
            for change in card.changes:
                if change.level not in ids:
                    ids[change.level] = cast.env.ref(f"crm_clients.crm_client_level_{change.level}").id
                self.by_event[client, change.moment, change.level] = (before, ids[change.level])
                before = ids[change.level]

    def prepare(self, client, result):
        """Values of the row: the level before and after, none if the result did not change it."""
        level = tables_process.LEVELS.get(result.step)
        if result.revoked or (client, result.moment, level) not in self.by_event:
            return {}
        before, after = self.by_event[client, result.moment, level]
        return {"level_before_id": before, "level_id": after}
