package script

import (
	"strings"
	"sync/atomic"

	"github.com/cairndb/cairn/encoding/resp"
	"github.com/cairndb/cairn/server/script/lua"
)

// Library is a text that has registered functions. It never changes.
type Library struct {
	Name, Code string
	Functions  []*Function // in the order in which they were registered
}

// Function is one that clients can call.
type Function struct {
	Name           string
	Description    string
	HasDescription bool
	Flags          Flags
	Library        *Library
	Slow           atomic.Bool // for the caller's use: the last call took long
	callback       lua.Value
}

// Engine is the name of the only one there is.
const Engine = "LUA"

const nameRule = "Library names can only contain letters, numbers, or underscores(_) and must be at least one character long"

// isName tells whether libraries and functions may have a name.
func isName(s string) bool {
	for i := range len(s) {
		c := s[i]
		if (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z') && c != '_' {
			return false
		}
	}
	return s != ""
}

// LibraryName reads the first line of a library, "#!lua name=x", and returns
// the name and the rest, from the line break on.
func LibraryName(code string) (name, rest string, err error) {
	if !strings.HasPrefix(code, "#!") {
		return "", "", errorf("ERR Missing library metadata")
	}
	end := strings.IndexByte(code, '\n')
	if end < 0 {
		return "", "", errorf("ERR Invalid library metadata")
	}
	words, ok := resp.SplitArgs([]byte(code[:end]))
	if !ok || len(words) == 0 {
		return "", "", errorf("ERR Invalid library metadata")
	}
	name, err = libraryOptions(words[1:])
	if err != nil {
		return "", "", err
	}
	if engine := string(words[0][len("#!"):]); !strings.EqualFold(engine, Engine) {
		return "", "", errorf("ERR Engine '%s' not found", engine)
	}
	return name, code[end:], nil
}

func libraryOptions(words [][]byte) (name string, err error) {
	given := false
	for _, w := range words {
		text := string(w)
		if len(text) < len("name=") || !strings.EqualFold(text[:len("name=")], "name=") {
			return "", errorf("ERR Invalid metadata value given: %s", text)
		}
		if given {
			return "", errorf("ERR Invalid metadata value, name argument was given multiple times")
		}
		name, given = text[len("name="):], true
	}
	if !given {
		return "", errorf("ERR Library name was not given")
	}
	if !isName(name) {
		return "", errorf("ERR %s", nameRule)
	}
	return name, nil
}

// loading is a library while its code runs.
type loading struct {
	library *Library
}

// register adds a function. What it returns is wrong with it.
func (l *loading) register(f *Function) string {
	if !isName(f.Name) {
		return nameRule
	}
	for _, other := range l.library.Functions {
		if other.Name == f.Name {
			return "Function already exists in the library"
		}
	}
	f.Library = l.library
	l.library.Functions = append(l.library.Functions, f)
	return ""
}
