// Two ends in one process, over a real socket.

#include "net/tls/stream.h"

#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/node_set.h"
#include "core/types.h"
#include "gtest/gtest.h"
#include "net/socket.h"
#include "net/stream.h"
#include "net/tls/context.h"
#include "net/tls/keys.h"
#include "net/unique_fd.h"

namespace distdb {
namespace {

constexpr size_t kBuffer = 64 * 1024;
// Rounds of both ends; no test takes as many.
constexpr int kRoundsMax = 100'000;

PrivateKey NewKey() {
  absl::StatusOr<PrivateKey> key = PrivateKey::Generate();
  EXPECT_TRUE(key.ok()) << key.status();
  return *std::move(key);
}

// A cluster of three nodes' keys; node 0 accepts, node 1 dials.
class TlsStreamTest : public testing::Test {
 protected:
  TlsStreamTest() {
    for (int i = 0; i < 3; ++i) keys_.push_back(NewKey());
    NewSockets();
  }

  void NewSockets() {
    int ends[2];
    ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0,
                         ends),
              0);
    accepting_socket_ = UniqueFd(ends[0]);
    dialling_socket_ = UniqueFd(ends[1]);
  }

  std::vector<PublicKey> Pins() const {
    std::vector<PublicKey> pins;
    for (const PrivateKey& key : keys_) pins.push_back(key.public_key());
    return pins;
  }

  std::shared_ptr<const TlsContext> ContextOf(const PrivateKey& key) const {
    absl::StatusOr<std::shared_ptr<const TlsContext>> context =
        TlsContext::Create(key, Pins());
    EXPECT_TRUE(context.ok()) << context.status();
    return *std::move(context);
  }

  // Node 0, who expects 1 and 2.
  void Accept() {
    absl::StatusOr<std::unique_ptr<Stream>> stream = NewTlsStream(
        std::move(accepting_socket_), TlsSide::kAccepts,
        NodeSet::Of(NodeId(1)).With(NodeId(2)), ContextOf(keys_[0]));
    ASSERT_TRUE(stream.ok()) << stream.status();
    accepting_ = *std::move(stream);
  }

  void Dial(const PrivateKey& key, NodeId expected = NodeId(0)) {
    absl::StatusOr<std::unique_ptr<Stream>> stream =
        NewTlsStream(std::move(dialling_socket_), TlsSide::kDials,
                     NodeSet::Of(expected), ContextOf(key));
    ASSERT_TRUE(stream.ok()) << stream.status();
    dialling_ = *std::move(stream);
  }

  // Until `end` is established or broken; OK when it is established.
  static absl::Status Advance(Stream& end, bool& done) {
    if (done) return absl::OkStatus();
    const absl::StatusOr<bool> established = end.Establish();
    if (established.ok()) done = *established;
    return established.status();
  }

  // Both ends' outcomes.
  std::pair<absl::Status, absl::Status> Establish() {
    bool accepted = false;
    bool dialled = false;
    absl::Status accepting, dialling;
    for (int i = 0; i < 100; ++i) {
      if (dialling.ok()) dialling = Advance(*dialling_, dialled);
      if (accepting.ok()) accepting = Advance(*accepting_, accepted);
    }
    EXPECT_TRUE(accepted || !accepting.ok());
    return {accepting, dialling};
  }

  // What `from` hears of an error sooner or later.
  static absl::Status NextError(Stream& from) {
    char buffer[kBuffer];
    for (int i = 0; i < 100; ++i) {
      const absl::StatusOr<Transfer> read = from.Read(buffer, kBuffer);
      if (!read.ok()) return read.status();
    }
    return absl::OkStatus();
  }

  void EstablishBoth() {
    Accept();
    Dial(keys_[1]);
    const auto [accepting, dialling] = Establish();
    ASSERT_TRUE(accepting.ok()) << accepting;
    ASSERT_TRUE(dialling.ok()) << dialling;
  }

