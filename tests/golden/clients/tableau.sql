-- Queries in the shapes that Tableau sends to an ODBC source ("Other Databases (ODBC)"), over the sample shop. Shapes from logs in
-- tableau/connector-plugin-sdk #314 #325 #546 #742 #1185, ClickHouse/clickhouse-odbc #68 #124 #210 #309 #379, opensearch-project/sql #1749.

-- case: does a derived table work
SELECT SUM(1) AS "COL" FROM (SELECT 1 AS "one" FROM "{db}"."product" "product") "CustomSQLQuery" HAVING (COUNT(1) > 0);

-- case: the first rows of a table, with a limit
-- ordered
SELECT "product"."_id" AS "_id", "product"."name" AS "name", "product"."price" AS "price" FROM "{db}"."product" "product"
ORDER BY "product"."_id" ASC LIMIT 10;

-- case: TOP as a generic source is probed with
-- rows: 10
SELECT TOP 10 * FROM "{db}"."product";

-- case: the number of records
SELECT SUM(1) AS "sum_Number_of_Records_ok" FROM "{db}"."order" "order" HAVING (COUNT(1) > 0);

-- case: one measure without a dimension
SELECT SUM("order"."total") AS "sum_total_ok" FROM "{db}"."order" "order" HAVING (COUNT(1) > 0);

-- case: a measure by a dimension, grouped by its ordinal
SELECT "order"."status" AS "status", SUM("order"."total") AS "sum_total_ok" FROM "{db}"."order" "order" GROUP BY 1;

-- case: a measure by a dimension, grouped by its expression
SELECT "product"."category" AS "category", AVG("product"."price") AS "avg_price_ok", COUNT(1) AS "cnt" FROM "{db}"."product" "product"
GROUP BY "product"."category";

-- case: a measure by a dimension, grouped by its alias
SELECT "product"."category" AS "cat", COUNT(DISTINCT "product"."supplier_id") AS "ctd_supplier_ok" FROM "{db}"."product" "product" GROUP BY "cat";

-- case: a filter of several members
SELECT "order"."status" AS "status", COUNT("order"."number") AS "cnt_number_ok" FROM "{db}"."order" "order"
WHERE ("order"."status" IN ('delivered', 'shipped', 'open')) GROUP BY "order"."status";

-- case: a filter of excluded members and a range of a measure
SELECT "product"."category" AS "category", "product"."name" AS "name", SUM("product"."stock") AS "sum_stock_ok"
FROM "{db}"."product" "product"
WHERE (("product"."category" NOT IN ('toys')) AND ("product"."price" >= 9.999) AND ("product"."price" <= 150.000001))
GROUP BY "product"."category", "product"."name" HAVING ((SUM(1) <= 822) AND (SUM("product"."stock") >= 10.0));

-- case: a boolean measure as CASE with CONVERT
SELECT SUM({fn CONVERT((CASE WHEN ("order"."status" = 'open') THEN 1 ELSE 0 END), SQL_BIGINT)}) AS "sum_Calculation_1_ok"
FROM "{db}"."order" "order" HAVING (COUNT(1) > 0);

-- case: a logarithm guarded against what has none
SELECT SUM((CASE WHEN "product"."stock" > 0 THEN {fn LOG10("product"."stock")} ELSE NULL END)) AS "sum_Calculation_2_ok",
  SUM({fn CONVERT("product"."stock", SQL_BIGINT)}) AS "sum_x_ok" FROM "{db}"."product" "product" HAVING (COUNT(1) > 0);

-- case: days between two dates
-- oracle: SELECT SUM(CAST(julianday("product"."listed_on") - julianday('2020-01-01') AS INTEGER)) FROM product
SELECT SUM({fn CONVERT({fn TIMESTAMPDIFF(SQL_TSI_DAY,{d '2020-01-01'},"product"."listed_on")}, SQL_BIGINT)}) AS "sum_Calculation_3_ok"
FROM "{db}"."product" "product" HAVING (COUNT(1) > 0);

-- case: a measure by year
-- oracle: SELECT CAST(strftime('%Y', ordered_at) AS INTEGER), SUM(total) FROM "order" GROUP BY 1
SELECT {fn YEAR("order"."ordered_at")} AS "yr_ordered_at_ok", SUM("order"."total") AS "sum_total_ok" FROM "{db}"."order" "order"
GROUP BY {fn YEAR("order"."ordered_at")};

-- case: a measure by month, truncated as Tableau does for a generic source
-- oracle: SELECT date(ordered_at, 'start of month'), COUNT(1) FROM "order" GROUP BY 1
SELECT CAST({fn TIMESTAMPADD(SQL_TSI_DAY,(-1 * ({fn DAYOFMONTH("order"."ordered_at")} - 1)),CAST("order"."ordered_at" AS DATE))} AS DATE) AS "tmn_ordered_at_ok",
  COUNT(1) AS "cnt" FROM "{db}"."order" "order"
