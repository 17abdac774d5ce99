#!/usr/bin/python3
"""The project's rules of style and layering, as a test over the tree.

A rule is a function from a file to the violations in it: (line, message) pairs. style_test.py shows
for each that it can fail. Comments and strings are blanked before code is looked at.

core/ must be pure and deterministic, so it names no clock, thread, file or generator, and no hash
table. A table that is only looked up, never iterated, is marked on its line: `// not iterated`.
Tests, benchmarks and testing/ folders may do I/O; who may include whom binds them too.
"""

import re
import sys
from pathlib import Path

FOLDERS = ('core', 'net', 'node', 'sim')
# For each folder the include prefixes it may use.
MAY_INCLUDE = {
    'core': ('core/',),
    'net': ('core/', 'net/'),
    'node': ('core/', 'net/', 'node/'),
    'sim': ('core/', 'net/codec/', 'sim/'),
}

# The size to stay under, and the one at which the test fails.
SIZE_WANTED = {'header': 200, 'source': 400, 'function': 70}
SIZE_LIMIT = {'header': 400, 'source': 800, 'function': 140}
LINE_LIMIT = 100

IMPURE_HEADERS = re.compile(
    r'(google/protobuf/.*|.*\.pb\.h'
    r'|chrono|ctime|time\.h|thread|mutex|shared_mutex|condition_variable|future|atomic|stop_token'
    r'|random|fstream|iostream|filesystem|unistd\.h|fcntl\.h|pthread\.h|sys/.*'
    r'|absl/(time/clock|synchronization/.*|random/.*|log/.*|debugging/.*)\.?h?)$')
IMPURE_CODE = {
    'clock': r'\b(system_clock|steady_clock|high_resolution_clock|clock_gettime|gettimeofday)\b'
             r'|\btime\s*\(\s*(nullptr|NULL|0|&)',
    'randomness': r'\bstd::\w+_distribution\b|\bstd::(mt19937|random_device)|\bs?rand\s*\(',
    'file': r'\b(fopen|fwrite|fread|fprintf|printf|puts|getenv)\s*\(|\bFILE\b',
    'log sink': r'\bstd::(cout|cerr|clog)\b|\bLOG\s*\(',
    'thread': r'\bstd::(jthread|thread|mutex|atomic)\b|\bthread_local\b',
}
HASH_TABLE = re.compile(
    r'\b(unordered_(multi)?(map|set)|flat_hash_(map|set)|node_hash_(map|set))\b')
NOT_ITERATED = '// not iterated'


def is_test(path):
    return bool(re.search(r'(_test|_benchmark|_fuzzer|_test_util)\.(cc|h)$|(^|/)testing/', path))


class File:
    """A file of the tree: its path from the root, its text, and its code without comments."""

    def __init__(self, path, text, root=None):
        self.path = path
        self.text = text
        self.root = root
        self.lines = text.split('\n')
        self.top = path.split('/')[0]
        self.is_cc = path.endswith(('.cc', '.h'))
        self._code = None

    @property
    def code(self):
        if self._code is None:
            self._code = without_comments(self.text)
        return self._code

    def includes(self):
        for number, line in enumerate(self.lines, 1):
            match = re.match(r'\s*#\s*include\s*[<"]([^>"]+)[>"]', line)
            if match:
                yield number, match.group(1)


TOKENS_BLANKED = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<raw>[^(\s]*)\(.*?\)(?P=raw)"'
    r'|"(?:\\.|[^"\\\n])*"|(?<![0-9A-Za-z_])\'(?:\\.|[^\'\\\n])+\'', re.DOTALL)


def without_comments(text):
    """Blanks comments, strings and characters; every line keeps its number."""
    return TOKENS_BLANKED.sub(lambda match: re.sub(r'[^\n]', ' ', match.group()), text)


def line_of(text, position):
    return text.count('\n', 0, position) + 1


# --- Rules ---


def core_is_pure(file):
    if file.top != 'core' or not file.is_cc or is_test(file.path):
        return
    for number, header in file.includes():
        if IMPURE_HEADERS.match(header):
            yield number, f'core does not include {header}'
    last_words = file.path.endswith('/check.cc')  # A failed CHECK prints before it aborts.
    for what, pattern in IMPURE_CODE.items():
        if last_words and what == 'file':
            continue
        for match in re.finditer(pattern, file.code):
            yield line_of(file.code, match.start()), f'core has no {what}: {match.group().strip()}'


def core_iterates_in_order(file):
    if file.top != 'core' or not file.is_cc or is_test(file.path):
        return
    for number, line in enumerate(file.code.split('\n'), 1):
        if line.lstrip().startswith('#') or NOT_ITERATED in file.lines[number - 1]:
            continue
        match = HASH_TABLE.search(line)
        if match:
            yield number, f'{match.group()} has no order: use an ordered container, ' \
                          f'or mark the line `{NOT_ITERATED}`'


def layers(file):
    if file.top not in FOLDERS or not file.is_cc:
        return
    for number, header in file.includes():
        if header.split('/')[0] in FOLDERS and not header.startswith(MAY_INCLUDE[file.top]):
            yield number, f'{file.top} may not include {header}'


def no_public_visibility(file):
    if file.top not in FOLDERS or not file.path.endswith('/BUILD.bazel'):
        return
    for number, line in enumerate(file.lines, 1):
        if '//visibility:public' in line:
            yield number, 'name a group of the root BUILD.bazel in place of //visibility:public'


