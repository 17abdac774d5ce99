#include "net/tls/socket_bio.h"

#include <openssl/bio.h>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "net/socket.h"

namespace distdb {
namespace {

SocketState& StateOf(BIO* bio) {
  return *static_cast<SocketState*>(BIO_get_data(bio));
}

int Create(BIO* bio) {
  BIO_set_init(bio, 1);
  return 1;
}

int Read(BIO* bio, char* to, size_t bytes_max, size_t* bytes) {
  SocketState& state = StateOf(bio);
  BIO_clear_retry_flags(bio);
  const absl::StatusOr<Transfer> read = ReadSome(*state.socket, to, bytes_max);
  *bytes = 0;
  if (!read.ok()) {
    state.error = read.status();
  } else if (read->closed) {
    state.closed = true;
  } else if (read->bytes == 0) {
    BIO_set_retry_read(bio);
  } else {
    *bytes = read->bytes;
    return 1;
  }
  return 0;
}

int Write(BIO* bio, const char* from, size_t size, size_t* bytes) {
  SocketState& state = StateOf(bio);
  BIO_clear_retry_flags(bio);
  const absl::StatusOr<Transfer> written =
      WriteSome(*state.socket, absl::string_view(from, size));
  *bytes = 0;
  if (!written.ok()) {
    state.error = written.status();
  } else if (written->bytes == 0) {
    BIO_set_retry_write(bio);
  } else {
    *bytes = written->bytes;
    return 1;
  }
  return 0;
}

long Control(BIO* bio, int command, long, void*) {
  switch (command) {
    case BIO_CTRL_FLUSH:
      return 1;
    case BIO_CTRL_EOF:
      return StateOf(bio).closed ? 1 : 0;
    default:
      return 0;
  }
}

BIO_METHOD* MakeMethod() {
  BIO_METHOD* method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK,
                                    "a socket of distdb");
  if (method == nullptr) return nullptr;
  BIO_meth_set_create(method, &Create);
  BIO_meth_set_read_ex(method, &Read);
  BIO_meth_set_write_ex(method, &Write);
  BIO_meth_set_ctrl(method, &Control);
  return method;
}

}  // namespace

BIO* NewSocketBio(SocketState* state) {
  // For the life of the process.
  static const BIO_METHOD* const method = MakeMethod();
  BIO* bio = method == nullptr ? nullptr : BIO_new(method);
  if (bio != nullptr) BIO_set_data(bio, state);
  return bio;
}

}  // namespace distdb
