from . import crm_call_files
from . import crm_call_script
