#include "driver/schema/schema.h"

#include <fmt/format.h>
#include <rapidjson/document.h>

#include <algorithm>
#include <functional>

#include "driver/bridge_read.h"
#include "driver/bridge_request.h"
#include "driver/odbc_error.h"
#include "driver/schema/cache.h"
#include "driver/schema/database.h"
#include "driver/schema/lookup.h"
#include "driver/schema/sampling.h"
#include "driver/schema/views.h"
#include "driver/schema/written.h"
#include "sql/error.h"

namespace couch::driver::schema {
namespace {

using namespace std::chrono_literals;

constexpr auto trusted = 1s;              // how long a known schema is not even compared with the server
constexpr auto until_built = 30s;         // how long a view that was not built yet counts as without columns
constexpr uint64_t assumed_sample = 100;  // documents of a type that no sample has shown

// Connections with the same key see the same schema.
std::string key_of(const Settings& settings) {
  const http::Endpoint& endpoint = settings.endpoint;
  const std::hash<std::string> hash;
  std::string key;
  for (const auto& server : endpoint.servers) key += server + "\n";
  return fmt::format("{}{}\n{}\n{:x} {:x}\n{}\n{} {} {} {} {}\n{}", key, endpoint.user,
                     static_cast<int>(endpoint.auth), hash(endpoint.password), hash(endpoint.token),
                     settings.type_field, settings.sample_size, settings.max_columns, settings.max_tables,
                     settings.flatten_arrays, settings.sql.max_varchar_size, settings.schema_file);
}

bool no_such_database(const http::Error& error) {
  return error.kind() == http::ErrorKind::NotFound ||
         (error.kind() == http::ErrorKind::BadRequest && error.error() == "illegal_database_name");
}

class ServerSchema final : public Schema {
 public:
  ServerSchema(std::shared_ptr<http::Client> client, const Settings& settings)
      : current_(settings.database), own_(settings.database), server_(server_entry(key_of(settings))) {
    ask_.client = std::move(client);
    how_.rules = rules_of(settings);
    how_.sample_size = settings.sample_size;
    if (!settings.schema_file.empty()) how_.file = SchemaFile::load(settings.schema_file);
  }

  std::string current() const override { return current_; }
  std::vector<std::string> type_field() const override { return how_.rules.type_field; }
  void set_stop(const http::Stop* stop) override { ask_.stop = stop; }
  void set_deadline(std::optional<std::chrono::steady_clock::time_point> deadline) override {
    ask_.deadline = deadline;
  }
  void refresh() override { server_->forget(); }
  void wrote(std::string_view database, std::string_view discriminator,
             const std::vector<sql::Column>& columns) override {
    server_->amend(std::string{database}, [&](const Database& known) {
      return with_written(known, how_.rules, std::string{discriminator}, columns);
    });
  }
  void take_back(std::string_view database, std::string_view discriminator) override {
    server_->amend(std::string{database},
                   [&](const Database& known) { return without_written(known, std::string{discriminator}); });
  }
  void redefined(std::string_view database) override { server_->forget(std::string{database}); }

  sql::ServerTraits traits() override {
    if (const auto known = server_->traits()) return *known;
    http::Request request;
    request.path = "/";
    const auto traits = traits_of(ask_.client->send(ask_.bounded(std::move(request))).body);
    server_->set_traits(traits);
    return traits;
  }

  std::vector<std::string> databases() override {
    std::vector<std::string> names;
    try {
      http::Request request;
      request.path = "/_all_dbs";
      const auto response = ask_.client->send(ask_.bounded(std::move(request)));
      rapidjson::Document list;
      list.Parse<rapidjson::kParseIterativeFlag>(response.body.data(), response.body.size());
      if (list.HasParseError() || !list.IsArray())
        throw http::Error{http::ErrorKind::LinkFailure,
                          "the answer to GET /_all_dbs is not what CouchDB gives"};
      for (const auto& name : list.GetArray())
        if (name.IsString()) names.emplace_back(name.GetString(), name.GetStringLength());
    } catch (const http::Error& error) {
      // Admins only, by default.
      if (error.kind() != http::ErrorKind::NotAuthorized && error.kind() != http::ErrorKind::Forbidden) throw;
    }
    for (const auto& name : {own_, current_})
      if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end() && has_database(name))
        names.push_back(name);
    std::sort(names.begin(), names.end());
    return names;
  }

  bool has_database(std::string_view name) override {
    if (name.empty()) return false;
    try {
      state_of(ask_, std::string{name});
      return true;
    } catch (const http::Error& error) {
      if (!no_such_database(error)) throw;
      return false;
    }
  }

  void set_current(const std::string& name) override {
    if (!name.empty() && !has_database(name))
      throw OdbcError{SqlState::s3D000, "there is no database {}", name};
    current_ = name;
  }

  Tables tables(const std::string& name) override {
    if (name.empty()) return {};
    const auto database = known(name, false);
    Tables all = database->tables;
    look_at_views(*database, all, Patience::Glance);
    return all;
  }

