package server

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/cairndb/cairn/server/command"
)

func newRunID() string {
	var b [20]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

// applyRenames takes the rename-command lines into the names that clients use.
func (s *Server) applyRenames() error {
	renames := s.cfg.Renames()
	if len(renames) == 0 {
		return nil
	}
	s.renamed = map[string]*command.Spec{}
	for _, r := range renames {
		spec := s.lookup([][]byte{[]byte(r.From)})
		if spec == nil {
			return fmt.Errorf("%s: rename-command: no such command %q", r.Origin, r.From)
		}
		s.renamed[strings.ToLower(r.From)] = nil
		if r.To == "" {
			continue
		}
		if s.lookup([][]byte{[]byte(r.To)}) != nil {
			return fmt.Errorf("%s: rename-command: %q is a command already", r.Origin, r.To)
		}
		s.renamed[strings.ToLower(r.To)] = spec
	}
	return nil
}

// lookup finds the row of a request. A container whose subcommand is unknown
// is returned itself.
func (s *Server) lookup(args [][]byte) *command.Spec {
	spec := command.Lookup(args[0])
	if s.renamed != nil {
		if other, ok := s.renamed[strings.ToLower(string(args[0]))]; ok {
			spec = other
		}
	}
	if spec == nil || len(spec.Sub) == 0 || len(args) == 1 {
		return spec
	}
	if sub := spec.Subcommand(args[1]); sub != nil {
		return sub
	}
	return spec
}

// machineMemory is the memory of this machine, or of the control group that
// bounds the process if that is less, in bytes.
func machineMemory() int64 {
	n := int64(1 << 30)
	var info unix.Sysinfo_t
	if unix.Sysinfo(&info) == nil {
		n = int64(info.Totalram) * int64(info.Unit)
	}
	for _, file := range []string{"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"} {
		text, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		if limit, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64); err == nil && limit > 0 {
			n = min(n, limit)
		}
	}
	return n
}

// hostOf is the host of an address.
func hostOf(address string) string {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	return host
}

func joinHost(host string, port int) string { return net.JoinHostPort(host, strconv.Itoa(port)) }
