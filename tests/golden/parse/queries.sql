SELECT o.order, COUNT(*) AS n
FROM db.orders AS o LEFT JOIN users u ON o.user = u._id
WHERE o.total BETWEEN 10 AND 20.5 AND u.name LIKE 'A%' AND NOT o.paid
GROUP BY o.order HAVING COUNT(*) > 1
ORDER BY n DESC NULLS LAST, 1 LIMIT 10 OFFSET ?
==
SELECT o.order, COUNT(*) AS n FROM db.orders AS o LEFT JOIN users AS u ON o.user = u._id WHERE o.total BETWEEN 10 AND 20.5 AND u.name LIKE 'A%' AND NOT o.paid GROUP BY o.order HAVING COUNT(*) > 1 ORDER BY n DESC NULLS LAST, 1 LIMIT 10 OFFSET ?
==
statement parameters=1 0..240
  query 0..240
    select 0..192
      item
        column o.order 7..14
      item as n
        call COUNT 16..24
          star 22..23
      from
        left join 35..85
          table db.orders as o 35..49
          table users as u 60..67
          on
            = 71..85
              column o.user 71..77
              column u._id 80..85
      where
        and 92..155
          between 92..119
            column o.total 92..99
            literal 10 108..110
            literal 20.5 115..119
          like 124..140
            column u.name 124..130
            literal 'A%' 136..140
          not 145..155
            column o.paid 149..155
      group by
        set
          column o.order 165..172
      having
        > 180..192
          call COUNT 180..188
            star 186..187
          literal 1 191..192
    order by
      descending nulls last 202..219
        column n 202..203
      ascending 221..222
        literal 1 221..222
    limit
      literal 10 229..231
    offset
      parameter 0 239..240
====
WITH RECURSIVE tree (id, up) AS (
  SELECT _id, parent FROM nodes WHERE parent IS NULL
  UNION ALL SELECT n._id, n.parent FROM nodes n, tree WHERE n.parent = tree.id)
SELECT DISTINCT id FROM tree
==
WITH RECURSIVE tree (id, up) AS (SELECT _id, parent FROM nodes WHERE parent IS NULL UNION ALL SELECT n._id, n.parent FROM nodes AS n, tree WHERE n.parent = tree.id) SELECT DISTINCT id FROM tree
==
statement parameters=0 0..195
  query recursive 0..195
    with tree (id, up) 15..19
      query 36..165
        union all 36..165
          select 36..86
            item
              column _id 43..46
            item
              column parent 48..54
            from
              table nodes 60..65
            where
              is null 72..86
                column parent 72..78
          select 99..165
            item
              column n._id 106..111
            item
              column n.parent 113..121
            from
              table nodes as n 127..134
              table tree 136..140
            where
              = 147..165
                column n.parent 147..155
                column tree.id 158..165
    select distinct 167..195
      item
        column id 183..185
      from
        table tree 191..195
====
SELECT a FROM t UNION SELECT b FROM u INTERSECT (SELECT c FROM v ORDER BY c LIMIT 1)
==
SELECT a FROM t UNION SELECT b FROM u INTERSECT (SELECT c FROM v ORDER BY c LIMIT 1)
==
statement parameters=0 0..84
  query 0..84
    union 0..84
      select 0..15
        item
          column a 7..8
        from
          table t 14..15
      intersect 22..84
        select 22..37
          item
            column b 29..30
          from
            table u 36..37
        nested 48..84
          query 49..83
            select 49..64
              item
                column c 56..57
              from
                table v 63..64
            order by
              ascending 74..75
                column c 74..75
            limit
              literal 1 82..83
====
SELECT TOP 3 WITH TIES RANK() OVER (PARTITION BY a ORDER BY b ROWS BETWEEN 1 PRECEDING AND CURRENT ROW), SUM(c) OVER w
FROM t /*+ find */ WINDOW w AS (ORDER BY d)
==
SELECT RANK() OVER (PARTITION BY a ORDER BY b ROWS BETWEEN 1 PRECEDING AND CURRENT ROW), SUM(c) OVER (w) FROM t /*+ find */ WINDOW w AS (ORDER BY d) FETCH FIRST 3 ROWS WITH TIES
==
statement parameters=0 0..162
  query with ties 0..162
    select 0..162
      item
        call RANK 23..103
          over
            partition by
              column a 49..50
            order by
              ascending 60..61
                column b 60..61
            rows from preceding to current row
              from
                literal 1 75..76
      item
        call SUM 105..118
          column c 109..110
          over w
      from
        table t hint "find" 124..125
      window w as
        order by
          ascending 160..161
            column d 160..161
    limit
      literal 3 11..12
====
SELECT a, b FROM t GROUP BY a, ROLLUP (b, (c, d)), GROUPING SETS ((), (a, b))
==
SELECT a, b FROM t GROUP BY a, ROLLUP (b, (c, d)), GROUPING SETS ((), (a, b))
==
statement parameters=0 0..77
  query 0..77
    select 0..77
      item
        column a 7..8
      item
        column b 10..11
      from
        table t 17..18
      group by
        set
          column a 28..29
      group by rollup
        set
          column b 39..40
        set
          column c 43..44
          column d 46..47
      group by sets
        set
        set
          column a 71..72
          column b 74..75
