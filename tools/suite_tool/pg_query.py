"""Runs SQL for the tool. Started by the environment's Python, which has psycopg2; the tool's own may not.

Reads {"dbname": ..., "statements": [[sql, parameters], ...]} from standard input, writes the rows of the last one or
{"error": ..., "code": ...}. Where the server is, libpq learns from the PG* variables.
"""

import json
import sys

import psycopg2


def main() -> dict:
    request = json.load(sys.stdin)
    try:
        connection = psycopg2.connect(dbname=request["dbname"], connect_timeout=15)
    except psycopg2.Error as error:
        return {"error": str(error).strip(), "code": "connect"}
    connection.autocommit = True
    rows = []
    try:
        with connection.cursor() as cursor:
            for statement, parameters in request["statements"]:
                cursor.execute(statement, parameters or None)
                rows = cursor.fetchall() if cursor.description else []
    except psycopg2.Error as error:
        return {"error": str(error).strip(), "code": error.pgcode}
    finally:
        connection.close()
    return {"rows": rows}


if __name__ == "__main__":
    json.dump(main(), sys.stdout, default=str)
