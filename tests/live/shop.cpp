#include "tests/live/shop.h"

#include "tests/paths.h"  // generated

#define CATCH_CONFIG_EXTERNAL_INTERFACES  // listeners
#include <fmt/format.h>
#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <catch2/catch.hpp>
#include <charconv>
#include <chrono>
#include <fstream>
#include <stdexcept>

namespace couch::live {
namespace {

using Json = rapidjson::Value;
using Type = ShopType;

std::vector<std::string> lines_of(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  std::vector<std::string> out;
  for (std::string line; std::getline(file, line);)
    if (!line.empty()) out.push_back(line);
  return out;
}

std::string whole_file(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

const std::vector<std::string> types{"customer", "employee", "order",   "product",
                                     "review",   "shipment", "supplier"};

// "a.b" is two fields, "a\.b" is one.
std::vector<std::string> path_of(const std::string& name) {
  std::vector<std::string> path{""};
  for (size_t i = 0; i < name.size(); ++i) {
    if (name[i] == '\\') {
      path.back() += name[++i];
    } else if (name[i] == '.') {
      path.emplace_back();
    } else {
      path.back() += name[i];
    }
  }
  return path;
}

const Json* find(const Json& from, const std::vector<std::string>& path) {
  const Json* at = &from;
  for (const auto& field : path) {
    if (!at->IsObject()) return nullptr;
    const auto found = at->FindMember(field);
    if (found == at->MemberEnd()) return nullptr;
    at = &found->value;
  }
  return at;
}

std::string json_text(const Json& value) {
  rapidjson::StringBuffer text;
  rapidjson::Writer<rapidjson::StringBuffer> writer(text);
  value.Accept(writer);
  return text.GetString();
}

// "2025-03-12T04:56:38[.123](Z|+01:00|-05:30)" in UTC, as SQL shows it.
std::string utc(std::string_view text) {
  const auto number = [&](size_t at, size_t count) {
    int value = 0;
    std::from_chars(text.data() + at, text.data() + at + count, value);
    return value;
  };
  using namespace std::chrono;
  auto time = sys_days{year{number(0, 4)} / number(5, 2) / number(8, 2)} + hours{number(11, 2)} +
              minutes{number(14, 2)} + seconds{number(17, 2)};
  size_t at = 19;
  std::string fraction;
  if (at < text.size() && text[at] == '.') {
    while (++at < text.size() && text[at] >= '0' && text[at] <= '9') fraction += text[at];
    while (!fraction.empty() && fraction.back() == '0') fraction.pop_back();
  }
  if (at < text.size() && (text[at] == '+' || text[at] == '-')) {
    const auto offset = hours{number(at + 1, 2)} + minutes{number(at + 4, 2)};
    time -= text[at] == '+' ? offset : -offset;
  }
  const auto day = floor<days>(time);
  const year_month_day date{day};
  const hh_mm_ss clock{time - day};
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}{}{}", int{date.year()}, unsigned{date.month()},
                     unsigned{date.day()}, clock.hours().count(), clock.minutes().count(),
                     clock.seconds().count(), fraction.empty() ? "" : ".", fraction);
}

judge::OracleValue integer(const Json& value) {
  if (!value.IsInt64()) return value.GetDouble();
  // PouchDB Server makes doubles of all numbers before anybody sees them.
  const auto exact = value.GetInt64();
  return test::LiveServer::get().couchdb() ? exact : static_cast<int64_t>(static_cast<double>(exact));
}

std::string text_of(const Json& value) {
  if (value.IsString()) return {value.GetString(), value.GetStringLength()};
  if (value.IsBool()) return value.GetBool() ? "true" : "false";
  if (value.IsInt64()) return fmt::to_string(value.GetInt64());
  if (value.IsNumber()) return fmt::to_string(value.GetDouble());
  return json_text(value);
}

// What docs/type-mapping.md says of a JSON value in a column of this type; another class is NULL.
judge::OracleValue converted(const Json* value, Type type) {
  if (!value || value->IsNull()) return {};
  switch (type) {
    case Type::Integer:
    case Type::Number: return value->IsNumber() ? integer(*value) : judge::OracleValue{};
    case Type::Bit:
      return value->IsBool() ? judge::OracleValue{static_cast<int64_t>(value->GetBool())}
                             : judge::OracleValue{};
    case Type::Timestamp:
      return value->IsString() ? judge::OracleValue{utc(value->GetString())} : judge::OracleValue{};
    case Type::Id:
    case Type::Text:
    case Type::LongText:
    case Type::Date:
    case Type::Time: return value->IsString() ? judge::OracleValue{text_of(*value)} : judge::OracleValue{};
    case Type::Mixed:
    case Type::Json: return text_of(*value);
  }
  return {};
}

std::unique_ptr<Shop>& held() {
  static std::unique_ptr<Shop> made;
  return made;
}

class DropAtTheEnd : public Catch::TestEventListenerBase {
 public:
  using TestEventListenerBase::TestEventListenerBase;
  void testRunEnded(const Catch::TestRunStats& /*stats*/) override { held().reset(); }
};
CATCH_REGISTER_LISTENER(DropAtTheEnd)

}  // namespace

