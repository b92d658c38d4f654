"""What the invented department is made of: everything here is a table, nothing here computes.

Words of one kind are written as one string, `written=latin` where an e-mail address needs the Latin form.
"""

MONTHS = 14  # calendar months of history, the running one included

COMPANY = {
    "name": "Lybid Equipment LLC",
    "street": "12 Instytutska Street",
    "city": "Kyiv",
    "zip": "01021",
    "phone": "+380 44 200 0112",
    "email": "office@lybid.example",
    "website": "https://lybid.example",
}

# hryvnias for one unit, at the beginning of the history and today
RATES = {"EUR": (45.1, 49.3), "USD": (41.2, 42.6), "PLN": (10.6, 11.6), "KZT": (0.078, 0.082)}

# key: name, switches, dashboard, target in hryvnias a month, leader, sales a month at the beginning and today
CHANNELS = {
    "website": {
        "name": "Website",
        "switches": {"use_leads": True, "use_opportunities": True, "use_quotations": True},
        "dashboard": {"dashboard_content": "pipeline", "dashboard_period": "year", "dashboard_group": "stage"},
        "target": 700000,
        "leader": "head",
        "sales": (4, 6),
    },
    "partners": {
        "name": "Partner network",
        "switches": {"use_leads": False, "use_opportunities": True, "use_quotations": True},
        "dashboard": {"dashboard_content": "sales", "dashboard_period": "year", "dashboard_group": "month"},
        "target": 800000,
        "leader": "manager3",
        "sales": (4, 6),
    },
    "social": {
        "name": "Social networks",
        "switches": {"use_leads": True, "use_opportunities": True, "use_quotations": False},
        "dashboard": {"dashboard_content": "invoices", "dashboard_period": "year", "dashboard_group": "month"},
        "target": 500000,
        "leader": "head",
        "sales": (3, 5),
    },
}

# login: name, time zone, channel, groups
MANAGER = ["sales_team.group_sale_salesman"]
USERS = {
    "head": (
        "Olena Kovalchuk",
        "Europe/Kyiv",
        None,
        ["sales_team.group_sale_manager", "account.group_account_invoice"],
    ),
    "manager1": ("Taras Melnyk", "Europe/Kyiv", "website", MANAGER),
    "manager2": (
        "Iryna Bondarenko",
        "Europe/Kyiv",
        "website",
        ["sales_team.group_sale_salesman_all_leads", "crm_clients.crm_clients_group_all"],
    ),
    "manager3": ("Maksym Tkachenko", "Europe/Kyiv", "partners", MANAGER),
    "manager4": ("Aigerim Nurlanova", "Asia/Almaty", "partners", MANAGER),
    "manager5": ("Katarzyna Zielińska", "Europe/Warsaw", "social", MANAGER),
}

# code: name, list price in hryvnias, product type, quantities sold at once
PRODUCTS = {
    "LP-420": ("Label printer 4 in", 14900.0, "consu", (1, 2, 3, 5)),
    "BS-210": ("Barcode scanner, wireless", 5400.0, "consu", (2, 4, 6, 10)),
    "PT-150": ("Point of sale terminal", 27500.0, "consu", (1, 2, 3)),
    "MC-330": ("Mobile computer for warehouse", 31000.0, "consu", (1, 2, 4)),
    "KS-900": ("Self-service kiosk", 92000.0, "consu", (1,)),
    "NS-024": ("Network switch, 24 ports", 18600.0, "consu", (1, 2)),
    "UP-150": ("Uninterruptible power supply 1500 VA", 12800.0, "consu", (1, 2, 4)),
    "TL-100": ("Thermal labels, box of 12 rolls", 1250.0, "consu", (10, 20, 40)),
    "SV-INS": ("Installation and commissioning", 8500.0, "service", (1, 2)),
    "SV-TRN": ("On-site training, day", 7800.0, "service", (1, 2, 3)),
    "SV-SUP": ("Annual support contract", 36000.0, "service", (1,)),
    "SV-INT": ("Integration with accounting software", 48000.0, "service", (1,)),
}

# sold, but nothing that a client is asked about
ACCESSORIES = ("TL-100", "UP-150")

