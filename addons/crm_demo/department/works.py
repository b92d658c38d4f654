"""Deliveries: templates of projects, the projects of what was sold, their works and moved deadlines."""

from datetime import datetime

from odoo import Command
from odoo.tools import SQL

from . import tables_works
from .cast import backdate

STATES = {"open": "01_in_progress", "done": "1_done", "cancelled": "1_canceled"}
DAYS_OF_TASK = 9  # a task of a template is done so many days after the one before


def create_works(cast):
    """Create the projects as of the day of the sale, and each work as it stands today."""
    stages = _create_stages(cast)
    projects = _create_projects(cast, stages, _create_templates(cast, stages))
    works = cast.env["project.task"].create(
        [_prepare_work(cast, projects[work.project], work, stages) for work in cast.plan.works]
    )
    authors = {work: cast.users[planned.manager] for work, planned in zip(works, cast.plan.works, strict=True)}
    backdate(
        cast.env, {work: cast.past(plan.created) for work, plan in zip(works, cast.plan.works, strict=True)}, authors
    )
    _date_stages(cast, works)
    _create_moves(cast, works)


def _create_stages(cast):
    """The columns that all these projects share."""
    return cast.env["project.task.type"].create(
        [
            {"name": name, "fold": fold, "sequence": 10 * number, "user_id": False}
            for number, (name, fold) in enumerate(tables_works.STAGES, start=1)
        ]
    )


# ------------------------------------------------------------
# PROJECTS
# ------------------------------------------------------------


def _create_templates(cast, stages):
    """Templates by name, with their tasks."""
    templates = cast.env["project.project"].create(
        [
            {
                "name": name,
                "is_template": True,
                "company_id": cast.company.id,
                "user_id": cast.users[tables_works.PROJECT_MANAGER].id,
                "type_ids": [Command.set(stages.ids)],
                "task_ids": [
                    Command.create({"name": task, "sequence": number, "stage_id": stages[0].id, "user_ids": False})
                    for number, task in enumerate(tasks, start=1)
                ],
            }
            for name, (_products, tasks) in tables_works.TEMPLATES.items()
        ]
    )
    return dict(zip(tables_works.TEMPLATES, templates, strict=True))


def _create_projects(cast, stages, templates):
    """Projects by position; only those from a template are created one by one, as *Add Project* does it."""
    starter = cast.env["crm.work.starter"]
    works = cast.plan.works
    planned = [
        (project, [work for work in works if work.project == position])
        for position, project in enumerate(cast.plan.projects)
    ]
    projects = {}
    for position, (project, own) in enumerate(planned):
        if project.template:
            vals = _prepare_project(cast, project, own)
            projects[position] = starter._create_project(
                cast.clients[project.client], vals, templates[project.template]
            )
            _do_tasks(cast, projects[position], project)
    plain = {position: pair for position, pair in enumerate(planned) if not pair[0].template}
    created = cast.env["project.project"].create(
        [{**_prepare_project(cast, *pair), "type_ids": [Command.set(stages.ids)]} for pair in plain.values()]
    )
    projects.update(zip(plain, created, strict=True))
    backdate(
        cast.env,
        {projects[position]: cast.past(project.created) for position, project in enumerate(cast.plan.projects)},
    )
    return projects


def _prepare_project(cast, project, works):
    client = cast.clients[project.client]
    return {
        **cast.env["crm.work.starter"]._prepare_project(client),
        "name": f"{project.title}: {client.name}",
        "company_id": cast.company.id,
        "user_id": cast.users[tables_works.PROJECT_MANAGER].id,
        "crm_deal_id": cast.deals[project.deal].id if project.deal is not None else False,
        "date_start": project.created.date(),
        "date": max(work.deadline for work in works),
        "last_update_status": _find_status(cast, works),
        "work_service_ids": [Command.set([_get_service(cast, work).id for work in works])],
    }


def _find_status(cast, works):
    """What the project manager says of the whole."""
    opened = [work for work in works if work.state == "open"]
    if not opened:
        return "done"
    if any(work.deadline < cast.plan.today for work in opened):
        return "off_track"
    return "on_track" if any(work.is_under_way for work in opened) else "to_define"


