#!/usr/bin/env bash
# The programs in examples/, built as their heads say and run against the sample shop.
set -euo pipefail
# shellcheck source=tests/clients/tap.sh
source "$(dirname "${BASH_SOURCE[0]}")/tap.sh"
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

questions=('SELECT COUNT(*) FROM "order"' "SELECT name FROM product WHERE _id = 'product:0001'"
  'SELECT COUNT(*) FROM customer c JOIN "order" o ON o.customer_id = c._id WHERE 1 = 0')

succeeds "async_poll.cpp: builds" g++ -std=c++17 -Wall -Werror "$root/examples/async_poll.cpp" -lodbc -o "$work/async_poll"
contains "async_poll.cpp: every statement's first row" "$(timeout 60 "$work/async_poll" DSN=shop "${questions[@]}" 2>&1)" \
  'FROM "order": 1100' 'recycled wooden train 🧸' '1 = 0: 0'
contains "async_poll.cpp: an error is told" "$(timeout 60 "$work/async_poll" DSN=shop 'SELECT nmae FROM product' 2>&1 || true)" 42S22 nmae

contains "async_odbc.py: every statement's rows" "$(timeout 60 python3 "$root/examples/async_odbc.py" DSN=shop "${questions[@]}" 2>&1)" \
  "['1100']" 'recycled wooden train 🧸' "['0']"
contains "async_odbc.py: an error is told" "$(timeout 60 python3 "$root/examples/async_odbc.py" DSN=shop 'SELECT nmae FROM product' 2>&1 || true)" 42S22 nmae
cat > "$work/cancel.py" <<PYTHON
import asyncio, sys
sys.path.insert(0, "$root/examples")
from async_odbc import Connection

async def main():
    connection = Connection("DSN=shop")
    task = asyncio.create_task(connection.rows('SELECT COUNT(*) FROM "order" a, "order" b, "order" c, "order" d'))
    await connection.rows("SELECT 1")  # others go on meanwhile
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        print("cancelled")
    print(await connection.rows("SELECT 'works on'"))
    connection.close()

asyncio.run(main())
PYTHON
contains "async_odbc.py: cancelling a task cancels its statement" "$(timeout 60 python3 "$work/cancel.py" 2>&1)" cancelled 'works on'

done_testing
