from . import test_plan_fact
from . import test_plan_access
from . import test_invoice_entry
from . import test_letter_send
from . import test_amount_words
