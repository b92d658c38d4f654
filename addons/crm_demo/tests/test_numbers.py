from odoo.tests import BaseCase, tagged

from ..department import numbers

SERIALS = [*range(40), 777, 4242, 99998, 99999]


@tagged("post_install", "-at_install")
class TestNumbers(BaseCase):
    """Check digits, recomputed here from the published rules."""

    def test_edrpou_has_its_check_digit(self):
        for serial in SERIALS:
            code = numbers.edrpou(serial)
            self.assertRegex(code, r"^99\d{6}$")
            digits = [int(digit) for digit in code]
            control = sum(weight * digit for weight, digit in enumerate(digits[:7], start=1)) % 11
            if control == 10:
                control = sum(weight * digit for weight, digit in enumerate(digits[:7], start=3)) % 11 % 10
            self.assertEqual(digits[7], control, code)

    def test_nip_has_its_check_digit(self):
        for serial in SERIALS:
            code = numbers.nip(serial)
            self.assertRegex(code, r"^PL999\d{7}$")
            digits = [int(digit) for digit in code[2:]]
            weights = (6, 5, 7, 2, 3, 4, 5, 6, 7)
            control = sum(weight * digit for weight, digit in zip(weights, digits, strict=False)) % 11
            self.assertEqual(digits[9], control, code)

    def test_bin_has_its_check_digit(self):
        for serial in SERIALS:
            code = numbers.bin_kz(serial)
            self.assertRegex(code, r"^701140\d{6}$")
            digits = [int(digit) for digit in code]
            control = sum(weight * digit for weight, digit in enumerate(digits[:11], start=1)) % 11
            if control == 10:
                weights = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)
                control = sum(weight * digit for weight, digit in zip(weights, digits, strict=False)) % 11
            self.assertEqual(digits[11], control, code)

    def test_vat_numbers_have_their_check_digit(self):
        for serial in SERIALS:
            company = numbers.edrpou(serial)
            code = numbers.vat_ua(company)
            self.assertRegex(code, r"^99\d{10}$")
            self.assertEqual(code[:7], company[:7])
            weights = (11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47)
            control = sum(weight * int(digit) for weight, digit in zip(weights, code, strict=False)) % 11 % 10
            self.assertEqual(int(code[11]), control, code)

    def test_accounts_have_their_check_digits(self):
        for serial in (*SERIALS, 10**19 - 1):
            account = numbers.iban_ua(serial)
            self.assertRegex(account, r"^UA\d{2}999999\d{19}$")
            self.assertEqual(int(account[4:] + "3010" + account[2:4]) % 97, 1, account)

    def test_a_serial_always_gives_the_same_number(self):
        for make in (numbers.edrpou, numbers.nip, numbers.bin_kz):
            self.assertEqual([make(serial) for serial in SERIALS], [make(serial) for serial in SERIALS])

    def test_a_misread_number_differs_in_its_last_digit(self):
        for serial in SERIALS:
            code = numbers.edrpou(serial)
            wrong = numbers.misread(code)
            self.assertEqual((wrong[:-1], len(wrong)), (code[:-1], len(code)))
            self.assertNotEqual(wrong, code)
        self.assertEqual(numbers.misread("99000109"), "99000100")
