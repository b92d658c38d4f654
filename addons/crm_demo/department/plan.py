"""The history as plain data: who bought what and when, before anything is written."""

from dataclasses import dataclass, field
from datetime import date, datetime

from .tables_process import STAGE_OF_STEP


@dataclass(frozen=True)
class Contact:
    name: str
    position: str
    email: str
    phone: str


@dataclass(frozen=True)
class Client:
    """A company of the directory with its contact persons. `terms` are days."""

    name: str
    country: str
    channel: str
    manager: str
    currency: str
    terms: int
    city: str
    zip: str
    street: str
    email: str
    phone: str
    vat: str
    registry: str
    contacts: tuple[Contact, ...]


@dataclass(frozen=True)
class Line:
    """A product by its code; the discount is a percentage."""

    product: str
    quantity: int
    discount: int


@dataclass
class Deal:
    """A lead or an opportunity; `client` is a position in the plan's clients, `revenue` is in hryvnias."""

    type: str
    channel: str
    client: int
    manager: str | None
    title: str
    outcome: str  # open, won, lost
    step: str  # key of the last one passed, of a lost deal that before the refusal
    revenue: float
    created: datetime
    deadline: date
    source: str
    tags: list[str]
    priority: str
    probability: int | None = None
    assigned: datetime | None = None
    closed: datetime | None = None
    lost_reason: str | None = None
    purpose: str | None = None  # of those that came as an inquiry: key of a purpose
    qualified: datetime | None = None  # when it was known who decides
    stage_since: datetime | None = None

    @property
    def stage(self):
        """Key of the stage; of a won deal the one before it was won."""
        return STAGE_OF_STEP["meeting" if self.outcome == "won" else self.step]


@dataclass
class Order:
    """A sale order; `deal` and `client` are positions in the plan's lists, `state` is the one it ends in."""

    channel: str
    client: int
    manager: str | None
    state: str
    created: datetime
    ordered: datetime
    lines: list[Line]
    deal: int | None = None


@dataclass
class Invoice:
    """An invoice of the order at that position; `outcome` is paid, open or credited, `settled` the day of it."""

    order: int
    day: date
    outcome: str = "open"
    settled: date | None = None


@dataclass(frozen=True)
class Activity:
    """A task on the deal at that position; `done` is the moment it was marked as done, with its feedback.

    One that the process has planned after a step is told by the key of the step, any other by type and summary.
    """

    deal: int
    manager: str
    deadline: date
    after: str | None = None
    type: str | None = None
    summary: str | None = None
    done: datetime | None = None
    feedback: str | None = None


@dataclass
class Result:
    """One row of the log of the deal at that position.

    `step` is what was recorded, `standing` the last step passed afterwards, both by key; `finished` and `planned` are
    positions in the plan's activities.
    """

    deal: int
    moment: datetime
    kind: str
    step: str | None
    standing: str
    origin: str = "button"
    comment: str | None = None
    repeat: int = 1
    backward: bool = False
    revoked: bool = False
    finished: int | None = None
    planned: int | None = None


@dataclass(frozen=True)
class Document:
    """A paper on the deal, or of the invoice, at that position.

    `moves` are pairs of the key of a state and the moment when it was reached, the first one that of the creation.
    """

    kind: str
    moves: list[tuple[str, datetime]]
    deadline: date
    deal: int | None = None
    invoice: int | None = None
    reason: str | None = None
    is_received: bool = False

    @property
    def state(self):
        """Key of the state it stands in."""
        return self.moves[-1][0]


@dataclass(frozen=True)
class Call:
    """A call about the deal at that position that was held; `moment` is its end.

    `outcome` is the kind of its outcome, `result` the position of the result that it has brought, `version` that of the
    script. What was said follows from `seed` and the script.
    """

    deal: int
    manager: str
    moment: datetime
    outcome: str
    version: int = 2
    purpose: str = "prospect"
    result: int | None = None
    is_broken_off: bool = False
    seed: int = 0
    activity: int | None = None  # of the plan's activities, if no result tells
    is_open: bool = False
    is_listed: bool = False  # belongs to the list of interviews


@dataclass(frozen=True)
class ListedCall:
    """A call of the list of interviews that is still to be held, with the client of the deal at that position."""

    deal: int
    manager: str
    deadline: date


@dataclass(frozen=True)
class CallTime:
    """The hour of the planned call at that position in the plan's activities, on the clock of its manager."""

    activity: int
    start: datetime
    is_promised: bool


@dataclass(frozen=True)
class Reachable:
    """When a client can be called: (weekday, from, to) on his clock, none for any; or why never."""

    hours: tuple[tuple[str, int, int], ...] = ()
    silent_reason: str | None = None


@dataclass(frozen=True)
class Meeting:
    deal: int
    manager: str
    name: str
    start: datetime
    end: str = ""  # state of the meeting once it is over, empty: nobody has recorded it
    note: str | None = None


@dataclass(frozen=True)
class LevelChange:
    """The relationship with a client reached `level`, by its key."""

    moment: datetime
    level: str
    reason: str


@dataclass(frozen=True)
class Card:
    """What the directory says of a client; `services` are codes of products, `changes` begin with the oldest."""

    type: str
    source: str | None = None
    services: tuple[str, ...] = ()
    changes: tuple[LevelChange, ...] = ()
    last_contact: datetime | None = None


@dataclass(frozen=True)
class Extra:
    """A company of the directory that nobody deals with: a competitor, or a client entered a second time."""

    client: Client
    card: Card
    since: datetime


@dataclass(frozen=True)
class Cost:
    """What a source of clients costs from the first to the last day, in hryvnias."""

    source: str
    channel: str
    first: date
    last: date
    amount: float


@dataclass(frozen=True)
class Project:
    """What was sold at once is delivered together; `client` and `deal` are positions in the plan's lists."""

    client: int
    deal: int | None
    title: str
    created: datetime
    template: str | None = None


@dataclass(frozen=True)
class DeadlineMove:
    """At that moment the delivery was promised for another day."""

    moment: datetime
    old: date
    new: date
    reason: str


@dataclass(frozen=True)
class Work:
    """One product delivered in the project at that position; `deadline` is the day promised last, `progress` in percent."""

    project: int
    manager: str
    product: str
    executors: tuple[str, ...]
    created: datetime
    begun: date
    deadline: date
    moves: tuple[DeadlineMove, ...] = ()
    state: str = "open"  # open, done, cancelled
    closed: datetime | None = None
    is_under_way: bool = False
    progress: int = 0


@dataclass
class Plan:
    today: date
    first_day: date
    clients: list[Client] = field(default_factory=list)
    deals: list[Deal] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    invoices: list[Invoice] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)  # of all deals, in the order in which they were recorded
    activities: list[Activity] = field(default_factory=list)
    meetings: list[Meeting] = field(default_factory=list)
    cards: list[Card] = field(default_factory=list)  # by position of the client
    extras: list[Extra] = field(default_factory=list)
    costs: list[Cost] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)  # in the order in which they were held
    call_list: list[ListedCall] = field(default_factory=list)
    call_times: list[CallTime] = field(default_factory=list)
    reachable: list[Reachable] = field(default_factory=list)  # by position of the client
    projects: list[Project] = field(default_factory=list)  # in the order in which they began
    works: list[Work] = field(default_factory=list)
