#!/usr/bin/python3
"""pyodbc: tables, columns, rows, parameters and text in any script, in a UTF-8 and in the C locale."""
import datetime
import decimal
import os
import subprocess
import sys

if len(sys.argv) == 1:
    # Python reads the locale once, when it starts; and it must not escape from the C locale by itself.
    failed = 0
    for locale in ("C.UTF-8", "C"):
        environment = dict(os.environ, LC_ALL=locale, PYTHONUTF8="0", PYTHONCOERCECLOCALE="0", PYTHONIOENCODING="utf-8")
        failed |= subprocess.run([sys.executable, __file__, locale], env=environment).returncode
    sys.exit(1 if failed else 0)

try:
    import pyodbc
except ImportError:
    print("ok 1 - pyodbc # SKIP python3-pyodbc is not installed")
    sys.exit(0)

LOCALE = sys.argv[1]
DATABASE = os.environ.get("DATABASE", "shop")
pyodbc.pooling = False
tests = []
test = tests.append


def connect(dsn="shop", **options):
    return pyodbc.connect("DSN=" + dsn, autocommit=True, **options)


def equal(found, expected):
    assert found == expected, f"expected {expected!r}, found {found!r}"


def state_of(work):
    try:
        work()
    except pyodbc.Error as error:
        return error.args[0]
    return None


@test
def begins_without_autocommit_as_pyodbc_does():
    connection = pyodbc.connect("DSN=shop")
    equal(connection.autocommit, False)
    equal(connection.getinfo(pyodbc.SQL_TXN_CAPABLE), 1)  # SQL_TC_DML
    cursor = connection.cursor()
    rows = cursor.execute("SELECT COUNT(*) FROM customer").fetchval()
    assert rows > 0, rows
    connection.commit()
    equal(connection.cursor().execute("SELECT COUNT(*) FROM customer").fetchval(), rows)
    connection.rollback()
    connection.autocommit = True
    connection.close()
    equal(state_of(lambda: pyodbc.connect("DSN=shop;Transactions=no")), "HYC00")


@test
def lists_tables():
    with connect() as connection:
        tables = {row.table_name: row for row in connection.cursor().tables()}
    for name in ("customer", "order", "order_items", "product", "review", "shipment", "supplier"):
        equal((tables[name].table_type, tables[name].table_cat, tables[name].table_schem or None), ("TABLE", DATABASE, None))
    equal(tables["sales/revenue_by_month"].table_type, "VIEW")


@test
def lists_tables_by_pattern_and_type():
    with connect() as connection:
        cursor = connection.cursor()
        equal(sorted(row.table_name for row in cursor.tables(table="order%", tableType="TABLE")), ["order", "order_items"])
        equal({row.table_type for row in cursor.tables(tableType="VIEW")}, {"VIEW"})


@test
def lists_columns():
    with connect() as connection:
        columns = {row.column_name: row for row in connection.cursor().columns(table="customer")}
    equal(list(columns)[0], "_id")
    equal(columns["points"].data_type, pyodbc.SQL_BIGINT)
    equal(columns["born"].data_type, pyodbc.SQL_TYPE_DATE)
    equal(columns["registered_at"].data_type, pyodbc.SQL_TYPE_TIMESTAMP)
    equal(columns["name"].data_type, pyodbc.SQL_WVARCHAR)
    assert columns["name"].column_size >= 255
    assert "address.city" in columns


@test
def lists_primary_keys():
    with connect() as connection:
        equal([row.column_name for row in connection.cursor().primaryKeys("customer")], ["_id"])
        equal([row.column_name for row in connection.cursor().primaryKeys("order_items")], ["_id", "_index"])


@test
def rows_have_python_types():
    with connect() as connection:
        row = connection.cursor().execute(
            "SELECT name, points, born, registered_at, address.zip AS zip FROM customer WHERE _id = 'customer:0001'").fetchone()
    equal(tuple(row), ("Nguyễn Thị Hồng", 3119, datetime.date(1974, 2, 18), datetime.datetime(2020, 3, 23, 3, 31, 36), "550000"))


@test
def every_row_is_read_once():
    with connect() as connection:
        ids = [row[0] for row in connection.cursor().execute("SELECT _id FROM \"order\"")]
    equal((len(ids), len(set(ids))), (1100, 1100))


@test
def every_table_can_be_read_whole():
    with connect() as connection:
        cursor = connection.cursor()
        counts = {}
        for name in ("customer", "employee", "order", "order_items", "product", "review", "shipment", "supplier"):
            counts[name] = len(cursor.execute(f'SELECT * FROM "{name}"').fetchall())
            equal(cursor.execute(f'SELECT COUNT(*) FROM "{name}"').fetchval(), counts[name])
    equal((counts["customer"], counts["order"], counts["product"]), (420, 1100, 260))


@test
def parameters_of_each_python_type():
    with connect() as connection:
        cursor = connection.cursor()
        def count(condition, *values):
            return cursor.execute("SELECT COUNT(*) FROM " + condition, *values).fetchval()
        equal(count("customer WHERE name = ?", "Nguyễn Thị Hồng"), count("customer WHERE name = 'Nguyễn Thị Hồng'"))
        equal(count("customer WHERE points = ?", 3119), count("customer WHERE points = 3119"))
        equal(count("product WHERE price > ?", 120.05), count("product WHERE price > 120.05"))
        equal(count("product WHERE price > ?", decimal.Decimal("120.05")), count("product WHERE price > 120.05"))
        equal(count("\"order\" WHERE paid = ?", True), count("\"order\" WHERE paid = TRUE"))
        equal(count("customer WHERE born < ?", datetime.date(1974, 2, 18)), count("customer WHERE born < {d '1974-02-18'}"))
        equal(count("\"order\" WHERE ordered_at >= ?", datetime.datetime(2025, 1, 1)),
              count("\"order\" WHERE ordered_at >= {ts '2025-01-01 00:00:00'}"))
        equal(count("supplier WHERE opens < ?", datetime.time(8, 0)), count("supplier WHERE opens < {t '08:00:00'}"))
        assert 0 < count("product WHERE price BETWEEN ? AND ? AND category IN (?, ?)", 20, 100, "kitchen", "toys") < 260


