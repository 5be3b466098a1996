package tools

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/cairndb/cairn/encoding/aof"
	"github.com/cairndb/cairn/encoding/rdb"
)

// AOF is an append-only file of Redis: one file, or the parts that a manifest names.
type AOF struct {
	parts []aofPart
}

// aofPart is a file: an RDB file, or commands, or commands behind an RDB file.
type aofPart struct {
	path  string
	bytes int64
	isRDB bool
}

// manifestSuffix is what the name of a manifest ends in; appendDir is Redis's name for the directory that it is in.
const (
	manifestSuffix = ".manifest"
	appendDir      = "appendonlydir"
)

// FindAOF returns the AOF at path: a directory with a manifest, or Redis's data directory around that, a manifest, or a
// file with commands. It is nil if there is a file of something else, such as RDB.
func FindAOF(path string) (*AOF, error) {
	if path == "-" {
		return nil, nil
	}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case info.IsDir():
		if path, err = findManifest(path); err != nil {
			return nil, err
		}
		return readManifest(path)
	case !info.Mode().IsRegular():
		return nil, nil
	}
	return fileAOF(path)
}

// findManifest looks for the one manifest in a directory, or in the directory that Redis makes there for it.
func findManifest(dir string) (string, error) {
	for _, d := range []string{dir, filepath.Join(dir, appendDir)} {
		found, err := filepath.Glob(filepath.Join(escapeGlob(d), "*"+manifestSuffix))
		if err != nil {
			return "", err
		}
		switch len(found) {
		case 0:
		case 1:
			return found[0], nil
		default:
			return "", fmt.Errorf("%s has %d manifests of an AOF: name the one", d, len(found))
		}
	}
	return "", fmt.Errorf("%s is a directory without a manifest of an AOF", dir)
}

// escapeGlob makes a pattern of a name that stands for the name alone.
func escapeGlob(name string) string {
	var b bytes.Buffer
	for i := range len(name) {
		if bytes.IndexByte([]byte(`*?[\`), name[i]) >= 0 {
			b.WriteByte('\\')
		}
		b.WriteByte(name[i])
	}
	return b.String()
}

func readManifest(path string) (*AOF, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	m, err := aof.ParseManifest(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	a := &AOF{}
	for _, name := range m.Parts() {
		p, err := openPart(filepath.Join(filepath.Dir(path), name))
		if errors.Is(err, fs.ErrNotExist) {
			err = fmt.Errorf("%s names a file that is missing: %w", path, err)
		}
		if err != nil {
			return nil, err
		}
		a.parts = append(a.parts, p)
	}
	return a, nil
}

// fileAOF finds out whether a file is an AOF, or names its parts.
func fileAOF(path string) (*AOF, error) {
	p, err := openPart(path)
	if err != nil {
		return nil, err
	}
	head, err := headOf(path)
	switch {
	case err != nil:
		return nil, err
	case p.isRDB && !isPreamble(head):
		return nil, nil
	case p.isRDB, len(head) > 0 && head[0] == '*', bytes.HasPrefix(head, []byte("#TS:")):
		return &AOF{parts: []aofPart{p}}, nil
	case filepath.Ext(path) == manifestSuffix, bytes.HasPrefix(head, []byte("file ")):
		return readManifest(path)
	}
	return nil, nil
}

// headBytes of a file tell what it is.
const headBytes = 4 << 10

func headOf(path string) (_ []byte, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // only read
	head := make([]byte, headBytes)
	n, err := io.ReadFull(f, head)
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		err = nil
	}
	return head[:n], err
}

func openPart(path string) (aofPart, error) {
	info, err := os.Stat(path)
	if err != nil {
		return aofPart{}, err
	}
	if !info.Mode().IsRegular() {
		return aofPart{}, fmt.Errorf("%s is no regular file", path)
	}
	head, err := headOf(path)
	return aofPart{path: path, bytes: info.Size(), isRDB: bytes.HasPrefix(head, []byte("REDIS"))}, err
}

// isPreamble tells whether an RDB file says that it is a part of an AOF.
func isPreamble(head []byte) bool {
	r := rdb.NewReader(bytes.NewReader(head), rdb.Limits{})
	for {
		item, err := r.Next()
		a, ok := item.(*rdb.Aux)
		if err != nil || !ok {
			return false
		}
		if name := string(a.Name); name == "aof-base" || name == "aof-preamble" {
			return string(a.Value) == "1"
		}
	}
}

// Bytes is how long all parts are.
func (a *AOF) Bytes() (sum int64) {
	for _, p := range a.parts {
		sum += p.bytes
	}
	return sum
}
