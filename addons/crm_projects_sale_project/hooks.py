from odoo.tools import SQL

from odoo.addons.project.models.project_task import CLOSED_STATES

# What confirmed order lines made before the installation, each task of the first line that has it.
TASKS = """
    UPDATE project_task task
       SET work_service_id = sold.service_id,
           crm_deal_id = COALESCE(task.crm_deal_id, sold.deal_id),
           date_deadline = COALESCE(task.date_deadline, sold.deadline),
           work_closed_date = CASE WHEN task.state IN %(closed)s
                                   THEN COALESCE(task.work_closed_date, task.date_last_stage_update, task.write_date)
                               END
      FROM (
           SELECT DISTINCT ON (line.task_id)
                  line.task_id, product.product_tmpl_id AS service_id,
                  sale.opportunity_id AS deal_id, sale.commitment_date AS deadline
             FROM sale_order_line line
             JOIN sale_order sale ON sale.id = line.order_id
             JOIN product_product product ON product.id = line.product_id
            WHERE line.task_id IS NOT NULL AND sale.state = 'sale'
            ORDER BY line.task_id, line.id
           ) sold
     WHERE task.id = sold.task_id AND task.work_service_id IS NULL
 RETURNING task.id
"""
DEALS = """
    UPDATE project_project project
       SET crm_deal_id = sale.opportunity_id
      FROM sale_order_line line
      JOIN sale_order sale ON sale.id = line.order_id
     WHERE line.project_id = project.id AND sale.state = 'sale'
       AND project.crm_deal_id IS NULL AND sale.opportunity_id IS NOT NULL
 RETURNING project.id
"""
# Odoo takes the customer off a project that is not billable, as soon as it looks.
BILLABLE = """
    UPDATE project_project
       SET allow_billable = TRUE
     WHERE work_client_id IS NOT NULL AND is_template IS NOT TRUE AND allow_billable IS NOT TRUE
 RETURNING id
"""
SERVICES = """
    INSERT INTO project_project_work_service_rel (project_id, product_tmpl_id)
    SELECT project.id, product.product_tmpl_id
      FROM sale_order_line line
      JOIN sale_order sale ON sale.id = line.order_id
      JOIN product_product product ON product.id = line.product_id
      LEFT JOIN project_task task ON task.id = line.task_id
      JOIN project_project project ON project.id IN (line.project_id, task.project_id)
     WHERE sale.state = 'sale' AND project.work_client_id IS NOT NULL
        ON CONFLICT DO NOTHING
 RETURNING project_id
"""


def post_init_hook(env):
    """Find the works and projects of the orders that are confirmed already, by a handful of queries for any number."""
    env.flush_all()
    _fetch_ids(env, SQL(BILLABLE))
    tasks = env["project.task"].browse(_fetch_ids(env, SQL(TASKS, closed=tuple(CLOSED_STATES))))
    projects = env["project.project"].browse(_fetch_ids(env, SQL(DEALS)))
    _fetch_ids(env, SQL(SERVICES))
    env.invalidate_all()
    tasks.modified(["work_service_id", "date_deadline"])
    projects.modified(["crm_deal_id"])
    env.flush_all()


def _fetch_ids(env, query):
    return [record_id for (record_id,) in env.execute_query(query)]
