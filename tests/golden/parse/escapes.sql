SELECT {fn CONCAT({fn ucase(a)}, {fn CONVERT(b, SQL_VARCHAR)})}, {fn TIMESTAMPDIFF(SQL_TSI_DAY, {ts '2020-01-31 10:15:30'}, c)}
FROM {oj t LEFT OUTER JOIN u ON t.x = u.x}
WHERE d >= {d '2020-01-31'} AND e LIKE 'a!_%' {escape '!'} AND f = {guid '12345678-1234-1234-1234-123456789abc'}
==
SELECT CONCAT(UCASE(a), CAST(b AS VARCHAR)), TIMESTAMPDIFF(SQL_TSI_DAY, TIMESTAMP '2020-01-31 10:15:30', c) FROM t LEFT JOIN u ON t.x = u.x WHERE d >= DATE '2020-01-31' AND e LIKE 'a!_%' ESCAPE '!' AND f = GUID '12345678-1234-1234-1234-123456789abc'
==
statement parameters=0 0..283
  query 0..283
    select 0..283
      item
        call CONCAT 7..63
          call UCASE 18..31
            column a 28..29
          cast VARCHAR 33..61
            column b 45..46
      item
        call TIMESTAMPDIFF 65..127
          literal 'DAY' 83..94
          literal TIMESTAMP '2020-01-31 10:15:30' 96..122
          column c 124..125
      from
        left join 133..170
          table t 137..138
          table u 155..156
          on
            = 160..169
              column t.x 160..163
              column u.x 166..169
      where
        and 177..283
          >= 177..198
            column d 177..178
            literal DATE '2020-01-31' 182..198
          like 203..229
            column e 203..204
            literal 'a!_%' 210..216
            escape
              literal '!' 225..228
          = 234..283
            column f 234..235
            literal GUID '12345678-1234-1234-1234-123456789abc' 238..283
====
{?=call p(1, ?)}
==
? = CALL p(1, ?)
==
statement parameters=2 0..16
  call p returns a value
    literal 1 10..11
    parameter 1 13..14
