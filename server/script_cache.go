package server

import (
	"sync"
	"sync/atomic"

	"github.com/cairndb/cairn/server/script"
)

// scriptCache remembers compiled scripts by the SHA-1 of their text. Those of
// SCRIPT LOAD stay until SCRIPT FLUSH; of those that came with EVAL the oldest
// make room for new ones, so that programs which build texts anew for each call
// cannot fill the memory.
type scriptCache struct {
	mu    sync.RWMutex
	known map[string]*knownScript
	order []*knownScript // that EVAL brought, the oldest first
	bytes int64
}

type knownScript struct {
	*script.Script
	slow atomic.Bool // the last run took long: the next one begins off the loop
	kept bool        // until SCRIPT FLUSH
}

// maxScriptBytes bounds the scripts of EVAL.
const maxScriptBytes = 64 << 20

// find looks a digest up, whatever the case of its letters.
func (s *scriptCache) find(sha []byte) *knownScript {
	if len(sha) != script.SHALen {
		return nil
	}
	var lower [script.SHALen]byte
	for i, c := range sha {
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		lower[i] = c
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.known[string(lower[:])]
}

// take finds a text's script, or compiles it. keep is for SCRIPT LOAD.
func (s *scriptCache) take(body []byte, keep bool) (*knownScript, error) {
	sha := script.SHA1(body)
	k := s.find(sha[:])
	if k == nil {
		compiled, err := script.Compile(body)
		if err != nil {
			return nil, err
		}
		k = s.add(&knownScript{Script: compiled})
	}
	if keep {
		s.keep(k)
	}
	return k, nil
}

// add returns what is known of the script then: another client may have been
// quicker.
func (s *scriptCache) add(k *knownScript) *knownScript {
	s.mu.Lock()
	defer s.mu.Unlock()
	if other := s.known[k.SHA]; other != nil {
		return other
	}
	if s.known == nil {
		s.known = map[string]*knownScript{}
	}
	s.known[k.SHA] = k
	s.order = append(s.order, k)
	s.bytes += k.SizeBytes()
	for s.bytes > maxScriptBytes && s.order[0] != k {
		s.dropOldest()
	}
	return k
}

func (s *scriptCache) dropOldest() {
	oldest := s.order[0]
	s.order[0], s.order = nil, s.order[1:]
	if !oldest.kept {
		delete(s.known, oldest.SHA)
		s.bytes -= oldest.SizeBytes()
	}
}

// keep takes a script out of those that make room.
func (s *scriptCache) keep(k *knownScript) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k.kept = true
}

func (s *scriptCache) flush() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.known, s.order, s.bytes = nil, nil, 0
}

func (s *scriptCache) size() (scripts, bytes int64) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return int64(len(s.known)), s.bytes
}