SQLSMALLINT odbc_type(ShopType type) {
  switch (type) {
    case Type::Id:
    case Type::Text:
    case Type::Mixed: return SQL_WVARCHAR;
    case Type::LongText:
    case Type::Json: return SQL_WLONGVARCHAR;
    case Type::Integer: return SQL_BIGINT;
    case Type::Number: return SQL_DOUBLE;
    case Type::Bit: return SQL_BIT;
    case Type::Date: return SQL_TYPE_DATE;
    case Type::Time: return SQL_TYPE_TIME;
    case Type::Timestamp: return SQL_TYPE_TIMESTAMP;
  }
  return SQL_UNKNOWN_TYPE;
}

const std::vector<ShopTable>& Shop::tables() {
  static const std::vector<ShopTable> all{
      {"customer",
       {{"_id", Type::Id},
        {"type", Type::Text},
        {"name", Type::Text},
        {"email", Type::Text},
        {"address.street", Type::Text},
        {"address.city", Type::Text},
        {"address.zip", Type::Text},
        {"address.country", Type::Text},
        {"born", Type::Date},
        {"registered_at", Type::Timestamp},
        {"newsletter", Type::Mixed},
        {"points", Type::Integer},
        {"phone", Type::Mixed},
        {"card_number", Type::Integer},
        {"preferences.language", Type::Text},
        {"preferences.colours", Type::Json},
        {"preferences.quiet", Type::Bit},
        {"note", Type::Text}},
       {},
       {}},
      {"employee",
       {{"_id", Type::Id},
        {"type", Type::Text},
        {"name", Type::Text},
        {"role", Type::Text},
        {"salary", Type::Integer},
        {"hired_on", Type::Date},
        {"shift.start", Type::Time},
        {"shift.end", Type::Time},
        {"active", Type::Bit},
        {"languages", Type::Json},
        {"manager_id", Type::Text}},
       {},
       {}},
      {"order",
       {{"_id", Type::Id},
        {"type", Type::Text},
        {"number", Type::Integer},
        {"customer_id", Type::Text},
        {"ordered_at", Type::Timestamp},
        {"status", Type::Text},
        {"items", Type::Json},
        {"total", Type::Number},
        {"currency", Type::Text},
        {"paid", Type::Bit},
        {"shipping.method", Type::Text},
        {"shipping.cost", Type::Mixed},
        {"shipping.address.street", Type::Text},
        {"shipping.address.city", Type::Text},
        {"shipping.address.zip", Type::Text},
        {"shipping.address.country", Type::Text},
        {"served_by", Type::Text},
        {"note", Type::Text},
        {"discount", Type::Mixed}},
       {},
       {}},
      {"product",
       {{"_id", Type::Id},
        {"type", Type::Text},
        {"sku", Type::Text},
        {"name", Type::Text},
        {"names.de", Type::Text},
        {"names.ja", Type::Text},
        {"names.uk", Type::Text},
        {"category", Type::Text},
        {"price", Type::Number},
        {"cost", Type::Number},
        {"stock", Type::Integer},
        {"ean", Type::Text},
        {"weight_g", Type::Mixed},
        {"size.width", Type::Number},
        {"size.height", Type::Number},
        {"size.depth", Type::Number},
        {"supplier_id", Type::Text},
        {"listed_on", Type::Date},
        {"discontinued", Type::Bit},
        {"legacy\\.code", Type::Text},
        {"price_history", Type::Json}},
       {},
       {}},
      {"review",
       {{"_id", Type::Id},
        {"type", Type::Text},
        {"product_id", Type::Text},
        {"customer_id", Type::Text},
        {"stars", Type::Mixed},
        {"text", Type::Text},
        {"posted_on", Type::Date},
        {"verified", Type::Bit},
        {"votes.up", Type::Integer},
        {"votes.down", Type::Integer},
        {"replies", Type::Json}},
       {},
       {}},
      {"shipment",
       {{"_id", Type::Id},
        {"type", Type::Text},
        {"order_id", Type::Text},
        {"carrier", Type::Text},
        {"sscc", Type::Integer},
        {"sent_at", Type::Timestamp},
        {"parcels", Type::Json},
        {"cost", Type::Number},
        {"delivered_at", Type::Timestamp},
        {"signed_by", Type::Text}},
       {},
       {}},
      {"supplier",
       {{"_id", Type::Id},
        {"type", Type::Text},
        {"name", Type::Text},
        {"contact.name", Type::Text},
        {"contact.email", Type::Text},
        {"contact.phone", Type::Text},
        {"address.street", Type::Text},
        {"address.city", Type::Text},
        {"address.zip", Type::Text},
        {"address.country", Type::Text},
        {"opens", Type::Time},
        {"closes", Type::Time},
        {"lead_days", Type::Integer},
        {"preferred", Type::Bit}},
       {},
       {}},
      {"order_items",
       {{"_id", Type::Id},
        {"_index", Type::Integer},
        {"product_id", Type::Text},
        {"name", Type::Text},
        {"quantity", Type::Integer},
        {"price", Type::Number},
        {"options.colour", Type::Text},
        {"options.engraving", Type::Text}},
       "order",
       "items"},
      {"shipment_parcels",
       {{"_id", Type::Id}, {"_index", Type::Integer}, {"weight_kg", Type::Number}, {"fragile", Type::Bit}},
       "shipment",
       "parcels"},
      {"employee_languages",
       {{"_id", Type::Id}, {"_index", Type::Integer}, {"value", Type::Text}},
       "employee",
       "languages"},
      {"product_tags",
       {{"_id", Type::Id}, {"_index", Type::Integer}, {"value", Type::Text}},
       "product",
       "tags"},
      {"review_replies",
       {{"_id", Type::Id},
        {"_index", Type::Integer},
        {"by", Type::Text},
        {"text", Type::Text},
        {"at", Type::Timestamp}},
       "review",
       "replies"},
  };
  return all;
}

