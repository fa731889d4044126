// SQLProcedures and SQLProcedureColumns: there are none, but their results have the right shape.
#include "driver/catalog/catalog.h"
#include "driver/catalog/shapes.h"

namespace couch::driver::catalog {

Result procedures(const Argument&, const Argument&, const Argument&, bool) {
  return from_values(columns_of(Function::Procedures), {});
}

Result procedure_columns(const Argument&, const Argument&, const Argument&, const Argument&, bool) {
  return from_values(columns_of(Function::ProcedureColumns), {});
}

}  // namespace couch::driver::catalog
