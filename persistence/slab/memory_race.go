//go:build race

package slab

import "sync"

// The race detector looks at the Go heap only. So in its builds an arena is a
// part of it, and small: enough for tests.
const reserve = 512 << 20

// spare keeps the memory of closed arenas: blocks have arbitrary content, and
// so much of it would take long to clear.
var spare struct {
	sync.Mutex
	list [][]byte
}

func reserveMemory() ([]byte, error) {
	spare.Lock()
	defer spare.Unlock()
	n := len(spare.list)
	if n == 0 {
		return make([]byte, reserve), nil
	}
	mem := spare.list[n-1]
	spare.list = spare.list[:n-1]
	return mem, nil
}

func unreserveMemory(mem []byte) error {
	spare.Lock()
	defer spare.Unlock()
	spare.list = append(spare.list, mem)
	return nil
}

func commitMemory([]byte) error { return nil }

func dropMemory([]byte) {}
