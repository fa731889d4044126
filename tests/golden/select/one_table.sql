-- SELECT on one table of the sample shop: each clause several times. The judge is SQLite over the same values.

-- case: a constant list
SELECT 1 AS one, 'zwei' AS two, NULL AS three, 2.5 AS four;

-- case: columns in another order, and twice
SELECT price, name, price AS again FROM product;

-- case: all columns of a table under an alias
-- rows: 40
SELECT s.* FROM supplier s;

-- case: a star beside other columns
-- rows: 36
SELECT e.*, salary * 2 AS double_pay FROM employee e;

-- case: names without regard to case
SELECT NAME, Price FROM PRODUCT WHERE CATEGORY = 'toys';

-- case: a dotted path without quotes
-- oracle: SELECT _id, "address.city" FROM customer WHERE "address.country" = 'JP'
SELECT _id, address.city FROM customer WHERE address.country = 'JP';

-- case: a dotted path behind an alias
-- oracle: SELECT _id, "address.city" FROM customer WHERE "address.country" = 'JP'
SELECT c._id, c.address.city FROM customer c WHERE c.address.country = 'JP';

-- case: the table by its catalog
SELECT {db}.product.name FROM {db}.product WHERE {db}.product.stock = 0;

-- case: a field whose name has a dot
SELECT "legacy\.code" FROM product WHERE "legacy\.code" IS NOT NULL;

-- case: a table named like a reserved word
SELECT "order".number FROM "order" WHERE number < 100010;

-- case: fields named like words of SQL
SELECT number, status, type FROM "order" WHERE currency = 'EUR' AND type = 'order' AND number > 101090;

-- case: comparisons of numbers
SELECT _id FROM product WHERE price > 100 AND price <= 200 AND stock <> 0 AND NOT stock >= 300;

-- case: numbers with fractions and exponents
-- oracle: SELECT _id FROM product WHERE price < 1.5e1 OR price = 49.76 OR "size.width" = 20.0
SELECT _id FROM product WHERE price < 1.5e1 OR price = 49.76 OR size.width = 20.0;

-- case: a number written as text
-- oracle: SELECT _id FROM product WHERE price > 200
SELECT _id FROM product WHERE price > '200';

-- case: negative numbers and signs
SELECT _id FROM product WHERE -price < -200 AND +stock > - -5;

-- case: comparisons of text
SELECT _id, name FROM customer WHERE name >= 'M' AND name < 'O';

-- case: equality of text in several scripts
-- oracle: SELECT _id, name FROM customer WHERE "address.city" IN ('Київ', '東京', 'Łódź', 'القاهرة', 'กรุงเทพฯ', 'Αθήνα')
SELECT _id, name FROM customer WHERE address.city IN ('Київ', '東京', 'Łódź', 'القاهرة', 'กรุงเทพฯ', 'Αθήνα');

-- case: composed accents
-- ordered
SELECT _id, name FROM customer WHERE name LIKE 'Zo_ %' ORDER BY _id;

-- case: emoji in a condition
SELECT _id FROM review WHERE text LIKE '%😍%' OR text = 'Exactly what I wanted 👍';

-- case: booleans
SELECT _id FROM employee WHERE active = TRUE;

-- case: a boolean as a condition of its own
SELECT _id FROM employee WHERE active AND role = 'sales';

-- case: a boolean beside a number
SELECT _id FROM employee WHERE active = 0;

-- case: is not true
SELECT _id FROM review WHERE verified IS NOT TRUE AND stars = '5';

-- case: null and not null
SELECT _id FROM customer WHERE born IS NULL AND note IS NOT NULL;

-- case: null of a nested field
-- oracle: SELECT _id FROM "order" WHERE "shipping.address.city" IS NULL
SELECT _id FROM "order" WHERE shipping.address.city IS NULL;

-- case: not equal never finds null
SELECT COUNT(*) FROM customer WHERE note <> 'VIP ⭐';

-- case: NOT never finds null
SELECT COUNT(*) FROM customer WHERE NOT (note = 'VIP ⭐' OR points < 10);

-- case: is distinct from finds null
-- oracle: SELECT COUNT(*) FROM customer WHERE note IS NOT 'VIP ⭐'
SELECT COUNT(*) FROM customer WHERE note IS DISTINCT FROM 'VIP ⭐';

-- case: in a list
SELECT _id FROM product WHERE category IN ('toys', 'music', 'nothing');

-- case: not in a list
SELECT _id FROM product WHERE category NOT IN ('toys', 'music');

-- case: not in a list with null is never true
-- rows: 0
SELECT _id FROM product WHERE category NOT IN ('toys', NULL);

