// docs/conformance.md is made of the tables that the code runs on, so it cannot say anything else.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "driver/attributes.h"
#include "driver/descriptor_fields.h"
#include "driver/functions.h"
#include "driver/info.h"
#include "driver/odbc_error.h"
#include "tests/paths.h"

namespace couch::driver {
namespace {

std::string level_name(Conformance level) {
  switch (level) {
    case Conformance::Core: return "Core";
    case Conformance::Level1: return "1";
    case Conformance::Level2: return "2";
  }
  return {};
}

std::string describe(const Attribute& attribute) {
  switch (attribute.rule) {
    case Rule::Any: return "any value";
    case Rule::Choice: return fmt::format("{} to {}", attribute.low, attribute.high);
    case Rule::Substitute: return fmt::format("stays {} (01S02)", attribute.initial);
    case Rule::Optimistic:
      return fmt::format("{} or {}, others become {} (01S02)", attribute.initial, SQL_CONCUR_ROWVER,
                         SQL_CONCUR_ROWVER);
    case Rule::Refuse: return fmt::format("only {} (others HYC00)", attribute.initial);
    case Rule::ReadOnly: return "read only";
    case Rule::Special: break;
  }
  if (attribute.descriptor_field == 0) return "see the code";
  return fmt::format("{} of a descriptor", descriptor_field(attribute.descriptor_field)->name);
}

std::string describe(When when) {
  switch (when) {
    case When::Always: return "";
    case When::BeforeConnect: return "before connecting";
    case When::CursorClosed: return "before SQLPrepare, without a cursor";
  }
  return {};
}

std::string describe(const InfoValue& value) {
  if (const auto* text = std::get_if<std::string>(&value))
    return text->empty() ? "(empty)" : "`" + *text + "`";
  if (const auto* number = std::get_if<uint16_t>(&value)) return std::to_string(*number);
  return fmt::format("0x{:08X}", std::get<uint32_t>(value));
}

std::string_view describe(Access access) {
  switch (access) {
    case Access::Unused: return "–";
    case Access::Read: return "r";
    case Access::Write: return "rw";
  }
  return {};
}

std::string document() {
  std::string out =
      "# ODBC conformance\n\nGenerated from the driver's tables; `COUCHDBODBC_UPDATE=1 "
      "build/dev/tests/unit_driver \"[conformance]\"` "
      "writes it anew.\nThe interface is ODBC 3.80, Core level; what of levels 1 and 2 is there stands "
      "below.\n\n## Functions\n\n"
      "| function | wide | level | note |\n| --- | --- | --- | --- |\n";
  for (const Function& f : functions()) {
    out += fmt::format("| {} | {} | {} | {} |\n", f.name, f.wide ? "yes" : "", level_name(f.level), f.note);
  }
  const auto attributes = [&](std::string_view title, std::span<const Attribute> table) {
    out += fmt::format(
        "\n## {}\n\n| attribute | number | starts with | takes | when |\n| --- | --- | --- | --- | --- |\n",
        title);
    for (const Attribute& a : table) {
      out +=
          fmt::format("| {} | {} | {} | {} | {} |\n", a.name, a.id,
                      a.width == Width::Text ? "" : std::to_string(a.initial), describe(a), describe(a.when));
    }
  };
  attributes("Connection attributes", connection_attributes());
  attributes("Statement attributes", statement_attributes());
  out +=
      "\n## Descriptor fields\n\n| field | number | ARD | APD | IRD | IPD |\n| --- | --- | --- | --- | --- | "
      "--- |\n";
  for (int id = -1; id <= 1100; ++id) {
    const DescriptorField* f = descriptor_field(static_cast<SQLSMALLINT>(id));
    if (!f) continue;
    out += fmt::format("| {} | {} | {} | {} | {} | {} |\n", f->name, f->id, describe(f->ard),
                       describe(f->apd), describe(f->ird), describe(f->ipd));
  }
  out +=
      "\n## SQLGetInfo\n\nWhat only a connection knows is empty here. Every other type is HY096.\n\n| type | "
      "number | value |\n| --- | "
      "--- | --- |\n";
  for (const InfoEntry& entry : info_entries()) {
    // The version is in VERSION.txt, and nowhere else.
    const std::string value =
        entry.type == SQL_DRIVER_VER ? "the driver's version" : describe(info(entry.type, nullptr));
    out += fmt::format("| {} | {} | {} |\n", entry.name, entry.type, value);
  }
  out += "\n## SQLSTATEs\n\n| state | meaning |\n| --- | --- |\n";
#define STATE(id, code, text) out += fmt::format("| {} | {} |\n", code, text);
#include "driver/sqlstate.def"
#undef STATE
  return out;
}

}  // namespace

TEST_CASE("docs/conformance.md is what the tables say", "[driver][conformance]") {
  const std::string path = SOURCE_DIR "/docs/conformance.md";
  if (std::getenv("COUCHDBODBC_UPDATE")) std::ofstream{path} << document();
  std::stringstream file;
  file << std::ifstream{path}.rdbuf();
  INFO("COUCHDBODBC_UPDATE=1 build/dev/tests/unit_driver \"[conformance]\" writes docs/conformance.md anew");
  CHECK(file.str() == document());
}

}  // namespace couch::driver
