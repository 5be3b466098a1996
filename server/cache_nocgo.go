//go:build !cgo

package server

// cacheOutsideHeap: without cgo Pebble's block cache is Go memory like any other.
const cacheOutsideHeap = false

func releaseFree() {}
