"""What deliveries are made of: the people who deliver, how long it takes them, and why a deadline moves."""

PROJECT_MANAGER = "delivery"

# login: name, time zone, channel, groups
USERS = {
    PROJECT_MANAGER: ("Nadiia Ostapenko", "Europe/Kyiv", None, ["project.group_project_manager"]),
    "executor1": ("Bohdan Hrytsenko", "Europe/Kyiv", None, ["project.group_project_user"]),
    "executor2": ("Yuliia Sydorenko", "Europe/Kyiv", None, ["project.group_project_user"]),
    "executor3": ("Andrii Polishchuk", "Europe/Kyiv", None, ["project.group_project_user"]),
}

# code of a product: working days from the shortest to the longest, who delivers it
SERVICES = {
    "LP-420": ((10, 22), ["executor1"]),
    "BS-210": ((8, 18), ["executor1"]),
    "PT-150": ((10, 22), ["executor1", "executor2"]),
    "MC-330": ((15, 30), ["executor1"]),
    "KS-900": ((25, 45), ["executor1", "executor2"]),
    "NS-024": ((10, 22), ["executor2"]),
    "SV-INS": ((8, 18), ["executor2"]),
    "SV-TRN": ((8, 18), ["executor3"]),
    "SV-SUP": ((15, 30), ["executor3"]),
    "SV-INT": ((30, 55), ["executor3"]),
}

# columns of the projects: name, folded; a work stands in the first, while under way in the second, closed in the last
STAGES = [("To Do", False), ("In Progress", False), ("Delivered", True)]

# name of a template: products of its projects, none for any other; what is to be done beside the works
TEMPLATES = {
    "Software integration": (
        ["SV-INT"],
        ["Collect the requirements", "Access to the test system", "Exchange of a week's documents", "Hand-over"],
    ),
    "Equipment rollout": (
        [],
        ["Survey of the premises", "Reserve the stock", "Delivery to the client", "Acceptance by the client"],
    ),
}

# why deadlines move, dealt out in turn
REASONS = [
    "The client's premises are not ready yet",
    "The supplier delivers a week later than promised",
    "The client asked to begin after the stocktaking",
    "Customs clearance of the equipment takes longer",
    "Their IT manager is on leave until Monday",
    "Two more outlets were added to the scope",
    "The engineer is ill, a colleague takes over",
    "The client is late with access to the accounting server",
    "Delivery was combined with the next order of the client",
    "The first test run showed faults in their price list",
]