# what deals are about: title, products
TOPICS = [
    ("Label printing in the warehouse", ["LP-420", "TL-100", "SV-INS"]),
    ("Scanners for goods receipt", ["BS-210", "SV-TRN"]),
    ("Checkouts for a new shop", ["PT-150", "UP-150", "SV-INS"]),
    ("Mobile stocktaking", ["MC-330", "SV-INT"]),
    ("Self-service kiosk in the lobby", ["KS-900", "SV-SUP"]),
    ("Network for the new office", ["NS-024", "UP-150"]),
    ("Power protection of the server room", ["UP-150", "SV-INS"]),
    ("Consumables for the season", ["TL-100"]),
    ("Renewal of support", ["SV-SUP"]),
    ("Accounting integration", ["SV-INT", "SV-TRN"]),
    ("Replacement of old terminals", ["PT-150", "SV-SUP"]),
    ("Warehouse terminals, second phase", ["MC-330", "BS-210"]),
]

# sources by channel
SOURCES = {
    "website": ["Search engine", "Newsletter", "Referral"],
    "partners": ["Referral", "Trade fair", "Partner"],
    "social": ["Facebook", "LinkedIn", "Instagram"],
}
# where the client turns to the company by himself
INBOUND_SOURCES = ("Search engine", "Facebook", "Instagram")
# sources that cost money, of channels with inquiries: hryvnias a month at the beginning and today
COSTS = {
    "Search engine": (10000, 13000),
    "Newsletter": (4500, 5000),
    "Facebook": (7000, 9000),
    "LinkedIn": (4500, 8000),
    "Instagram": (5000, 8000),
}
# what inquiries are for, drawn from these; who was refused wanted something else more often
PURPOSES = ("buy", "buy", "price", "price", "price", "advice")
REFUSED_PURPOSES = ("price", "advice", "service", "cooperation", "other")
TAGS = ["Equipment", "Services", "Tender", "Key account", "Export", "Repeat purchase"]
LOST_REASONS = ["Too expensive", "Not enough stock", "Chose a competitor", "No budget"]

# days from today to the expected closing of open deals, dealt out in turn: overdue, this week, month, year;
# their number has no divisor in common with that of the steps dealt out, so that every stage gets all of them
CLOSINGS = (-18, 2, 25, 60, 5, -6, 12, 40, 95, 7, 150, -2, 18, 0)
# activity type: what managers plan beside the process, what came out of it
ACTIVITIES = {
    "mail.mail_activity_data_call": [
        ("Call about the price list", "Discussed prices, asks for a written offer."),
        ("Ask who decides", "The director decides, budget is approved quarterly."),
        ("Call back after the holiday", "Reached the buyer, still interested."),
    ],
    "mail.mail_activity_data_email": [
        ("Send the specification", "Sent, confirmed as received."),
        ("Send references", "Sent three references from the same trade."),
    ],
    "mail.mail_activity_data_meeting": [
        ("Demonstration at the client's", "Shown on their own goods, good impression."),
        ("Survey of the premises", "Measured, two more outlets are needed."),
    ],
    "mail.mail_activity_data_todo": [
        ("Check stock for the delivery", "In stock, reserved for two weeks."),
        ("Prepare the draft contract", "Draft is with their lawyer."),
    ],
}

