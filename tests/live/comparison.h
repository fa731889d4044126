#pragma once
// Rows of the driver beside rows of a judge.
#include <string>
#include <vector>

#include "tests/live/session.h"
#include "tests/support/oracle.h"
#include "tests/support/random_table.h"

namespace couch::live {

// Numbers by value (sums differ in their last bits, by the order of adding), times without the zeros that end
// a fraction, text exactly; by `text_order`, if given: of texts that the server holds equal, a group or
// DISTINCT shows any.
bool same_value(const Cell& actual, const judge::OracleValue& expected, const Column& column,
                const judge::TextOrder* text_order = nullptr);

// Empty when the rows are the same; else what differs, short enough to read. In order, or as bags.
std::string difference(const Result& actual, const std::vector<judge::OracleRow>& expected, bool ordered,
                       const judge::TextOrder* text_order = nullptr);

// What another way to the same rows gave, to be compared with.
std::vector<judge::OracleRow> expected_rows(const Result& result);

}  // namespace couch::live
