package config

import (
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"strconv"
	"strings"
)

// kind is how one sort of value is read and written. The error texts are Redis 7.0's, because clients see them.
type kind[T any] struct {
	// parse makes a value of args, which are exactly one unless the row is multiArg. from is the value to build on, for
	// the kinds whose lines add up; it must not be modified.
	parse func(from T, args []string) (T, error)
	// format is the text of CONFIG GET.
	format func(T) string
	// lines is the text for a file; nil means one line that reads as format's text.
	lines func(T) []string
}

// yesNo is a switch.
var yesNo = kind[bool]{
	parse: func(_ bool, args []string) (bool, error) {
		switch strings.ToLower(args[0]) {
		case "yes":
			return true, nil
		case "no":
			return false, nil
		}
		return false, errors.New("argument must be 'yes' or 'no'")
	},
	format: func(v bool) string {
		if v {
			return "yes"
		}
		return "no"
	},
}

// count is a number that has no upper bound but its type's.
var count = integer(0, math.MaxInt64)

// integer is a decimal number within bounds, both included.
func integer(low, high int64) kind[int64] {
	return kind[int64]{
		parse: func(_ int64, args []string) (int64, error) {
			n, err := strconv.ParseInt(args[0], 10, 64)
			// Redis takes the one canonical spelling only: no plus sign, no leading zero.
			if err != nil || strconv.FormatInt(n, 10) != args[0] {
				return 0, errors.New("argument couldn't be parsed into an integer")
			}
			return n, within(n, low, high, "%d")
		},
		format: formatInt,
	}
}

// clamped is an integer that is moved into [low, high] instead of being refused there.
func clamped(k kind[int64], low, high int64) kind[int64] {
	parse := k.parse
	k.parse = func(from int64, args []string) (int64, error) {
		n, err := parse(from, args)
		return min(max(n, low), high), err
	}
	return k
}

// octal is a file permission.
func octal(low, high int64) kind[int64] {
	return kind[int64]{
		parse: func(_ int64, args []string) (int64, error) {
			n, err := strconv.ParseInt(args[0], 8, 64)
			if err != nil {
				return 0, errors.New("argument couldn't be parsed as an octal number")
			}
			return n, within(n, low, high, "%o")
		},
		format: func(n int64) string { return strconv.FormatInt(n, 8) },
	}
}

// memory is a size in bytes, with an optional unit (see ParseMemory).
func memory(low, high int64) kind[int64] {
	return kind[int64]{
		parse: func(_ int64, args []string) (int64, error) {
			n, ok := ParseMemory(args[0])
			if !ok {
				return 0, errors.New("argument must be a memory value")
			}
			return n, within(n, low, high, "%d")
		},
		format: formatInt,
		lines:  func(n int64) []string { return []string{formatMemory(n)} },
	}
}

// memoryOrPercent is a size in bytes or, as a negative number, a percentage of maxmemory.
func memoryOrPercent() kind[int64] {
	return kind[int64]{
		parse: func(_ int64, args []string) (int64, error) {
			if n, ok := ParseMemory(args[0]); ok {
				return n, nil
			}
			digits, isPercent := strings.CutSuffix(args[0], "%")
			n, err := strconv.ParseUint(digits, 10, 63)
			if !isPercent || err != nil {
				return 0, errors.New("argument must be a memory or percent value")
			}
			if n > 100 {
				return 0, errors.New("percentage argument must be less or equal to 100")
			}
			return -int64(n), nil
		},
		format: func(n int64) string {
			if n < 0 {
				return formatInt(-n) + "%"
			}
			return formatInt(n)
		},
	}
}

// str is any text. A file states it in quotes.
var str = kind[string]{
	parse:  func(_ string, args []string) (string, error) { return args[0], nil },
	format: func(s string) string { return s },
	lines:  func(s string) []string { return []string{quote(s)} },
}

// directory is a path, kept absolute: tools ask CONFIG GET where the data lies.
var directory = kind[string]{
	parse: func(_ string, args []string) (string, error) {
		if args[0] == "" {
			return "", errors.New("dir can't be empty")
		}
		return filepath.Abs(args[0])
	},
	format: str.format,
	lines:  str.lines,
}

// baseName is the name of a file within a directory. what is the word Redis uses for it in its error.
func baseName(directive, what string, mayBeEmpty bool) kind[string] {
	k := str
	k.parse = func(_ string, args []string) (string, error) {
		if args[0] == "" && !mayBeEmpty {
			return "", errors.New(directive + " can't be empty")
		}
		if strings.ContainsAny(args[0], `/\`) {
			return "", fmt.Errorf("%s can't be a path, just a %s", directive, what)
		}
		return args[0], nil
	}
	return k
}

// enum is one of names, in the order of T's constants, which start at zero.
func enum[T ~int](names ...string) kind[T] {
	return kind[T]{
		parse: func(_ T, args []string) (T, error) {
			for i, name := range names {
				if strings.EqualFold(name, args[0]) {
					return T(i), nil
				}
			}
			return 0, notOneOf(names)
		},
		format: func(v T) string { return names[v] },
	}
}

func notOneOf(names []string) error {
	return errors.New("argument(s) must be one of the following: " + strings.Join(names, ", "))
}

// within returns Redis's error when n is out of bounds; verb is the base in which to print them.
func within(n, low, high int64, verb string) error {
	if n >= low && n <= high {
		return nil
	}
	return fmt.Errorf("argument must be between "+verb+" and "+verb+" inclusive", low, high)
}

func formatInt(n int64) string { return strconv.FormatInt(n, 10) }

// units are the suffixes of a size, case-insensitive: with a b powers of 1024, without it powers of 1000.
var units = map[string]int64{
	"": 1, "b": 1,
	"k": 1000, "kb": 1 << 10,
	"m": 1000 * 1000, "mb": 1 << 20,
	"g": 1000 * 1000 * 1000, "gb": 1 << 30,
}

// ParseMemory reads a size such as 100mb. Unlike Redis it refuses a unit without digits, which Redis reads as zero,
// and a size that overflows, which Redis wraps: both would quietly set a limit that nobody asked for.
func ParseMemory(s string) (sizeBytes int64, ok bool) {
	digits := strings.TrimRight(s, "bBkKmMgG")
	unit, known := units[strings.ToLower(s[len(digits):])]
	n, err := strconv.ParseUint(digits, 10, 63)
	if !known || err != nil || int64(n) > math.MaxInt64/unit {
		return 0, false
	}
	return int64(n) * unit, true
}

// formatMemory writes a size in the largest unit that keeps it whole.
func formatMemory(n int64) string {
	for _, unit := range []string{"gb", "mb", "kb"} {
		if n > 0 && n%units[unit] == 0 {
			return formatInt(n/units[unit]) + unit
		}
	}
	return formatInt(n)
}

// NewChannels is which channels a new user may use.
type NewChannels int

// The choices of acl-pubsub-default.
const (
	AllChannels NewChannels = iota
	NoChannels
)
