"""A binary rebuilt with the simulator's own build of core.

That build contains the planted bugs of core/mutant.h and the rare-event points
of core/rare_event.h. The simulator is such a binary; the node is not, and so
contains none of them.
"""

def _with_mutants_impl(settings, _attr):
    copts = settings["//command_line_option:copt"]
    return {"//command_line_option:copt": copts + [
        "-DDISTDB_MUTANTS",
        "-DDISTDB_RARE_EVENTS",
    ]}

_with_mutants = transition(
    implementation = _with_mutants_impl,
    inputs = ["//command_line_option:copt"],
    outputs = ["//command_line_option:copt"],
)

def _binary_impl(ctx):
    executable = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.symlink(
        output = executable,
        target_file = ctx.executable.binary,
        is_executable = True,
    )
    runfiles = ctx.attr.binary[0][DefaultInfo].default_runfiles
    return [DefaultInfo(
        executable = executable,
        runfiles = ctx.runfiles([executable]).merge(runfiles),
    )]

binary_with_mutants = rule(
    implementation = _binary_impl,
    attrs = {
        "binary": attr.label(
            mandatory = True,
            executable = True,
            cfg = _with_mutants,
        ),
        "_allowlist_function_transition": attr.label(
            default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
        ),
    },
    executable = True,
)
