#include "net/tls/keys.h"

#include <openssl/evp.h>
#include <openssl/pem.h>

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gtest/gtest.h"

namespace distdb {
namespace {

// The key pair of RFC 8032, 7.1, TEST 1, as `openssl pkey` writes it.
constexpr char kPem[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
    "-----END PRIVATE KEY-----\n";
constexpr char kPublic[] =
    "ed25519:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

// A key of another kind (X25519 has 32 bytes, too, and does not sign), or one
// behind a password.
std::string PemOf(const char* kind, const EVP_CIPHER* cipher) {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      EVP_PKEY_Q_keygen(nullptr, nullptr, kind), &EVP_PKEY_free);
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new(BIO_s_mem()),
                                                      &BIO_free);
  EXPECT_EQ(PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), cipher,
                                          cipher == nullptr ? nullptr : "pass",
                                          cipher == nullptr ? 0 : 4, nullptr,
                                          nullptr),
            1);
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return std::string(text, static_cast<size_t>(size));
}

TEST(KeysTest, ReadsAndWritesTheKeyOfTheStandardsExample) {
  const absl::StatusOr<PrivateKey> key = PrivateKey::FromPem(kPem);
  ASSERT_TRUE(key.ok()) << key.status();
  EXPECT_EQ(ToString(key->public_key()), kPublic);
  EXPECT_EQ(key->ToPem(), kPem);
  const absl::StatusOr<PublicKey> parsed = ParsePublicKey(kPublic);
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(*parsed, key->public_key());
}

TEST(KeysTest, EveryKeyIsAnother) {
  const absl::StatusOr<PrivateKey> one = PrivateKey::Generate();
  const absl::StatusOr<PrivateKey> other = PrivateKey::Generate();
  ASSERT_TRUE(one.ok() && other.ok());
  EXPECT_NE(one->public_key(), other->public_key());
  const absl::StatusOr<PrivateKey> again = PrivateKey::FromPem(one->ToPem());
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->public_key(), one->public_key());
}

TEST(KeysTest, ASignatureIsOfOneTextByOneKey) {
  const absl::StatusOr<PrivateKey> key = PrivateKey::Generate();
  const absl::StatusOr<PrivateKey> other = PrivateKey::Generate();
  ASSERT_TRUE(key.ok() && other.ok());
  const std::string signature = key->Sign("a text");
  EXPECT_TRUE(Verify(key->public_key(), "a text", signature));
  EXPECT_FALSE(Verify(key->public_key(), "a test", signature));
  EXPECT_FALSE(Verify(other->public_key(), "a text", signature));
  EXPECT_FALSE(Verify(key->public_key(), "a text", signature.substr(1)));
  EXPECT_FALSE(Verify(key->public_key(), "a text", ""));
  std::string flipped = signature;
  flipped[10] ^= 1;
  EXPECT_FALSE(Verify(key->public_key(), "a text", flipped));
}

TEST(KeysTest, RefusesWhatIsNoPrivateKeyOfThisKind) {
  const std::string good = kPem;
  for (const std::string& bad :
       {std::string(), std::string("secret"), good.substr(0, 60),
        PemOf("X25519", nullptr), PemOf("ED25519", EVP_aes_256_cbc())}) {
    EXPECT_TRUE(absl::IsInvalidArgument(PrivateKey::FromPem(bad).status()))
        << bad;
  }
}

TEST(KeysTest, RefusesWhatIsNoPublicKey) {
  const std::string good = kPublic;
  for (const std::string& bad :
       {std::string(), std::string("ed25519:"), good.substr(8),
        good.substr(0, good.size() - 4), good + "=", good + " ", " " + good,
        // Not the last bits that the encoder would write.
        good.substr(0, good.size() - 2) + "p="}) {
    EXPECT_TRUE(absl::IsInvalidArgument(ParsePublicKey(bad).status())) << bad;
  }
}

}  // namespace
}  // namespace distdb
