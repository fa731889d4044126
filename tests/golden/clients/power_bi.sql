-- Queries in the shapes that Power BI sends through ODBC: previews and folded steps of Power Query, and DirectQuery (names ITBL, OTBL, C1,
-- basetable0; literals as parameters). Shapes from motherduckdb/duckdb-power-query-connector #42, microsoft/DataConnectors #516,
-- ClickHouse/power-bi-clickhouse #24, microsoft's documentation of Odbc.DataSource.

-- case: the preview of a table
-- rows: 200
select top 200
    "_id", "name", "category", "price"
from "{db}"."product";

-- case: the preview of a table, by LIMIT
-- rows: 200
select "_id",
    "name",
    "price",
    "listed_on"
from "{db}"."product"
limit 200;

-- case: every column of a table
-- rows: 36
select *
from "{db}"."employee";

-- case: a filter folded
select "_"."_id",
    "_"."name",
    "_"."price"
from
(
    select "_id", "name", "price", "category" from "{db}"."product"
) "_"
where "_"."category" = 'toys' and "_"."price" > 100;

-- case: a filter with parameters
-- with: 'toys' | 100
select "_id",
    "name",
    "price"
from "{db}"."product"
where "category" = ? and "price" > ?;

-- case: a filter of null and text
select "_id" from "{db}"."order" where ("note" is null and "status" = 'open') or ("note" is not null and "status" <> 'open' and "status" is not null);

-- case: rows grouped in Power Query
select "category" as "category", count(1) as "rows", sum("stock") as "stock"
from "{db}"."product"
group by "category";

-- case: rows grouped over a derived table
select "_"."category" as "category", sum("_"."price") as "total"
from
(
    select "category", "price" from "{db}"."product" where "stock" > 0
) "_"
group by "_"."category";

-- case: a sort folded
-- ordered
select "_id", "price" from "{db}"."product" order by "price" desc, "_id" limit 50;

-- case: distinct rows
select distinct "currency", "status" from "{db}"."order";

-- case: the number of rows
select count(*) as "$Item" from "{db}"."review";

-- case: a visual of one category and one measure
-- ordered
select "category",
    sum("price") as "C1"
from "{db}"."product"
group by "category"
order by "category"
limit 1000001;

-- case: a visual sorted by a measure
-- with: 0 | 1
-- ordered
select "status",
    cast(count(distinct("customer_id")) as DOUBLE) + cast(max("C1") as DOUBLE) as "C1"
from
(
    select "customer_id",
        "status",
        case
            when "customer_id" is null
            then ?
            else ?
        end as "C1"
    from "{db}"."order"
) as "ITBL"
group by "status"
order by "C1" desc,
        "status"
limit 1001;

-- case: a card with a total
select sum("total") as "C1" from "{db}"."order";

-- case: a slicer's filter of several values
select "category", count("_id") as "C1" from "{db}"."product"
where ("category" = 'toys' or "category" = 'music') or "category" = 'books'
group by "category";

-- case: measures that are not blank
select "category", "C1" from
(
    select "category", sum("cost") as "C1" from "{db}"."product" group by "category"
) as "ITBL"
where not "C1" is null;

-- case: two tables in one visual
select "OTBL"."address.country", sum("ITBL"."total") as "C1"
from "{db}"."order" as "ITBL"
left outer join "{db}"."customer" as "OTBL" on ("ITBL"."customer_id" = "OTBL"."_id")
group by "OTBL"."address.country";

-- case: a year taken from a timestamp
-- oracle: select cast(strftime('%Y', "ordered_at") as integer), count(*) from "order" group by 1
select {fn year("ordered_at")} as "Year", count(*) as "C1" from "{db}"."order" group by {fn year("ordered_at")};

-- case: a time range with parameters
-- with: '2024-06-01 00:00:00' as 93 | '2024-07-01 00:00:00' as 93
-- oracle: select "_id", "total" from "order" where "ordered_at" >= '2024-06-01 00:00:00' and "ordered_at" < '2024-07-01 00:00:00'
select "_id", "total" from "{db}"."order" where "ordered_at" >= ? and "ordered_at" < ?;

-- case: text that contains
select "_id", "name" from "{db}"."product" where "name" like '%train%';

-- case: text that begins, with an escape
select "_id", "name" from "{db}"."product" where {fn left("name", 4)} = 'fold' or "name" like 'wa\_%' {escape '\'};

-- case: minimum and maximum of a date
select min("listed_on") as "a0", max("listed_on") as "a1" from "{db}"."product";

-- case: the shape of a result without rows
-- rows: 0
select * from "{db}"."customer" where 1 = 0;
