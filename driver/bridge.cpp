#include "driver/bridge.h"
