#pragma once
// Intervals as text, the part between the quotes of INTERVAL '…' DAY TO SECOND.
#include <optional>
#include <string>
#include <string_view>

#include "sql/value.h"

namespace couch::sql {

// '1-6' YEAR TO MONTH, '3 04:05:06.5' DAY TO SECOND, '-90' MINUTE; nullopt: it does not read as one, or is
// out of range.
std::optional<Interval> parse_interval(std::string_view text, IntervalField leading, IntervalField trailing);
std::string interval_text(const Interval& interval);

// An interval as SQLite holds it: months, or nanoseconds. nullopt: past 292 years of nanoseconds.
std::optional<int64_t> interval_units(const Interval& interval);
Interval interval_of(int64_t units, const Type& type);

}  // namespace couch::sql