  std::shared_ptr<const sql::Table> table(std::string_view name_of_database, std::string_view name,
                                          bool exact, std::vector<std::string>* nearest) override {
    const std::string in{name_of_database.empty() ? std::string_view{current_} : name_of_database};
    if (in.empty()) return nullptr;
    auto database = known(in, false);
    auto table = find_table(database->tables, name, exact);
    if (!table) {
      // It may be new: look again where anything was written since.
      database = known(in, true);
      table = find_table(database->tables, name, exact);
    }
    if (!table && nearest != nullptr) *nearest = nearest_tables(database->tables, name);
    if (!table || table->kind != sql::TableKind::View || !table->query.empty()) return table;
    Tables view{table};
    look_at_views(*database, view, Patience::Wait);
    return view.front();
  }

  std::shared_ptr<const sql::Table> assumed(std::string_view name_of_database, std::string_view name_view,
                                            std::string_view discriminator_view) override {
    const std::string in{name_of_database.empty() ? std::string_view{current_} : name_of_database};
    const std::string name{name_view}, discriminator{discriminator_view};
    const auto database = known(in, false);
    const auto of_type =
        std::find_if(database->tables.begin(), database->tables.end(), [&](const auto& table) {
          return table->kind == sql::TableKind::Typed && table->discriminator == discriminator;
        });
    if (of_type != database->tables.end()) {
      auto renamed = std::make_shared<sql::Table>(**of_type);
      renamed->name = name;
      return renamed;
    }
    const std::string key = "type " + name + '\0' + discriminator;
    if (auto table = server_->extra(in, key)) return table;
    Sample sample{how_.rules};
    take_sample_of_type(ask_, scope_path({in, {}, sql::DatabaseCount{}}), how_.rules.type_field,
                        discriminator, assumed_sample, sample);
    auto table = sample.table_of(in, name, discriminator);
    server_->keep_extra(in, key, table);
    return table;
  }

  std::vector<sql::Index> indexes(std::string_view name) override {
    const std::string in{name.empty() ? std::string_view{current_} : name};
    if (in.empty()) return {};
    return known(in, false)->indexes;
  }
  std::vector<sql::MaterializedView> materialized_views(std::string_view name) override {
    const std::string in{name.empty() ? std::string_view{current_} : name};
    if (in.empty()) return {};
    return known(in, false)->materialized;
  }

  sql::DatabaseFacts facts(std::string_view name) override {
    const std::string in{name.empty() ? std::string_view{current_} : name};
    if (in.empty()) return {};
    const auto database = known(in, false);
    return {database->documents, database->partitioned};
  }

 private:
  // Puts the views among `tables` with their columns in their places.
  void look_at_views(const Database& database, Tables& tables, Patience patience) {
    std::vector<size_t> places;
    ViewTables unknown;
    for (size_t i = 0; i < tables.size(); ++i) {
      if (tables[i]->kind != sql::TableKind::View || !tables[i]->query.empty()) continue;
      const std::string key = "view " + tables[i]->name;
      const auto seen = server_->extra(database.name, key);
      const auto unbuilt =
          patience == Patience::Wait ? nullptr : server_->extra(database.name, "unbuilt " + key);
      if (seen || unbuilt) {
        tables[i] = seen ? seen : unbuilt;
      } else {
        places.push_back(i);
        unknown.push_back(tables[i]);
      }
    }
    if (unknown.empty()) return;
    const auto found = described(ask_, unknown, database.documents, how_.rules, patience);
    for (size_t i = 0; i < found.size(); ++i) {
      tables[places[i]] = found[i].table;
      const std::string key = "view " + found[i].table->name;
      if (found[i].built)
        server_->keep_extra(database.name, key, found[i].table);
      else
        server_->keep_extra(database.name, "unbuilt " + key, found[i].table, Clock::now() + until_built);
    }
  }

  // What is known of a database: as good as the server's state asks for. `newest`: nothing may have been
  // written since.
  std::shared_ptr<const Database> known(const std::string& name, bool newest) {
    std::optional<DatabaseState> state;
    const auto fresh = [&](const Database& then, const ServerEntry::Checked& last) {
      if (!newest && Clock::now() - last.at < trusted) return true;
      state = state_of(ask_, name);
      if (newest ? changed(then, *state) : changed_much(then, *state)) return false;
      if (state->update_seq != last.update_seq && designs_changed(ask_, then)) {
        const Defined now = definitions_of(ask_, name, how_);
        server_->amend(name, [&](const Database& known) { return with_definitions(known, now, how_); });
      }
      server_->checked(name, state->update_seq);
      return true;
    };
    const auto make = [&] {
      if (!state) state = state_of(ask_, name);
      Discovery how = how_;
      how.traits = traits();
      return discover(ask_, name, *state, how);
    };
    return server_->database(name, fresh, make, ask_.stop, ask_.deadline);
  }

  Asking ask_;
  std::string current_, own_;
  Discovery how_;
  std::shared_ptr<ServerEntry> server_;
};

}  // namespace

std::unique_ptr<Schema> Schema::create(std::shared_ptr<http::Client> client, const Settings& settings) {
  return std::make_unique<ServerSchema>(std::move(client), settings);
}

}  // namespace couch::driver::schema
