from . import crm_plan_report
