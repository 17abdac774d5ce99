#include "node/service_manager.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "core/types.h"
#include "net/event_loop.h"
#include "net/unique_fd.h"
#include "node/testing/temp_dir.h"

namespace distdb {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class ServiceManagerTest : public ::testing::Test {
 protected:
  ServiceManagerTest() : loop_(EventLoop::Create().value()) {}
  ~ServiceManagerTest() override {
    for (const char* name :
         {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) {
      unsetenv(name);
    }
  }

  // Listens as systemd does, and says so in the environment.
  void Listen(const std::string& name) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    ASSERT_LT(name.size(), sizeof(address.sun_path));
    std::memcpy(address.sun_path, name.data(), name.size());
    if (name[0] == '@') address.sun_path[0] = '\0';
    manager_ = UniqueFd(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    ASSERT_EQ(bind(manager_.get(), reinterpret_cast<const sockaddr*>(&address),
                   static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) +
                                          name.size())),
              0);
    setenv("NOTIFY_SOCKET", name.c_str(), 1);
  }

  // In the test's folder, by a name that is short enough for a socket.
  std::string Path() {
    folder_ = UniqueFd(open(dir_.path().c_str(), O_PATH | O_CLOEXEC));
    return absl::StrCat("/proc/self/fd/", folder_.get(), "/notify");
  }

  // The next datagram that has come; empty when there is none.
  std::string Heard() {
    char bytes[1024];
    const ssize_t size =
        recv(manager_.get(), bytes, sizeof(bytes), MSG_DONTWAIT);
    return size < 0 ? "" : std::string(bytes, static_cast<size_t>(size));
  }

  TempDir dir_;
  UniqueFd folder_;
  std::unique_ptr<EventLoop> loop_;
  UniqueFd manager_;
};

TEST_F(ServiceManagerTest, TellsTheBeginningAndTheEnd) {
  Listen(Path());
  ServiceManager manager(loop_.get());
  EXPECT_EQ(Heard(), "");
  manager.Ready("serving");
  EXPECT_EQ(Heard(),
            absl::StrCat("READY=1\nSTATUS=serving\nMAINPID=", getpid()));
  EXPECT_EQ(Heard(), "") << "there is no watchdog";
  manager.Stopping("draining");
  EXPECT_EQ(Heard(), "STOPPING=1\nSTATUS=draining");
}

TEST_F(ServiceManagerTest, AnAbstractSocketWillDo) {
  Listen(absl::StrCat("@distdb-test-", getpid()));
  ServiceManager manager(loop_.get());
  manager.Ready("serving");
  EXPECT_THAT(Heard(), StartsWith("READY=1\n"));
}

TEST_F(ServiceManagerTest, FeedsTheWatchdogAsLongAsTheLoopTurns) {
  Listen(Path());
  setenv("WATCHDOG_USEC", "2000", 1);
  setenv("WATCHDOG_PID", absl::StrCat(getpid()).c_str(), 1);
  ServiceManager manager(loop_.get());
  manager.Ready("serving");
  EXPECT_THAT(Heard(), StartsWith("READY=1\n"));
  for (int fed = 0; fed < 3; ++fed) {
    std::string heard;
    while (heard.empty()) {
      loop_->RunOnce(kMillisecond);
      heard = Heard();
    }
    EXPECT_EQ(heard, "WATCHDOG=1");
  }
}

TEST_F(ServiceManagerTest, AWatchdogOfAnotherProcessIsNotOurs) {
  Listen(Path());
  setenv("WATCHDOG_USEC", "2000", 1);
  setenv("WATCHDOG_PID", "1", 1);
  ServiceManager manager(loop_.get());
  manager.Ready("serving");
  EXPECT_THAT(Heard(), StartsWith("READY=1\n"));
  for (int i = 0; i < 5; ++i) loop_->RunOnce(2 * kMillisecond);
  EXPECT_EQ(Heard(), "");
}

TEST_F(ServiceManagerTest, WithoutSystemdNothingHappens) {
  ServiceManager manager(loop_.get());
  manager.Ready("serving");
  manager.Stopping("draining");
  setenv("NOTIFY_SOCKET", std::string(500, 'x').c_str(), 1);
  ServiceManager misled(loop_.get());
  misled.Ready("serving");
}

}  // namespace
}  // namespace distdb
