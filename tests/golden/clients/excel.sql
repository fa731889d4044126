-- Queries in the shapes that Excel and Microsoft Query write: one space after SELECT, every column named in full, the catalog before each
-- table and the table's name again as its alias, times as escapes, parameters as question marks, joins in WHERE or as {oj}.

-- case: columns of one table
SELECT product.name, product.price, product.stock FROM {db}.product product;

-- case: quoted with backticks
SELECT `product`.`name`, `product`.`legacy\.code` FROM `{db}`.`product` `product` WHERE (`product`.`category`='toys');

-- case: a filter and an order as the wizard writes them
-- ordered
SELECT product.`_id`, product.name, product.price FROM {db}.product product WHERE (product.price>=20) AND (product.category='garden') ORDER BY product.price DESC, product.`_id`;

-- case: a filter with an escape for time
-- oracle: SELECT _id, total FROM "order" WHERE ordered_at >= '2025-01-01 00:00:00' AND ordered_at < '2025-01-15 12:30:00'
SELECT order_0.`_id`, order_0.total FROM {db}."order" order_0 WHERE (order_0.ordered_at>={ts '2025-01-01 00:00:00'} And order_0.ordered_at<{ts '2025-01-15 12:30:00'});

-- case: a filter with a parameter
-- with: 'DE'
SELECT customer.name, customer.`address.city` FROM {db}.customer customer WHERE (customer.`address.country`=?);

-- case: two conditions of the criteria grid
SELECT customer.`_id` FROM {db}.customer customer WHERE (customer.points>4000) OR (customer.points<100 AND customer.`address.country`='FR');

-- case: values that are missing
SELECT customer.`_id` FROM {db}.customer customer WHERE (customer.born Is Null) AND (customer.note Is Not Null);

-- case: a pattern of Microsoft Query
SELECT product.name FROM {db}.product product WHERE (product.name Like 'folding%');

-- case: a list of values
SELECT review.`_id`, review.posted_on FROM {db}.review review WHERE (review.posted_on In ({d '2024-11-08'},{d '2025-01-01'}));

-- case: totals of the query window
SELECT product.category, Sum(product.stock), Count(product.`_id`) FROM {db}.product product GROUP BY product.category;

-- case: two tables joined in WHERE
SELECT product.name, supplier.name FROM {db}.product product, {db}.supplier supplier WHERE supplier.`_id` = product.supplier_id AND ((product.price>200));

-- case: an outer join by its escape
-- oracle: SELECT product.name, supplier.name FROM product LEFT JOIN supplier ON product.supplier_id = supplier._id WHERE product.price > 200
SELECT product.name, supplier.name FROM {oj {db}.product product LEFT OUTER JOIN {db}.supplier supplier ON product.supplier_id = supplier.`_id`} WHERE (product.price>200);

-- case: distinct values only
SELECT DISTINCT employee.role FROM {db}.employee employee;

-- case: an expression with a heading
SELECT product.name, product.price*product.stock AS 'worth' FROM {db}.product product WHERE (product.stock>390);

-- case: a pivot table's table
-- rows: 36
SELECT * FROM `{db}`.`employee`;
