#include "node/address_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "net/codec/frame.h"
#include "node/testing/files.h"
#include "node/testing/temp_dir.h"

namespace distdb {
namespace {

using ::testing::HasSubstr;

class AddressFileTest : public ::testing::Test {
 protected:
  TempDir dir_;
  std::string path_ = AddressFilePath(dir_.path() + "/key.pem");
};

TEST_F(AddressFileTest, HoldsWhatWasWrittenLast) {
  EXPECT_EQ(path_, dir_.path() + "/addresses");
  const std::vector<std::string> most(kAddressRecordsMax,
                                      std::string(kAddressRecordBytesMax, 'r'));
  for (const std::vector<std::string>& records :
       {most, std::vector<std::string>{"one", "another"}}) {
    ASSERT_TRUE(WriteAddressFile(path_, records).ok());
    const auto read = ReadAddressFile(path_);
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_EQ(*read, records);
  }
}

TEST_F(AddressFileTest, WithoutAFileNothingIsKnown) {
  const auto read = ReadAddressFile(path_);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_TRUE(read->empty());
}

TEST_F(AddressFileTest, NamesAFileThatHoldsSomethingElse) {
  ASSERT_TRUE(WriteAddressFile(path_, {"one", "another"}).ok());
  const std::string good = ReadFile(path_);
  for (const std::string& bad :
       {std::string(), std::string("garbage"), good.substr(0, good.size() - 1),
        good + std::string(2 * kRecordsFrameBytesMax, 'x')}) {
    WriteFile(path_, bad);
    EXPECT_THAT(std::string(ReadAddressFile(path_).status().message()),
                HasSubstr(path_ + " holds no address records"));
  }
}

TEST_F(AddressFileTest, NamesAPlaceThatCannotBeWritten) {
  std::filesystem::create_directory(path_);
  EXPECT_THAT(std::string(WriteAddressFile(path_, {"one"}).message()),
              HasSubstr(path_));
  EXPECT_FALSE(ReadAddressFile(path_).ok());
}

}  // namespace
}  // namespace distdb
