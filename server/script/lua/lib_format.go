package lua

import (
	"math"
	"strconv"
	"strings"
)

// spec is one item of string.format, as C's printf reads it.
type spec struct {
	minus, plus, space, alt, zero bool
	width, precision              int // precision -1: none
}

const formatFlags = "-+ #0"

func stringFormat(t *Thread) int {
	f := t.CheckString(1)
	var b buffer
	b.begin(t)
	arg := 1
	for i := 0; i < len(f); {
		c := f[i]
		i++
		switch {
		case c != '%':
			b.byte(c)
		case i < len(f) && f[i] == '%':
			b.byte('%')
			i++
		default:
			arg++
			i = t.formatItem(&b, f, i, arg)
		}
	}
	return b.push()
}

// formatItem formats one argument and returns where the format goes on.
func (t *Thread) formatItem(b *buffer, f string, i, arg int) int {
	if arg > t.NArgs() {
		t.ArgError(arg, "no value")
	}
	s, i := t.parseSpec(f, i)
	var verb byte
	if i < len(f) {
		verb = f[i]
	}
	switch verb {
	case 'c':
		c := byte(int32(truncate(t.CheckNumber(arg))))
		b.text(untilZero(s.pad(string([]byte{c}), false))) // C does not see what follows a zero byte
	case 'd', 'i':
		b.text(s.integer(truncate(t.CheckNumber(arg))))
	case 'o', 'u', 'x', 'X':
		b.text(s.unsigned(toUnsigned(t.CheckNumber(arg)), verb))
	case 'e', 'E', 'f', 'g', 'G':
		b.text(s.float(t.CheckNumber(arg), verb))
	case 'q':
		b.quoted(t.CheckString(arg))
	case 's':
		s.addString(b, t.CheckString(arg))
	default:
		t.Errorf("invalid option '%%%s' to 'format'", untilZero(string([]byte{verb})))
	}
	return i + 1
}

func (t *Thread) parseSpec(f string, i int) (spec, int) {
	s := spec{precision: -1}
	start := i
	for i < len(f) && strings.IndexByte(formatFlags, f[i]) >= 0 {
		switch f[i] {
		case '-':
			s.minus = true
		case '+':
			s.plus = true
		case ' ':
			s.space = true
		case '#':
			s.alt = true
		case '0':
			s.zero = true
		}
		i++
	}
	if i-start > len(formatFlags) {
		t.Errorf("invalid format (repeated flags)")
	}
	s.width, i = twoDigits(f, i)
	if i < len(f) && f[i] == '.' {
		s.precision, i = twoDigits(f, i+1)
	}
	if i < len(f) && isDigit(int(f[i])) {
		t.Errorf("invalid format (width or precision too long)")
	}
	return s, i
}

func twoDigits(f string, i int) (n, next int) {
	for range 2 {
		if i < len(f) && isDigit(int(f[i])) {
			n = n*10 + int(f[i]-'0')
			i++
		}
	}
	return n, i
}

// toUnsigned is C's cast to a 64-bit unsigned integer on x86.
func toUnsigned(f float64) uint64 {
	if f >= 1<<63 {
		if f < 1<<64 {
			return uint64(f)
		}
		return 0
	}
	return uint64(truncate(f))
}

// pad brings a text to its width; zeros go behind a sign or 0x.
func (s spec) pad(text string, zeros bool) string {
	missing := s.width - len(text)
	switch {
	case missing <= 0:
		return text
	case s.minus:
		return text + strings.Repeat(" ", missing)
	case zeros && s.zero:
		head := 0
		if text != "" && strings.IndexByte("+- ", text[0]) >= 0 {
			head = 1
		}
		if len(text) > head+1 && text[head] == '0' && text[head+1]|0x20 == 'x' {
			head += 2
		}
		return text[:head] + strings.Repeat("0", missing) + text[head:]
	}
	return strings.Repeat(" ", missing) + text
}

func (s spec) sign(negative bool) string {
	switch {
	case negative:
		return "-"
	case s.plus:
		return "+"
	case s.space:
		return " "
	}
	return ""
}

// digits applies the precision of an integer: at least so many digits.
func (s spec) digits(text string) string {
	if s.precision == 0 && text == "0" {
		return ""
	}
	if missing := s.precision - len(text); missing > 0 {
		return strings.Repeat("0", missing) + text
	}
	return text
}

func (s spec) integer(n int64) string {
	abs := uint64(n)
	if n < 0 {
		abs = -abs
	}
	return s.pad(s.sign(n < 0)+s.digits(strconv.FormatUint(abs, 10)), s.precision < 0)
}

func (s spec) unsigned(n uint64, verb byte) string {
	base := map[byte]int{'o': 8, 'u': 10, 'x': 16, 'X': 16}[verb]
	text := s.digits(strconv.FormatUint(n, base))
	switch {
	case !s.alt:
	case verb == 'o' && !strings.HasPrefix(text, "0"):
		text = "0" + text
	case base == 16 && n != 0:
		text = "0x" + text
	}
	if verb == 'X' {
		text = strings.ToUpper(text)
	}
	return s.pad(text, s.precision < 0)
}

func (s spec) float(f float64, verb byte) string {
	upper := verb == 'E' || verb == 'G'
	text, number := "", true
	switch {
	case math.IsNaN(f):
		text, number = "nan", false
	case math.IsInf(f, 0):
		text, number = "inf", false
	default:
		text = s.finite(math.Abs(f), verb|0x20)
	}
	if upper {
		text = strings.ToUpper(text)
	}
	return s.pad(s.sign(math.Signbit(f))+text, number)
}

func (s spec) finite(f float64, verb byte) string {
	precision := s.precision
	if precision < 0 {
		precision = 6
	}
	if verb != 'g' {
		text := strconv.FormatFloat(f, verb, precision, 64)
		if s.alt && precision == 0 {
			text = withPoint(text)
		}
		return text
	}
	precision = max(precision, 1)
	if !s.alt {
		return strconv.FormatFloat(f, 'g', precision, 64)
	}
	return alternateG(f, precision)
}

func withPoint(text string) string {
	if i := strings.IndexByte(text, 'e'); i >= 0 {
		return text[:i] + "." + text[i:]
	}
	return text + "."
}

// alternateG is %#g, which keeps trailing zeros.
func alternateG(f float64, precision int) string {
	text := strconv.FormatFloat(f, 'e', precision-1, 64)
	exp, _ := strconv.Atoi(text[strings.IndexByte(text, 'e')+1:])
	if exp >= -4 && exp < precision {
		text = strconv.FormatFloat(f, 'f', precision-1-exp, 64)
	}
	if !strings.Contains(text, ".") {
		text = withPoint(text)
	}
	return text
}

// longString is the length from which %s without a precision takes a string as
// it is; shorter ones end at a zero byte, as C's do.
const longString = 100

func (s spec) addString(b *buffer, text string) {
	if s.precision < 0 && len(text) >= longString {
		b.text(text)
		return
	}
	text = untilZero(text)
	if s.precision >= 0 && s.precision < len(text) {
		text = text[:s.precision]
	}
	b.text(s.pad(text, false))
}

// quoted writes a string so that Lua reads it back.
func (b *buffer) quoted(s string) {
	b.byte('"')
	for i := range len(s) {
		switch c := s[i]; c {
		case '"', '\\', '\n':
			b.byte('\\')
			b.byte(c)
		case '\r':
			b.text(`\r`)
		case 0:
			b.text(`\000`)
		default:
			b.byte(c)
		}
	}
	b.byte('"')
}