  std::vector<PrivateKey> keys_;
  UniqueFd accepting_socket_;
  UniqueFd dialling_socket_;
  std::unique_ptr<Stream> accepting_;
  std::unique_ptr<Stream> dialling_;
};

TEST_F(TlsStreamTest, BothEndsKnowWhoTheOtherIs) {
  Accept();
  Dial(keys_[1]);
  EXPECT_EQ(accepting_->peer(), std::nullopt) << "not proven yet";
  const auto [accepting, dialling] = Establish();
  EXPECT_TRUE(accepting.ok()) << accepting;
  EXPECT_TRUE(dialling.ok()) << dialling;
  EXPECT_EQ(accepting_->peer(), NodeId(1));
  EXPECT_EQ(dialling_->peer(), NodeId(0));
}

TEST_F(TlsStreamTest, BytesArriveInOrderHoweverTheSocketTakesThem) {
  EstablishBoth();
  std::string sent;
  for (uint32_t i = 0; i < 3'000'000; ++i) {
    sent += static_cast<char>(i * i % 251);
  }
  std::string queue = sent;
  std::string got;
  size_t stalls = 0;
  for (int i = 0; i < kRoundsMax && got.size() < sent.size(); ++i) {
    // Moves at every try, as a queue's bytes may.
    const std::string moved = queue;
    const absl::StatusOr<Transfer> written = dialling_->Write(moved);
    ASSERT_TRUE(written.ok()) << written.status();
    if (written->bytes < moved.size()) ++stalls;
    queue.erase(0, written->bytes);
    char buffer[kBuffer];
    const absl::StatusOr<Transfer> read = accepting_->Read(buffer, kBuffer);
    ASSERT_TRUE(read.ok()) << read.status();
    got.append(buffer, read->bytes);
  }
  EXPECT_TRUE(got == sent);
  EXPECT_GT(stalls, 0u) << "the socket was never full";
}

TEST_F(TlsStreamTest, NothingTravelsInTheClear) {
  EstablishBoth();
  const std::string secret = "the quick brown fox";
  const absl::StatusOr<Transfer> written = dialling_->Write(secret);
  ASSERT_TRUE(written.ok()) << written.status();
  char buffer[kBuffer];
  const absl::StatusOr<Transfer> raw =
      ReadSome(accepting_->socket(), buffer, kBuffer);
  ASSERT_TRUE(raw.ok());
  ASSERT_GT(raw->bytes, secret.size());
  EXPECT_EQ(absl::string_view(buffer, raw->bytes).find(secret),
            absl::string_view::npos);
}

TEST_F(TlsStreamTest, AKeyThatIsNotPinnedIsRefusedAndToldSo) {
  Accept();
  Dial(NewKey());
  const auto [accepting, dialling] = Establish();
  EXPECT_TRUE(absl::IsUnauthenticated(accepting)) << accepting;
  EXPECT_EQ(accepting_->peer(), std::nullopt);
  // Who dials is done first and hears of it next.
  const absl::Status told = dialling.ok() ? NextError(*dialling_) : dialling;
  EXPECT_TRUE(absl::IsPermissionDenied(told)) << told;
}

TEST_F(TlsStreamTest, AnotherNodesKeyIsNotTheExpectedOnes) {
  Accept();
  Dial(keys_[1], NodeId(2));
  const auto [accepting, dialling] = Establish();
  EXPECT_TRUE(absl::IsUnauthenticated(dialling)) << dialling;
  EXPECT_EQ(dialling.message(),
            "it shows the key of node-1, which is not expected there");
  EXPECT_TRUE(absl::IsPermissionDenied(accepting)) << accepting;
}

TEST_F(TlsStreamTest, AnEchoOfOurOwnKeyIsRefused) {
  Accept();
  Dial(keys_[0]);
  const auto [accepting, dialling] = Establish();
  EXPECT_TRUE(absl::IsUnauthenticated(accepting)) << accepting;
}

