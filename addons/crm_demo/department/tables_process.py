"""How the department sells: steps, how far deals get, what managers write. Everything here is a table.

Steps go by the last word of their XML id in `crm_funnel`, `crm_process_step_<key>`; "start" is before the first.
"""

# stage: its XML id; deals that are won get to the last one by winning
STAGES = {
    "potential": "crm.stage_lead1",
    "call": "crm.stage_lead2",
    "offer": "crm.stage_lead3",
    "meeting": "crm_funnel.crm_stage_meeting",
    "contract": "crm.stage_lead4",
}
# the stage of a deal that has passed that step last
STAGE_OF_STEP = {
    "start": "potential",
    "call": "call",
    "decision_maker": "call",
    "offer": "offer",
    "meeting": "meeting",
    "contract": "contract",
}
STEPS = tuple(STAGE_OF_STEP)[1:]
# the steps that bring a deal no further; `unreachable` is what the third `no_answer` in a row is recorded as
NEUTRAL = ("no_answer", "call_back")
REFUSALS = ("refusal", "unreachable")
UNREACHABLE = "Could not be reached"

# probabilities by hand, beside those of the stages
PROBABILITIES = {"potential": (5, 15), "call": (25, 30), "offer": (35, 50), "meeting": (70, 80)}

# last step of the open deals, dealt out in turn: the funnel narrows, and offers wait for their meeting
OPEN_STEPS = (
    "start",
    "offer",
    "call",
    "start",
    "start",
    "decision_maker",
    "start",
    "offer",
    "start",
    "call",
    "meeting",
    "start",
    "offer",
    "start",
    "decision_maker",
    "start",
    "call",
    "offer",
    "start",
    "offer",
    "call",
    "start",
    "decision_maker",
    "meeting",
    "offer",
)
# how many in a hundred of the lost deals died after that step; days from the beginning to the end
LOST_AFTER = {"start": 35, "call": 21, "decision_maker": 12, "offer": 29, "meeting": 3}
LOST_DAYS = {"start": (4, 18), "call": (6, 30), "decision_maker": (9, 40), "offer": (18, 60), "meeting": (24, 70)}
WON_DAYS = (16, 60)
# days since the beginning of the open deals
OPEN_DAYS = {"start": (1, 20), "call": (5, 30), "decision_maker": (9, 38), "offer": (16, 70), "meeting": (26, 85)}

# how a manager works: time he takes against the others', how much more of his losses come early, and after an offer
MANNERS = {
    "manager1": (0.75, 0.5, 1.2),
    "manager2": (1.0, 1.0, 1.2),
    "manager3": (1.2, 0.9, 0.9),
    "manager4": (1.5, 2.6, 1.1),
    "manager5": (0.9, 1.2, 0.6),
}
EARLY = ("start", "call")
LATE = ("offer",)

# share of the time of a deal that goes by before each result: a meeting comes about slowly
WAITS = {
    "call": 2,
    "decision_maker": 3,
    "offer": 2,
    "meeting": 13,
    "contract": 7,
    "no_answer": 1,
    "call_back": 2,
    "refusal": 4,
    "unreachable": 1,
}
# what comes before a step without getting further, one of these
OBSTACLES = {
    "call": ((), (), ("no_answer",), ("no_answer", "no_answer"), ("call_back",), ("no_answer", "call_back")),
    "decision_maker": ((), (), ("no_answer",), ("call_back",)),
    "meeting": ((), (), ("call_back",), ("call_back",), ("no_answer", "call_back")),
    "contract": ((), (), ("call_back",)),
    "refusal": ((), (), (), ("call_back",)),
}
# days in which the next task is due, working days; the process says the same
DELAYS = {"start": 0, "call": 1, "decision_maker": 1, "offer": 2, "meeting": 2, "no_answer": 1}

# days from today to the deadlines of the open tasks, dealt out in turn: overdue, today, this week, later
DUE_DAYS = (0, 1, -2, 0, 3, 0, 2, -5, 0, 1, 6, 0, -1, 2, 0, 9, 0, -9, 4, 1)
# days since the last result of those that are not overdue
SILENT_DAYS = (0, 1, 1, 2, 3, 1, 0, 5, 2, 8, 4)

# one in so many: steps passed over, cards dragged, buttons pressed by mistake, deals that went back, tasks dropped
SKIPPED, DRAGGED, MISTAKEN, GONE_BACK, DROPPED, UNTOUCHED = 7, 14, 140, 9, 18, 9
# one result in so many has a comment if the step does not demand one
COMMENTED = 3

AGREED = "Read the offer, wants to see it: meeting agreed."
COMMENTS = {
    "call": (
        "The purchasing manager picked up, prices interest them.",
        "They work with another supplier, but will listen.",
        "Asked to send nothing yet: the director has to know first.",
    ),
    "decision_maker": (
        "The director decides together with the chief accountant.",
        "The head of the warehouse chooses, the director signs.",
        "The owner decides, he is in the office on Tuesdays.",
    ),
    "offer": (
        "Sent two variants, the second with training.",
        "Sent with the discount the head agreed to.",
        "Offer sent, they compare three suppliers.",
    ),
    "meeting": (
        "Shown on their own goods, the warehouse liked it. They want a draft contract.",
        "Measured two outlets, a third one comes in spring.",
        "The accountant asked about instalments, the rest is agreed.",
        "Good talk, the price is fine, delivery has to be within two weeks.",
    ),
    "contract": ("Signed by both sides, the advance comes this week.", "Signed, delivery in two parts."),
    "no_answer": ("Nobody picks up.", "The secretary did not put me through.", "Busy, three times."),
    "call_back": (
        "In a meeting, asks to call again.",
        "The budget is discussed next week.",
        "On holiday, the deputy decides nothing.",
        "Has not read the offer yet.",
    ),
    "refusal": ("Will come back to it next year at the earliest.", "Polite, but final.", "The competitor was quicker."),
    "unreachable": ("The number is silent for a week.",),
}
# levels of the relationship that steps give; the process says the same
LEVELS = {
    "call": "possible",
    "decision_maker": "potential",
    "contract": "arrived",
    "refusal": "uninterested",
}
