#include "tests/support/tpch.h"

#include <fmt/format.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <random>
#include <set>

namespace couch::test {
namespace {

using Kind = TpchColumn::Kind;
using Words = std::vector<std::string>;

const Words regions{"AFRICA", "AMERICA", "ASIA", "EUROPE", "MIDDLE EAST"};
const std::vector<std::pair<std::string, int>> nations{
    {"ALGERIA", 0},      {"ARGENTINA", 1},  {"BRAZIL", 1},  {"CANADA", 1},         {"EGYPT", 4},
    {"ETHIOPIA", 0},     {"FRANCE", 3},     {"GERMANY", 3}, {"INDIA", 2},          {"INDONESIA", 2},
    {"IRAN", 4},         {"IRAQ", 4},       {"JAPAN", 2},   {"JORDAN", 4},         {"KENYA", 0},
    {"MOROCCO", 0},      {"MOZAMBIQUE", 0}, {"PERU", 1},    {"CHINA", 2},          {"ROMANIA", 3},
    {"SAUDI ARABIA", 4}, {"VIETNAM", 2},    {"RUSSIA", 3},  {"UNITED KINGDOM", 3}, {"UNITED STATES", 1}};
const Words segments{"AUTOMOBILE", "BUILDING", "FURNITURE", "MACHINERY", "HOUSEHOLD"};
const Words priorities{"1-URGENT", "2-HIGH", "3-MEDIUM", "4-NOT SPECIFIED", "5-LOW"};
const Words instructions{"DELIVER IN PERSON", "COLLECT COD", "NONE", "TAKE BACK RETURN"};
const Words modes{"REG AIR", "AIR", "RAIL", "SHIP", "TRUCK", "MAIL", "FOB", "AIR REG"};
const Words type1{"STANDARD", "SMALL", "MEDIUM", "LARGE", "ECONOMY", "PROMO"};
const Words type2{"ANODIZED", "BURNISHED", "PLATED", "POLISHED", "BRUSHED"};
const Words type3{"TIN", "NICKEL", "BRASS", "STEEL", "COPPER"};
const Words container1{"SM", "LG", "MED", "JUMBO", "WRAP"};
const Words container2{"CASE", "BOX", "BAG", "JAR", "PKG", "PACK", "CAN", "DRUM"};
const Words colours{"almond", "azure",   "beige",  "black",  "blue",  "brown",  "coral",  "cream",
                    "cyan",   "forest",  "ghost",  "gold",   "green", "grey",   "indigo", "ivory",
                    "khaki",  "lace",    "lemon",  "lime",   "linen", "maroon", "mint",   "navy",
                    "olive",  "orange",  "orchid", "peach",  "peru",  "pink",   "plum",   "puff",
                    "red",    "rose",    "salmon", "sienna", "sky",   "slate",  "snow",   "steel",
                    "tan",    "thistle", "tomato", "violet", "wheat", "white",  "yellow"};
const Words prose{"carefully", "quickly", "furiously", "special",      "requests", "deposits", "accounts",
                  "packages",  "ironic",  "final",     "regular",      "pending",  "express",  "theodolites",
                  "foxes",     "pinto",   "beans",     "instructions", "sleep",    "haggle",   "nag",
                  "above",     "among",   "Customer",  "Complaints",   "slyly",    "bold",     "even"};

// Distributions written out: those of <random> differ between standard libraries.
class Dice {
 public:
  explicit Dice(unsigned seed) : engine_(seed) {}
  long long between(long long low, long long high) {
    return low + static_cast<long long>(engine_() % static_cast<uint64_t>(high - low + 1));
  }
  double money(long long low_cents, long long high_cents) {
    return static_cast<double>(between(low_cents, high_cents)) / 100.0;
  }
  const std::string& of(const Words& words) {
    return words[static_cast<size_t>(between(0, static_cast<long long>(words.size()) - 1))];
  }
  std::string text(int words) {
    std::string out;
    for (int i = 0; i < words; ++i) out += (i ? " " : "") + of(prose);
    return out;
  }

