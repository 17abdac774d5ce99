// Phrases for what a plan says of single happenings: "at 10.000 ms p3 tells p2
// ECHO(3:1, b)".

#ifndef DISTDB_SIM_EXPLAIN_DEED_PHRASES_H_
#define DISTDB_SIM_EXPLAIN_DEED_PHRASES_H_

#include <string>

#include "sim/narration/value_names.h"
#include "sim/plan.h"

namespace distdb::sim {

std::string Phrase(const Action& action, ValueNames& names);
std::string Phrase(const Rule& rule);
std::string Phrase(const SlowFsync& slow);
std::string Phrase(const ReadFailure& failure);
std::string Phrase(const ChannelDelay& delay);
std::string Phrase(const RareStrike& strike);
std::string Phrase(const LeftOut& out);

}  // namespace distdb::sim

#endif  // DISTDB_SIM_EXPLAIN_DEED_PHRASES_H_
