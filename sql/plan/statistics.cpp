#include "sql/plan/statistics.h"

#include <fmt/format.h>
#include <rapidjson/document.h>

#include <algorithm>
#include <queue>
#include <utility>

#include "sql/error.h"
#include "sql/id_between.h"
#include "sql/json_text.h"
#include "sql/plan/explain.h"

namespace couch::sql::plan {

namespace {

constexpr std::chrono::seconds counts_live{20};
constexpr std::chrono::minutes splits_live{10};
constexpr size_t most_remembered = 1000;

rapidjson::Document object_of(DocumentStream& stream) {
  rapidjson::Document out;
  if (auto row = stream.next()) out.Parse<rapidjson::kParseIterativeFlag>(row->data(), row->size());
  return out;
}

uint64_t number_in(const rapidjson::Document& row, const char* name) {
  if (row.HasParseError() || !row.IsObject()) return 0;
  auto member = row.FindMember(name);
  return member != row.MemberEnd() && member->value.IsUint64() ? member->value.GetUint64() : 0;
}

std::optional<std::string> id_in(const rapidjson::Document& row) {
  if (row.HasParseError() || !row.IsObject()) return std::nullopt;
  auto member = row.FindMember("id");
  if (member == row.MemberEnd() || !member->value.IsString()) return std::nullopt;
  return std::string{member->value.GetString(), member->value.GetStringLength()};
}

template <class Map>
void make_room(Map& map) {
  if (map.size() >= most_remembered) map.clear();
}

}  // namespace

std::optional<uint64_t> StatisticsMemory::count(const std::string& key) {
  std::scoped_lock lock{mutex_};
  auto found = counts_.find(key);
  if (found == counts_.end() || found->second.until < Clock::now()) return std::nullopt;
  return found->second.value;
}

void StatisticsMemory::keep_count(const std::string& key, uint64_t value) {
  std::scoped_lock lock{mutex_};
  make_room(counts_);
  counts_[key] = {value, Clock::now() + counts_live};
}

std::optional<std::vector<std::string>> StatisticsMemory::splits(const std::string& key) {
  std::scoped_lock lock{mutex_};
  auto found = splits_.find(key);
  if (found == splits_.end() || found->second.until < Clock::now()) return std::nullopt;
  return found->second.value;
}

void StatisticsMemory::keep_splits(const std::string& key, std::vector<std::string> ids) {
  std::scoped_lock lock{mutex_};
  make_room(splits_);
  splits_[key] = {std::move(ids), Clock::now() + splits_live};
}

uint64_t Statistics::rows(const std::string& database, const std::string& partition,
                          const std::vector<ViewRead>& reads, Age age) {
  std::vector<DocumentRequest> requests;
  std::string key = database + "\n" + partition;
  for (const auto& read : reads) {
    ViewRead count = read;
    count.reduce = true;
    count.group = !read.keys.empty();
    count.include_docs = false;
    count.limit.reset();
    count.expected.reset();
    requests.push_back({database, partition, std::move(count)});
    RequestText text = request_text(requests.back());
    key += "\n" + text.path + text.body;
  }
  if (auto known = memory_.count(key); known && age == Age::Remembered) return *known;
  std::vector<std::unique_ptr<DocumentStream>> answers;
  for (const auto& request : requests) answers.push_back(documents_.open(request));
  asked_ += requests.size();
  uint64_t rows = 0;
  for (const auto& answer : answers) {
    while (auto row = answer->next()) {
      rapidjson::Document group;
      group.Parse<rapidjson::kParseIterativeFlag>(row->data(), row->size());
      rows += number_in(group, "value");
    }
  }
  memory_.keep_count(key, rows);
  return rows;
}

std::vector<std::string> Statistics::first_keys(const std::string& database, const std::string& partition,
                                                const std::vector<ViewRead>& reads, uint64_t most) {
  std::vector<std::string> out;
  for (const auto& read : reads) {
    if (out.size() >= most) break;
    ViewRead first = read;
    first.include_docs = false;
    first.limit = most - out.size();
    ++asked_;
    const auto answer = documents_.open({database, partition, std::move(first)});
    while (auto row = answer->next()) out.emplace_back(member_of({row->data(), row->size()}, "key"));
  }
  return out;
}

uint64_t Statistics::documents(const std::string& database, Age age) {
  const std::string key = "documents of\n" + database;
  if (auto known = memory_.count(key); known && age == Age::Remembered) return *known;
  ++asked_;
  auto answer = documents_.open({database, {}, DatabaseCount{}});
  const uint64_t count = number_in(object_of(*answer), "doc_count");
  memory_.keep_count(key, count);
  return count;
}

uint64_t Statistics::documents_between(const std::string& database, const std::string& start,
                                       const std::string& end) {
  const std::string key = "documents of\n" + database + "\n" + start + "\n" + end;
  if (auto known = memory_.count(key)) return *known;
  const auto ends = places(database, {}, {start, end});
  const uint64_t count = ends[1].rank > ends[0].rank ? ends[1].rank - ends[0].rank : 0;
  memory_.keep_count(key, count);
  return count;
}

std::vector<Statistics::Place> Statistics::places(const std::string& database, const std::string& partition,
                                                  const std::vector<std::string>& ids) {
  std::vector<std::unique_ptr<DocumentStream>> answers;
  for (const auto& id : ids) answers.push_back(documents_.open({database, partition, Rank{id}}));
  asked_ += ids.size();
  std::vector<Place> out;
  for (const auto& answer : answers) {
    rapidjson::Document row = object_of(*answer);
    Place place{number_in(row, "total"), number_in(row, "rank"), {}};
    place.id = id_in(row);
    out.push_back(std::move(place));
  }
  return out;
}

std::vector<std::string> Statistics::splits(const std::string& database, const std::string& partition,
                                            const std::optional<std::string>& start,
                                            const std::optional<std::string>& end, const Parts& parts) {
  const std::string key = fmt::format("{}\n{}\n{}\n{}\n{} {}", database, partition, start.value_or(""),
                                      end.value_or("\n"), parts.most_documents, parts.at_least);
  if (auto known = memory_.splits(key)) return *known;

  // How many documents lie between two ids; the widest is divided next, several at a time.
  struct Gap {
    std::string low, high;
    uint64_t low_rank = 0, high_rank = 0;
    bool operator<(const Gap& other) const { return high_rank - low_rank < other.high_rank - other.low_rank; }
  };
  constexpr size_t at_once = 8, most_probes = 600;
  // After the last code point that an id begins with, nearly: U+10FFFF.
  const std::string last = "\xF4\x8F\xBF\xBF";
  AllDocs downwards;
  downwards.start = end;
  downwards.descending = true;
  downwards.include_docs = false;
  downwards.limit = 1;
  auto highest = documents_.open({database, partition, std::move(downwards)});
  ++asked_;
  auto ends = places(database, partition, {start.value_or(""), end.value_or(last)});
  if (!ends[0].id || ends[1].rank <= ends[0].rank) return {};
  // Halving begins between ids that are there: from the last one, not from the last possible one.
  std::string high = id_in(object_of(*highest)).value_or(end.value_or(last));
  const uint64_t part_size =
      std::min(parts.most_documents, (ends[1].rank - ends[0].rank) / std::max<uint64_t>(parts.at_least, 1));
  std::priority_queue<Gap> gaps;
  gaps.push({*ends[0].id, std::move(high), ends[0].rank, ends[1].rank});
  std::vector<std::string> out;
  for (size_t probes = 0; probes < most_probes && !gaps.empty();) {
    std::vector<Gap> wide;
    std::vector<std::string> middles;
    while (!gaps.empty() && middles.size() < at_once) {
      Gap gap = gaps.top();
      if (gap.high_rank - gap.low_rank <= part_size) break;
      gaps.pop();
      std::string middle = id_between(gap.low, gap.high);
      if (middle.empty()) continue;
      wide.push_back(std::move(gap));
      middles.push_back(std::move(middle));
    }
    if (middles.empty()) break;
    probes += middles.size();
    auto found = places(database, partition, middles);
    for (size_t i = 0; i < middles.size(); ++i) {
      const Gap& gap = wide[i];
      const Place& place = found[i];
      if (place.rank < gap.low_rank || place.rank > gap.high_rank) continue;  // others write, or no ranks
      if (place.rank > gap.low_rank) {
        // A half that is too small is no range of its own: one of the two would do.
        const uint64_t width = gap.high_rank - gap.low_rank, below = place.rank - gap.low_rank;
        if (below * 8 >= width && (width - below) * 8 >= width) out.push_back(middles[i]);
        gaps.push({gap.low, middles[i], gap.low_rank, place.rank});
      }
      if (place.id && place.rank < gap.high_rank && *place.id < gap.high)
        gaps.push({*place.id, gap.high, place.rank, gap.high_rank});
    }
  }
  std::sort(out.begin(), out.end());
  memory_.keep_splits(key, out);
  return out;
}

}  // namespace couch::sql::plan
