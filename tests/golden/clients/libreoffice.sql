-- Queries in the shapes that LibreOffice Base sends: probes for columns, tables with their catalog, the query designer's brackets and escapes.

-- case: the columns of a table
-- rows: 0
SELECT * FROM "{db}"."customer" WHERE 0 = 1;

-- case: the columns of a table, without its catalog
-- rows: 0
SELECT * FROM "customer" WHERE 0 = 1;

-- case: a table in the data view
-- rows: 260
SELECT * FROM "{db}"."product";

-- case: a table in the data view, sorted
-- ordered
SELECT "_id", "name" FROM "{db}"."product" "product" ORDER BY "name" ASC, "_id" ASC;

-- case: the designer's criteria
SELECT "_id", "name" FROM "{db}"."customer" "customer" WHERE ( ( "address.country" = 'PL' AND "points" > 1000 ) OR ( "address.country" = 'GR' ) );

-- case: the designer's alias
SELECT "product"."name" AS "Name", "product"."price" AS "Price" FROM "{db}"."product" AS "product" WHERE "product"."price" BETWEEN 10 AND 20;

-- case: the designer's date
SELECT "_id" FROM "{db}"."review" "review" WHERE "posted_on" > {D '2025-12-01' };

-- case: the designer's timestamp
-- oracle: SELECT _id FROM customer WHERE registered_at > '2025-06-01 12:00:00'
SELECT "_id" FROM "{db}"."customer" "customer" WHERE "registered_at" > {TS '2025-06-01 12:00:00' };

-- case: the designer's LIKE with its jokers
SELECT "name" FROM "{db}"."product" "product" WHERE "name" LIKE '%hammock%';

-- case: a parameter of a form
-- with: 'product:0001'
SELECT "review"."_id" FROM "{db}"."review" "review" WHERE "product_id" = ?;

-- case: a row found again by its key
-- with: 'customer:0007'
SELECT "_id", "name", "points" FROM "{db}"."customer" WHERE "_id" = ?;

-- case: the designer's function row
SELECT COUNT( "_id" ) AS "count", "category" FROM "{db}"."product" "product" GROUP BY "category";

-- case: the designer's join
SELECT "product"."name", "supplier"."name" FROM "{db}"."product" AS "product", "{db}"."supplier" AS "supplier" WHERE "product"."supplier_id" = "supplier"."_id" AND "product"."price" > 220;

-- case: the designer's outer join
SELECT "product"."name", "supplier"."lead_days" FROM { oj "{db}"."product" AS "product" LEFT OUTER JOIN "{db}"."supplier" AS "supplier" ON "product"."supplier_id" = "supplier"."_id" } WHERE "product"."price" > 220;

-- case: only distinct values
SELECT DISTINCT "role" FROM "{db}"."employee" "employee";

-- case: the limit of the designer
-- ordered
SELECT "_id" FROM "{db}"."order" ORDER BY "_id" LIMIT 7;

-- case: the number of rows
SELECT COUNT(*) FROM "{db}"."order";
