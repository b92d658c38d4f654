from . import test_conversation
from . import test_call
from . import test_call_order
from . import test_meetings
from . import test_free_slots
from . import test_free_time
