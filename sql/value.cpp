#include "sql/value.h"
