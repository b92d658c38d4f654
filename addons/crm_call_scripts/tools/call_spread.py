"""Spreading many calls over managers and days. Plain Python: `crm.call.planning` asks."""


def spread(candidates, load):
    """Give each client to one of the managers who may call him, so that all have about the same to do.

    The clients with the fewest possible managers are given first: who may call only a few, gets those.

    :param dict candidates: {client: list of managers who may call him}, in the order of the clients
    :param dict load: {manager: number of calls he has already}; not changed
    :return: {client: manager}; clients whom nobody may call are left out
    """
    load = dict(load)
    given = {}
    for client in sorted(candidates, key=lambda one: len(candidates[one])):
        managers = candidates[client]
        if managers:
            # the first of equals, in the order in which they were chosen
            manager = min(managers, key=lambda one: load.get(one, 0))
            given[client] = manager
            load[manager] = load.get(manager, 0) + 1
    return given


def fill_days(clients, days, taken, limit):
    """Give each call of one manager a day: the earliest that is not full.

    :param clients: the clients in the order in which they are to be called
    :param days: the days he works, in order
    :param dict taken: {day: number of calls that are planned on it already}; not changed
    :param int limit: calls on one day at most
    :return: {client: day}; clients for whom no day is left are left out
    """
    room = [[day, limit - taken.get(day, 0)] for day in days]
    given = {}
    position = 0
    for client in clients:
        while position < len(room) and room[position][1] <= 0:
            position += 1
        if position == len(room):
            break
        room[position][1] -= 1
        given[client] = room[position][0]
    return given
