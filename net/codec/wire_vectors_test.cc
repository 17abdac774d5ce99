// The wire format as files: testdata/wire/*.txt.
//
// frames.txt holds one block per frame: a title, the frame as text, and its
// bytes. The frames are made here, so that the files are only written by
//
//   bazel run //net/codec:wire_vectors_test -- --update
//
// A difference there is a change of the format: peers of the old build will not
// understand it. malformed.txt is written by hand: bytes, and what the reader
// says of them.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "net/codec/frame.h"
#include "net/codec/frame_reader.h"
#include "net/codec/wire.pb.h"

namespace distdb {
namespace {

constexpr char kFramesFile[] = "testdata/wire/frames.txt";
constexpr char kMalformedFile[] = "testdata/wire/malformed.txt";

struct Vector {
  const char* title;
  Frame frame;
};

Message Make(MessageKind kind, uint32_t origin, uint64_t seq) {
  Message message;
  message.kind = kind;
  message.instance = {Epoch(1), NodeId(origin), Seq(seq)};
  if (CarriesDigest(kind)) {
    for (size_t i = 0; i < message.digest.bytes.size(); ++i) {
      message.digest.bytes[i] = static_cast<uint8_t>(0xa0 + i);
    }
  }
  if (CarriesPayload(kind)) message.payload = Payload("payload");
  return message;
}

std::vector<Vector> MakeVectors() {
  Message empty = Make(MessageKind::kPayload, 0, 5);
  empty.payload = Payload("");
  return {
      {"handshake", Handshake{.protocol_version = 2,
                              .cluster_id = "demo",
                              .node = NodeId(3),
                              .epoch = Epoch(1),
                              .nodes = 4}},
      {"handshake of an introduction", Handshake{.protocol_version = 2,
                                                 .cluster_id = "demo",
                                                 .node = NodeId(0),
                                                 .epoch = Epoch(1),
                                                 .nodes = 4,
                                                 .introduction = true}},
      {"SEND", MessageBatch{{Make(MessageKind::kSend, 2, 300)}}},
      {"ECHO", MessageBatch{{Make(MessageKind::kEcho, 2, 300)}}},
      {"READY", MessageBatch{{Make(MessageKind::kReady, 2, 300)}}},
      {"DELIVERED", MessageBatch{{Make(MessageKind::kDelivered, 2, 300)}}},
      {"PULL", MessageBatch{{Make(MessageKind::kPull, 2, 300)}}},
      {"PAYLOAD", MessageBatch{{Make(MessageKind::kPayload, 2, 300)}}},
      {"PAYLOAD that is empty", MessageBatch{{empty}}},
      {"WATERMARK", MessageBatch{{Make(MessageKind::kWatermark, 0, 0)}}},
      {"HELLO", MessageBatch{{Make(MessageKind::kHello, 0, 0)}}},
      {"COLLECTED", MessageBatch{{Make(MessageKind::kCollected, 2, 300)}}},
      {"largest numbers", MessageBatch{{Make(MessageKind::kWatermark,
                                             0xffffffff, 0xffffffffffffffff)}}},
      {"several messages", MessageBatch{{Make(MessageKind::kEcho, 0, 1),
                                         Make(MessageKind::kReady, 0, 1),
                                         Make(MessageKind::kWatermark, 1, 7)}}},
      {"ping", Ping{0}},
      {"pong", Pong{123'456'789}},
      {"address records", AddressRecords{{"a record", "another"}}},
  };
}

// Two hexadecimal digits per byte, 32 bytes to a line.
std::string HexLines(absl::string_view bytes) {
  std::string lines;
  for (; !bytes.empty();
       bytes.remove_prefix(std::min<size_t>(32, bytes.size()))) {
    absl::StrAppend(&lines, "  ", absl::BytesToHexString(bytes.substr(0, 32)),
                    "\n");
  }
  return lines;
}

std::string AsText(absl::string_view bytes) {
  wire::Frame frame;
  EXPECT_TRUE(
      frame.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())));
  std::string text;
  google::protobuf::TextFormat::PrintToString(frame, &text);
  return text;
}

