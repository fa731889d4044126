#pragma once
// All documents of a table, changed or removed by a definition: read in one pass, written in batches, and
// looked at again where another writer came first.
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "sql/define/definition.h"
#include "sql/mango/selector.h"
#include "sql/table.h"

namespace couch::sql::define {

// The table's documents, and more conditions.
mango::Selector documents_of(const Table& table, std::vector<mango::Selector> conditions = {});

// Whether there is one.
bool any_document(Site& site, const Table& table, std::vector<mango::Selector> conditions);

// change: the document's new text; nullopt: it stays as it is. Returns how many were written. Throws
// Error(Denied | Conflict | Engine) with how many were written before.
using Change = std::function<std::optional<std::string>(std::string_view document)>;
uint64_t rewrite(Site& site, const Table& table, const std::vector<mango::Selector>& conditions,
                 const Change& change, Span span);
// Removes them all.
uint64_t remove_documents(Site& site, const Table& table, Span span);

}  // namespace couch::sql::define