@test
def null_is_none():
    with connect() as connection:
        cursor = connection.cursor()
        equal(cursor.execute("SELECT born FROM customer WHERE born IS NULL").fetchone()[0], None)
        nulls = cursor.execute("SELECT COUNT(*) FROM customer WHERE born IS NULL").fetchval()
        others = cursor.execute("SELECT COUNT(born) FROM customer").fetchval()
        equal(nulls + others, 420)
        equal(cursor.execute("SELECT COUNT(*) FROM customer WHERE born = ?", None).fetchval(), 0)


@test
def names_in_any_script():
    with connect("names") as connection:
        cursor = connection.cursor()
        assert "größe🎁" in [row.table_name for row in cursor.tables()]
        listed = [row.column_name for row in cursor.columns(table="größe🎁")]
        for name in ("名前", "emoji 😀", "a\\.b", "with space", "select", "naïve"):
            assert name in listed, f"{name!r} is not in {listed!r}"
        cursor.execute('SELECT "名前", "emoji 😀" FROM "größe🎁" ORDER BY _id')
        equal([column[0] for column in cursor.description], ["名前", "emoji 😀"])
        equal([tuple(row) for row in cursor], [("佐藤 花子", "👨‍👩‍👧‍👦 🇺🇦"), ("𠮷野家", "💔"), ("Ґудзь", None)])


@test
def text_in_any_script_as_literal_and_parameter():
    with connect("names") as connection:
        cursor = connection.cursor()
        for text in ("佐藤 花子", "𠮷野家", "Ґудзь"):
            equal(cursor.execute('SELECT "名前" FROM "größe🎁" WHERE "名前" = ?', text).fetchval(), text)
            equal(cursor.execute(f'SELECT "名前" FROM "größe🎁" WHERE "名前" = \'{text}\'').fetchval(), text)
        everything = "🎁 naïve ÿ \u05e0\u05d5\u05e2\u05d4 สมชาย 𠮷 👨‍👩‍👧‍👦 " + "😀" * 300
        equal(cursor.execute("SELECT CAST(? AS VARCHAR(2000)) AS t", everything).fetchval(), everything)


@test
def long_text():
    with connect() as connection:
        cursor = connection.cursor()
        text = "ab😀" * 20000
        equal(cursor.execute("SELECT CAST(? AS LONGVARCHAR) AS t", text).fetchval(), text)


@test
def integers_keep_their_digits():
    with connect() as connection:
        number = 9007199254740993
        equal(connection.cursor().execute("SELECT CAST(? AS BIGINT) AS n", number).fetchval(), number)
        equal(connection.cursor().execute(f"SELECT {number} AS n").fetchval(), number)
        card = connection.cursor().execute("SELECT card_number FROM customer WHERE _id = 'customer:0001'").fetchval()
        if os.environ.get("SERVER_KIND") == "couchdb":   # PouchDB's numbers are doubles
            equal(card, 9007199254748912)


@test
def several_statements_at_once():
    with connect() as connection:
        first, second = connection.cursor(), connection.cursor()
        first.execute("SELECT _id FROM \"order\" ORDER BY _id")
        second.execute("SELECT _id FROM customer ORDER BY _id")
        equal((first.fetchone()[0], second.fetchone()[0]), ("order:00001", "customer:0001"))
        equal((first.fetchone()[0], second.fetchone()[0]), ("order:00002", "customer:0002"))


@test
def fetchmany():
    with connect() as connection:
        cursor = connection.cursor().execute("SELECT _id FROM customer ORDER BY _id")
        equal([len(cursor.fetchmany(200)) for _ in range(4)], [200, 200, 20, 0])


@test
def mistakes_have_their_states():
    with connect() as connection:
        cursor = connection.cursor()
        equal(state_of(lambda: cursor.execute("SELECT * FROM nothing_like_it")), "42S02")
        equal(state_of(lambda: cursor.execute("SELECT nmae FROM product")), "42S22")
        equal(state_of(lambda: cursor.execute("SELECT FROM WHERE")), "42000")
        equal(cursor.execute("SELECT COUNT(*) FROM product").fetchval(), 260)
    equal(state_of(lambda: connect("nobody")), "08001")


@test
def getinfo_tells_what_it_is():
    with connect() as connection:
        equal(connection.getinfo(pyodbc.SQL_DATABASE_NAME), DATABASE)
        equal(connection.getinfo(pyodbc.SQL_IDENTIFIER_QUOTE_CHAR), '"')
        equal(connection.getinfo(pyodbc.SQL_DRIVER_ODBC_VER), "03.80")


failures = 0
for number, run in enumerate(tests, 1):
    name = f"pyodbc, {LOCALE}: {run.__name__.replace('_', ' ')}"
    try:
        run()
        print(f"ok {number} - {name}", flush=True)
    except Exception as error:
        failures += 1
        print(f"not ok {number} - {name}\n#   {type(error).__name__}: {error}", flush=True)
print(f"1..{len(tests)}")
sys.exit(1 if failures else 0)
