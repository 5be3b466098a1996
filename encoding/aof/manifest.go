package aof

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/cairndb/cairn/encoding/resp"
)

// Manifest tells of which files an AOF consists.
type Manifest struct {
	Base       string   // "" if there is none
	Increments []string // in the order in which they are to be carried out
}

const maxManifestLine = 1024 // MANIFEST_MAX_LINE

// ErrManifest: what is wrong with a manifest.
var ErrManifest = errors.New("malformed AOF manifest")

// ParseManifest reads a manifest. Its names are those of files beside it.
func ParseManifest(text []byte) (*Manifest, error) {
	m := &Manifest{}
	last := int64(0)
	number := 0
	for line := range bytes.Lines(text) {
		number++
		line = bytes.TrimSpace(line)
		if len(line) == 0 || line[0] == '#' {
			continue
		}
		p, err := parsePart(line)
		if err == nil {
			err = m.add(p, &last)
		}
		if err != nil {
			return nil, fmt.Errorf("%w: line %d: %w", ErrManifest, number, err)
		}
	}
	if m.Base == "" && len(m.Increments) == 0 {
		return nil, fmt.Errorf("%w: it names no file", ErrManifest)
	}
	return m, nil
}

// part is a line of a manifest.
type part struct {
	name string
	seq  int64
	kind string
}

// parsePart reads pairs of words. Those that are not known are left alone, as in Redis.
func parsePart(line []byte) (p part, err error) {
	words, ok := resp.SplitArgs(line)
	if !ok || len(line) > maxManifestLine || len(words) < 6 || len(words)%2 != 0 {
		return p, errors.New("not file, seq and type")
	}
	for i := 0; i < len(words); i += 2 {
		value := string(words[i+1])
		switch strings.ToLower(string(words[i])) {
		case "file":
			p.name = value
		case "seq":
			if p.seq, err = strconv.ParseInt(value, 10, 64); err != nil {
				return p, fmt.Errorf("seq %q is no number", value)
			}
		case "type":
			p.kind = value
		}
	}
	if p.name == "" || p.name == "." || p.name == ".." || strings.ContainsAny(p.name, "/\\\x00") {
		return p, fmt.Errorf("%q is no name of a file beside the manifest", p.name)
	}
	if p.seq <= 0 {
		return p, fmt.Errorf("%s has the seq %d", p.name, p.seq)
	}
	return p, nil
}

// add takes a part. last is the seq of the increment before.
func (m *Manifest) add(p part, last *int64) error {
	switch p.kind {
	case "b":
		if m.Base != "" {
			return fmt.Errorf("%s and %s are both the base", m.Base, p.name)
		}
		m.Base = p.name
	case "i":
		if p.seq <= *last {
			return fmt.Errorf("%s with the seq %d comes after %d", p.name, p.seq, *last)
		}
		*last = p.seq
		m.Increments = append(m.Increments, p.name)
	case "h":
	default:
		return fmt.Errorf("%s is of the unknown type %q", p.name, p.kind)
	}
	return nil
}

// Parts are all files, in the order in which they are to be read.
func (m *Manifest) Parts() []string {
	if m.Base == "" {
		return m.Increments
	}
	return append([]string{m.Base}, m.Increments...)
}
