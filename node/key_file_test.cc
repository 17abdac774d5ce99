#include "node/key_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "net/tls/keys.h"
#include "node/testing/temp_dir.h"

namespace distdb {
namespace {

using ::testing::HasSubstr;

class KeyFileTest : public ::testing::Test {
 protected:
  std::string path() const { return dir_.path() + "/node-1/key.pem"; }

  // With a new key in the file.
  PublicKey WriteNew() {
    const absl::StatusOr<PrivateKey> key = PrivateKey::Generate();
    EXPECT_TRUE(key.ok()) << key.status();
    const absl::Status written = WriteKeyFile(path(), *key);
    EXPECT_TRUE(written.ok()) << written;
    return key->public_key();
  }

  std::string Error() const {
    return std::string(ReadKeyFile(path()).status().message());
  }

  TempDir dir_;
};

TEST_F(KeyFileTest, IsItsOwnersAloneAndReadsBack) {
  const PublicKey written = WriteNew();
  struct stat about {};
  ASSERT_EQ(stat(path().c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 07777, 0600u);
  ASSERT_EQ(stat((dir_.path() + "/node-1").c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 07777, 0700u);
  const absl::StatusOr<PrivateKey> key = ReadKeyFile(path());
  ASSERT_TRUE(key.ok()) << key.status();
  EXPECT_EQ(key->public_key(), written);
}

TEST_F(KeyFileTest, IsNotUsedWhenOthersCanReadIt) {
  WriteNew();
  for (const mode_t mode : {0640, 0604, 0610, 0666}) {
    ASSERT_EQ(chmod(path().c_str(), mode), 0);
    EXPECT_TRUE(absl::IsPermissionDenied(ReadKeyFile(path()).status()));
    EXPECT_THAT(Error(), HasSubstr("run `chmod 600 " + path() + "`"));
  }
  ASSERT_EQ(chmod(path().c_str(), 0400), 0);
  EXPECT_TRUE(ReadKeyFile(path()).ok());
}

TEST_F(KeyFileTest, IsNeverWrittenOver) {
  const PublicKey first = WriteNew();
  const absl::StatusOr<PrivateKey> other = PrivateKey::Generate();
  EXPECT_TRUE(absl::IsAlreadyExists(WriteKeyFile(path(), *other)));
  EXPECT_EQ(ReadKeyFile(path())->public_key(), first);
}

TEST_F(KeyFileTest, SaysWhatIsWrongWithIt) {
  EXPECT_TRUE(absl::IsNotFound(ReadKeyFile(path()).status()));
  EXPECT_THAT(Error(), HasSubstr("`distdb init`"));
  WriteNew();
  std::ofstream(path()) << "-----BEGIN PRIVATE KEY-----\nMC4CAQ\n";
  EXPECT_TRUE(absl::IsInvalidArgument(ReadKeyFile(path()).status()));
  EXPECT_THAT(Error(), HasSubstr("`distdb key " + path() + "`"));
  std::filesystem::remove(path());
  std::filesystem::create_directory(path());
  EXPECT_THAT(Error(), HasSubstr("is no file"));
}

}  // namespace
}  // namespace distdb
