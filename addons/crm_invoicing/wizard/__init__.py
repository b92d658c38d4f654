from . import crm_plan_import
