#include "node/backup/backup_command.h"

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/flags/declare.h"
#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "core/command.h"
#include "net/socket.h"
#include "node/backup/file.h"
#include "node/backup/page.h"
#include "node/backup/restore.h"
#include "node/command_line.h"
#include "node/database_client.h"
#include "node/exit.h"

ABSL_DECLARE_FLAG(std::string, addr);
ABSL_FLAG(bool, force, false,
          "Writes over what is there; keys that the file has not stay.");
ABSL_FLAG(bool, dry_run, false, "Verifies the file, and writes nothing.");

namespace distdb {
namespace {

// A line of progress each.
constexpr uint64_t kReportBytes = 64 * 1024 * 1024;

uint64_t SecondsSince1970() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<uint64_t>(
      std::chrono::duration_cast<std::chrono::seconds>(now).count());
}

void Report(const std::string& line) {
  std::fprintf(stderr, "%s\n", line.c_str());
}

std::string Describe(const BackupHeader& header) {
  return absl::StrCat(
      "node ", header.node + 1, " of cluster 0x",
      absl::Hex(header.cluster, absl::kZeroPad16), ", ",
      absl::FormatTime(
          "%Y-%m-%d %H:%M:%S UTC",
          absl::FromUnixSeconds(static_cast<int64_t>(header.seconds)),
          absl::UTCTimeZone()));
}

// Adds pages until the last one.
absl::Status TakePages(DatabaseClient& client, BackupWriter& writer) {
  uint64_t reported = 0;
  for (uint64_t session = 0;;) {
    const absl::StatusOr<DatabaseClient::BackupPage> page =
        client.Backup(session);
    if (!page.ok()) return page.status();
    if (session == 0) {
      const absl::Status begun =
          writer.Begin({page->cluster_id, page->node - 1, SecondsSince1970()});
      if (!begun.ok()) return begun;
    }
    session = page->session;
    const absl::StatusOr<std::vector<Mutation>> mutations =
        DecodePage(page->bytes);
    if (!mutations.ok()) {
      return absl::DataLossError(absl::StrCat("the node sent a bad page: ",
                                              mutations.status().message()));
    }
    const absl::Status added = writer.Add(page->bytes, mutations->size());
    if (!added.ok()) return added;
    if (writer.totals().bytes - reported >= kReportBytes) {
      reported = writer.totals().bytes;
      Report(absl::StrCat(reported / 1024 / 1024, " MiB"));
    }
    if (page->last) return absl::OkStatus();
  }
}

// Reads the file to its end.
absl::StatusOr<BackupTotals> Verify(BackupReader& reader) {
  for (;;) {
    const auto page = reader.Next();
    if (!page.ok()) return page.status();
    if (!page->has_value()) return reader.totals();
  }
}

}  // namespace

std::vector<absl::string_view> RestoreFlags() {
  return {"addr", "force", "dry_run"};
}

int RunBackup(const std::vector<std::string>& arguments) {
  const absl::StatusOr<Endpoint> endpoint =
      ParseEndpoint(absl::GetFlag(FLAGS_addr));
  if (!endpoint.ok()) return BadFlag("addr", endpoint.status());
  const std::string path = ResolvePath(arguments[0]);
  const absl::StatusOr<std::unique_ptr<BackupWriter>> writer =
      BackupWriter::Create(path);
  if (!writer.ok()) return Fail(kExitBadUsage, writer.status());
  absl::StatusOr<DatabaseClient> client = DatabaseClient::Connect(*endpoint);
  if (!client.ok()) return Fail(kExitFailed, client.status());
  absl::Status status = TakePages(*client, **writer);
  if (status.ok()) status = (*writer)->Finish();
  if (!status.ok()) return Fail(kExitFailed, status);
  // What is on disk, as a restore will read it.
  const absl::StatusOr<std::unique_ptr<BackupReader>> reader =
      BackupReader::Open(path);
  if (!reader.ok()) return Fail(kExitFailed, reader.status());
  const absl::StatusOr<BackupTotals> totals = Verify(**reader);
  if (!totals.ok()) return Fail(kExitFailed, totals.status());
  std::printf("%s: %llu entries, %llu bytes, verified\n", path.c_str(),
              static_cast<unsigned long long>(totals->entries),
              static_cast<unsigned long long>(totals->bytes));
  return kExitDone;
}

int RunRestore(const std::vector<std::string>& arguments) {
  const absl::StatusOr<Endpoint> endpoint =
      ParseEndpoint(absl::GetFlag(FLAGS_addr));
  if (!endpoint.ok()) return BadFlag("addr", endpoint.status());
  const std::string path = ResolvePath(arguments[0]);
  absl::StatusOr<std::unique_ptr<BackupReader>> reader =
      BackupReader::Open(path);
  if (!reader.ok()) return Fail(kExitBadUsage, reader.status());
  const absl::StatusOr<BackupTotals> totals = Verify(**reader);
  if (!totals.ok()) return Fail(kExitBadUsage, totals.status());
  Report(absl::StrCat(path, ": ", totals->entries, " entries of ",
                      Describe((*reader)->header()), ", verified"));
  if (absl::GetFlag(FLAGS_dry_run)) return kExitDone;
  absl::StatusOr<DatabaseClient> client = DatabaseClient::Connect(*endpoint);
  if (!client.ok()) return Fail(kExitFailed, client.status());
  const absl::StatusOr<int64_t> keys = client->KeyCount();
  if (!keys.ok()) return Fail(kExitFailed, keys.status());
  if (*keys > 0 && !absl::GetFlag(FLAGS_force)) {
    return Fail(kExitBadUsage,
                absl::StrCat("the cluster holds ", *keys,
                             " keys; restore into an empty one, or write over "
                             "them with --force"));
  }
  reader = BackupReader::Open(path);
  if (!reader.ok()) return Fail(kExitFailed, reader.status());
  const absl::StatusOr<uint64_t> written =
      WriteBackup(**reader, *client, Report);
  if (!written.ok()) {
    return Fail(kExitFailed,
                absl::StrCat(written.status().message(),
                             "; what came before is written: run it again "
                             "with --force"));
  }
  std::printf("%llu entries restored\n",
              static_cast<unsigned long long>(*written));
  return kExitDone;
}

}  // namespace distdb
