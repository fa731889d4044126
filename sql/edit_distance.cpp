#include "sql/edit_distance.h"

#include <algorithm>
#include <utility>

namespace couch::sql {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string lower(std::string_view text) {
  std::string result{text};
  for (char& c : result) c = lower(c);
  return result;
}

}  // namespace

size_t edit_distance(std::string_view a, std::string_view b, size_t limit) {
  if (a.size() > b.size()) std::swap(a, b);
  if (b.size() - a.size() > limit) return limit + 1;
  std::vector<size_t> before(a.size() + 1), previous(a.size() + 1), current(a.size() + 1);
  for (size_t i = 0; i <= a.size(); ++i) previous[i] = i;
  for (size_t j = 1; j <= b.size(); ++j) {
    current[0] = j;
    size_t least = j;
    for (size_t i = 1; i <= a.size(); ++i) {
      size_t replaced = previous[i - 1] + (lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1);
      current[i] = std::min({previous[i] + 1, current[i - 1] + 1, replaced});
      if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1])) {
        current[i] = std::min(current[i], before[i - 2] + 1);
      }
      least = std::min(least, current[i]);
    }
    if (least > limit) return limit + 1;
    std::swap(before, previous);
    std::swap(previous, current);
  }
  return std::min(previous[a.size()], limit + 1);
}

std::vector<std::string_view> nearest(std::string_view name, const std::vector<std::string_view>& names,
                                      size_t count) {
  size_t limit = std::max<size_t>(1, name.size() / 3);
  std::string wanted = lower(name);
  std::vector<std::pair<size_t, std::string_view>> found;
  for (std::string_view candidate : names) {
    size_t distance = edit_distance(name, candidate, limit);
    if (distance > limit && wanted.size() >= 3 && candidate.size() >= 3) {
      std::string other = lower(candidate);
      if (other.find(wanted) != std::string::npos || wanted.find(other) != std::string::npos)
        distance = limit;
    }
    if (distance <= limit) found.emplace_back(distance, candidate);
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string_view> result;
  for (size_t i = 0; i < found.size() && i < count; ++i) result.push_back(found[i].second);
  return result;
}

std::string did_you_mean(const std::vector<std::string>& names) {
  if (names.empty()) return {};
  std::string result = " Did you mean ";
  for (size_t i = 0; i < names.size(); ++i) {
    if (i > 0) result += i + 1 == names.size() ? " or " : ", ";
    result += '"' + names[i] + '"';
  }
  return result + '?';
}

}  // namespace couch::sql
