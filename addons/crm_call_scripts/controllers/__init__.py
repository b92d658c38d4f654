from . import crm_call_files
