package script

import (
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/cairndb/cairn/encoding/resp"
	"github.com/cairndb/cairn/server/script/lua"
)

// Flags is what a script or function says about itself.
type Flags uint8

// The flags, and the mark of scripts that say nothing, which Redis treats as
// before it knew flags.
const (
	NoWrites Flags = 1 << iota
	AllowOOM
	AllowStale
	NoCluster
	AllowCrossSlot
	Compat
)

// flagNames in the order in which FUNCTION LIST shows them.
var flagNames = []struct {
	flag Flags
	name string
}{
	{NoWrites, "no-writes"}, {AllowOOM, "allow-oom"}, {AllowStale, "allow-stale"}, {NoCluster, "no-cluster"},
	{AllowCrossSlot, "allow-cross-slot-keys"},
}

// Has tells whether all of some flags are set.
func (f Flags) Has(flags Flags) bool { return f&flags == flags }

// Names of the flags that are set.
func (f Flags) Names() []string {
	var names []string
	for _, n := range flagNames {
		if f.Has(n.flag) {
			names = append(names, n.name)
		}
	}
	return names
}

func parseFlag(name string) (Flags, bool) {
	for _, n := range flagNames {
		if n.name == name {
			return n.flag, true
		}
	}
	return 0, false
}

// Script is a compiled text. It never changes.
type Script struct {
	SHA   string // 40 hexadecimal digits
	Body  string
	Flags Flags
	proto *lua.Proto
}

// SHALen is the length of a script's name.
const SHALen = 2 * sha1.Size

// SHA1 is the name of a text, in hexadecimal digits.
func SHA1(body []byte) (name [SHALen]byte) {
	sum := sha1.Sum(body)
	hex.Encode(name[:], sum[:])
	return name
}

// SizeBytes is about what the script holds in memory.
func (s *Script) SizeBytes() int64 { return int64(len(s.SHA)+len(s.Body)+s.proto.SizeBytes()) + 128 }

// Error is an error reply, its code first.
type Error struct {
	Text string
	// Counted says that statistics know this error already: it is that of a
	// command.
	Counted bool
}

func (e *Error) Error() string { return e.Text }

func errorf(format string, args ...any) *Error { return &Error{Text: fmt.Sprintf(format, args...)} }

// Compile compiles a script. Errors are of type *Error.
func Compile(body []byte) (*Script, error) {
	name := SHA1(body)
	s := &Script{SHA: string(name[:]), Body: string(body), Flags: Compat}
	code := s.Body
	if strings.HasPrefix(code, "#!") {
		n, err := s.readShebang(code)
		if err != nil {
			return nil, err
		}
		code = code[n:]
	}
	proto, err := lua.Compile(code, "@user_script")
	if err != nil {
		return nil, errorf("ERR Error compiling script (new function): %s", err)
	}
	s.proto = proto
	return s, nil
}

// readShebang reads a first line "#!lua flags=a,b" and returns its length
// without the line break, so that lines keep their numbers.
func (s *Script) readShebang(code string) (int, error) {
	n := strings.IndexByte(code, '\n')
	if n < 0 {
		return 0, errorf("ERR Invalid script shebang")
	}
	words, ok := resp.SplitArgs([]byte(code[:n]))
	if !ok || len(words) == 0 {
		return 0, errorf("ERR Invalid engine in script shebang")
	}
	if string(words[0]) != "#!lua" {
		return 0, errorf("ERR Unexpected engine in script shebang: %s", words[0])
	}
	s.Flags = 0
	for _, w := range words[1:] {
		list, ok := strings.CutPrefix(string(w), "flags=")
		if !ok {
			return 0, errorf("ERR Unknown lua shebang option: %s", w)
		}
		if err := s.addFlags(list); err != nil {
			return 0, err
		}
	}
	return n, nil
}

func (s *Script) addFlags(list string) error {
	if list == "" {
		return nil
	}
	for _, name := range strings.Split(list, ",") {
		f, ok := parseFlag(name)
		if !ok {
			return errorf("ERR Unexpected flag in script shebang: %s", name)
		}
		s.Flags |= f
	}
	return nil
}
