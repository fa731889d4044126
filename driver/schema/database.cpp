#include "driver/schema/database.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include "driver/bridge_read.h"
#include "driver/bridge_request.h"
#include "driver/schema/declared.h"
#include "driver/schema/sampling.h"
#include "driver/schema/views.h"
#include "sql/engine/collation.h"
#include "sql/path.h"

namespace couch::driver::schema {
namespace {

std::string scope_of(const std::string& database) { return scope_path({database, {}, sql::DatabaseCount{}}); }

// CouchDB: "29-g1AAAA…", PouchDB: 29. The number grows with each change, roughly: enough to tell much from
// little.
uint64_t changes_in(const std::string& update_seq) {
  uint64_t number = 0;
  std::from_chars(update_seq.data(), update_seq.data() + update_seq.size(), number);
  return number;
}

std::vector<std::shared_ptr<const sql::Table>> declared_tables(
    const std::vector<sql::define::TableDefinition>& definitions, const std::string& database,
    const Rules& rules, const std::vector<std::shared_ptr<const sql::Table>>& sampled) {
  std::vector<std::shared_ptr<const sql::Table>> tables;
  for (const auto& definition : definitions) {
    const auto seen = std::find_if(sampled.begin(), sampled.end(), [&](const auto& table) {
      return table->kind == sql::TableKind::Typed && table->discriminator == definition.type &&
             table->discriminator_path == sql::split_path(definition.type_field);
    });
    tables.push_back(
        declared_table(definition, database, rules, seen == sampled.end() ? nullptr : seen->get()));
  }
  return tables;
}

// A table that is stated takes the place of a sampled one of its name.
void pin(std::vector<std::shared_ptr<const sql::Table>>& tables,
         std::vector<std::shared_ptr<const sql::Table>> pinned) {
  for (auto& table : pinned) {
    const auto same = std::find_if(tables.begin(), tables.end(),
                                   [&](const auto& other) { return other->name == table->name; });
    if (same != tables.end()) {
      *same = std::move(table);
    } else {
      const auto place = std::find_if(tables.begin(), tables.end(), [&](const auto& other) {
        return other->kind != sql::TableKind::Typed || other->name > table->name;
      });
      tables.insert(place, std::move(table));
    }
  }
}

// Types whose names only bytes tell apart: indexes count them as one.
void find_twins(std::vector<std::shared_ptr<const sql::Table>>& tables) {
  std::map<std::string, std::set<std::string>> by_key;
  for (const auto& table : tables) {
    if (table->kind == sql::TableKind::Typed)
      by_key[sql::engine::text_sort_key(table->discriminator)].insert(table->discriminator);
  }
  for (auto& table : tables) {
    if (table->kind != sql::TableKind::Typed) continue;
    if (by_key[sql::engine::text_sort_key(table->discriminator)].size() < 2) continue;
    auto twin = std::make_shared<sql::Table>(*table);
    twin->has_twin = true;
    table = std::move(twin);
  }
}

// A database whose tables a schema file names is not looked at, unless the file says so.
bool is_sampled(const std::string& database, const Discovery& how) {
  return !how.file || how.file->others(database);
}

// Views come last; a type of that name goes first.
void add_views(std::vector<std::shared_ptr<const sql::Table>>& tables, ViewTables views) {
  std::set<std::string> names;
  for (const auto& table : tables) names.insert(table->name);
  for (auto& view : views) {
    if (!names.insert(view->name).second) {
      auto renamed = std::make_shared<sql::Table>(*view);
      renamed->name += "$view";
      if (!names.insert(renamed->name).second) continue;
      view = std::move(renamed);
    }
    tables.push_back(std::move(view));
  }
}

void define(Database& database, Defined defined, const Discovery& how) {
  Designs& designs = defined.designs;
  database.designs = std::move(designs.revisions);
  database.indexes = std::move(defined.indexes);
  database.materialized = std::move(designs.materialized);
  auto& tables = database.tables = database.sampled;
  pin(tables, declared_tables(designs.tables, database.name, how.rules, tables));
  if (how.file) pin(tables, how.file->tables(database.name, how.rules));
  find_twins(tables);
  add_views(tables, std::move(designs.views));
}

}  // namespace

DatabaseState state_of(const Asking& ask, const std::string& database) {
  try {
    const auto info = ask.get(scope_of(database));
    if (text_in(info, "db_name").empty())
      throw http::Error{http::ErrorKind::LinkFailure,
                        "the answer about database " + database + " is not what CouchDB gives"};
    DatabaseState state;
    state.documents = number_in(info, "doc_count");
    if (const auto props = info.FindMember("props"); props != info.MemberEnd() && props->value.IsObject()) {
      const auto partitioned = props->value.FindMember("partitioned");
      state.partitioned = partitioned != props->value.MemberEnd() && partitioned->value.IsBool() &&
                          partitioned->value.GetBool();
    }
    state.update_seq = text_in(info, "update_seq");
    if (state.update_seq.empty()) state.update_seq = std::to_string(number_in(info, "update_seq"));
    return state;
  } catch (const http::Error& error) {
    if (says_no_database(error)) throw_missing(error, "there is no database " + database);
    throw;
  }
}

bool changed(const Database& then, const DatabaseState& now) {
  return then.update_seq != now.update_seq || then.documents != now.documents;
}

bool changed_much(const Database& then, const DatabaseState& now) {
  if (!changed(then, now)) return false;
  // What was read whole is small: read it again.
  constexpr uint64_t small = 2'000;
  if (then.sampled_whole && now.documents <= small) return true;
  const uint64_t before = changes_in(then.update_seq), after = changes_in(now.update_seq);
  if (after < before) return true;  // it was made anew
  constexpr uint64_t few = 100;
  return after - before > std::max(few, then.documents / 10);
}

std::shared_ptr<const Database> discover(const Asking& ask, const std::string& database,
                                         const DatabaseState& state, const Discovery& how) {
  auto found = std::make_shared<Database>();
  found->name = database;
  found->documents = state.documents;
  found->partitioned = state.partitioned;
  found->update_seq = state.update_seq;
  Defined defined = definitions_of(ask, database, how);

  Sample sample{how.rules};
  if (is_sampled(database, how)) {
    SamplingOf of;
    of.database = database;
    of.scope = scope_of(database);
    of.documents = state.documents;
    of.sample_size = how.sample_size;
    of.traits = how.traits;
    of.indexes = defined.indexes;
    of.type_field = how.rules.type_field;
    found->sampled_whole = how.sample_size == 0 || state.documents <= how.sample_size;
    take_sample(ask, of, sample);
  }
  found->sampled = sample.tables(database, found->sampled_whole ? sample.documents() : state.documents);
  define(*found, std::move(defined), how);
  return found;
}

bool designs_changed(const Asking& ask, const Database& then) {
  const auto now = design_revisions(ask, then.name);
  return now && *now != then.designs;
}

// The revisions are read first: what is written between the two requests shows the next time.
Defined definitions_of(const Asking& ask, const std::string& database, const Discovery& how) {
  Defined defined;
  if (is_sampled(database, how))
    defined.designs = designs_of(ask, database, how.rules);
  else
    defined.designs.revisions = design_revisions(ask, database).value_or(Revisions{});
  defined.indexes = indexes_of(ask, database);
  return defined;
}

std::shared_ptr<const Database> with_definitions(const Database& known, Defined defined,
                                                 const Discovery& how) {
  auto out = std::make_shared<Database>(known);
  define(*out, std::move(defined), how);
  return out;
}

sql::ServerTraits traits_of(const std::string& greeting) {
  sql::ServerTraits traits;
  rapidjson::Document answer;
  answer.Parse<rapidjson::kParseIterativeFlag>(greeting.data(), greeting.size());
  const bool object = !answer.HasParseError() && answer.IsObject();
  traits.couchdb = object && answer.HasMember("couchdb");
  if (!traits.couchdb) {
    // PouchDB Server says {"express-pouchdb":"Welcome!",…}; of others nothing is known, which is as little.
    traits.index_as_view = traits.bookmarks = traits.design_docs_endpoint = traits.pcre = traits.icu_order =
        false;
    return traits;
  }
  const std::string version = text_in(answer, "version");
  unsigned major = 0, minor = 0;
  const char* const end = version.data() + version.size();
  if (const auto [rest, error] = std::from_chars(version.data(), end, major);
      error == std::errc{} && rest != end)
    std::from_chars(rest + 1, end, minor);
  const auto at_least = [&](unsigned a, unsigned b) { return major > a || (major == a && minor >= b); };
  traits.index_as_view = at_least(2, 0);
  traits.bookmarks = at_least(2, 1);
  traits.design_docs_endpoint = at_least(2, 2);
  traits.allow_fallback = at_least(3, 4);
  return traits;
}

}  // namespace couch::driver::schema
