#pragma once
// The values that one row's fields get.
#include <optional>
#include <string>
#include <vector>

#include "sql/change/fields.h"
#include "sql/session.h"
#include "sql/value.h"

namespace couch::sql::change {

// Fields and where their values come from, checked once, made into JSON for each row.
class Assignments {
 public:
  Assignments() = default;
  // Constants are converted here; parameters get the fields' types in `infos`. `computed`: the types of the
  // inner query's computed columns. Throws, located.
  Assignments(std::vector<Field> fields, std::vector<Operand> operands, const std::vector<Type>& computed,
              std::vector<ParameterInfo>& infos);

  struct Row {
    const std::vector<Value>* parameters = nullptr;  // coerced by coerced()
    Rows* computed = nullptr;                        // at the row; null where nothing is computed
    size_t first = 0;                                // the inner query's first computed column
    std::string_view excluded;                       // the proposed document
  };
  // The JSON of each field, in their order; nullopt: it is left out. _id's is the JSON of its text.
  std::vector<std::optional<std::string>> json(const Row& row) const;
  // The value of field i before it is made into JSON; NULL for what is left out.
  Value value(size_t i, const Row& row) const;
  // The fields but _id, as json() has them in their places.
  std::string apply(std::string_view object, const std::vector<std::optional<std::string>>& json) const;

  const std::vector<Field>& fields() const { return fields_; }
  const std::vector<Operand>& operands() const { return operands_; }
  std::optional<size_t> id() const { return id_; }  // the place of _id; none: it is not written

 private:
  std::vector<Field> fields_;
  std::vector<Operand> operands_;
  std::vector<std::optional<std::string>> constants_;
  std::optional<size_t> id_;
  std::vector<size_t> places_;  // of the fields but _id
  std::optional<Edits> edits_;
};

// SET f = DEFAULT, of a column that states one: its value in `json`, which is of the assignments' fields.
// Throws Error(NullNotAllowed) where the column states NOT NULL and none.
void fill_defaults(const Assignments& assignments, std::vector<std::optional<std::string>>& json,
                   const Options& options, const Execution& execution);

}  // namespace couch::sql::change