std::string RenderFrames() {
  std::string out =
      "# Frames of net/codec/wire.proto and their bytes, without the length "
      "prefix.\n# Written by: bazel run //net/codec:wire_vectors_test -- "
      "--update\n";
  for (const Vector& vector : MakeVectors()) {
    const std::string bytes = EncodeFrame(vector.frame);
    absl::StrAppend(&out, "\n", vector.title, ": ", bytes.size(), " bytes\n",
                    AsText(bytes), HexLines(bytes));
  }
  return out;
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(WireVectorsTest, FramesEncodeToTheBytesInTheFile) {
  EXPECT_EQ(RenderFrames(), ReadFile(kFramesFile))
      << "the wire format has changed; see the top of this test";
}

// The lines of one block of frames.txt that are bytes.
std::string BytesOfBlock(absl::string_view block) {
  std::string hex;
  for (absl::string_view line : absl::StrSplit(block, '\n')) {
    if (absl::ConsumePrefix(&line, "  ") && line.size() > 0 &&
        line.find_first_not_of("0123456789abcdef") == absl::string_view::npos) {
      absl::StrAppend(&hex, line);
    }
  }
  return absl::HexStringToBytes(hex);
}

TEST(WireVectorsTest, TheBytesInTheFileDecodeToTheFrames) {
  const std::string file = ReadFile(kFramesFile);
  std::vector<std::string> blocks = absl::StrSplit(file, "\n\n");
  ASSERT_FALSE(blocks.empty());
  blocks.erase(blocks.begin());  // The comment.
  const std::vector<Vector> vectors = MakeVectors();
  ASSERT_EQ(blocks.size(), vectors.size());
  for (size_t i = 0; i < vectors.size(); ++i) {
    const absl::StatusOr<Frame> frame = DecodeFrame(BytesOfBlock(blocks[i]));
    ASSERT_TRUE(frame.ok()) << vectors[i].title << ": " << frame.status();
    EXPECT_EQ(*frame, vectors[i].frame) << vectors[i].title;
  }
}

// What the reader of a link says of these bytes.
std::string ErrorOf(absl::string_view stream) {
  FrameReader reader;
  reader.Append(stream);
  const auto frame = reader.Next();
  if (!frame.ok()) return std::string(frame.status().message());
  if (!frame->has_value()) return "more bytes are needed";
  return std::string(DecodeFrame(**frame).status().message());
}

TEST(WireVectorsTest, MalformedBytesAreRefusedWithTheErrorInTheFile) {
  int found = 0;
  std::string bytes;
  const std::string file = ReadFile(kMalformedFile);
  for (absl::string_view line : absl::StrSplit(file, '\n')) {
    if (absl::ConsumePrefix(&line, "frame: ")) {
      const std::string frame =
          absl::HexStringToBytes(absl::StrReplaceAll(line, {{" ", ""}}));
      bytes.clear();
      AppendFramed(frame, bytes);
    } else if (absl::ConsumePrefix(&line, "stream: ")) {
      bytes = absl::HexStringToBytes(absl::StrReplaceAll(line, {{" ", ""}}));
    } else if (absl::ConsumePrefix(&line, "error: ")) {
      EXPECT_EQ(ErrorOf(bytes), line);
      ++found;
    }
  }
  EXPECT_GE(found, 15);
}

int Update() {
  const char* root = std::getenv("BUILD_WORKSPACE_DIRECTORY");
  if (root == nullptr) {
    std::fprintf(stderr, "--update: run this with `bazel run`\n");
    return 2;
  }
  const std::string path = absl::StrCat(root, "/", kFramesFile);
  std::ofstream file(path);
  file << RenderFrames();
  file.close();
  if (!file) {
    std::fprintf(stderr, "%s cannot be written\n", path.c_str());
    return 2;
  }
  return 0;
}

}  // namespace
}  // namespace distdb

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  if (argc == 2 && absl::string_view(argv[1]) == "--update") {
    return distdb::Update();
  }
  return RUN_ALL_TESTS();
}
