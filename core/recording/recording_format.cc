#include "core/recording/recording_format.h"

#include "core/little_endian.h"

namespace distdb {

std::string RecordingPreamble() {
  std::string bytes(kRecordingMagic);
  AppendU32(bytes, kRecordingFormat);
  return bytes;
}

}  // namespace distdb
