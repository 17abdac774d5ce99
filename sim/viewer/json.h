// JSON, as far as a page needs it that carries its data inside itself, in a
// <script type="application/json">: nothing in it can end the script.

#ifndef DISTDB_SIM_VIEWER_JSON_H_
#define DISTDB_SIM_VIEWER_JSON_H_

#include <string>

#include "absl/strings/string_view.h"

namespace distdb::sim {

// Appends `text` as a JSON string (RFC 8259). Every `<` and `>`, U+2028, U+2029
// and every control character is escaped; bytes that are no UTF-8 become
// U+FFFD.
void AppendJsonString(absl::string_view text, std::string& json);

// Appends the text of an HTML element: `&`, `<`, `>` and `"` as entities.
void AppendHtmlText(absl::string_view text, std::string& html);

}  // namespace distdb::sim

#endif  // DISTDB_SIM_VIEWER_JSON_H_
