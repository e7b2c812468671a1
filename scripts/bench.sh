#!/usr/bin/env bash
# Runs every benchmark and writes docs/BENCHMARKS.md, with the machine named.
#   BENCHTIME=1s   time for each benchmark
#   BENCH=.        which ones (a pattern); with one, only prints
#   FULL=1         also a shop of 1,000,000 messages (some ten minutes more)
set -euo pipefail
cd "$(dirname "$0")/.."

mapfile -t packages < <(git ls-files -co --exclude-standard '*_test.go' | xargs grep -lE '^func Benchmark' | xargs -n 1 dirname | sort -u | sed 's|^|./|')
echo "==> Running the benchmarks of ${packages[*]}"
mkdir -p out
# One package after the other: two at once would measure each other.
go test -run '^$' -bench "${BENCH:-.}" -benchmem -benchtime "${BENCHTIME:-1s}" -timeout 60m -p 1 "${packages[@]}" | tee out/bench.txt
[ -z "${BENCH:-}" ] || exit 0
echo "==> Measuring what a shop waits for"
go run ./bench ${FULL:+-full} | tee out/bench-shop.md
messages=100000
[ -z "${FULL:-}" ] || messages=1000000
echo "==> Measuring search beside SQLCipher"
npm --prefix bench/search/anchor ci --ignore-scripts --no-audit --no-fund
{
	printf '\n## Search beside SQLCipher with a trigram index\n\n'
	go run ./bench/search -n "$messages"
} | tee out/bench-search.md
node scripts/bench-report.mjs <out/bench.txt | cat - out/bench-shop.md out/bench-search.md >out/BENCHMARKS.md
mv out/BENCHMARKS.md docs/BENCHMARKS.md
echo "==> Wrote docs/BENCHMARKS.md"
