from datetime import datetime

from odoo.tests import BaseCase, tagged

from ..tools.sheet_cells import DATE, clean_text, date_text, is_shortened_number, number_text, read_format, unescape

MAC_EPOCH = datetime(1904, 1, 1)


@tagged("post_install", "-at_install")
class TestCleanText(BaseCase):
    def test_characters_that_nobody_sees_disappear(self):
        for code in (
            *range(9),
            0x0B,
            0x0C,
            *range(0x0E, 0x20),
            0x7F,
            0x80,
            0x9F,
            0x200B,
            0x200E,
            0x2060,
            0xFEFF,
            0xFFFF,
        ):
            with self.subTest(code=hex(code)):
                self.assertEqual(clean_text(f"Dni{chr(code)}pro"), "Dnipro")

    def test_half_of_a_character_cannot_be_stored(self):
        self.assertEqual(clean_text("a\ud83db\udc00"), "ab")

    def test_spaces_of_every_width_are_one_space(self):
        for space in (" ", "  ", "\t", "\u00a0", "\u202f", "\u2007", "\x85", " \u00a0\t "):
            with self.subTest(space=space):
                self.assertEqual(clean_text(f"{space}ТОВ{space}Їжак{space}"), "ТОВ Їжак")

    def test_line_ends_of_every_system(self):
        for end in ("\n", "\r\n", "\r", " \n ", "\t\r\n"):
            with self.subTest(end=end):
                self.assertEqual(clean_text(f"one{end}two{end}"), "one\ntwo")

    def test_empty_lines_between_paragraphs_stay(self):
        self.assertEqual(clean_text("one\n\ntwo"), "one\n\ntwo")

    def test_meaningful_characters_stay(self):
        for text in ("№ 5 «Зоря» – 10 €", "М'ята й м’ята", "Łódź, Žilina", "👩‍💻"[:1], "+380", "=1+1", "007"):
            with self.subTest(text=text):
                self.assertEqual(clean_text(text), text)

    def test_clean_text_stays_as_it_is(self):
        for text in (" a\u00a0 b\x00\r\n c ", "\u200b \u200b", "\r\r\n\n"):
            with self.subTest(text=text):
                self.assertEqual(clean_text(clean_text(text)), clean_text(text))

    def test_nothing_but_invisible_characters_is_empty(self):
        self.assertEqual(clean_text("\ufeff\u200b \x00\t\r\n\u00a0"), "")


@tagged("post_install", "-at_install")
class TestUnescape(BaseCase):
    def test_escaped_characters(self):
        for text, meaning in (
            ("a_x000D_b", "a\rb"),
            ("a_x000d_b", "a\rb"),
            ("_x0416__x0416_", "ЖЖ"),
            ("_x005F_x000D_", "_x000D_"),
            ("_x00D_", "_x00D_"),
            ("file_xls_name", "file_xls_name"),
            ("", ""),
        ):
            with self.subTest(text=text):
                self.assertEqual(unescape(text), meaning)


