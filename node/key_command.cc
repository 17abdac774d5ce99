#include "node/key_command.h"

#include <cstdio>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "net/tls/keys.h"
#include "node/command_line.h"
#include "node/exit.h"
#include "node/key_file.h"

namespace distdb {
namespace {

absl::StatusOr<PrivateKey> DrawInto(const std::string& path) {
  absl::StatusOr<PrivateKey> key = PrivateKey::Generate();
  if (!key.ok()) return key;
  const absl::Status written = WriteKeyFile(path, *key);
  if (!written.ok()) return written;
  std::fprintf(stderr,
               "Drew a new key into %s. Give its public key to every node, and "
               "tell them with SIGHUP.\n",
               path.c_str());
  return key;
}

}  // namespace

int RunKey(const std::vector<std::string>& arguments) {
  const std::string path = ResolvePath(arguments[0]);
  absl::StatusOr<PrivateKey> key = ReadKeyFile(path);
  if (absl::IsNotFound(key.status())) key = DrawInto(path);
  if (!key.ok()) return Fail(kExitBadUsage, key.status());
  std::printf("%s\n", ToString(key->public_key()).c_str());
  return kExitDone;
}

}  // namespace distdb