def _do_tasks(cast, project, planned):
    """The tasks of the template are done one after the other since the project began."""
    count = (cast.plan.today - planned.created.date()).days // DAYS_OF_TASK
    stages = project.type_ids.sorted("sequence")
    project.task_ids.sorted("sequence")[:count].write({"state": STATES["done"], "stage_id": stages[-1].id})


# ------------------------------------------------------------
# WORKS
# ------------------------------------------------------------


def _get_service(cast, work):
    return cast.products[work.product].product_tmpl_id


def _prepare_work(cast, project, work, stages):
    planned = cast.plan.projects[work.project]
    return {
        **cast.env["crm.work.starter"]._prepare_work(cast.clients[planned.client], _get_service(cast, work), project),
        "crm_deal_id": project.crm_deal_id.id,
        "user_ids": [Command.set([cast.users[login].id for login in work.executors])],
        "stage_id": _find_stage(work, stages).id,
        "state": STATES[work.state],
        "is_work_under_way": work.is_under_way or work.state != "open",
        "work_progress": work.progress,
        "date_deadline": _to_deadline(cast, work.deadline),
        "work_closed_date": cast.past(work.closed) if work.closed else False,
    }


def _find_stage(work, stages):
    """The last column for what is closed, the second for what is under way, the first for the rest."""
    if work.state != "open":
        return stages[-1]
    return stages[1 if work.is_under_way else 0]


def _to_deadline(cast, day):
    """The end of the day in Kyiv, where the deliveries are planned."""
    return cast.env["crm.work.starter"].with_context(tz="Europe/Kyiv")._to_deadline(day)


def _date_stages(cast, works):
    """Give the works the days on which they were assigned and came into their column.

    SQL, because the ORM sets the moment of the last move itself.
    """
    works.flush_recordset()
    cast.env.execute_query(
        SQL(
            """
            UPDATE project_task
               SET date_assign = create_date,
                   date_end = work_closed_date,
                   date_last_stage_update = COALESCE(work_closed_date, create_date)
             WHERE id IN %s
         RETURNING id
            """,
            works._ids,
        )
    )
    works.invalidate_recordset(["date_assign", "date_end", "date_last_stage_update"])


# ------------------------------------------------------------
# MOVED DEADLINES
# ------------------------------------------------------------


def _create_moves(cast, works):
    """The history of the deadlines, and the notes that told of it on the cards of the clients."""
    planned = [(work, plan, move) for work, plan in zip(works, cast.plan.works, strict=True) for move in plan.moves]
    moves = cast.env["crm.work.move"].create([_prepare_move(cast, *row) for row in planned])
    backdate(
        cast.env,
        {record: cast.past(move.moment) for record, (_work, _plan, move) in zip(moves, planned, strict=True)},
        {record: record.user_id for record in moves},
    )
    _create_notes(cast, moves)


def _prepare_move(cast, work, planned, move):
    """Every second move is the project manager's, the others are entered by who delivers."""
    by_manager = move.moment.day % 2 or not planned.executors
    return {
        "task_id": work.id,
        "user_id": cast.users[tables_works.PROJECT_MANAGER if by_manager else planned.executors[0]].id,
        "old_deadline": _to_deadline(cast, move.old),
        "new_deadline": _to_deadline(cast, move.new),
        "days": (move.new - move.old).days,
        "reason": move.reason,
    }


def _create_notes(cast, moves):
    """Only where nothing was written since: the history of a client shows what was written last on top."""
    messages = cast.env["mail.message"]
    last = dict(
        messages._read_group(
            [("model", "=", "res.partner"), ("res_id", "in", moves.task_id.work_client_id.ids)],
            ["res_id"],
            ["date:max"],
        )
    )
    told = moves.filtered(lambda move: move.create_date > last.get(move.task_id.work_client_id.id, datetime.min))
    messages.create([_prepare_note(cast, move) for move in told.sorted("create_date")])


def _prepare_note(cast, move):
    return {
        "model": "res.partner",
        "res_id": move.task_id.work_client_id.id,
        "date": move.create_date,
        "author_id": move.user_id.partner_id.id,
        "subject": f"Deadline moved: {move.task_id.name}",
        "body": move._describe(),
        "message_type": "notification",
        "subtype_id": cast.ref("mail.mt_note").id,
    }
