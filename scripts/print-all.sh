#!/usr/bin/env bash
# Makes every printed thing into a folder and lets other programs judge it: qpdf the
# structure, pdffonts the fonts, pdfimages that no code is a picture, pdftotext the
# words, and zbarimg reads every code from a rendering at 300 dpi.
#   OUT=out/print    the folder
#   EVERY=1          with 25: a sample of each 25th document
#   JOBS=            how many at once
set -euo pipefail
cd "$(dirname "$0")/.."
OUT=$(realpath -m "${OUT:-out/print}")
rm -rf "$OUT"
mkdir -p "$OUT"

# A code fills little of a large page; on a sheet of many equal codes zbarimg takes
# corners of neighbours for one code, so there each is looked at alone, as people do.
judge() {
	local file=$1 name bad=() page pages sum want got work
	name=$(basename "$file")
	work=$(mktemp -d)
	qpdf --check "$file" >"$work/qpdf" 2>&1 || bad+=("qpdf: $(tail -1 "$work/qpdf")")
	pdffonts "$file" | tail -n +3 | grep -v ' yes yes yes ' >"$work/fonts" && bad+=("font not embedded: $(head -1 "$work/fonts")")
	pdfimages -list "$file" | tail -n +3 | grep -q . && bad+=("holds a raster picture")
	pdftotext "$file" "$work/text"
	case $name in
	stickers_*) ;; # the smallest labels have room for the number only
	calibration_*) grep -q 'mm' "$work/text" || bad+=("no words") ;;
	*) grep -q 'Grünwald' "$work/text" || bad+=("umlauts lost") ;;
	esac
	awk -F '\t' -v f="$name" '$1 == f' "$OUT/codes.tsv" >"$work/codes"
	pages=$(cut -f 2 "$work/codes" | sort -un)
	for page in $pages; do
		sum=$(awk -F '\t' -v p="$page" '$2 == p' "$work/codes" | wc -l)
		if [ "$sum" -le 2 ]; then
			pdftoppm -r 300 -gray -png -f "$page" -l "$page" -singlefile "$file" "$work/page$page"
			continue
		fi
		awk -F '\t' -v p="$page" '$2 == p { k = 300 / 25.4; printf "%d %d %d\n", $3 * k, $4 * k, $5 * k + 1 }' "$work/codes" |
			while read -r x y side; do
				pdftoppm -r 300 -gray -png -f "$page" -l "$page" -x "$x" -y "$y" -W "$side" -H "$side" -singlefile \
					"$file" "$work/page$page-$x-$y"
			done
	done
	want=$(cut -f 6 "$work/codes" | sort)
	if [ -n "$want" ]; then
		got=$(zbarimg --nodbus --quiet --raw -Sdisable -Sqrcode.enable "$work"/page*.png | sort)
		[ "$got" = "$want" ] || bad+=("$(wc -l <<<"$want") codes, $(comm -12 <(echo "$want") <(echo "$got") | wc -l) read right")
	fi
	echo "$name $(wc -l <"$work/codes")" >>"$OUT/judged"
	[ ${#bad[@]} -eq 0 ] || printf '%s: %s\n' "$name" "${bad[@]}" | tee -a "$OUT/failures"
	rm -rf "$work"
}
export -f judge
export OUT

start=$(date +%s)
go run ./cmd/tresen-print -all -every "${EVERY:-1}" -out "$OUT" >"$OUT/report.txt"
tail -1 "$OUT/report.txt"
made=$(date +%s)
# shellcheck disable=SC2016 # the inner shell expands its own argument
find "$OUT" -name '*.pdf' -print0 | sort -z | xargs -0 -n 1 -P "${JOBS:-$(nproc)}" bash -c 'judge "$1"' judge
# All layouts in all designs on one sheet, to look at.
if command -v montage >/dev/null; then
	mkdir -p "$OUT/small"
	# shellcheck disable=SC2016 # the inner shell expands its own argument
	find "$OUT" -name '*_de_*_office.pdf' ! -name 'stickers_*' -print0 | sort -z |
		xargs -0 -I {} -P "${JOBS:-$(nproc)}" sh -c 'pdftoppm -r 44 -png -singlefile "$1" "${1%/*}/small/$(basename "$1" .pdf)"' sh {}
	if compgen -G "$OUT/small/*.png" >/dev/null; then
		montage "$OUT"/small/*.png -geometry 250x340+6+6 -tile 6x -background '#999' "$OUT/contact-sheet.png"
	fi
	rm -r "$OUT/small"
fi
codes=$(awk '{ n += $2 } END { print n }' "$OUT/judged")
echo "$(wc -l <"$OUT/judged") PDF files with $codes codes judged by qpdf, poppler and zbarimg;" \
	"made in $((made - start)) s, judged in $(($(date +%s) - made)) s"
if [ -s "$OUT/failures" ]; then
	echo "$(wc -l <"$OUT/failures") failures, see $OUT/failures" >&2
	exit 1
fi
