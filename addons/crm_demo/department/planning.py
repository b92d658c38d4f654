"""The whole plan from the seed and the day."""

import random

from . import tables
from .dates import months
from .plan import Plan
from .plan_activities import plan_activities
from .plan_calls import CallPlanner
from .plan_clients import plan_clients
from .plan_directory import DirectoryPlanner
from .plan_documents import DocumentPlanner
from .plan_results import ResultPlanner
from .plan_sales import SalesPlanner
from .plan_works import WorkPlanner

SEED = 20260


def build_plan(today, seed=SEED):
    """The department's history up to `today`; the same arguments give the same plan.

    :param date today: last day of the history
    :param int seed: another number gives another history of the same size
    :rtype: Plan
    """
    plan = Plan(today, first_day=months(today, tables.MONTHS)[0][0])
    # a generator of its own for each subject: a change in one leaves the others as they are
    plan.clients = plan_clients(random.Random(f"clients {seed}"))
    SalesPlanner(plan, random.Random(f"sales {seed}")).run()
    ResultPlanner(plan, random.Random(f"results {seed}")).run()
    plan_activities(plan, random.Random(f"activities {seed}"))
    DirectoryPlanner(plan, random.Random(f"directory {seed}")).run()
    DocumentPlanner(plan, random.Random(f"documents {seed}")).run()
    CallPlanner(plan, random.Random(f"calls {seed}")).run()
    WorkPlanner(plan, random.Random(f"works {seed}")).run()
    return plan
