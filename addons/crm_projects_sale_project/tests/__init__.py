from . import test_order_begun
from . import test_order_install
from . import test_order_seller
from . import test_order_works
