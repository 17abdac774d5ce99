#!/bin/bash
# Prints a C++ source that defines the constants of files.h. Arguments: page.html, viewer.css, and
# the programs in the order in which they run.
set -euo pipefail

constant() { # NAME FILE...: the files' bytes, in pieces, as compilers bound the size of a literal
  local name=$1 file
  shift
  echo "const absl::string_view $name ="
  for file in "$@"; do
    if grep -qE '</script|\)EMBED"' "$file"; then
      echo "$file: contains what would end it early" >&2
      exit 1
    fi
    split -C 8000 --filter='printf "    R\"EMBED("; cat; printf ")EMBED\"\n"' "$file"
  done
  echo "    ;"
}

html=$1
css=$2
shift 2
echo '#include "sim/viewer/files.h"'
echo 'namespace distdb::sim {'
constant kPageHtml "$html"
constant kViewerCss "$css"
constant kViewerJs "$@"
echo '}  // namespace distdb::sim'
