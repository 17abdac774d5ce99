#include "net/socket.h"

#include <poll.h>

#include <string>

#include "gtest/gtest.h"

namespace distdb {
namespace {

// Waits until `socket` is ready for `events`; false after ten seconds.
bool WaitFor(const UniqueFd& socket, short events) {
  pollfd fd{.fd = socket.get(), .events = events, .revents = 0};
  return poll(&fd, 1, 10'000) == 1;
}

Endpoint LoopbackAt(uint16_t port) { return {"127.0.0.1", port}; }

TEST(SocketTest, EndpointsAreReadAndPrinted) {
  for (const char* text : {"127.0.0.1:7001", "[::1]:7001", "localhost:0"}) {
    const absl::StatusOr<Endpoint> endpoint = ParseEndpoint(text);
    ASSERT_TRUE(endpoint.ok()) << endpoint.status();
    EXPECT_EQ(ToString(*endpoint), text);
  }
  EXPECT_EQ(ParseEndpoint("[::1]:7001")->host, "::1");
  for (const char* text :
       {"", "7001", ":7001", "host:", "host:x", "host:65536", "host:-1"}) {
    EXPECT_EQ(ParseEndpoint(text).status().code(),
              absl::StatusCode::kInvalidArgument)
        << text;
  }
}

TEST(SocketTest, AnIpEndpointHasAnAddressAndAPort) {
  for (const char* text : {"127.0.0.1:1", "[::1]:65535"}) {
    const absl::StatusOr<Endpoint> endpoint = ParseIpEndpoint(text);
    ASSERT_TRUE(endpoint.ok()) << endpoint.status();
    EXPECT_EQ(ToString(*endpoint), text);
  }
  for (const char* text :
       {"", "127.0.0.1", "127.0.0.1:0", "localhost:1", "example.org:1"}) {
    EXPECT_EQ(ParseIpEndpoint(text).status().code(),
              absl::StatusCode::kInvalidArgument)
        << text;
  }
}

TEST(SocketTest, BytesGoBothWaysAndTheEndIsSeen) {
  const absl::StatusOr<UniqueFd> listener = Listen(LoopbackAt(0));
  ASSERT_TRUE(listener.ok()) << listener.status();
  absl::StatusOr<UniqueFd> dialer =
      StartConnect(LoopbackAt(*LocalPort(*listener)));
  ASSERT_TRUE(dialer.ok()) << dialer.status();
  ASSERT_TRUE(WaitFor(*listener, POLLIN));
  absl::StatusOr<UniqueFd> accepted = Accept(*listener);
  ASSERT_TRUE(accepted.ok() && accepted->is_open());
  EXPECT_FALSE(Accept(*listener)->is_open()) << "nobody else waits";
  ASSERT_TRUE(WaitFor(*dialer, POLLOUT));
  EXPECT_TRUE(ConnectResult(*dialer).ok());

  char buffer[16];
  EXPECT_EQ(ReadSome(*accepted, buffer, sizeof(buffer))->bytes, 0u);
  EXPECT_EQ(WriteSome(*dialer, "hello")->bytes, 5u);
  ASSERT_TRUE(WaitFor(*accepted, POLLIN));
  const absl::StatusOr<Transfer> read =
      ReadSome(*accepted, buffer, sizeof(buffer));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(std::string(buffer, read->bytes), "hello");

  dialer->Close();
  ASSERT_TRUE(WaitFor(*accepted, POLLIN));
  EXPECT_TRUE(ReadSome(*accepted, buffer, sizeof(buffer))->closed);
}

TEST(SocketTest, APortInUseIsAnErrorThatNamesItAndTheMend) {
  const absl::StatusOr<UniqueFd> first = Listen(LoopbackAt(0));
  ASSERT_TRUE(first.ok());
  const Endpoint taken = LoopbackAt(*LocalPort(*first));
  const absl::Status status = Listen(taken).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(status.message(),
            "address " + ToString(taken) +
                " is in use; stop the process that holds it, or choose "
                "another port");
}

TEST(SocketTest, AnAddressOfAnotherMachineIsAnError) {
  EXPECT_EQ(Listen({"192.0.2.1", 0}).status().message(),
            "address 192.0.2.1:0 is not an address of this machine");
}

TEST(SocketTest, WhereNobodyListensConnectingFails) {
  Endpoint nobody;
  {
    const absl::StatusOr<UniqueFd> listener = Listen(LoopbackAt(0));
    ASSERT_TRUE(listener.ok());
    nobody = LoopbackAt(*LocalPort(*listener));
  }
  const absl::StatusOr<UniqueFd> dialer = StartConnect(nobody);
  absl::Status status = dialer.status();
  if (dialer.ok()) {
    ASSERT_TRUE(WaitFor(*dialer, POLLOUT));
    status = ConnectResult(*dialer);
  }
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(status.message(), "Connection refused");
}

}  // namespace
}  // namespace distdb