@tagged("post_install", "-at_install")
class TestNumberText(BaseCase):
    def assertTexts(self, style, cases, **kwargs):
        for value, text in cases:
            with self.subTest(value=value):
                self.assertEqual(number_text(value, style, **kwargs), text)

    def test_whole_numbers_have_no_decimal_point(self):
        self.assertTexts(
            None,
            (
                ("5", "5"),
                (" 5 ", "5"),
                (5.0, "5"),
                ("-5.0", "-5"),
                ("3.80442001122E+11", "380442001122"),
                ("0", "0"),
                (-0.0, "0"),
            ),
        )

    def test_digits_that_a_float_would_lose_stay(self):
        self.assertTexts(None, (("12345678901234567890", "12345678901234567890"), ("0012", "0012"), ("+7", "+7")))

    def test_fractions_without_the_noise_of_binary_numbers(self):
        self.assertTexts(
            None, ((0.1 + 0.2, "0.3"), ("1.5", "1.5"), ("1234.56", "1234.56"), ("1.1000000000000001", "1.1"))
        )

    def test_what_is_no_number_stays(self):
        for style in (None, DATE, 8):
            self.assertTexts(style, ((text, text) for text in ("abc", "1e999", "nan", "-inf", "", "1,5")))

    def test_width_of_the_format(self):
        self.assertTexts(
            8, (("123", "00000123"), (32855961.0, "32855961"), ("123456789", "123456789"), ("-1", "-0000001"))
        )

    def test_days(self):
        self.assertTexts(
            DATE,
            (
                ("45413", "2024-05-01"),
                ("1", "1899-12-31"),
                ("45413.5", "2024-05-01 12:00"),
                ("45413.999999", "2024-05-02"),
                ("45413.7083333333", "2024-05-01 17:00"),
            ),
        )

    def test_times_have_no_day(self):
        self.assertTexts(DATE, (("0", "00:00"), ("0.75", "18:00"), ("0.3541666667", "08:30")))

    def test_days_of_a_workbook_that_counts_from_1904(self):
        self.assertTexts(DATE, (("43951", "2024-05-01"), ("0.5", "12:00")), epoch=MAC_EPOCH)

    def test_days_that_no_calendar_has(self):
        self.assertTexts(DATE, ((text, text) for text in ("99999999", "-99999999", "2958466")))

    def test_moment(self):
        self.assertEqual(date_text(datetime(2026, 5, 1)), "2026-05-01")
        self.assertEqual(date_text(datetime(2026, 5, 1, 9, 5, 59)), "2026-05-01 09:05")
        self.assertEqual(date_text(datetime(2026, 5, 1, 23, 59, 59, 900_000)), "2026-05-02")
        self.assertEqual(date_text(datetime(1899, 12, 30, 9, 5), is_time=True), "09:05")


@tagged("post_install", "-at_install")
class TestFormats(BaseCase):
    def test_built_in_formats(self):
        dates = {number for number in range(164) if read_format(number, None) == DATE}
        self.assertLess({14, 15, 16, 17, 18, 19, 20, 21, 22, 45, 46, 47}, dates)
        self.assertFalse(dates & {*range(14), 37, 38, 39, 40, 44, 48, 49, *range(59, 164)})

    def test_formats_of_dates(self):
        for code in (
            "dd.mm.yyyy",
            "YYYY-MM-DD",
            "d/m/yy h:mm",
            "[$-422]d mmmm yyyy;@",
            "mmm",
            '"від" dd.mm.yy',
            "[Red]hh:mm:ss",
            r"yyyy\-mm\-dd",
        ):
            with self.subTest(code=code):
                self.assertEqual(read_format(164, code), DATE)

    def test_formats_of_numbers(self):
        for code in (
            "0",
            "0.00",
            "#,##0",
            "#,##0.00;[Red]-#,##0.00",
            '0 "days"',
            '"шт." 0',
            "General",
            "@",
            "0%",
            "# ?/?",
            '_-* #,##0.00\\ "₴"_-',
            "",
        ):
            with self.subTest(code=code):
                self.assertIsNone(read_format(164, code))

    def test_formats_that_fill_with_zeros(self):
        for code, width in (("00", 2), ("00000000", 8), ("0000000000;@", 10), (r"000\-000", 6), ("[$-419]00000", 5)):
            with self.subTest(code=code):
                self.assertEqual(read_format(164, code), width)


@tagged("post_install", "-at_install")
class TestShortenedNumbers(BaseCase):
    def test_shortened(self):
        for text in ("3,80442E+11", "3.80442E+11", "7.7E+09", "7,7e+09", "1E+12", "5E09"):
            self.assertTrue(is_shortened_number(text), text)

    def test_whole(self):
        for text in ("", "380442001122", "E", "12E+05", "A1E+05", "1E+5", "1E-05", "3,80442E+11 ", "тел. 5E+11"):
            self.assertFalse(is_shortened_number(text), text)
