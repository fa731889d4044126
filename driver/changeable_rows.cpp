#include "driver/changeable_rows.h"

#include "driver/cursor.h"
#include "sql/change/transaction.h"

namespace couch::driver {

ChangeableRow& ChangeableRows::row(const Cursor& cursor, size_t row) {
  rows_.erase(rows_.begin(), rows_.lower_bound(cursor.rowset_start()));
  const auto [at, made] = rows_.try_emplace(cursor.rowset_start() + row);
  if (made) {
    sql::RowVersion& version = at->second.version;
    const auto text = [&](size_t column) {
      const sql::Cell cell = cursor.kept(row, column);
      const auto* value = std::get_if<std::string_view>(&cell);
      return value ? std::string{*value} : std::string{};
    };
    version.id = text(query_.id_column());
    version.revision = text(query_.revision_column());
    if (seen_) version.pending = seen_->find(query_.table()->catalog, version.id);
  }
  return at->second;
}

}  // namespace couch::driver
