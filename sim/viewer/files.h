// The files beside this one that pages are made of, as the build embeds them.

#ifndef DISTDB_SIM_VIEWER_FILES_H_
#define DISTDB_SIM_VIEWER_FILES_H_

#include "absl/strings/string_view.h"

namespace distdb::sim {

extern const absl::string_view kPageHtml;
extern const absl::string_view kViewerCss;
extern const absl::string_view kViewerJs;  // All programs, one after another.

}  // namespace distdb::sim

#endif  // DISTDB_SIM_VIEWER_FILES_H_
