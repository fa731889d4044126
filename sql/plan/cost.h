#pragma once
// What each way to the documents costs, in microseconds: measured on CouchDB 3.5 over loopback with documents
// of some 200 bytes (docs/performance.md has the table). Only their proportions decide.
#include <cstdint>

namespace couch::sql::plan {

struct Cost {
  static constexpr double request = 1'000;       // a request and its answer's first byte
  static constexpr double by_id = 100;           // _all_docs {keys}, a document
  static constexpr double all_docs = 32;         // _all_docs with documents, a document
  static constexpr double all_docs_ranges = 26;  // the same in several ranges at once
  static constexpr double all_ids = 9;           // _all_docs without documents
  static constexpr double find_looked = 37;      // _find without an index: a document that is looked at
  static constexpr double find_sent = 8;         //   and one that is sent
  static constexpr double find_by_index = 180;   // _find through an index: a document of the range
  static constexpr double index_document = 150;  // an index as a view with documents: a row
  static constexpr double index_key = 6.5;       //   and without them
  static constexpr double row_here = 1.5;        // reading a row and checking its conditions here
};

// How many documents a database must have for several ranges of it to be worth their requests.
constexpr uint64_t worth_ranges = 10'000;

// What a read has to cost for subqueries to be asked for before it: some requests' time.
constexpr double worth_steps = 10'000;

// What a read has to cost for AutoIndex to make the index that helps it.
constexpr double worth_index = 100'000;

}  // namespace couch::sql::plan
