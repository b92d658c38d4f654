"""How the department telephones: hours of clients, lengths of calls, what interviewed clients say. All of it is tables."""

# calls of the last days are told with their protocols; the script of calls to prospects was rewritten in between
DAYS = 120
REWRITTEN_DAYS = 50
REWRITTEN_NOTE = "Advice for the first sentence"
REWRITTEN_HINT = "Name the client's town in the first sentence: who hears it listens longer."

# result of the process: kind of outcome of the call that brought it
OUTCOMES = {
    "call": "success",
    "decision_maker": "success",
    "call_back": "later",
    "no_answer": "no_answer",
    "unreachable": "no_answer",
    "refusal": "refusal",
}
# one call in so many broke off in the middle, one in so many met an objection, one in so many was noted beside the script
OBJECTED, NOTED = 4, 12
BROKEN_OFF = {1: 5, 2: 12}  # by version of the script
# seconds on one text or question; a silent telephone rings so long
SECONDS = (6, 55)
RINGING = (20, 45)

# hours of clients: (weekday, from, to) on their own clock; dealt out in turn, the first ones say nothing
HOURS = (
    (),
    (),
    tuple((day, 9, 18) for day in "01234"),
    tuple((day, *span) for day in "01234" for span in ((9, 12), (14, 17))),
    (),
    tuple((day, 8, 13) for day in "0124"),
    (),
    (("1", 10, 16), ("3", 10, 16)),
)
# one client in so many must not be called
SILENT = 40
SILENT_REASONS = ("Asked in writing not to be called", "Only by e-mail: the director insists", "Complained about calls")

# hours on the clock of the manager at which the calls of a day are planned, and every which of them was promised
CALL_HOURS = (9, 9, 10, 10, 11, 11, 12, 14, 14, 15, 15, 16, 16, 17)
PROMISED = 4
# of how many calls of a manager the hour is known: of the last days, of today, and of the next days
PLANNED_CALLS = (4, 9, 7)

INTERVIEW_SHARE = 0.9  # of the won deals of all months
INTERVIEW_DAYS = (12, 30)  # days from the contract to the interview

# interviews of one list: of how many days back calls belong to it, how many are still to be held
LISTED_DAYS, LISTED = 30, 15

# what managers write into free texts, by purpose of the script, in the language of the department
TEXTS = {
    "feedback": (
        "Поставка на два дні пізніше, ніж домовлялись, але попередили.",
        "Монтажник усе показав, комірники задоволені.",
        "Хотілося б інструкцію українською одразу в коробці.",
        "Менеджер передзвонює того ж дня, це головне.",
        "Рахунок довелося чекати, бухгалтерія нервувала.",
        "Все влаштовує, наступного року плануємо другий магазин.",
        "Порівнюємо з іншим постачальником, поки що ви кращі.",
        "Потрібне навчання для нової зміни.",
    ),
    "prospect": (
        "Вирішує директор, він на місці по вівторках.",
        "Питати Оксану з закупівель, внутрішній 105.",
        "Працюють з місцевим постачальником, незадоволені термінами.",
        "Облік ведуть у таблицях, інвентаризація займає два дні.",
        "Бюджет затверджують у грудні.",
        "Відкривають другий магазин навесні.",
    ),
}
NOTES = ("Просить лист до вечора", "Говорить швидко, поспішає", "Знає нас від партнера", "Секретар: Оксана")
NUMBERS = (3, 5, 7, 8, 9, 10)

MEETING_NOTES = (
    "Показали на їхньому складі, зацікавились мобільними терміналами.",
    "Домовились про чернетку договору до п'ятниці.",
    "Бухгалтер просить розстрочку, решту узгоджено.",
)
# what became of the meetings that are over, dealt out in turn: an empty one waits for its result
MEETING_ENDS = ("held", "", "held", "held", "no_show", "held", "", "held")
