#pragma once
// INSERT … ON CONFLICT (_id) DO UPDATE | NOTHING: what is new goes in, what is there already is changed with
// the proposed row at hand (excluded).
#include <map>
#include <string>
#include <vector>

#include "sql/ast.h"
#include "sql/change/rows.h"
#include "sql/change/values.h"
#include "sql/change/writer.h"

namespace couch::sql::change {

class Upsert {
 public:
  // table: the target with the fields that the statement adds. called: how the statement calls it.
  Upsert(const std::string& text, ast::OnConflict& conflict, const Table& table,
         const ast::Identifier& called, Span span, Catalog& catalog, const Options& options,
         std::vector<ParameterInfo>& infos);

  void run(std::vector<Outgoing>& documents, Writer& writer, const std::vector<Value>& values,
           const Execution& execution, Tally& tally, Result& result, bool returning) const;
  const std::vector<Field>& fields() const { return assignments_.fields(); }

 private:
  std::string database_;
  Options options_;
  bool updates_ = false;
  Assignments assignments_;
  Inner query_;
};

// The revisions of those ids that there are documents of, a transaction's own among them (then "").
std::map<std::string, std::string> existing(Documents& documents, const std::string& database,
                                            const std::vector<std::string>& ids);
// New documents into a transaction: those whose ids are taken meet a conflict at once.
std::vector<Written> insert_buffered(Writer& writer, std::vector<Outgoing>& documents, Documents& source,
                                     const std::string& database);

}  // namespace couch::sql::change
