"""Libraries of the system under the Bazel labels that they have upstream.

Headers in /usr/include are found by every compiler without being told, and count as system headers
(no warnings from them). So a target here says only what to link.
"""

def _system_repository_impl(ctx):
    for name, target in ctx.attr.links.items():
        ctx.symlink(target, name)
    ctx.symlink(ctx.attr.build_file, "BUILD.bazel")

system_repository = repository_rule(
    doc = "A repository with the given BUILD file and links to files of the system.",
    implementation = _system_repository_impl,
    local = True,
    attrs = {
        "build_file": attr.label(allow_single_file = True, mandatory = True),
        "links": attr.string_dict(doc = "name in the repository -> absolute path"),
    },
)

# Package -> its targets. To use more of Abseil, add a line here.
_ABSEIL_TARGETS = {
    "algorithm": ["algorithm", "container"],
    "base": ["base", "config", "core_headers", "endian", "log_severity"],
    "cleanup": ["cleanup"],
    "container": [
        "btree",
        "fixed_array",
        "flat_hash_map",
        "flat_hash_set",
        "inlined_vector",
        "node_hash_map",
        "node_hash_set",
    ],
    "debugging": ["failure_signal_handler", "stacktrace", "symbolize"],
    "flags": [
        "commandlineflag",
        "config",
        "flag",
        "marshalling",
        "parse",
        "reflection",
        "usage",
        "usage_config",
    ],
    "functional": ["any_invocable", "bind_front", "function_ref"],
    "hash": ["hash", "hash_testing"],
    "memory": ["memory"],
    "meta": ["type_traits"],
    "numeric": ["bits", "int128"],
    "status": ["status", "statusor"],
    "strings": ["cord", "str_format", "strings"],
    "synchronization": ["synchronization"],
    "time": ["time"],
    "types": ["any", "compare", "optional", "span", "variant"],
    "utility": ["utility"],
}

_ABSEIL_ARCHIVES = [
    "bad_any_cast_impl",
    "bad_optional_access",
    "bad_variant_access",
    "base",
    "city",
    "civil_time",
    "cord",
    "cord_internal",
    "cordz_functions",
    "cordz_handle",
    "cordz_info",
    "debugging_internal",
    "demangle_internal",
    "examine_stack",
    "exponential_biased",
    "failure_signal_handler",
    "flags_commandlineflag",
    "flags_commandlineflag_internal",
    "flags_config",
    "flags_internal",
    "flags_marshalling",
    "flags_parse",
    "flags_private_handle_accessor",
    "flags_program_name",
    "flags_reflection",
    "flags_usage",
    "flags_usage_internal",
    "graphcycles_internal",
    "hash",
    "hashtablez_sampler",
    "int128",
    "leak_check",
    "log_severity",
    "low_level_hash",
    "malloc_internal",
    "raw_hash_set",
    "raw_logging_internal",
    "spinlock_wait",
    "stacktrace",
    "status",
    "statusor",
    "str_format_internal",
    "strerror",
    "strings",
    "strings_internal",
    "symbolize",
    "synchronization",
    "throw_delegate",
    "time",
    "time_zone",
]

_ABSEIL_TARGET = """
cc_library(
    name = "{name}",
    visibility = ["//visibility:public"],
    deps = ["//:archives"],
)
"""

# A program takes from a static archive only the objects that it needs, so one list serves all
# targets; within a group their order does not matter.
_ABSEIL_LINK = """
cc_library(
    name = "archives",
    linkopts = ["-Wl,--start-group"] + [
        "-l:libabsl_%s.a" % archive
        for archive in {archives}
    ] + ["-Wl,--end-group", "-pthread"],
    visibility = ["//:__subpackages__"],
)
"""

def _abseil_repository_impl(ctx):
    ctx.file("BUILD.bazel", _ABSEIL_LINK.format(archives = _ABSEIL_ARCHIVES))
    for package, names in _ABSEIL_TARGETS.items():
        ctx.file(
            "absl/%s/BUILD.bazel" % package,
            "".join([_ABSEIL_TARGET.format(name = name) for name in names]),
        )

abseil_repository = repository_rule(
    doc = "@com_google_absl over the system's static archives.",
    implementation = _abseil_repository_impl,
    local = True,
)
