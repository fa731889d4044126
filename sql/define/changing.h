#pragma once
// The documents as a definition uses them: notes what it has changed, so that one that fails in the middle
// leaves nothing stale and says so.
#include <cstdint>
#include <set>
#include <string>

#include "sql/documents.h"

namespace couch::sql::define {

class Changing final : public Documents {
 public:
  explicit Changing(Documents& documents) : documents_(documents) {}

  std::unique_ptr<DocumentStream> open(const DocumentRequest& request) override {
    return documents_.open(request);
  }
  bool pending(std::string_view database) const override { return documents_.pending(database); }
  std::vector<WriteResult> write(const std::string& database,
                                 std::span<const std::string> documents) override;
  ActionAnswer perform(const Action& action) override;
  void pause(std::chrono::milliseconds time) override { documents_.pause(time); }

  // Databases that a change was sent to, whatever came of it.
  const std::set<std::string>& databases() const { return databases_; }
  // Changes that the server has confirmed.
  uint64_t done() const { return done_; }

 private:
  Documents& documents_;
  std::set<std::string> databases_;
  uint64_t done_ = 0;
};

}  // namespace couch::sql::define