def header_guard(file):
    if not file.path.endswith('.h'):
        return
    guard = 'DISTDB_' + re.sub(r'[^A-Z0-9]', '_', file.path.upper()) + '_'
    if not re.search(rf'^#ifndef {guard}\n#define {guard}\n', file.text, re.MULTILINE):
        yield 1, f'the header guard is {guard}'
    elif not file.text.endswith(f'#endif  // {guard}\n'):
        yield len(file.lines), f'the last line is `#endif  // {guard}`'


def in_a_target(file):
    if not file.path.endswith(('.cc', '.h', '.proto')) or file.root is None:
        return
    path = file.root / file.path
    for folder in path.parents:
        build = folder / 'BUILD.bazel'
        if build.exists():
            if f'"{path.relative_to(folder)}"' not in build.read_text():
                yield 1, f'no target in {build.relative_to(file.root)} names this file'
            return


def words(file):
    for number, line in enumerate(file.lines, 1):
        match = re.search(r'\b(XXX|FIXME|HACK)\b|\bTODO\b(?!\(\w+\): )', line)
        if match:
            yield number, f'{match.group()}: mend it, or write `TODO(name): ` and why'


def layout(file):
    if file.text and not file.text.endswith('\n'):
        yield len(file.lines), 'the file does not end with a newline'
    for number, line in enumerate(file.lines, 1):
        if '\t' in line:
            yield number, 'a tab'
        if line != line.rstrip() and not file.path.endswith('.md'):
            yield number, 'white space at the end of the line'
        if len(line) > LINE_LIMIT and not file.path.endswith('.md') and '://' not in line:
            yield number, f'{len(line)} columns, more than {LINE_LIMIT}'


def sizes(file):
    for kind, name, line, size in measures(file):
        if size > SIZE_LIMIT[kind]:
            yield line, f'{kind} {name}: {size} lines, more than {SIZE_LIMIT[kind]}'


RULES = (core_is_pure, core_iterates_in_order, layers, no_public_visibility, header_guard,
         in_a_target, words, layout, sizes)

# --- Sizes ---

NO_FUNCTION = re.compile(
    r'^(template\s*<.*>\s*)?(namespace|class|struct|enum|union|extern|if|for|while|switch|catch|do'
    r'|else|try|return)\b', re.DOTALL)


def functions(code):
    """Yields (name, first line, number of lines) of each outermost function body."""
    start = 0  # of the text that may be a function's signature
    depth = 0
    inside = None  # (name, line, depth) of the function we are in
    last = None  # the one before: after a_{x} in a list of initialisers, the body follows
    for match in re.finditer(r'[{};]|(?<!:):(?!:)|^\s*#[^\n]*$', code, re.MULTILINE):
        token = match.group()
        if token == '{':
            signature = code[start:match.start()].strip()
            if inside is None and '(' in signature and not NO_FUNCTION.match(signature):
                line = line_of(code, match.start() - len(code[start:match.start()].lstrip()))
                inside = ((signature.split('(')[0].split() or ['?'])[-1], line, depth)
            elif inside is None and not signature:
                inside = last
            depth += 1
        elif token == '}':
            depth -= 1
            if inside is not None and depth == inside[2]:
                yield inside[0], inside[1], line_of(code, match.start()) - inside[1] + 1
                inside, last = None, inside
        elif token == ':' and not re.search(r'\b(public|private|protected)\s*$',
                                            code[start:match.start()]):
            continue  # A constructor's initialisers belong to its signature.
        start = match.end()


def measures(file):
    """Yields (kind, name, line, size) for the file and for each function in it."""
    if not file.is_cc:
        return
    kind = 'header' if file.path.endswith('.h') else 'source'
    yield kind, file.path, 1, file.text.count('\n')
    for name, line, size in functions(file.code):
        yield 'function', name, line, size


def report(files):
    """The ten that are farthest beyond what is wanted, or nearest to it."""
    sized = [(size / SIZE_WANTED[kind], size, kind, name, f'{file.path}:{line}')
             for file in files for kind, name, line, size in measures(file)]
    yield 'The ten largest, relative to what is wanted (header 200, source 400, function 70):'
    for share, size, kind, name, where in sorted(sized, reverse=True)[:10]:
        over = '  over' if share > 1 else ''
        yield f'{share:5.0%} {size:5d} lines  {kind:8s}  {where}' + \
              (f'  {name}' if kind == 'function' else '') + over


# --- The tree ---

SUFFIXES = ('.cc', '.h', '.proto', '.bazel', '.bzl', '.py', '.sh', '.md', '.tla', '.cfg',
            '.textproto')
OF_THE_RULES = ('.ci/style.py', '.ci/style_test.py')  # These name what they forbid.


def tree(root):
    for path in sorted(root.rglob('*')):
        name = str(path.relative_to(root))
        if name.startswith(('bazel-', '.git/')) or name in OF_THE_RULES:
            continue
        if path.is_file() and (path.suffix in SUFFIXES or path.name in ('WORKSPACE', 'bazelw')):
            yield File(name, path.read_text(), root)


def violations(files):
    return [f'{file.path}:{line}: {message} [{rule.__name__}]'
            for file in files for rule in RULES for line, message in rule(file)]


def main():
    root = Path(__file__).resolve().parent.parent
    files = list(tree(root))
    found = violations(files)
    print('\n'.join(report(files)))
    print(f'{len(files)} files, {len(found)} violations')
    print('\n'.join(found))
    return 1 if found else 0


if __name__ == '__main__':
    sys.exit(main())
