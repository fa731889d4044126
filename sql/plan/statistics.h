#pragma once
// What the planner asks the server before it chooses, because the answer costs about a millisecond and a
// wrong choice much more: how many rows a range of an index has, and where ids divide a database evenly.
// Remembered for a short while, by connection, so that a statement that is executed again does not ask again.
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "sql/documents.h"

namespace couch::sql::plan {

// Thread safe; never locked across a request.
class StatisticsMemory {
 public:
  std::optional<uint64_t> count(const std::string& key);
  void keep_count(const std::string& key, uint64_t value);
  std::optional<std::vector<std::string>> splits(const std::string& key);
  void keep_splits(const std::string& key, std::vector<std::string> ids);

 private:
  using Clock = std::chrono::steady_clock;
  template <class T>
  struct Known {
    T value;
    Clock::time_point until;
  };
  std::mutex mutex_;
  std::map<std::string, Known<uint64_t>> counts_;
  std::map<std::string, Known<std::vector<std::string>>> splits_;
};

// How finely a range of ids is to be divided.
struct Parts {
  uint64_t most_documents;  // of a part, nearly
  uint64_t at_least;        // parts, as long as there are documents
};

// A remembered count will do to choose a way; what proves that an answer is right has to be asked now.
enum class Age : uint8_t { Remembered, Now };

// Of one execution. One thread at a time.
class Statistics {
 public:
  Statistics(Documents& documents, StatisticsMemory& memory) : documents_(documents), memory_(memory) {}

  // The rows of a view's (ascending) ranges or keys together, by its `_count` (a JSON index has one).
  uint64_t rows(const std::string& database, const std::string& partition, const std::vector<ViewRead>& reads,
                Age age = Age::Remembered);

  // The keys (JSON texts) of the first `most` rows of a view's ranges, one range after another.
  std::vector<std::string> first_keys(const std::string& database, const std::string& partition,
                                      const std::vector<ViewRead>& reads, uint64_t most);

  // Of a database, without design documents.
  uint64_t documents(const std::string& database, Age age = Age::Remembered);

  // Of a database, from one id (inclusive) to another (exclusive).
  uint64_t documents_between(const std::string& database, const std::string& start, const std::string& end);

  // Ids that divide those from `start` (inclusive) to `end` (exclusive) into ranges; none where the server
  // gives no ranks. Ascending, all of them between `start` and `end`.
  std::vector<std::string> splits(const std::string& database, const std::string& partition,
                                  const std::optional<std::string>& start,
                                  const std::optional<std::string>& end, const Parts& parts);

  uint64_t asked() const { return asked_; }  // requests so far

 private:
  struct Place {
    uint64_t total = 0, rank = 0;
    std::optional<std::string> id;
  };
  std::vector<Place> places(const std::string& database, const std::string& partition,
                            const std::vector<std::string>& ids);

  Documents& documents_;
  StatisticsMemory& memory_;
  uint64_t asked_ = 0;
};

}  // namespace couch::sql::plan
