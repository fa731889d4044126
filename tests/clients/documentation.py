#!/usr/bin/python3
"""The SQL of README and docs: each ```sql block's statements run against the sample shop; those of ```sql fails 42S22 fail so.

Statements end with a semicolon or the block. Python blocks are run too. DATABASE is what the database shop is called here.
"""
import os
import pathlib
import re
import sys

try:
    import pyodbc
except ImportError:
    print("ok 1 - documentation # SKIP python3-pyodbc is not installed")
    sys.exit(0)

ROOT = pathlib.Path(__file__).resolve().parents[2]
FENCE = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
count = failures = 0


def report(name, problem):
    global count, failures
    count += 1
    failures += problem is not None
    print(f"{'ok' if problem is None else 'not ok'} {count} - {name}")
    if problem is not None:
        print("#   " + str(problem).replace("\n", "\n#   "))
    sys.stdout.flush()


def outcome(work):
    """None when it works, else the SQLSTATE and the message."""
    try:
        work()
        return None
    except pyodbc.Error as error:
        return error.args[0], str(error)


def run_sql(connection, statement):
    cursor = connection.cursor()
    cursor.execute(statement)
    if cursor.description:
        cursor.fetchall()


def statements(block):
    block = re.sub(r"--.*", "", block)
    block = re.sub(r"\bshop\b", os.environ.get("DATABASE", "shop"), block)
    return [part.strip() for part in block.split(";") if part.strip()]


pyodbc.pooling = False
with pyodbc.connect("DSN=shop", autocommit=True) as connection:
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]:
        text = page.read_text(encoding="utf-8")
        for fence in FENCE.finditer(text):
            language, info, block = fence.group(1), fence.group(2).split(), fence.group(3)
            place = f"{page.relative_to(ROOT)}:{text.count(chr(10), 0, fence.start()) + 1}"
            if language == "sql":
                wanted = info[1] if info[:1] == ["fails"] else None
                for statement in statements(block):
                    found = outcome(lambda: run_sql(connection, statement))
                    if (found and found[0]) == wanted:
                        report(f"{place}: {' '.join(statement.split())[:70]}", None)
                    else:
                        report(f"{place}: {' '.join(statement.split())[:70]}", f"expected {wanted or 'success'}, found {found}")
            elif language == "python":
                found = outcome(lambda: exec(compile(block.replace("print(", "(lambda *_: None)("), place, "exec"), {}))
                report(f"{place}: the Python example", found)
print(f"1..{count}")
sys.exit(1 if failures else 0)
