#include "sql/change/partition.h"

#include <fmt/format.h>

#include "sql/error.h"

namespace couch::sql::change {

namespace {

[[noreturn]] void refuse(const std::string& what, const std::string& database, std::optional<Span> span) {
  throw Error(ErrorKind::Denied,
              fmt::format("{}: in the partitioned database {} an _id is 'partition:rest'", what, database),
              span);
}

}  // namespace

void require_partition(const std::string& id, const std::string& database, std::optional<Span> span) {
  if (id.starts_with('_')) return;
  const size_t colon = id.find(':');
  if (colon == std::string::npos || colon == 0 || colon + 1 == id.size())
    refuse(id + " is in no partition", database, span);
}

void require_partition(const Assignments& assignments, const std::vector<size_t>& keys,
                       const std::string& database, Span statement) {
  const auto place = assignments.id();
  if (!place || assignments.operands()[*place].kind == Operand::Kind::Default) {
    if (keys.empty()) refuse("a new document is given no _id", database, statement);
    return;
  }
  const Operand& operand = assignments.operands()[*place];
  if (operand.kind == Operand::Kind::Constant)
    require_partition(id_text(operand.value), database, operand.span);
}

}  // namespace couch::sql::change
