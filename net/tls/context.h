// TlsContext: whom a node trusts on its links, and the key it shows itself.
//
// TLS 1.3 and nothing older, both sides with a key, and no authority: each node
// shows a certificate that it made for its own key a moment ago, and the other
// looks at the key alone, which must be one that the cluster's configuration
// pins. Names, dates and chains are not looked at, so that none can expire.
// (These are the raw public keys of RFC 7250 in effect, which OpenSSL 3.0 does
// not have.) No session is resumed, as that would skip the look at the key.
//
// Not changed once made: new keys are a new context, which new connections
// use. Those that are there keep their own.

#ifndef DISTDB_NET_TLS_CONTEXT_H_
#define DISTDB_NET_TLS_CONTEXT_H_

#include <openssl/types.h>

#include <memory>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "core/node_set.h"
#include "core/types.h"
#include "net/tls/keys.h"

namespace distdb {

class TlsContext {
 public:
  // pins[i] is the key of node i; each is another. An error when OpenSSL
  // refuses, which is one of the machine's.
  static absl::StatusOr<std::shared_ptr<const TlsContext>> Create(
      const PrivateKey& key, std::vector<PublicKey> pins);

  // What it was made of.
  const PrivateKey& key() const { return key_; }
  const std::vector<PublicKey>& pins() const { return pins_; }

  // The node with this key.
  std::optional<NodeId> Find(const PublicKey& key) const;

  // OpenSSL's own, for TlsStream. An SSL made of it must have a PeerCheck as
  // its app data.
  SSL_CTX* native() const { return context_.get(); }

 private:
  TlsContext(std::shared_ptr<SSL_CTX> context, const PrivateKey& key,
             std::vector<PublicKey> pins);

  std::shared_ptr<SSL_CTX> context_;
  PrivateKey key_;
  std::vector<PublicKey> pins_;
};

// What one handshake is to check, and what it saw.
struct PeerCheck {
  const TlsContext* context = nullptr;
  // Who may be on the other side.
  NodeSet expected;
  // Whose pinned key the other side showed: proven once the handshake is done,
  // before that its word.
  std::optional<NodeId> shown;
};

}  // namespace distdb

#endif  // DISTDB_NET_TLS_CONTEXT_H_
