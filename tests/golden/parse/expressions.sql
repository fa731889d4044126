SELECT -a + b * 2 || 'x', CASE WHEN a IS NOT NULL THEN 1 ELSE key.0 END,
  (a, b) = (1, 2), addr."zip code" IN (X'00', DATE '2020-01-31', INTERVAL '1-2' YEAR TO MONTH)
==
SELECT -a + b * 2 || 'x', CASE WHEN a IS NOT NULL THEN 1 ELSE key.0 END, (a, b) = (1, 2), addr."zip code" IN (X'00', DATE '2020-01-31', INTERVAL '1-2' YEAR TO MONTH)
==
statement parameters=0 0..167
  query 0..167
    select 0..167
      item
        || 7..24
          + 7..17
            minus 7..9
              column a 8..9
            * 12..17
              column b 12..13
              literal 2 16..17
          literal 'x' 21..24
      item
        case 26..71
          when
            is not null 36..49
              column a 36..37
            literal 1 55..56
          else
            column key.0 62..67
      item
        = 75..90
          row 75..81
            column a 76..77
            column b 79..80
          row 84..90
            literal 1 85..86
            literal 2 88..89
      item
        in 92..167
          column addr."zip code" 92..107
          list
            literal X'00' 112..117
            literal DATE '2020-01-31' 119..136
            literal INTERVAL '1-2' YEAR TO MONTH 138..166
====
SELECT a = ANY (SELECT b FROM t), a NOT IN (SELECT 1), EXISTS (SELECT 1), (SELECT MAX(c) FROM t), a IS NOT DISTINCT FROM NULL, b IS UNKNOWN
==
SELECT a = ANY (SELECT b FROM t), a NOT IN (SELECT 1), EXISTS (SELECT 1), (SELECT MAX(c) FROM t), a IS NOT DISTINCT FROM NULL, b IS UNKNOWN
==
statement parameters=0 0..139
  query 0..139
    select 0..139
      item
        = any 7..32
          column a 7..8
          query 16..31
            select 16..31
              item
                column b 23..24
              from
                table t 30..31
      item
        not in 34..53
          column a 34..35
          query 44..52
            select 44..52
              item
                literal 1 51..52
      item
        exists 55..72
          query 63..71
            select 63..71
              item
                literal 1 70..71
      item
        scalar 74..96
          query 75..95
            select 75..95
              item
                call MAX 82..88
                  column c 86..87
              from
                table t 94..95
      item
        is not distinct from 98..125
          column a 98..99
          literal NULL 121..125
      item
        is unknown 127..139
          column b 127..128
====
SELECT STRING_AGG(DISTINCT a, ',' ORDER BY b) FILTER (WHERE c), TRIM(BOTH 'x' FROM d), CAST(e AS DECIMAL(10,2)), f REGEXP '^a'
==
SELECT STRING_AGG(DISTINCT a, ',' ORDER BY b) FILTER (WHERE c), TRIM(BOTH 'x' FROM d), CAST(e AS DECIMAL(10,2)), f REGEXP '^a'
==
statement parameters=0 0..126
  query 0..126
    select 0..126
      item
        call STRING_AGG distinct 7..62
          column a 27..28
          literal ',' 30..33
          order by
            ascending 43..44
              column b 43..44
          filter
            column c 60..61
      item
        call TRIM 64..85
          literal 'BOTH' 69..73
          literal 'x' 74..77
          column d 83..84
      item
        cast DECIMAL(10,2) 87..111
          column e 92..93
      item
        regexp 113..126
          column f 113..114
          literal '^a' 122..126
