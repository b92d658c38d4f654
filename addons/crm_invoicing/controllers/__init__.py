from . import crm_plan_files