TEST_F(TlsStreamTest, WhatIsNoTlsIsMalformed) {
  for (const std::string& bytes :
       {std::string("GET / HTTP/1.1\r\n\r\n"), std::string(500, '\0'),
        std::string("\x16\x03\x01\x00\x05garbage", 12)}) {
    NewSockets();
    Accept();
    ASSERT_EQ(WriteSome(dialling_socket_, bytes)->bytes, bytes.size());
    const absl::StatusOr<bool> established = accepting_->Establish();
    EXPECT_TRUE(absl::IsInvalidArgument(established.status()))
        << established.status();
  }
}

TEST_F(TlsStreamTest, AChangedByteIsFoundOut) {
  EstablishBoth();
  ASSERT_TRUE(dialling_->Write("a vote").ok());
  // Through the hands of somebody between the two.
  char buffer[kBuffer];
  const absl::StatusOr<Transfer> raw =
      ReadSome(accepting_->socket(), buffer, kBuffer);
  ASSERT_TRUE(raw.ok());
  buffer[raw->bytes - 1] ^= 1;
  ASSERT_TRUE(
      WriteSome(accepting_->socket(), absl::string_view(buffer, raw->bytes))
          .ok());
  // The dialling end now reads what it wrote: not its to read, and changed.
  EXPECT_TRUE(absl::IsInvalidArgument(NextError(*dialling_)));
}

TEST_F(TlsStreamTest, TheEndOfTheConnectionIsNoError) {
  EstablishBoth();
  dialling_.reset();
  char buffer[kBuffer];
  const absl::StatusOr<Transfer> read = accepting_->Read(buffer, kBuffer);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_TRUE(read->closed);
}

// Somebody with OpenSSL and ideas of his own, at the dialling end.
class ForeignTlsTest : public TlsStreamTest {
 protected:
  ForeignTlsTest()
      : context_(SSL_CTX_new(TLS_client_method()), &SSL_CTX_free),
        ssl_(nullptr, &SSL_free) {}

  // What the accepting end makes of it.
  absl::Status Run() {
    Accept();
    ssl_.reset(SSL_new(context_.get()));
    EXPECT_EQ(SSL_set_fd(ssl_.get(), dialling_socket_.get()), 1);
    SSL_set_connect_state(ssl_.get());
    for (int i = 0; i < 100; ++i) {
      SSL_do_handshake(ssl_.get());
      const absl::StatusOr<bool> established = accepting_->Establish();
      if (!established.ok()) return established.status();
      if (*established) return absl::OkStatus();
    }
    return absl::DeadlineExceededError("the handshake does not end");
  }

  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl_;
};

TEST_F(ForeignTlsTest, WithoutAKeyIsRefused) {
  EXPECT_TRUE(absl::IsUnauthenticated(Run()));
}

TEST_F(ForeignTlsTest, OlderTlsIsRefused) {
  SSL_CTX_set_max_proto_version(context_.get(), TLS1_2_VERSION);
  EXPECT_TRUE(absl::IsInvalidArgument(Run()));
}

TEST_F(ForeignTlsTest, ADateThatHasPassedDoesNotMatter) {
  const std::unique_ptr<X509, decltype(&X509_free)> old(X509_new(), &X509_free);
  ASSERT_EQ(X509_set_version(old.get(), X509_VERSION_3), 1);
  ASSERT_EQ(
      ASN1_TIME_set_string(X509_getm_notBefore(old.get()), "19990101000000Z"),
      1);
  ASSERT_EQ(
      ASN1_TIME_set_string(X509_getm_notAfter(old.get()), "20000101000000Z"),
      1);
  ASSERT_EQ(X509_set_pubkey(old.get(), keys_[2].native()), 1);
  ASSERT_NE(X509_sign(old.get(), keys_[2].native(), nullptr), 0);
  ASSERT_EQ(SSL_CTX_use_certificate(context_.get(), old.get()), 1);
  ASSERT_EQ(SSL_CTX_use_PrivateKey(context_.get(), keys_[2].native()), 1);
  const absl::Status status = Run();
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(accepting_->peer(), NodeId(2));
}

}  // namespace
}  // namespace distdb
