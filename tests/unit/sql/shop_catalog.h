#pragma once
// A catalog in memory: database "shop" with a few tables of every class, for tests of the binder and of what
// follows it.
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sql/error.h"
#include "sql/names.h"
#include "sql/table.h"
#include "sql/typing.h"

namespace couch::sql::test {

inline Column column(std::string name, Type type, ColumnSource source = ColumnSource::Path) {
  Column c;
  c.source = source;
  size_t start = 0;
  for (size_t dot = name.find('.'); dot != std::string::npos; start = dot + 1, dot = name.find('.', start))
    c.path.push_back(name.substr(start, dot - start));
  c.path.push_back(name.substr(start));
  c.name = std::move(name);
  c.type = type;
  c.nullable = source == ColumnSource::Path;
  c.hidden = source == ColumnSource::Document;
  return c;
}

inline std::shared_ptr<Table> make_table(std::string name, std::vector<Column> fields) {
  auto table = std::make_shared<Table>();
  table->catalog = "shop";
  table->name = name;
  table->discriminator_path = {"type"};
  table->discriminator = std::move(name);
  table->columns = {column("_id", text_type(), ColumnSource::Id),
                    column("_rev", text_type(64), ColumnSource::Rev)};
  for (Column& f : fields) table->columns.push_back(std::move(f));
  Type json{TypeKind::LongVarchar};
  json.json = true;
  table->columns.push_back(column("_doc", json, ColumnSource::Document));
  return table;
}

class ShopCatalog : public Catalog {
 public:
  ShopCatalog() {
    add(make_table("person",
                   {column("type", text_type()), column("name", text_type()), column("age", bigint_type()),
                    column("active", bit_type()), column("since", {TypeKind::Date}),
                    column("seen", {TypeKind::Timestamp, 0, 3}), column("wakes", {TypeKind::Time}),
                    column("score", double_type()), column("big", {TypeKind::Decimal, 20, 0}),
                    column("addr.city", text_type()), column("addr.zip", text_type())}));
    add(make_table("orders", {column("type", text_type()), column("person_id", text_type()),
                              column("amount", bigint_type()), column("code", text_type()),
                              column("since", {TypeKind::Date})}));
    add(make_table("Odd", {column("Name", text_type()), column("name", text_type()),
                           column("a\\.b", bigint_type()), column("order", bigint_type())}));
    auto all = make_table("shop", {column("type", text_type()), column("login", text_type())});
    all->kind = TableKind::Database;
    all->discriminator.clear();
    add(all);
  }

  void add(std::shared_ptr<const Table> table) { tables_.push_back(std::move(table)); }

  std::string current() const override { return "shop"; }
  std::shared_ptr<const Table> table(std::string_view database, std::string_view name, bool exact,
                                     std::vector<std::string>* nearest) override {
    if (database != "shop") return nullptr;
    std::vector<std::shared_ptr<const Table>> found;
    for (const auto& t : tables_) {
      if (t->name == name) return t;
      if (!exact && fold_case(t->name) == fold_case(name)) found.push_back(t);
    }
    if (found.size() > 1) throw Error(ErrorKind::AmbiguousName, "several");
    if (found.size() == 1) return found[0];
    if (nearest) *nearest = {"person"};
    return nullptr;
  }
  bool has_database(std::string_view database) override { return database == "shop"; }
  std::shared_ptr<const Table> assumed(std::string_view, std::string_view name,
                                       std::string_view discriminator) override {
    auto table = make_table(std::string{name}, {column("type", text_type()), column("login", text_type())});
    table->discriminator = discriminator;
    return table;
  }
  std::vector<std::string> type_field() const override { return {"type"}; }
  std::vector<Index> indexes(std::string_view) override { return {}; }
  ServerTraits traits() override { return {}; }

 private:
  std::vector<std::shared_ptr<const Table>> tables_;
};

}  // namespace couch::sql::test
