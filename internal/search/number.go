package search

import "bytes"

const (
	// joinedMin is how many digits a number needs to be found without its
	// separators. Dates such as 12.03. stay what they are.
	joinedMin = 5
	// phoneMin is how many digits a query needs to be taken for a phone number.
	phoneMin = 7
)

func isDigit(c byte) bool { return c-'0' < 10 }

func isSeparator(c byte) bool {
	return c == ' ' || c == '-' || c == '/' || c == '.' || c == '(' || c == ')'
}

// nextNumber finds the first digits at or after from, together with what
// follows them after at most three separators: "0170 / 12 34-56". It returns
// start < 0 if there is none. Any number of digits may follow one another.
func nextNumber(t []byte, from int) (start, end int) {
	start = from
	for start < len(t) && !isDigit(t[start]) {
		start++
	}
	if start == len(t) {
		return -1, -1
	}
	end = start
	for end < len(t) {
		next := end
		for next < len(t) && next-end < 3 && isSeparator(t[next]) {
			next++
		}
		if next == len(t) || !isDigit(t[next]) {
			break
		}
		for next < len(t) && isDigit(t[next]) {
			next++
		}
		end = next
	}
	return start, end
}

func digitsOf(t []byte) []byte {
	digits := make([]byte, 0, len(t))
	for _, c := range t {
		if isDigit(c) {
			digits = append(digits, c)
		}
	}
	return digits
}

// joinNumbers appends the numbers in out[start:] that have separators once more
// without them, as fields of their own.
func (f *folder) joinNumbers(start int) {
	written := len(f.out)
	for at := start; ; {
		from, to := nextNumber(f.out[:written], at)
		if from < 0 {
			return
		}
		at = to
		before, digits := len(f.out), 0
		if before+1+to-from > f.limit {
			return
		}
		f.put(fieldEnd, from)
		for i := from; i < to; i++ {
			if isDigit(f.out[i]) {
				f.put(f.out[i], i)
				digits++
			}
		}
		if digits < joinedMin || digits == to-from {
			f.out = f.out[:before]
			if f.track {
				f.from = f.from[:before]
			}
		}
	}
}

// put appends a byte that comes from the same place as the byte at of out.
func (f *folder) put(c byte, at int) {
	f.out = append(f.out, c)
	if f.track {
		f.from = append(f.from, f.from[at])
	}
}

// significant returns the part of a phone number that is the same however it
// is dialled: without +49, 0049 or the 0 before the area code. Austria and
// Switzerland are written alike. What is no phone number stays as it is.
func significant(digits []byte, plus bool) []byte {
	if len(digits) < phoneMin {
		return digits
	}
	rest := digits
	if !plus {
		if rest, plus = bytes.CutPrefix(digits, []byte("00")); !plus {
			return trimOneZero(digits)
		}
	}
	for _, country := range []string{"49", "43", "41"} {
		if national, ok := bytes.CutPrefix(rest, []byte(country)); ok && len(national) >= joinedMin {
			return trimOneZero(national)
		}
	}
	return rest
}

func trimOneZero(digits []byte) []byte {
	return bytes.TrimPrefix(digits, []byte("0"))
}
