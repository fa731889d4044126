#pragma once
// Which part of a condition CouchDB's _find can check. What is pushed may let too many documents through,
// never too few:
//   rows(where) == filter(rows(selector), residual)
#include <cstdint>
#include <vector>

#include "sql/ast.h"
#include "sql/mango/selector.h"
#include "sql/session.h"
#include "sql/table.h"
#include "sql/value.h"

namespace couch::sql::mango {

struct PushDownOptions {
  // What text comparisons mean here (Server: ICU root, as the server's). Already Binary where the server
  // orders otherwise.
  CollationKind collation = CollationKind::Server;
  // Error: a value of the wrong class must be seen to be reported, so conditions on typed columns are not
  // pushed.
  MismatchPolicy mismatch = MismatchPolicy::Null;
  ServerTraits traits;
  // The statement's parameters, coerced (sql/coercion.h).
  const std::vector<Value>* parameters = nullptr;
};

// A condition, or one truth value of it, as a selector.
struct Pushed {
  Selector selector;     // everything(): cannot be pushed. nothing(): never true
  bool exact = false;    // lets through exactly the rows for which the condition is true
  bool narrows = false;  // more than a check of the class: worth asking the server for
};

// relation: the number that `condition`'s BoundColumns of this table have.
Pushed push(const ast::Expr& condition, uint32_t relation, const Table& table,
            const PushDownOptions& options);

// ANDed conditions together. For array tables the conditions on elements go down as one, about one and the
// same element.
struct Split {
  Selector selector;
  bool exact = true;  // nothing remains
  bool narrows = false;
  std::vector<const ast::Expr*> pushed;    // those that the selector knows something of
  std::vector<const ast::Expr*> residual;  // those to be checked again here
};
Split split(const std::vector<const ast::Expr*>& conjuncts, uint32_t relation, const Table& table,
            const PushDownOptions& options);

// The documents of a table: its discriminator. bytes: exactly, where the server's equality is ICU's (LIMIT
// needs that).
Selector documents_of(const Table& table, bool bytes, const ServerTraits& traits);

// The value of a literal, parameter or either with a sign; nullptr otherwise.
const Value* constant(const ast::Expr& expr, const std::vector<Value>* parameters, Value& storage);

}  // namespace couch::sql::mango
