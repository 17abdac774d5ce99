// Patterns for keys, as KEYS and SCAN … MATCH understand them.
//
//   *         any bytes          [abc] [a-z]   one of these
//   ?         any one byte       [^abc]        none of these
//   \x        x itself
//
// An open bracket without its end takes the rest of the pattern as its content.

#ifndef DISTDB_NET_RESP_GLOB_H_
#define DISTDB_NET_RESP_GLOB_H_

#include <string>

#include "absl/strings/string_view.h"

namespace distdb {

// At most pattern.size() × text.size() steps.
bool MatchesGlob(absl::string_view pattern, absl::string_view text);

// What every text that matches begins with: the pattern up to the first
// wildcard.
std::string GlobPrefix(absl::string_view pattern);

}  // namespace distdb

#endif  // DISTDB_NET_RESP_GLOB_H_