 private:
  std::mt19937_64 engine_;
};

// Days since 1992-01-01 to text.
std::string date(long long days) {
  long long z = days + 8035 + 719468;  // 1970 -> 1992 is 8035 days; civil_from_days of H. Hinnant
  const long long era = z / 146097;
  const auto doe = z - era * 146097;
  const auto yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  const auto doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  const auto mp = (5 * doy + 2) / 153;
  const auto month = mp < 10 ? mp + 3 : mp - 9;
  return fmt::format("{:04}-{:02}-{:02}", yoe + era * 400 + (month <= 2 ? 1 : 0), month,
                     doy - (153 * mp + 2) / 5 + 1);
}
constexpr long long last_order_day = 2405;  // 1998-08-02
constexpr long long current_day = 1263;     // 1995-06-17

std::string phone(Dice& dice, long long nation) {
  return fmt::format("{}-{}-{}-{}", nation + 10, dice.between(100, 999), dice.between(100, 999),
                     dice.between(1000, 9999));
}
double retail_price(long long part) {
  return static_cast<double>(90000 + (part / 10) % 20001 + 100 * (part % 1000)) / 100.0;
}

}  // namespace

std::vector<TpchTable> tpch(double scale, unsigned seed) {
  Dice dice(seed);
  const auto count = [&](double base) {
    return std::max(1LL, static_cast<long long>(std::llround(base * scale)));
  };
  const long long suppliers = count(10000), customers = count(150000), parts = count(200000),
                  orders = count(1500000);

  TpchTable region{
      "region", {{"r_regionkey", Kind::Integer}, {"r_name", Kind::Text}, {"r_comment", Kind::Text}}, {}};
  for (size_t i = 0; i < regions.size(); ++i)
    region.rows.push_back({static_cast<long long>(i), regions[i], dice.text(5)});

  TpchTable nation{"nation",
                   {{"n_nationkey", Kind::Integer},
                    {"n_name", Kind::Text},
                    {"n_regionkey", Kind::Integer},
                    {"n_comment", Kind::Text}},
                   {}};
  for (size_t i = 0; i < nations.size(); ++i)
    nation.rows.push_back({static_cast<long long>(i), nations[i].first,
                           static_cast<long long>(nations[i].second), dice.text(6)});

  TpchTable supplier{"supplier",
                     {{"s_suppkey", Kind::Integer},
                      {"s_name", Kind::Text},
                      {"s_address", Kind::Text},
                      {"s_nationkey", Kind::Integer},
                      {"s_phone", Kind::Text},
                      {"s_acctbal", Kind::Number},
                      {"s_comment", Kind::Text}},
                     {}};
  for (long long k = 1; k <= suppliers; ++k) {
    const auto n = dice.between(0, 24);
    supplier.rows.push_back(
        {k, fmt::format("Supplier#{:09}", k), dice.text(2), n, phone(dice, n), dice.money(-99999, 999999),
         k % 20 == 0 ? "slow " + std::string("Customer and other Complaints") : dice.text(8)});
  }

  TpchTable part{"part",
                 {{"p_partkey", Kind::Integer},
                  {"p_name", Kind::Text},
                  {"p_mfgr", Kind::Text},
                  {"p_brand", Kind::Text},
                  {"p_type", Kind::Text},
                  {"p_size", Kind::Integer},
                  {"p_container", Kind::Text},
                  {"p_retailprice", Kind::Number},
                  {"p_comment", Kind::Text}},
                 {}};
  TpchTable partsupp{"partsupp",
                     {{"ps_partkey", Kind::Integer},
                      {"ps_suppkey", Kind::Integer},
                      {"ps_availqty", Kind::Integer},
                      {"ps_supplycost", Kind::Number},
                      {"ps_comment", Kind::Text}},
                     {}};
  const auto supplier_of = [&](long long p, long long i) {
    return (p + i * (suppliers / 4 + (p - 1) / suppliers)) % suppliers + 1;
  };
  for (long long k = 1; k <= parts; ++k) {
    const auto m = dice.between(1, 5);
    std::string name;
    for (int i = 0; i < 5; ++i) name += (i ? " " : "") + dice.of(colours);
    part.rows.push_back({k, name, fmt::format("Manufacturer#{}", m),
                         fmt::format("Brand#{}{}", m, dice.between(1, 5)),
                         dice.of(type1) + " " + dice.of(type2) + " " + dice.of(type3), dice.between(1, 50),
                         dice.of(container1) + " " + dice.of(container2), retail_price(k), dice.text(2)});
    std::set<long long> seen;
    for (long long i = 0; i < 4; ++i)
      if (const auto s = supplier_of(k, i); seen.insert(s).second)
        partsupp.rows.push_back({k, s, dice.between(1, 9999), dice.money(100, 100000), dice.text(6)});
  }

  TpchTable customer{"customer",
                     {{"c_custkey", Kind::Integer},
                      {"c_name", Kind::Text},
                      {"c_address", Kind::Text},
                      {"c_nationkey", Kind::Integer},
                      {"c_phone", Kind::Text},
                      {"c_acctbal", Kind::Number},
                      {"c_mktsegment", Kind::Text},
                      {"c_comment", Kind::Text}},
                     {}};
  for (long long k = 1; k <= customers; ++k) {
    const auto n = dice.between(0, 24);
    customer.rows.push_back({k, fmt::format("Customer#{:09}", k), dice.text(2), n, phone(dice, n),
                             dice.money(-99999, 999999), dice.of(segments), dice.text(8)});
  }

  TpchTable order{"orders",
                  {{"o_orderkey", Kind::Integer},
                   {"o_custkey", Kind::Integer},
                   {"o_orderstatus", Kind::Text},
                   {"o_totalprice", Kind::Number},
                   {"o_orderdate", Kind::Date},
                   {"o_orderpriority", Kind::Text},
                   {"o_clerk", Kind::Text},
                   {"o_shippriority", Kind::Integer},
                   {"o_comment", Kind::Text}},
                  {}};
  TpchTable line{"lineitem",
                 {{"l_orderkey", Kind::Integer},
                  {"l_partkey", Kind::Integer},
                  {"l_suppkey", Kind::Integer},
                  {"l_linenumber", Kind::Integer},
                  {"l_quantity", Kind::Integer},
                  {"l_extendedprice", Kind::Number},
                  {"l_discount", Kind::Number},
                  {"l_tax", Kind::Number},
                  {"l_returnflag", Kind::Text},
                  {"l_linestatus", Kind::Text},
                  {"l_shipdate", Kind::Date},
                  {"l_commitdate", Kind::Date},
                  {"l_receiptdate", Kind::Date},
                  {"l_shipinstruct", Kind::Text},
                  {"l_shipmode", Kind::Text},
                  {"l_comment", Kind::Text}},
                 {}};
  for (long long i = 0; i < orders; ++i) {
    const auto key = (i / 8) * 32 + i % 8 + 1;  // sparse keys (4.2.3)
    auto owner = dice.between(1, customers);
    if (owner % 3 == 0) owner = owner == customers ? 1 : owner + 1;  // a third of the customers has no order
    const auto day = dice.between(0, last_order_day - 151);
    const auto lines = i % 997 == 0 ? 7 : dice.between(1, 7);
    double total = 0;
    int shipped = 0;
    for (long long n = 1; n <= lines; ++n) {
      const auto p = dice.between(1, parts);
      const auto quantity =
          i % 997 == 0 ? dice.between(44, 50) : dice.between(1, 50);  // some orders are large (query 18)
      const auto price = std::round(retail_price(p) * static_cast<double>(quantity) * 100.0) / 100.0;
      const auto discount = dice.money(0, 10), tax = dice.money(0, 8);
      const auto ship = day + dice.between(1, 121), commit = day + dice.between(30, 90),
                 receipt = ship + dice.between(1, 30);
      const bool open = ship > current_day;
      shipped += open ? 0 : 1;
      total += price * (1 + tax) * (1 - discount);
      line.rows.push_back({key, p, supplier_of(p, dice.between(0, 3)), n, quantity, price, discount, tax,
                           std::string(receipt <= current_day ? (dice.between(0, 1) ? "R" : "A") : "N"),
                           std::string(open ? "O" : "F"), date(ship), date(commit), date(receipt),
                           dice.of(instructions), dice.of(modes), dice.text(4)});
    }
    order.rows.push_back({key, owner,
                          std::string(shipped == lines ? "F"
                                      : shipped == 0   ? "O"
                                                       : "P"),
                          std::round(total * 100.0) / 100.0, date(day), dice.of(priorities),
                          fmt::format("Clerk#{:09}", dice.between(1, count(1000))), 0LL, dice.text(6)});
  }
  return {region, nation, supplier, part, partsupp, customer, order, line};
}

std::vector<std::string> tpch_bulk_docs(const TpchTable& table, size_t batch) {
  std::vector<std::string> bodies;
  for (size_t from = 0; from < table.rows.size(); from += batch) {
    rapidjson::StringBuffer buffer;
    rapidjson::Writer<rapidjson::StringBuffer> json(buffer);
    json.StartObject();
    json.Key("docs");
    json.StartArray();
    for (size_t r = from; r < std::min(from + batch, table.rows.size()); ++r) {
      json.StartObject();
      json.Key("_id");
      json.String(fmt::format("{}:{:07}", table.name, r));
      json.Key("type");
      json.String(table.name);
      for (size_t c = 0; c < table.columns.size(); ++c) {
        json.String(table.columns[c].name);
        std::visit(
            [&](const auto& value) {
              using T = std::decay_t<decltype(value)>;
              if constexpr (std::is_same_v<T, long long>) {
                json.Int64(value);
              } else if constexpr (std::is_same_v<T, double>) {
                json.Double(value);
              } else {
                json.String(value);
              }
            },
            table.rows[r][c]);
      }
      json.EndObject();
    }
    json.EndArray();
    json.EndObject();
    bodies.emplace_back(buffer.GetString(), buffer.GetSize());
  }
  return bodies;
}

}  // namespace couch::test