GROUP BY CAST({fn TIMESTAMPADD(SQL_TSI_DAY,(-1 * ({fn DAYOFMONTH("order"."ordered_at")} - 1)),CAST("order"."ordered_at" AS DATE))} AS DATE);

-- case: a range of dates
-- oracle: SELECT COUNT(1) FROM "order" WHERE date(ordered_at) >= '2024-03-01' AND date(ordered_at) <= '2024-05-31'
SELECT SUM(1) AS "cnt" FROM "{db}"."order" "order"
WHERE ((CAST("order"."ordered_at" AS DATE) >= {d '2024-03-01'}) AND (CAST("order"."ordered_at" AS DATE) <= {d '2024-05-31'})) HAVING (COUNT(1) > 0);

-- case: a range of timestamps
-- oracle: SELECT _id FROM "order" WHERE ordered_at >= '2024-03-01 00:00:00' AND ordered_at < '2024-03-08 00:00:00'
SELECT "order"."_id" AS "_id" FROM "{db}"."order" "order"
WHERE (("order"."ordered_at" >= {ts '2024-03-01 00:00:00'}) AND ("order"."ordered_at" < {ts '2024-03-08 00:00:00'}));

-- case: the members of a dimension for a quick filter
-- ordered
SELECT "product"."category" AS "category" FROM "{db}"."product" "product" GROUP BY 1 ORDER BY 1 ASC;

-- case: the extent of a measure for a slider
SELECT MIN("product"."price") AS "lower", MAX("product"."price") AS "upper", COUNT("product"."price") AS "n" FROM "{db}"."product" "product";

-- case: a top n filter joined
SELECT "order"."customer_id" AS "customer_id", SUM("order"."total") AS "sum_total_ok" FROM "{db}"."order" "order"
  INNER JOIN (SELECT "order"."customer_id" AS "customer_id", SUM("order"."total") AS "X__alias__0" FROM "{db}"."order" "order"
              GROUP BY "order"."customer_id" ORDER BY 2 DESC, 1 ASC LIMIT 5) "t0" ON ("order"."customer_id" = "t0"."customer_id")
GROUP BY "order"."customer_id";

-- case: a level of detail expression
SELECT "t0"."status" AS "status", AVG("t0"."X_measure__0") AS "avg_ok"
FROM (SELECT "order"."status" AS "status", "order"."customer_id" AS "customer_id", SUM("order"."total") AS "X_measure__0"
      FROM "{db}"."order" "order" GROUP BY "order"."status", "order"."customer_id") "t0" GROUP BY "t0"."status";

-- case: two tables joined
SELECT "customer"."address.country" AS "country", SUM("order"."total") AS "sum_total_ok"
FROM "{db}"."order" "order" INNER JOIN "{db}"."customer" "customer" ON ("order"."customer_id" = "customer"."_id")
GROUP BY "customer"."address.country";

-- case: a left join that compares with NULL safely
SELECT COUNT(1) AS "cnt" FROM "{db}"."product" "product" LEFT JOIN "{db}"."supplier" "supplier" ON ("product"."supplier_id" = "supplier"."_id")
WHERE (NOT ("supplier"."name" IS NULL));

-- case: custom SQL
SELECT "Custom_SQL_Query"."category" AS "category", SUM("Custom_SQL_Query"."price") AS "sum_price_ok"
FROM (
  SELECT category, price FROM product WHERE discontinued = FALSE
) "Custom_SQL_Query" GROUP BY "Custom_SQL_Query"."category";

-- case: custom SQL, metadata only
-- rows: 0
SELECT * FROM (SELECT * FROM product) "custom_sql_query" LIMIT 0;

-- case: a search with a wildcard
SELECT "customer"."name" AS "name" FROM "{db}"."customer" "customer" WHERE ({fn LOCATE('a',{fn LCASE("customer"."email")})} > 0 AND "customer"."email" LIKE '%3@example.com')
GROUP BY "customer"."name";

-- case: a grouping by a constant
SELECT AVG("product"."stock") AS "TEMP(Test)(4016644369)(0)" FROM "{db}"."product" "product" GROUP BY 1.1000000000000001;

-- case: text functions of calculated fields
SELECT {fn UCASE({fn LEFT("product"."category",3)})} AS "c", COUNT(1) AS "n" FROM "{db}"."product" "product" GROUP BY {fn UCASE({fn LEFT("product"."category",3)})};

-- case: parts of relative dates
-- oracle: SELECT COUNT(1) FROM "order" WHERE ordered_at < datetime('now', '+1 day')
SELECT COUNT(1) AS "n" FROM "{db}"."order" "order" WHERE "order"."ordered_at" < {fn TIMESTAMPADD(SQL_TSI_DAY,1,CAST({fn CURRENT_TIMESTAMP(0)} AS DATE))};
