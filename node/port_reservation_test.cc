#include "node/port_reservation.h"

#include <gtest/gtest.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "net/socket.h"
#include "net/unique_fd.h"

namespace distdb {
namespace {

TEST(PortReservationTest, SomebodyMayListenThereAgainAndAgain) {
  const absl::StatusOr<PortReservation> reserved = PortReservation::Reserve(0);
  ASSERT_TRUE(reserved.ok()) << reserved.status();
  EXPECT_GT(reserved->port(), 0);
  for (int life = 0; life < 3; ++life) {
    const absl::StatusOr<UniqueFd> listener =
        Listen({"127.0.0.1", reserved->port()});
    EXPECT_TRUE(listener.ok()) << listener.status();
  }
}

TEST(PortReservationTest, APortWithAListenerIsNotReserved) {
  const absl::StatusOr<UniqueFd> listener = Listen({"127.0.0.1", 0});
  ASSERT_TRUE(listener.ok()) << listener.status();
  const absl::StatusOr<PortReservation> reserved =
      PortReservation::Reserve(*LocalPort(*listener));
  EXPECT_TRUE(absl::IsAlreadyExists(reserved.status())) << reserved.status();
}

}  // namespace
}  // namespace distdb
