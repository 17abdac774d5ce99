#!/usr/bin/python3
"""Durable writes per second: four nodes of distdb, one Redis, three nodes of etcd.

  ./bazelw run //node/benchmark:peers -- [--rounds=5] [--seconds=2] [--only=distdb,redis,etcd]

Every write is on disk before it is answered: distdb always, Redis with `appendfsync always`, etcd
always. Keys of 16 bytes out of 100,000, values of 256. redis-benchmark loads distdb and Redis,
etcd's own `benchmark` etcd, which knows no pipelining. distdb is measured twice: all clients at one
node, and spread over its four nodes. In each round each system is started with an empty directory,
measured, and ended. What a person should know before comparing is in README.md.

etcd and its benchmark are built with Go, once, outside this tree (--cache). What is missing is left
out, with a line that says how to get it.
"""

import argparse
import contextlib
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CLIENTS = (1, 50, 256)
PIPELINES = (1, 16)
KEYS = 100_000
VALUE_BYTES = 256
PATIENCE = 60  # Seconds, for anything to start.

# Package and version. The module of the benchmark has had no release since 3.6.
ETCD = 'go.etcd.io/etcd/server/v3', 'v3.7.3'
ETCD_BENCHMARK = 'go.etcd.io/etcd/v3/tools/benchmark', 'v3.6.8'


class Missing(Exception):
    """Something is not installed; says the mend."""


def free_ports(offsets):
    """A port such that those at `offsets` from it are free now."""
    for first in range(20000 + os.getpid() % 1000, 32000, 10):
        try:
            with contextlib.ExitStack() as stack:
                for offset in offsets:
                    taken = stack.enter_context(socket.socket())
                    taken.bind(('127.0.0.1', first + offset))
            return first
        except OSError:
            continue
    raise SystemExit('no free ports between 20000 and 32000')


def wait_until(holds, what):
    deadline = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > deadline:
            raise SystemExit(f'waited {PATIENCE} seconds for {what}')
        time.sleep(0.05)


def prints(words, pattern):
    """Whether the command ends well and prints that."""
    done = subprocess.run(words, capture_output=True, text=True)
    return done.returncode == 0 and re.search(pattern, done.stdout) is not None


def run(words):
    done = subprocess.run(words, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f'{" ".join(map(str, words))}: {done.stderr or done.stdout}')
    return done.stdout


class Servers:
    """Processes that end with the block, and a directory that goes with them."""

    def __enter__(self):
        self.dir = Path(tempfile.mkdtemp(prefix='distdb-peers-'))
        self.running = []
        return self

    def start(self, words):
        with open(self.dir / f'out-{len(self.running)}', 'wb') as out:
            self.running.append(subprocess.Popen(
                list(map(str, words)), stdout=out, stderr=out, stdin=subprocess.DEVNULL))

    def __exit__(self, failure, *_):
        if failure is not None:
            for number, process in enumerate(self.running):
                said = (self.dir / f'out-{number}').read_text(errors='replace').splitlines()
                print(f'{process.args[0]} (exit code {process.poll()}) said last:', *said[-5:],
                      sep='\n  ', file=sys.stderr)
        for process in self.running:
            process.send_signal(signal.SIGTERM)
        for process in self.running:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(self.dir)


def build(package, version, directory):
    """The program of that package, built in a module of its own unless it is there."""
    program = directory / 'program'
    if program.exists():
        return program
    if not shutil.which('go'):
        raise Missing('etcd is built with Go, which is not there: apt-get install golang')
    print(f'building {package} {version} in {directory} ...', file=sys.stderr)
    directory.mkdir(parents=True, exist_ok=True)
    (directory / 'go.mod').write_text('module peers\n\ngo 1.24\n')
    for words in (('get', '-tool', f'{package}@{version}'), ('build', '-o', program, package)):
        done = subprocess.run(['go', *words], cwd=directory, capture_output=True, text=True)
        if done.returncode != 0:
            raise Missing(f'etcd does not build: {done.stderr.strip().splitlines()[-1]}')
    return program