std::vector<std::string> shop_documents(const std::string& type) {
  return lines_of(fmt::format("{}/examples/data/{}.jsonl", SOURCE_DIR, type));
}

Shop::Shop()
    : database_("shop"),
      order_(test::LiveServer::get().couchdb() ? judge::TextOrder::Kind::Icu
                                               : judge::TextOrder::Kind::Binary),
      oracle_(order_),
      session_(
          [this] {
            for (const auto& type : types) database_.add(shop_documents(type));
            database_.add({whole_file(SOURCE_DIR "/examples/data/design.json")});
            test::LiveServer::get().must("POST", database_.path("_index"),
                                         whole_file(SOURCE_DIR "/examples/data/index.json"));
            return database_.name();
          }(),
          "SampleSize=0") {
  for (const auto& table : tables()) {
    std::vector<judge::OracleColumn> columns;
    for (const auto& column : table.columns) {
      const bool text = column.type == Type::Text || column.type == Type::LongText ||
                        column.type == Type::Mixed || column.type == Type::Json;
      columns.push_back({column.name, text});
    }
    oracle_.create(table.name, columns);
    std::vector<judge::OracleRow> rows;
    for (const auto& line : shop_documents(table.parent.empty() ? table.name : table.parent)) {
      rapidjson::Document document;
      document.Parse<rapidjson::kParseFullPrecisionFlag>(line);
      const auto add = [&](const Json& from, std::optional<int64_t> index) {
        auto& row = rows.emplace_back();
        for (const auto& column : table.columns) {
          if (column.name == "_id") {
            row.emplace_back(document["_id"].GetString());
          } else if (column.name == "_index") {
            row.emplace_back(index.value_or(0));
          } else if (index && column.name == "value") {
            row.push_back(converted(&from, column.type));
          } else {
            row.push_back(converted(find(from, path_of(column.name)), column.type));
          }
        }
      };
      if (table.parent.empty()) {
        add(document, std::nullopt);
      } else if (const auto* array = find(document, {table.array}); array && array->IsArray()) {
        for (rapidjson::SizeType i = 0; i < array->Size(); ++i) add((*array)[i], i);
      }
    }
    oracle_.insert(table.name, rows);
  }
}

Shop& shop() {
  if (!held()) held() = std::make_unique<Shop>();
  return *held();
}

}  // namespace couch::live
