INSERT INTO t (_id, addr.city) VALUES (?, 'x'), (DEFAULT, NULL) ON CONFLICT (_id) DO UPDATE SET addr.city = EXCLUDED.addr.city RETURNING _rev
==
INSERT INTO t (_id, addr.city) VALUES (?, 'x'), (DEFAULT, NULL) ON CONFLICT (_id) DO UPDATE SET addr.city = EXCLUDED.addr.city RETURNING _rev
==
statement parameters=1 0..141
  insert t
    column _id 15..18
    column addr.city 20..29
    query 31..63
      values 31..63
        row
          parameter 0 39..40
          literal 'x' 42..45
        row
          default 49..56
          literal NULL 58..62
    on conflict (_id) update
      set addr.city
        column EXCLUDED.addr.city 108..126
    returning
      item
        column _rev 137..141
====
UPDATE t AS u SET a = a + 1, (b, c) = (1, DEFAULT) WHERE _id = ? AND _rev = ?
==
UPDATE t AS u SET a = a + 1, b = 1, c = DEFAULT WHERE _id = ? AND _rev = ?
==
statement parameters=2 0..77
  update t as u
    set a
      + 22..27
        column a 22..23
        literal 1 26..27
    set b
      literal 1 39..40
    set c
      default 42..49
    where
      and 57..77
        = 57..64
          column _id 57..60
          parameter 0 63..64
        = 69..77
          column _rev 69..73
          parameter 1 76..77
====
MERGE INTO t USING s ON t._id = s._id WHEN MATCHED AND s.gone THEN DELETE WHEN NOT MATCHED THEN INSERT (_id) VALUES (s._id)
==
MERGE INTO t USING s ON t._id = s._id WHEN MATCHED AND s.gone THEN DELETE WHEN NOT MATCHED THEN INSERT (_id) VALUES (s._id)
==
statement parameters=0 0..123
  merge t
    using
      table s 19..20
    on
      = 24..37
        column t._id 24..29
        column s._id 32..37
    when matched delete
      and
        column s.gone 55..61
    when not matched insert
      column _id 104..107
      values
        column s._id 117..122
====
CREATE TABLE IF NOT EXISTS t (_id VARCHAR(100) PRIMARY KEY, addr.city VARCHAR(50) DEFAULT 'x' NOT NULL, since TIMESTAMP(3))
==
CREATE TABLE IF NOT EXISTS t (_id VARCHAR(100) PRIMARY KEY, "addr.city" VARCHAR(50) DEFAULT 'x' NOT NULL, since TIMESTAMP(3))
==
statement parameters=0 0..123
  create table t if not exists
    column _id VARCHAR(100) primary key 30..33
    column "addr.city" VARCHAR(50) not null 60..69
      default
        literal 'x' 90..93
    column since TIMESTAMP(3) 104..109
====
EXPLAIN DELETE FROM t WHERE CURRENT OF c
==
EXPLAIN DELETE FROM t WHERE CURRENT OF c
==
statement parameters=0 0..40
  explain
    statement parameters=0 8..40
      delete t
        current of c 39..40