-- case: ids in a list
SELECT _id, name FROM product WHERE _id IN ('product:0003', 'product:0001', 'product:9999', 'product:0001');

-- case: one id
SELECT name FROM product WHERE _id = 'product:0042';

-- case: an id of another table is no row
-- rows: 0
SELECT name FROM product WHERE _id = 'customer:0001';

-- case: a range of ids
SELECT _id FROM product WHERE _id BETWEEN 'product:0010' AND 'product:0020';

-- case: a prefix of ids
SELECT _id FROM product WHERE _id LIKE 'product:02_5';

-- case: between numbers
SELECT _id FROM product WHERE price BETWEEN 10 AND 20;

-- case: not between
SELECT _id FROM product WHERE price NOT BETWEEN 10 AND 240;

-- case: between dates
SELECT _id FROM product WHERE listed_on BETWEEN DATE '2023-01-01' AND DATE '2023-03-31';

-- case: a date as text
SELECT _id FROM product WHERE listed_on < '2021-03-01';

-- case: a date escape
SELECT _id FROM customer WHERE born >= {d '2004-01-01'};

-- case: a timestamp escape
SELECT _id FROM customer WHERE registered_at >= {ts '2025-10-01 00:00:00'} AND registered_at < {ts '2025-11-01 00:00:00'};

-- case: a timestamp with an offset, in UTC
SELECT _id, delivered_at FROM shipment WHERE delivered_at >= TIMESTAMP '2025-12-01 00:00:00';

-- case: a timestamp beside a date
-- oracle: SELECT _id FROM customer WHERE registered_at >= '2025-12-01 00:00:00'
SELECT _id FROM customer WHERE registered_at >= DATE '2025-12-01';

-- case: a time escape
SELECT _id FROM supplier WHERE opens <= {t '07:00:00'} AND closes > TIME '18:00:00';

-- case: like with one character
SELECT _id FROM employee WHERE role LIKE '_ales';

-- case: like with an escape
SELECT _id, note FROM customer WHERE note LIKE '%!_%' ESCAPE '!' OR note LIKE 'line one%';