# --- Load: each returns writes per second, and the 99th percentile in milliseconds ---


def redis_load(ports, clients, pipeline, writes):
    """redis-benchmark, one process per port, with the clients divided among them."""
    ports = ports[:clients]
    # It takes what is left of a pipeline at the end for a broken connection.
    rounds = max(writes // (len(ports) * pipeline), clients)
    processes = [subprocess.Popen(
        ['redis-benchmark', '-p', str(port), '-t', 'set', '-c', str(clients // len(ports)),
         '-P', str(pipeline), '-n', str(rounds * pipeline), '-d', str(VALUE_BYTES),
         '-r', str(KEYS), '--csv'],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for port in ports]
    rate = 0
    p99 = []
    for port, process in zip(ports, processes):
        out, error = process.communicate()
        row = re.search(r'^"SET",(.*)$', out, re.M)
        if process.returncode != 0 or row is None or 'rror' in error:
            raise SystemExit(f'redis-benchmark on port {port}: {error or out}')
        columns = [float(field.strip('"')) for field in row.group(1).split(',')]
        rate += columns[0]  # rps, then average, min, p50, p95, p99 and max latency.
        p99.append(columns[5])
    return rate, max(p99)


def etcd_load(tool, ports, clients, writes):
    out = run([tool, 'put', '--endpoints=' + ','.join(f'http://127.0.0.1:{p}' for p in ports),
               f'--clients={clients}', f'--conns={min(clients, 64)}', '--key-size=16',
               f'--val-size={VALUE_BYTES}', f'--key-space-size={KEYS}', f'--total={writes}'])
    rate = re.search(r'Requests/sec:\s+([0-9.]+)', out)
    p99 = re.search(r'99% in ([0-9.]+) secs', out)
    if rate is None or p99 is None or 'Error distribution' in out:
        raise SystemExit(f'benchmark: {out}')
    return float(rate.group(1)), float(p99.group(1)) * 1000


# --- Systems ---


class Distdb:
    """Four nodes, TLS between them, as `init` makes them."""
    pipelines = PIPELINES

    def __init__(self, args, spread):
        self.name = 'distdb x4, spread' if spread else 'distdb x4'
        self.binary = args.distdb
        self.spread = spread
        if not shutil.which('redis-benchmark'):
            raise Missing('redis-benchmark: apt-get install redis-tools')

    def start(self, servers):
        base = free_ports([block + node for block in (0, 100) for node in range(4)])
        self.ports = [base + node for node in range(4)]
        run([self.binary, 'init', '--nodes=4', f'--dir={servers.dir}/c', f'--base_port={base}'])
        for node in range(1, 5):
            servers.start([self.binary, 'serve', f'--config={servers.dir}/c/node-{node}.textproto'])
        for port in self.ports:
            wait_until(lambda: prints([self.binary, 'status', f'--addr=127.0.0.1:{port}'],
                                      'nodes_up: 4'), 'distdb')

    def load(self, clients, pipeline, writes):
        return redis_load(self.ports if self.spread else self.ports[:1], clients, pipeline, writes)


class Redis:
    name = 'redis x1'
    pipelines = PIPELINES

    def __init__(self, _):
        if not shutil.which('redis-server'):
            raise Missing('redis-server: apt-get install redis-server')

    def start(self, servers):
        self.port = free_ports([0])
        servers.start(['redis-server', '--port', self.port, '--dir', servers.dir, '--save', '',
                       '--appendonly', 'yes', '--appendfsync', 'always'])
        wait_until(lambda: prints(['redis-cli', '-p', str(self.port), 'ping'], 'PONG'), 'Redis')

    def load(self, clients, pipeline, writes):
        return redis_load([self.port], clients, pipeline, writes)


class Etcd:
    name = 'etcd x3'
    pipelines = (1,)

    def __init__(self, args):
        cache = Path(args.cache)
        self.server = build(*ETCD, cache / 'etcd')
        self.tool = build(*ETCD_BENCHMARK, cache / 'etcd-benchmark')

    def start(self, servers):
        base = free_ports(range(6))
        self.ports = [base, base + 1, base + 2]
        peer = [f'http://127.0.0.1:{base + 3 + i}' for i in range(3)]
        for i in range(3):
            client = f'http://127.0.0.1:{self.ports[i]}'
            servers.start([
                self.server, '--name', f'n{i}', '--data-dir', servers.dir / f'n{i}',
                '--listen-client-urls', client, '--advertise-client-urls', client,
                '--listen-peer-urls', peer[i], '--initial-advertise-peer-urls', peer[i],
                '--initial-cluster', ','.join(f'n{j}={peer[j]}' for j in range(3)),
                '--log-level', 'error'])
        wait_until(self.serves, 'etcd')

    def serves(self):
        words = [self.tool, 'put', f'--endpoints=http://127.0.0.1:{self.ports[0]}', '--total=1']
        return prints(words, 'Requests/sec')

    def load(self, clients, _, writes):
        return etcd_load(self.tool, self.ports, clients, writes)


# --- Measuring ---


def measure(system, args, results):
    """One round of one system; adds (writes per second, p99) to `results`."""
    with Servers() as servers:
        system.start(servers)
        for pipeline in system.pipelines:
            for clients in CLIENTS:
                trial, _ = system.load(clients, pipeline, 40 * clients * pipeline + 500)
                writes = max(int(trial * args.seconds), 500)
                results.setdefault((system.name, clients, pipeline), []).append(
                    system.load(clients, pipeline, writes))


def table(results):
    yield '| system | clients | pipeline | writes/s, median | min - max | p99 ms, median |'
    yield '|---|---|---|---|---|---|'
    for (name, clients, pipeline), rounds in results.items():
        rates = [rate for rate, _ in rounds]
        yield (f'| {name} | {clients} | {pipeline} | {statistics.median(rates):,.0f} '
               f'| {min(rates):,.0f} - {max(rates):,.0f} '
               f'| {statistics.median(p99 for _, p99 in rounds):.2f} |')


def ratios(results):
    """distdb's median over that of the others, at equal load; etcd's without pipelining."""
    medians = {at: statistics.median(rate for rate, _ in rounds) for at, rounds in results.items()}
    for (name, clients, pipeline), rate in medians.items():
        if not name.startswith('distdb'):
            continue
        others = [(other, medians[other, clients, p])
                  for other, p in ((Redis.name, pipeline), (Etcd.name, 1))
                  if (other, clients, p) in medians]
        for other, theirs in others:
            yield (f'{name}, {clients} clients, pipeline {pipeline}: '
                   f'{rate / theirs:.2f} of {other} ({theirs:,.0f})')


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--rounds', type=int, default=5)
    parser.add_argument('--seconds', type=float, default=2, help='of each measurement')
    parser.add_argument('--only', default='distdb,redis,etcd')
    parser.add_argument('--distdb', default='node/distdb', help='the binary')
    parser.add_argument('--cache', default=os.path.expanduser('~/.cache/distdb-peers'))
    args = parser.parse_args()
    args.distdb = os.path.abspath(args.distdb)
    makers = {'distdb': [lambda a: Distdb(a, False), lambda a: Distdb(a, True)],
              'redis': [Redis], 'etcd': [Etcd]}
    systems = []
    for name in args.only.split(','):
        if name not in makers:
            parser.error(f'--only={name}: give some of {", ".join(makers)}')
        try:
            systems += [make(args) for make in makers[name]]
        except Missing as missing:
            print(f'left out: {missing}', file=sys.stderr)
    results = {}
    for number in range(1, args.rounds + 1):
        for system in systems:
            print(f'round {number} of {args.rounds}: {system.name}', file=sys.stderr)
            measure(system, args, results)
    for line in (*table(results), '', *ratios(results)):
        print(line)


if __name__ == '__main__':
    main()
