//go:build !race

package slab

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// reserve is how many bytes of addresses an arena has, not how much memory.
const reserve = unit << RefBits

func reserveMemory() ([]byte, error) {
	mem, err := unix.Mmap(-1, 0, reserve, unix.PROT_NONE,
		unix.MAP_PRIVATE|unix.MAP_ANON|unix.MAP_NORESERVE)
	if err != nil {
		return nil, fmt.Errorf("reserving %d GiB of addresses: %w", reserve>>30, err)
	}
	return mem, nil
}

func unreserveMemory(mem []byte) error { return unix.Munmap(mem) }

// commitMemory makes reserved addresses usable.
func commitMemory(mem []byte) error { return unix.Mprotect(mem, unix.PROT_READ|unix.PROT_WRITE) }

// dropMemory gives the memory behind usable addresses back until they are
// written to again.
func dropMemory(mem []byte) { _ = unix.Madvise(mem, unix.MADV_DONTNEED) }