# country: currency of its price list, legal form and quotes, fixed and mobile codes with the length of a number
COUNTRIES = {
    "UA": {
        "currency": "UAH",
        "company": "ТОВ «{}»",
        "dial": "+380",
        "length": 9,
        "mobile": "50 63 66 67 68 93 95 96 97 98",
        "cities": "Київ=44=01 Львів=32=79 Одеса=48=65 Дніпро=56=49 Вінниця=432=21 Полтава=532=36 Луцьк=332=43",
        "streets": "вул. Садова|вул. Шевченка|просп. Соборний|вул. Заводська|вул. Франка|вул. Промислова",
        "roots": (
            "Обрій=obrii Полісся=polissia Карпати=karpaty Калина=kalyna Світанок=svitanok Джерело=dzherelo "
            "Лелека=leleka Барвінок=barvinok Хортиця=khortytsia Десна=desna Волинь=volyn Поділля=podillia "
            "Меридіан=merydian Вектор=vektor Оріон=orion Імпульс=impuls Еталон=etalon Смарагд=smarahd"
        ),
        "trades": (
            "Агро=agro Трейд=treid Сервіс=servis Логістик=lohistyk Буд=bud Маркет=market Пак=pak Мед=med "
            "Текстиль=tekstyl Меблі=mebli Авто=avto Друк=druk"
        ),
        "first": (
            "Олександр=oleksandr Андрій=andrii Сергій=serhii Дмитро=dmytro Микола=mykola Богдан=bohdan "
            "Наталія=nataliia Оксана=oksana Світлана=svitlana Юлія=yuliia Марина=maryna Галина=halyna"
        ),
        "last": (
            "Шевчук=shevchuk Кравчук=kravchuk Литвин=lytvyn Гончар=honchar Савчук=savchuk Мороз=moroz "
            "Ткач=tkach Руденко=rudenko Павленко=pavlenko Лисенко=lysenko Марченко=marchenko Ковтун=kovtun"
        ),
    },
    "KZ": {
        "currency": "KZT",
        "company": "ТОО «{}»",
        "dial": "+7",
        "length": 10,
        "mobile": "701 702 705 707 747 775 777",
        "cities": "Алматы=727=05 Астана=7172=01 Шымкент=7252=16 Караганда=7212=10 Актобе=7132=03",
        "streets": "ул. Абая|пр. Республики|ул. Сатпаева|ул. Жибек Жолы|пр. Достык",
        "roots": (
            "Алатау=alatau Сарыарка=saryarka Байтерек=baiterek Жетысу=zhetysu Тулпар=tulpar Шанырак=shanyrak "
            "Кокжиек=kokzhiek Отырар=otyrar Арай=arai Дала=dala"
        ),
        "trades": "Трейд=trade Логистика=logistika Строй=stroi Маркет=market Сервис=servis Агро=agro Фарм=farm",
        "first": (
            "Нурлан=nurlan Ерлан=yerlan Данияр=daniyar Арман=arman Тимур=timur Асель=assel Динара=dinara "
            "Гульнара=gulnara Айнур=ainur"
        ),
        "last": "Ибрай=ibrai Сейткали=seitkali Омар=omar Жаксылык=zhaksylyk Бекен=beken Тлеу=tleu Аманжол=amanzhol",
    },
    "PL": {
        "currency": "PLN",
        "company": "{} Sp. z o.o.",
        "dial": "+48",
        "length": 9,
        "mobile": "501 502 503 505 601 602 603 691",
        "cities": "Warszawa=22=00 Kraków=12=30 Wrocław=71=50 Poznań=61=60 Gdańsk=58=80 Lublin=81=20 Rzeszów=17=35",
        "streets": "ul. Długa|ul. Polna|ul. Leśna|ul. Kościuszki|al. Jana Pawła II|ul. Przemysłowa",
        "roots": (
            "Bursztyn=bursztyn Mazur=mazur Jodła=jodla Zefir=zefir Kłos=klos Kwarc=kwarc Modrzew=modrzew "
            "Granit=granit Jantar=jantar Rogal=rogal"
        ),
        "trades": "Logistyka=logistyka Handel=handel Serwis=serwis Meble=meble Druk=druk Agro=agro Pak=pak",
        "first": (
            "Piotr=piotr Marek=marek Tomasz=tomasz Paweł=pawel Adam=adam Anna=anna Agnieszka=agnieszka "
            "Magdalena=magdalena Joanna=joanna"
        ),
        "last": "Nowak=nowak Mazurek=mazurek Wójcik=wojcik Kaczmarek=kaczmarek Dudek=dudek Sikora=sikora Pawlak=pawlak",
    },
}

# clients of a channel by country, and who looks after them
CLIENTS = {
    "website": {"UA": 62, "KZ": 6, "PL": 10},
    "partners": {"UA": 32, "KZ": 30, "PL": 6},
    "social": {"UA": 20, "KZ": 6, "PL": 28},
}
RESPONSIBLE = {
    "website": {"UA": ["manager1", "manager2"], "KZ": ["manager2"], "PL": ["manager1"]},
    "partners": {"UA": ["manager3"], "KZ": ["manager4"], "PL": ["manager3"]},
    "social": {"UA": ["manager5"], "KZ": ["manager5"], "PL": ["manager5"]},
}
POSITIONS = ["Director", "Purchasing manager", "Head of warehouse", "Chief accountant", "IT manager"]

# the directory: what some clients are beside a client, how many of each channel
SPECIAL_TYPES = {"website": {"supplier": 2}, "partners": {"supplier": 2, "partner": 4}, "social": {"supplier": 1}}
# name without the legal form, with its Latin form, and country
COMPETITORS = [
    ("Кажан Сканер", "kazhan-skaner", "UA"),
    ("Торгай Касса", "torgai-kassa", "KZ"),
    ("Wilga Kasy", "wilga-kasy", "PL"),
]
