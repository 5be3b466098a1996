//go:build cgo

package server

// cacheOutsideHeap: with cgo Pebble takes its block cache from C's allocator.
const cacheOutsideHeap = true
