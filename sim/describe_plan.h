// DescribePlan: a drawn configuration, for a person who replays a seed.

#ifndef DISTDB_SIM_DESCRIBE_PLAN_H_
#define DISTDB_SIM_DESCRIBE_PLAN_H_

#include <string>

#include "sim/plan.h"

namespace distdb::sim {

// A few lines, each `name: values`, ending with a newline.
std::string DescribePlan(const Plan& plan);

// "1.5ms", "20us": the shortest exact form.
std::string DescribeTime(Duration time);

}  // namespace distdb::sim

#endif  // DISTDB_SIM_DESCRIBE_PLAN_H_