-- case: like with the escape of ODBC
SELECT _id FROM review WHERE text LIKE '%\%%' {escape '\'} OR text LIKE '%💔';

-- case: not like
SELECT _id FROM product WHERE name NOT LIKE '%a%' AND name NOT LIKE '%e%';

-- case: like knows case
SELECT COUNT(*) FROM employee WHERE role LIKE 'SALES';

-- case: a mixed column reads each value's text
SELECT _id, weight_g FROM product WHERE weight_g LIKE '%kg';

-- case: a mixed column compared with a number's text
SELECT _id, phone FROM customer WHERE phone > '9' OR phone LIKE '%555%7';

-- case: a mixed column of booleans and words
SELECT _id, newsletter FROM customer WHERE newsletter = 'true' AND points > 4500 OR newsletter = 'yes';

-- case: arithmetic in the list
SELECT _id, price - cost AS margin, stock + 1, price * 2, stock - -1 FROM product WHERE cost IS NOT NULL;

-- case: arithmetic in the condition
SELECT _id FROM product WHERE price - cost > 100 AND stock * 2 > 300;

-- case: arithmetic with null is null
SELECT _id, price + cost FROM product WHERE cost IS NULL;

-- case: concatenation
SELECT _id || ': ' || name AS line FROM employee;

-- case: concatenation by escape
-- oracle: SELECT role || name FROM employee
SELECT {fn CONCAT(role, name)} FROM employee;

-- case: functions of text
-- oracle: SELECT substr(sku, 1, 2), substr(sku, 4), replace(sku, '-', '/'), length(sku), substr(sku, length(sku) - 1) FROM product
SELECT {fn LEFT(sku, 2)}, SUBSTRING(sku, 4), REPLACE(sku, '-', '/'), {fn LENGTH(sku)}, RIGHT(sku, 2) FROM product;

-- case: functions of text in a condition
-- oracle: SELECT _id FROM product WHERE substr(sku, 1, 2) = 'TO' AND instr(name, 'wood') > 0
SELECT _id FROM product WHERE {fn LEFT(sku, 2)} = 'TO' AND {fn LOCATE('wood', name)} > 0;

-- case: upper and lower
-- oracle: SELECT upper(role), upper(role), _id FROM employee
SELECT UPPER(role), {fn UCASE(role)}, LOWER(_id) FROM employee;

-- case: functions of numbers
-- oracle: SELECT _id, abs(points - 2500), points % 7 FROM customer
SELECT _id, ABS(points - 2500), {fn MOD(points, 7)} FROM customer;

-- case: functions of dates
-- oracle: SELECT _id, CAST(strftime('%Y', listed_on) AS INTEGER), CAST(strftime('%m', listed_on) AS INTEGER), CAST(strftime('%d', listed_on) AS INTEGER) FROM product
SELECT _id, YEAR(listed_on), {fn MONTH(listed_on)}, EXTRACT(DAY FROM listed_on) FROM product;

-- case: functions of timestamps in a condition
-- oracle: SELECT _id FROM customer WHERE CAST(strftime('%m', registered_at) AS INTEGER) = 12 AND CAST(strftime('%H', registered_at) AS INTEGER) < 6
SELECT _id FROM customer WHERE {fn MONTH(registered_at)} = 12 AND {fn HOUR(registered_at)} < 6;

-- case: coalesce and nullif
SELECT _id, COALESCE(note, 'none'), NULLIF(status, 'open') FROM "order" WHERE number < 100100;

-- case: ifnull by escape
-- oracle: SELECT _id, ifnull(cost, 0) FROM product
SELECT _id, {fn IFNULL(cost, 0)} FROM product;

-- case: case with conditions
SELECT name, CASE WHEN stock = 0 THEN 'sold out' WHEN stock < 10 THEN 'hurry' ELSE 'there' END AS how FROM product;

-- case: case with a subject, without else
SELECT _id, CASE status WHEN 'open' THEN 1 WHEN 'shipped' THEN 2 END FROM "order";

-- case: cast
SELECT CAST(stock AS VARCHAR(10)) AS a, CAST('12' AS INTEGER) AS b, CAST(price AS INTEGER) AS c FROM product WHERE price = 24;

-- case: count of rows, of values, of distinct values
SELECT COUNT(*) AS rows, COUNT(note) AS notes FROM "order";

-- case: count with a condition
SELECT COUNT(*) FROM "order" WHERE status = 'open' AND paid = FALSE;

-- case: count of nothing
SELECT COUNT(*) FROM "order" WHERE number < 0;

-- case: distinct
SELECT DISTINCT category FROM product;

-- case: distinct of several columns
SELECT DISTINCT category, discontinued FROM product;

-- case: distinct with null
-- oracle: SELECT DISTINCT "preferences.language" FROM customer
SELECT DISTINCT preferences.language FROM customer;

-- case: distinct ordered and limited
-- ordered
-- oracle: SELECT DISTINCT "address.country" FROM customer ORDER BY "address.country" DESC LIMIT 5 OFFSET 2
SELECT DISTINCT address.country FROM customer ORDER BY address.country DESC LIMIT 5 OFFSET 2;

-- case: order by a number
-- ordered
SELECT _id, price FROM product ORDER BY price, _id;

-- case: order by text descending
-- ordered
SELECT _id, name FROM employee ORDER BY name DESC, _id;

-- case: order by an ordinal
-- ordered
SELECT _id, stock FROM product ORDER BY 2 DESC, 1;

-- case: order by an alias
-- ordered
SELECT _id, price * stock AS worth FROM product ORDER BY worth DESC, _id;

-- case: order by an expression that is not in the list
-- ordered
SELECT _id FROM product ORDER BY price * stock, _id;

-- case: nulls first by default
-- ordered
SELECT _id, born FROM customer ORDER BY born, _id;

-- case: nulls last
-- ordered
SELECT _id, born FROM customer ORDER BY born NULLS LAST, _id DESC;

-- case: nulls first when descending
-- ordered
SELECT _id, salary FROM employee ORDER BY salary DESC NULLS FIRST, _id;

-- case: order by a date and a time
-- ordered
SELECT _id, delivered_at FROM shipment ORDER BY delivered_at DESC NULLS LAST, _id LIMIT 30;

-- case: order by a boolean
-- ordered
SELECT _id FROM employee ORDER BY active, _id DESC;

-- case: order by id
-- ordered
SELECT _id FROM customer ORDER BY _id DESC LIMIT 12;

-- case: limit
-- rows: 7
SELECT * FROM shipment LIMIT 7;

-- case: limit of nothing
-- rows: 0
SELECT * FROM shipment LIMIT 0;

-- case: limit past the end
-- rows: 36
SELECT _id FROM employee LIMIT 100000;

-- case: limit and offset
-- ordered
SELECT _id FROM "order" ORDER BY _id LIMIT 5 OFFSET 1097;

-- case: offset past the end
-- rows: 0
SELECT _id FROM "order" ORDER BY _id LIMIT 5 OFFSET 2000;

-- case: top
-- ordered
-- oracle: SELECT _id, price FROM product ORDER BY price DESC, _id LIMIT 3
SELECT TOP 3 _id, price FROM product ORDER BY price DESC, _id;

-- case: fetch first
-- ordered
-- oracle: SELECT _id FROM product ORDER BY price, _id LIMIT 4
SELECT _id FROM product ORDER BY price, _id FETCH FIRST 4 ROWS ONLY;

-- case: offset and fetch next
-- ordered
-- oracle: SELECT _id FROM product ORDER BY price, _id LIMIT 4 OFFSET 10
SELECT _id FROM product ORDER BY price, _id OFFSET 10 ROWS FETCH NEXT 4 ROWS ONLY;

-- case: a limit with a condition that cannot be pushed
-- ordered
SELECT _id FROM product WHERE price * 2 > 300 ORDER BY _id LIMIT 6;

-- case: a limit with a condition that can be pushed
-- rows: 6
SELECT _id FROM product WHERE price > 100 LIMIT 6;

-- case: parameters of every class
-- with: 20 | 30.5 | 'toys' | '2022-01-01' as 91
SELECT _id FROM product WHERE stock > ? AND price > ? AND category = ? AND listed_on > ?;

-- case: a parameter in the list
-- with: 'x' | 5
-- oracle: SELECT _id, 'x', stock + 5 FROM product
SELECT _id, ?, stock + ? FROM product;

-- case: a parameter of a list
-- with: 'open' | 'returned' | 'open'
SELECT _id FROM "order" WHERE status IN (?, ?, ?);

-- case: parameters of BETWEEN
-- with: 100100 | 100110
SELECT _id FROM "order" WHERE number BETWEEN ? AND ?;

-- case: a parameter of LIKE
-- with: '%bell%'
SELECT _id FROM "order" WHERE note LIKE ?;

-- case: parameters of LIMIT and OFFSET
-- with: 3 | 4
-- ordered
SELECT _id FROM "order" ORDER BY _id LIMIT ? OFFSET ?;

-- case: a number bound as text
-- with: '250'
-- oracle: SELECT _id FROM product WHERE stock > 250
SELECT _id FROM product WHERE stock > ?;

-- case: a null parameter finds nothing
-- with: NULL
-- rows: 0
SELECT _id FROM product WHERE stock = ?;

-- case: a parameter for an id
-- with: 'order:00007'
SELECT number FROM "order" WHERE _id = ?;

-- case: a parameter within a function
-- with: 'ware'
-- oracle: SELECT _id FROM employee WHERE substr(role, 1, 4) = 'ware'
SELECT _id FROM employee WHERE {fn LEFT(role, 4)} = ?;

-- case: a parameter for a boolean
-- with: TRUE
SELECT _id FROM product WHERE discontinued = ?;

-- case: a parameter for a timestamp
-- with: '2025-12-01 00:00:00' as 93
SELECT _id FROM customer WHERE registered_at >= ?;

-- case: guid and interval escapes
-- oracle: SELECT COUNT(*) FROM customer WHERE registered_at > '2025-11-01 00:00:00'
SELECT COUNT(*) FROM customer WHERE registered_at - {interval '1' day} > {ts '2025-10-31 00:00:00'} AND _id <> {guid '00000000-0000-0000-0000-000000000000'};

-- case: an outer join escape
-- oracle: SELECT COUNT(*) FROM employee
SELECT COUNT(*) FROM {oj employee e LEFT OUTER JOIN supplier s ON s._id = e._id};

-- case: comments and white space
-- rows: 36
SELECT /* a comment -- with dashes */ _id	-- to the end
  FROM
employee;

-- case: a table of elements
SELECT _id, _index, name, quantity, price FROM order_items WHERE quantity = 10;

-- case: elements of one document
-- ordered
SELECT _index, product_id FROM order_items WHERE _id = 'order:00005' ORDER BY _index;

-- case: elements that are no objects
SELECT _id, value FROM product_tags WHERE value = 'eco';

-- case: nested fields of elements
-- oracle: SELECT _id, _index, "options.colour" FROM order_items WHERE "options.colour" IS NOT NULL
SELECT _id, _index, options.colour FROM order_items WHERE options.colour IS NOT NULL;

-- case: elements counted
SELECT COUNT(*) FROM order_items WHERE price > 100;

-- case: the table of the whole database
-- rows: 3220
SELECT _id FROM "{db}";

-- case: the whole database by a field that many types have
-- oracle: SELECT _id FROM product WHERE price > 200
SELECT _id FROM "{db}" WHERE type = 'product' AND price > 200;

-- case: a table that nobody knows, by its type
-- oracle: SELECT _id, name FROM customer WHERE points > 4900
SELECT _id, name FROM people WHERE type = 'customer' AND points > 4900;

-- case: a table that nobody knows, by a parameter
-- with: 'employee'
-- oracle: SELECT _id FROM employee
SELECT _id FROM people WHERE type = ?;
