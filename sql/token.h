#pragma once
// The tokens of a statement's text, and the words that mean something to the grammar.
#include <cstdint>
#include <string_view>

#include "sql/error.h"

namespace couch::sql {

enum class TokenKind : uint8_t {
  End,
  Word,    // a name or a keyword: the grammar decides by where it stands
  Quoted,  // "…", `…`, […]
  String,  // '…', N'…'
  Hex,     // X'…'
  Number,
  Parameter,  // ?
  Comma,
  Dot,
  OpenParen,
  CloseParen,
  OpenBrace,
  CloseBrace,
  Semicolon,
  Plus,
  Minus,
  Star,
  Slash,
  Percent,
  Concat,
  Equal,
  NotEqual,
  Less,
  LessEqual,
  Greater,
  GreaterEqual,
};

// How far a word can serve as a name without quotes. After a dot and after AS every word can.
enum class Standing : uint8_t {
  Free,      // wherever the grammar can tell
  NoAlias,   // but not as an alias without AS
  NoTable,   // nor as a table's name
  Reserved,  // nowhere
};

// X(enumerator, spelling, standing), in alphabetical order of the spelling (checked in token.cpp).
#define COUCH_SQL_WORDS(X)                           \
  X(Add, "ADD", Free)                                \
  X(All, "ALL", Reserved)                            \
  X(Alter, "ALTER", Free)                            \
  X(And, "AND", Reserved)                            \
  X(Any, "ANY", Free)                                \
  X(Apply, "APPLY", Free)                            \
  X(As, "AS", Reserved)                              \
  X(Asc, "ASC", Free)                                \
  X(At, "AT", Free)                                  \
  X(Begin, "BEGIN", Free)                            \
  X(Between, "BETWEEN", Reserved)                    \
  X(Both, "BOTH", Free)                              \
  X(By, "BY", Free)                                  \
  X(Call, "CALL", Free)                              \
  X(Cascade, "CASCADE", Free)                        \
  X(Case, "CASE", Reserved)                          \
  X(Cast, "CAST", Free)                              \
  X(Check, "CHECK", Free)                            \
  X(Collate, "COLLATE", Free)                        \
  X(Column, "COLUMN", Free)                          \
  X(Commit, "COMMIT", Free)                          \
  X(Conflict, "CONFLICT", Free)                      \
  X(Constraint, "CONSTRAINT", Free)                  \
  X(Convert, "CONVERT", Free)                        \
  X(Corresponding, "CORRESPONDING", Free)            \
  X(Count, "COUNT", Free)                            \
  X(Create, "CREATE", Free)                          \
  X(Cross, "CROSS", Free)                            \
  X(Cube, "CUBE", Free)                              \
  X(Current, "CURRENT", Free)                        \
  X(CurrentDate, "CURRENT_DATE", Reserved)           \
  X(CurrentTime, "CURRENT_TIME", Reserved)           \
  X(CurrentTimestamp, "CURRENT_TIMESTAMP", Reserved) \
  X(CurrentUser, "CURRENT_USER", Reserved)           \
  X(D, "D", Free)                                    \
  X(Database, "DATABASE", Free)                      \
  X(Date, "DATE", Free)                              \
  X(Dateadd, "DATEADD", Free)                        \
  X(Datediff, "DATEDIFF", Free)                      \
  X(Datepart, "DATEPART", Free)                      \
  X(Day, "DAY", Free)                                \
  X(Default, "DEFAULT", Free)                        \
  X(Delete, "DELETE", Free)                          \
  X(Desc, "DESC", Free)                              \
  X(Distinct, "DISTINCT", Reserved)                  \
  X(Do, "DO", Free)                                  \
  X(Drop, "DROP", Free)                              \
  X(Duplicate, "DUPLICATE", Free)                    \
  X(Else, "ELSE", Reserved)                          \
  X(EndWord, "END", Free)                            \
  X(Escape, "ESCAPE", Free)                          \
  X(Except, "EXCEPT", Reserved)                      \
  X(Exclude, "EXCLUDE", Free)                        \
  X(Exists, "EXISTS", Free)                          \
  X(Explain, "EXPLAIN", Free)                        \
  X(Extract, "EXTRACT", Free)                        \
  X(False, "FALSE", Reserved)                        \
  X(Fetch, "FETCH", NoAlias)                         \
  X(Filter, "FILTER", Free)                          \
  X(First, "FIRST", Free)                            \
  X(Fn, "FN", Free)                                  \
  X(Following, "FOLLOWING", Free)                    \
  X(For, "FOR", NoAlias)                             \
  X(Foreign, "FOREIGN", Free)                        \
  X(From, "FROM", Reserved)                          \
  X(Full, "FULL", Free)                              \
  X(Group, "GROUP", Free)                            \
  X(Grouping, "GROUPING", Free)                      \
  X(Groups, "GROUPS", Free)                          \
  X(Guid, "GUID", Free)                              \
  X(Having, "HAVING", Reserved)                      \
  X(Hour, "HOUR", Free)                              \
  X(If, "IF", Free)                                  \
  X(Ignore, "IGNORE", Free)                          \
  X(Ilike, "ILIKE", Free)                            \
  X(In, "IN", Reserved)                              \
  X(Index, "INDEX", Free)                            \
  X(Inner, "INNER", Free)                            \
  X(Insert, "INSERT", Free)                          \
  X(Intersect, "INTERSECT", Reserved)                \
  X(Interval, "INTERVAL", Free)                      \
  X(Into, "INTO", NoAlias)                           \
  X(Is, "IS", Reserved)                              \
  X(Join, "JOIN", Reserved)                          \
  X(Key, "KEY", Free)                                \
  X(Last, "LAST", Free)                              \
  X(Lateral, "LATERAL", Free)                        \
  X(Leading, "LEADING", Free)                        \
  X(Left, "LEFT", Free)                              \
  X(Like, "LIKE", Reserved)                          \
  X(Limit, "LIMIT", NoAlias)                         \
  X(Localtime, "LOCALTIME", Reserved)                \
  X(Localtimestamp, "LOCALTIMESTAMP", Reserved)      \
  X(Matched, "MATCHED", Free)                        \
  X(Materialized, "MATERIALIZED", Free)              \
  X(Merge, "MERGE", Free)                            \
  X(Minus, "MINUS", Free)                            \
  X(Minute, "MINUTE", Free)                          \
  X(Month, "MONTH", Free)                            \
  X(Natural, "NATURAL", Free)                        \
  X(Next, "NEXT", Free)                              \
  X(No, "NO", Free)                                  \
  X(Not, "NOT", Reserved)                            \
  X(Nothing, "NOTHING", Free)                        \
  X(Nowait, "NOWAIT", Free)                          \
  X(Null, "NULL", Reserved)                          \
  X(Nulls, "NULLS", Free)                            \
  X(Of, "OF", Free)                                  \
  X(Offset, "OFFSET", NoAlias)                       \
  X(Oj, "OJ", Free)                                  \
  X(On, "ON", NoTable)                               \
  X(Only, "ONLY", Free)                              \
  X(Or, "OR", Reserved)                              \
  X(Order, "ORDER", Free)                            \
  X(Others, "OTHERS", Free)                          \
  X(Outer, "OUTER", Free)                            \
  X(Over, "OVER", Free)                              \
  X(Overlay, "OVERLAY", Free)                        \
  X(Partition, "PARTITION", Free)                    \
  X(Partitioned, "PARTITIONED", Free)                \
  X(Percent, "PERCENT", Free)                        \
  X(Placing, "PLACING", Free)                        \
  X(Position, "POSITION", Free)                      \
  X(Preceding, "PRECEDING", Free)                    \
  X(Precision, "PRECISION", Free)                    \
  X(Primary, "PRIMARY", Free)                        \
  X(Range, "RANGE", Free)                            \
  X(Read, "READ", Free)                              \
  X(Recursive, "RECURSIVE", Free)                    \
  X(References, "REFERENCES", Free)                  \
  X(Refresh, "REFRESH", Free)                        \
  X(Regexp, "REGEXP", NoAlias)                       \
  X(Release, "RELEASE", Free)                        \
  X(Rename, "RENAME", Free)                          \
  X(Replace, "REPLACE", Free)                        \
  X(Respect, "RESPECT", Free)                        \
  X(Restrict, "RESTRICT", Free)                      \
  X(Returning, "RETURNING", NoAlias)                 \
  X(Right, "RIGHT", Free)                            \
  X(Rlike, "RLIKE", NoAlias)                         \
  X(Rollback, "ROLLBACK", Free)                      \
  X(Rollup, "ROLLUP", Free)                          \
  X(Row, "ROW", Free)                                \
  X(Rows, "ROWS", Free)                              \
  X(Savepoint, "SAVEPOINT", Free)                    \
  X(Schema, "SCHEMA", Free)                          \
  X(Second, "SECOND", Free)                          \
  X(Select, "SELECT", Reserved)                      \
  X(Separator, "SEPARATOR", Free)                    \
  X(Set, "SET", NoAlias)                             \
  X(Sets, "SETS", Free)                              \
  X(Share, "SHARE", Free)                            \
  X(Similar, "SIMILAR", Free)                        \
  X(Some, "SOME", Free)                              \
  X(Start, "START", Free)                            \
  X(Substring, "SUBSTRING", Free)                    \
  X(T, "T", Free)                                    \
  X(Table, "TABLE", Free)                            \
  X(Temporary, "TEMPORARY", Free)                    \
  X(Then, "THEN", Reserved)                          \
  X(Ties, "TIES", Free)                              \
  X(Time, "TIME", Free)                              \
  X(Timestamp, "TIMESTAMP", Free)                    \
  X(Timestampadd, "TIMESTAMPADD", Free)              \
  X(Timestampdiff, "TIMESTAMPDIFF", Free)            \
  X(To, "TO", Free)                                  \
  X(Top, "TOP", Free)                                \
  X(Trailing, "TRAILING", Free)                      \
  X(Transaction, "TRANSACTION", Free)                \
  X(Trim, "TRIM", Free)                              \
  X(True, "TRUE", Reserved)                          \
  X(Truncate, "TRUNCATE", Free)                      \
  X(Ts, "TS", Free)                                  \
  X(Unbounded, "UNBOUNDED", Free)                    \
  X(Union, "UNION", Reserved)                        \
  X(Unique, "UNIQUE", Free)                          \
  X(Unknown, "UNKNOWN", Free)                        \
  X(Update, "UPDATE", Free)                          \
  X(Using, "USING", NoTable)                         \
  X(Uuid, "UUID", Free)                              \
  X(Values, "VALUES", Free)                          \
  X(View, "VIEW", Free)                              \
  X(When, "WHEN", Reserved)                          \
  X(Where, "WHERE", Reserved)                        \
  X(Window, "WINDOW", Free)                          \
  X(With, "WITH", Free)                              \
  X(Within, "WITHIN", Free)                          \
  X(Without, "WITHOUT", Free)                        \
  X(Work, "WORK", Free)                              \
  X(Year, "YEAR", Free)                              \
  X(Zone, "ZONE", Free)

enum class Word : uint8_t {
  None,  // a word the grammar gives no meaning
#define COUCH_SQL_WORD(enumerator, spelling, standing) enumerator,
  COUCH_SQL_WORDS(COUCH_SQL_WORD)
#undef COUCH_SQL_WORD
};

// What the text of a token means (a string's value, say) is read from the statement when it is needed: a
// token is small, since a statement may have millions.
struct Token {
  TokenKind kind = TokenKind::End;
  Word word = Word::None;
  Span span;
};

Word find_word(std::string_view text);      // without regard to case
std::string_view spelling(Word word);       // upper case
std::string_view spelling(TokenKind kind);  // of operators and punctuation: "<="
Standing standing(Word word);

}  // namespace couch::sql
