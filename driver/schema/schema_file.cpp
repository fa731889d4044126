#include "driver/schema/schema_file.h"

#include <rapidjson/document.h>
#include <rapidjson/error/en.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <sstream>

#include "driver/odbc_error.h"
#include "driver/schema/columns.h"
#include "driver/schema/names.h"

namespace couch::driver::schema {
namespace {

struct TypeName {
  std::string_view name;
  sql::TypeKind kind;
  int arguments = 0;        // at most
  uint32_t first_most = 0;  // the first one's bounds and default
  uint32_t first_default = 0;
};
using sql::TypeKind;
constexpr std::array type_names{
    TypeName{"BIT", TypeKind::Bit},
    TypeName{"BOOLEAN", TypeKind::Bit},
    TypeName{"SMALLINT", TypeKind::SmallInt},
    TypeName{"INTEGER", TypeKind::Integer},
    TypeName{"INT", TypeKind::Integer},
    TypeName{"BIGINT", TypeKind::BigInt},
    TypeName{"REAL", TypeKind::Real},
    TypeName{"DOUBLE", TypeKind::Double},
    TypeName{"FLOAT", TypeKind::Double},
    TypeName{"DECIMAL", TypeKind::Decimal, 2, 1000, 38},
    TypeName{"NUMERIC", TypeKind::Decimal, 2, 1000, 38},
    TypeName{"VARCHAR", TypeKind::Varchar, 1, 1'073'741'823, 255},
    TypeName{"CHAR", TypeKind::Varchar, 1, 1'073'741'823, 255},
    TypeName{"LONGVARCHAR", TypeKind::LongVarchar},
    TypeName{"TEXT", TypeKind::LongVarchar},
    TypeName{"JSON", TypeKind::LongVarchar},
    TypeName{"DATE", TypeKind::Date},
    TypeName{"TIME", TypeKind::Time, 1, 9, 0},
    TypeName{"TIMESTAMP", TypeKind::Timestamp, 1, 9, 0},
};

std::string text_of(const rapidjson::Value& value) { return {value.GetString(), value.GetStringLength()}; }

template <class... Args>
[[noreturn]] void refuse(fmt::format_string<Args...> format, Args&&... args) {
  throw OdbcError{SqlState::sHY024, "SchemaFile: {}", fmt::format(format, std::forward<Args>(args)...)};
}

const rapidjson::Value& object_in(const rapidjson::Value& in, const char* name, const std::string& where) {
  const auto member = in.FindMember(name);
  if (member == in.MemberEnd() || !member->value.IsObject())
    refuse("{} needs \"{}\", an object", where, name);
  return member->value;
}

}  // namespace

std::optional<sql::Type> parse_type(std::string_view text) {
  const size_t open = std::min(text.find('('), text.size());
  std::string name;
  for (char c : text.substr(0, open))
    if (c != ' ') name += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  const auto known = std::find_if(type_names.begin(), type_names.end(),
                                  [&](const TypeName& type) { return type.name == name; });
  if (known == type_names.end()) return std::nullopt;
  std::vector<uint32_t> arguments;
  if (open < text.size()) {
    if (text.back() != ')') return std::nullopt;
    std::string_view rest = text.substr(open + 1, text.size() - open - 2);
    for (bool more = true; more;) {
      while (rest.starts_with(' ')) rest.remove_prefix(1);
      uint32_t number = 0;
      const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
      if (error != std::errc{}) return std::nullopt;
      rest.remove_prefix(static_cast<size_t>(end - rest.data()));
      while (rest.starts_with(' ')) rest.remove_prefix(1);
      more = rest.starts_with(',');
      if (more) rest.remove_prefix(1);
      if (!more && !rest.empty()) return std::nullopt;
      arguments.push_back(number);
    }
  }
  if (static_cast<int>(arguments.size()) > known->arguments) return std::nullopt;
  const uint32_t first = arguments.empty() ? known->first_default : arguments[0];
  if (first > known->first_most || (!arguments.empty() && first == 0 && known->first_default > 0))
    return std::nullopt;
  sql::Type type;
  type.kind = known->kind;
  type.json = name == "JSON";
  if (type.kind == TypeKind::Varchar || type.kind == TypeKind::Decimal) type.size = first;
  if (type.kind == TypeKind::Time || type.kind == TypeKind::Timestamp)
    type.scale = static_cast<int16_t>(first);
  if (arguments.size() > 1) {
    if (arguments[1] > first) return std::nullopt;
    type.scale = static_cast<int16_t>(arguments[1]);
  }
  return type;
}

std::shared_ptr<const SchemaFile> SchemaFile::load(const std::string& file) {
  std::ifstream in{file, std::ios::binary};
  std::ostringstream text;
  if (!in || !(text << in.rdbuf())) refuse("{} cannot be read", file);
  return parse(text.str());
}

std::shared_ptr<const SchemaFile> SchemaFile::parse(const std::string& json) {
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag>(json.data(),
                                                                                         json.size());
  if (document.HasParseError())
    refuse("it is no JSON: {} (byte {})", rapidjson::GetParseError_En(document.GetParseError()),
           document.GetErrorOffset() + 1);
  if (!document.IsObject()) refuse("it must be an object of databases");
  auto file = std::make_shared<SchemaFile>();
  for (const auto& database : document.GetObject()) {
    const std::string database_name = text_of(database.name);
    if (!database.value.IsObject()) refuse("{} must be an object", database_name);
    Database& stated = file->databases_[database_name];
    if (const auto others = database.value.FindMember("others"); others != database.value.MemberEnd()) {
      if (!others->value.IsBool()) refuse("{}: \"others\" must be true or false", database_name);
      stated.others = others->value.GetBool();
    }
    for (const auto& table : object_in(database.value, "tables", database_name).GetObject()) {
      Table one;
      one.name = text_of(table.name);
      const std::string where = database_name + "." + one.name;
      if (!nameable(one.name)) refuse("{}: a table needs a name", database_name);
      if (!table.value.IsObject()) refuse("{} must be an object", where);
      one.type = one.name;
      if (const auto type = table.value.FindMember("type"); type != table.value.MemberEnd()) {
        if (!type->value.IsString()) refuse("{}: \"type\" must be a string", where);
        one.type = text_of(type->value);
      }
      for (const auto& column : object_in(table.value, "columns", where).GetObject()) {
        Column stated_column;
        stated_column.name = text_of(column.name);
        auto path = split_path(stated_column.name);
        if (!path || !nameable(stated_column.name))
          refuse("{}: \"{}\" is no path of fields", where, stated_column.name);
        stated_column.path = *std::move(path);
        const auto type = column.value.IsString() ? parse_type(text_of(column.value)) : std::nullopt;
        if (!type)
          refuse(
              "{}.{}: the type must be BIT, SMALLINT, INTEGER, BIGINT, REAL, DOUBLE, DECIMAL(p,s), "
              "VARCHAR(n), LONGVARCHAR, DATE, TIME(n), TIMESTAMP(n) or JSON",
              where, stated_column.name);
        stated_column.type = *type;
        one.columns.push_back(std::move(stated_column));
      }
      stated.tables.push_back(std::move(one));
    }
  }
  return file;
}

bool SchemaFile::others(const std::string& database) const {
  const auto stated = databases_.find(database);
  return stated == databases_.end() || stated->second.others;
}

std::vector<std::shared_ptr<const sql::Table>> SchemaFile::tables(const std::string& database,
                                                                  const Rules& rules) const {
  std::vector<std::shared_ptr<const sql::Table>> tables;
  const auto stated = databases_.find(database);
  if (stated == databases_.end()) return tables;
  for (const Table& one : stated->second.tables) {
    auto table = std::make_shared<sql::Table>();
    table->catalog = database;
    table->name = one.name;
    table->discriminator_path = rules.type_field;
    table->discriminator = one.type;
    Columns columns{rules.max_columns, rules.max_varchar_size};
    columns.add(id_column(nullptr, rules.max_varchar_size));
    columns.add(rev_column());
    for (const Column& stated_column : one.columns) {
      if (stated_column.name == "_id" || stated_column.name == "_rev") continue;
      sql::Column column;
      column.name = stated_column.name;
      column.path = stated_column.path;
      column.type = stated_column.type;
      columns.add(std::move(column));
    }
    columns.add(document_column());
    columns.move_to(*table);
    tables.push_back(std::move(table));
  }
  return tables;
}

}  // namespace couch::driver::schema
