from odoo.tools.sql import create_column, table_columns


def create_missing_columns(cr, table, columns):
    """Add empty columns to a table before Odoo adds them: it would compute their values row by row.

    :param str table: name of a table that exists
    :param dict columns: PostgreSQL type by name of the column
    :return: set of the names that the table did not have
    """
    missing = columns.keys() - table_columns(cr, table).keys()
    for name in sorted(missing):
        create_column(cr, table, name, columns[name])
    return missing
