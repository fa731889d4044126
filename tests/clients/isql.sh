#!/usr/bin/env bash
# isql and iusql, as people use them: tables, columns, rows, text in any script, in a UTF-8 and in the C locale.
set -euo pipefail
# shellcheck source=tests/clients/tap.sh
source "$(dirname "${BASH_SOURCE[0]}")/tap.sh"

# ask PROGRAM LOCALE DSN LINE...: what the program prints for these lines of input.
ask() {
  local program=$1 locale=$2 dsn=$3
  shift 3
  printf '%s\n' "$@" | LC_ALL=$locale timeout 60 "$program" "$dsn" -b -v 2>&1 || echo "($program ended with $?)"
}

for locale in C.UTF-8 C; do
  contains "isql, $locale: lists tables" "$(ask isql $locale shop help)" \
    customer employee order order_items product review shipment shipment_parcels supplier sales/revenue_by_month
  contains "isql, $locale: lists columns" "$(ask isql $locale shop 'help customer')" \
    _id _rev name address.city registered_at card_number
  contains "isql, $locale: rows" "$(ask isql $locale shop "SELECT sku, name, price FROM product WHERE _id = 'product:0001'")" \
    TO-1000 'recycled wooden train 🧸' 120.05 '1 rows fetched'
  contains "isql, $locale: a nested column and text in the statement" \
    "$(ask isql $locale shop "SELECT COUNT(*) AS n FROM customer WHERE address.city = 'Köln'")" '| 8 '
  contains "isql, $locale: the elements of an array" \
    "$(ask isql $locale shop "SELECT name, quantity FROM order_items WHERE _id = 'order:00001'")" 'folding hammock' '1 rows fetched'
  contains "isql, $locale: an aggregate" "$(ask isql $locale shop 'SELECT COUNT(*) FROM "order"')" '| 1100 '
  contains "isql, $locale: table and column names in any script" \
    "$(ask isql $locale names 'SELECT "名前", "emoji 😀", "with space" FROM "größe🎁" ORDER BY _id')" \
    名前 'emoji 😀' 'with space' '佐藤 花子' 𠮷野家 Ґудзь '👨‍👩‍👧‍👦 🇺🇦' 💔 '3 rows fetched'
  contains "isql, $locale: emoji in a literal" \
    "$(ask isql $locale names "SELECT _id, '🎁' AS gift FROM \"größe🎁\" WHERE \"emoji 😀\" = '💔'")" '🎁' '1 rows fetched'
  contains "isql, $locale: lists the columns of such a table" "$(ask isql $locale names 'help größe🎁')" 名前 'a\.b'
  # isql is an ODBC 2 application: the driver manager gives it S0022 for 42S22, and 37000 for 42000.
  contains "isql, $locale: an unknown column is named" "$(ask isql $locale shop 'SELECT nmae FROM product')" S0022 nmae 'Did you mean "name"?'
  contains "isql, $locale: a mistake is shown where it is" "$(ask isql $locale shop 'SELECT name FROM product WHERE price > AND stock = 1')" 37000 'line 1, column 40' '^^^'
done

contains "iusql: lists tables" "$(ask iusql C.UTF-8 shop help)" customer order_items
contains "iusql: rows" "$(ask iusql C.UTF-8 shop "SELECT sku, price FROM product WHERE sku = 'TO-1000'")" TO-1000 120.05
contains "iusql: rows in the C locale" "$(ask iusql C shop "SELECT sku, price FROM product WHERE sku = 'TO-1000'")" TO-1000 120.05

# What a person meets first when something is wrong.
contains "isql: no server there" "$(ask isql C.UTF-8 nobody 'SELECT 1')" 08001
done_testing
