// A tape as text: one decision per line, by what it means.
//
//   message_delay from=p0 to=p1 kind=ECHO instance=0:1 nth=2 answer=512000
//   nodes answer=3
//
// `nth` counts from 0; `digest` is the class of the digest. What has its
// default is left out. # begins a comment. The answer 0, which is the calm one,
// is not written: what a tape does not say is calm.

#ifndef DISTDB_SIM_TAPE_TEXT_H_
#define DISTDB_SIM_TAPE_TEXT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "sim/about.h"
#include "sim/choice.h"

namespace distdb::sim {

std::string WriteTape(const Tape& tape);

// One line of it, without the answer.
std::string WriteAbout(const About& about);

// InvalidArgument `FILE:LINE: what is wrong`, with the nearest word.
absl::StatusOr<Tape> ReadTape(const std::string& file, absl::string_view text);

}  // namespace distdb::sim

#endif  // DISTDB_SIM_TAPE_TEXT_H_
