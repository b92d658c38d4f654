"""Share the money of invoices among the plan lines that they are tied to: each cent is counted once."""


def share_receipts(lines, receipts):
    """Return how much of the money each plan line gets.

    A receipt fills the lines of its invoice in their order, each up to its amount; what is left after the last one
    stays there as overpayment. Money that went back is taken from the lines in the opposite order.

    >>> share_receipts([("may", 60, {1}), ("june", 60, {1, 2})], [(1, 100), (2, 30), (1, -20)])
    {'may': 60, 'june': 50}

    :param list lines: (key, planned amount, invoices it is tied to), the earliest first
    :param list receipts: (invoice, amount), the earliest first; negative where money went back
    :return: dict of the amount by key; the sum over the lines of an invoice is the sum of its receipts
    """
    got = {key: 0 for key, _amount, _invoices in lines}
    for invoice, amount in receipts:
        tied = [(key, planned) for key, planned, invoices in lines if invoice in invoices]
        if amount >= 0:
            _fill(got, tied, amount)
        else:
            _take_back(got, tied, -amount)
    return got


def _fill(got, tied, amount):
    for key, planned in tied:
        part = min(amount, max(planned - got[key], 0))
        got[key] += part
        amount -= part
    if tied:
        got[tied[-1][0]] += amount


def _take_back(got, tied, amount):
    for key, _planned in reversed(tied):
        part = min(amount, max(got[key], 0))
        got[key] -= part
        amount -= part
    if tied:
        got[tied[-1][0]] -= amount
