"""Numbers that look real, pass their check digit and belong to nobody: all are from ranges that are not given out."""


def edrpou(serial):
    """Ukrainian company code: 8 digits with a check digit; codes from 99 on are not given out.

    :param int serial: 0 to 99999
    """
    body = f"99{serial:05d}"
    remainder = _weighted(body, range(1, 8)) % 11
    if remainder == 10:
        remainder = _weighted(body, range(3, 10)) % 11 % 10
    return f"{body}{remainder}"


def bin_kz(serial):
    """Kazakh business number: 12 digits with a check digit; none was given out for a firm registered in 1970.

    :param int serial: 0 to 99999; the next serial with a check digit is taken when this one has none
    """
    body = f"701140{serial % 100000:05d}"
    remainder = _weighted(body, range(1, 12)) % 11
    if remainder == 10:
        remainder = _weighted(body, [3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2]) % 11
    return bin_kz(serial + 1) if remainder == 10 else f"{body}{remainder}"


def nip(serial):
    """Polish tax number: PL and 10 digits with a check digit; no tax office has the code 999.

    :param int serial: 0 to 999999; the next serial with a check digit is taken when this one has none
    """
    body = f"999{serial % 1000000:06d}"
    remainder = _weighted(body, [6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11
    return nip(serial + 1) if remainder == 10 else f"PL{body}{remainder}"


def vat_ua(code):
    """Ukrainian number of a VAT payer: 12 digits, of which seven come from the company's code, with a check digit.

    :param str code: of the company, 8 digits
    """
    body = f"{code[:7]}2650"
    total = _weighted(body, [11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47])
    return f"{body}{total % 11 % 10}"


def iban_ua(serial):
    """Ukrainian bank account: UA, two check digits, a bank's code that is not given out, 19 digits.

    :param int serial: any number of up to 19 digits
    """
    account = f"999999{serial:019d}"
    check = 98 - int(f"{account}301000") % 97  # the letters U and A count as 30 and 10
    return f"UA{check:02d}{account}"


def misread(number):
    """The number with another last digit, as somebody mistypes it: its check digit does not fit."""
    return f"{number[:-1]}{(int(number[-1]) + 1) % 10}"


def _weighted(digits, weights):
    return sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=True))
