package server

import (
	"fmt"
	"runtime"
	"strings"
)

func init() {
	bind("memory|doctor", memoryDoctor).bare().offLoop()
	bind("memory|malloc-stats", memoryMallocStats).bare().offLoop()
}

// MEMORY DOCTOR
func memoryDoctor(c *Call) error {
	c.Reply.Verbatim("txt", c.Server.memoryReport())
	return nil
}

func (s *Server) memoryReport() string {
	found := s.memoryFindings()
	if len(found) == 0 {
		return "No problem with memory was found.\n"
	}
	return "These may be problems:\n\n- " + strings.Join(found, "\n- ") + "\n"
}

// Bounds beyond which MEMORY DOCTOR speaks.
const (
	muchPeak   = 1.5
	muchWaste  = 1.4
	fewBytes   = 100 << 20 // below it ratios mean nothing
	muchClient = 200 << 10
)

func (s *Server) memoryFindings() []string {
	m := s.memoryFacts()
	hot := s.store.HotTier()
	var found []string
	say := func(format string, args ...any) { found = append(found, fmt.Sprintf(format, args...)) }
	if delay := s.store.WriteDelay(); delay > 0 {
		say("Changed data fills the hot tier faster than checkpoints write it: each client waits %v after a write. More "+
			"maxmemory or a faster disk helps.", delay)
	}
	if hot.UsedBytes > hot.LimitBytes {
		say("The hot tier has %s, over its share of %s.", humanBytes(hot.UsedBytes), humanBytes(hot.LimitBytes))
	}
	if s.memoryBytes() > machineMemory() {
		say("maxmemory is %s, but there are only %s.", humanBytes(s.memoryBytes()), humanBytes(machineMemory()))
	}
	if m.used > fewBytes && ratio(m.peak, m.used) > muchPeak {
		say("Memory use was %s at its peak, %.1f times what it is now. MEMORY PURGE gives free pages back to the system.",
			humanBytes(m.peak), ratio(m.peak, m.used))
	}
	if m.used > fewBytes && ratio(m.rss, m.used) > muchWaste {
		say("The process has %s of the system's memory for %s in use. MEMORY PURGE may give some back.",
			humanBytes(m.rss), humanBytes(m.used))
	}
	if n := int64(len(s.listClients())); n > 0 && m.clients/n > muchClient {
		say("Clients take %s each on average. Look at CLIENT LIST for long qbuf and obl.", humanBytes(m.clients/n))
	}
	return found
}

// MEMORY MALLOC-STATS
func memoryMallocStats(c *Call) error {
	c.Reply.Verbatim("txt", c.Server.mallocReport())
	return nil
}

// mallocReport shows the slabs that hold the data, the cache of table blocks,
// and Go's own heap.
func (s *Server) mallocReport() string {
	var b strings.Builder
	hot := s.store.HotTier()
	fmt.Fprintf(&b, "hot tier: %d bytes used, %d free, limit %d\n", hot.UsedBytes, hot.FreeBytes, hot.LimitBytes)
	fmt.Fprintf(&b, "block cache: %d bytes\n", s.store.CacheBytes())
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	fmt.Fprintf(&b, "Go heap: %d bytes allocated, %d in use, %d idle, %d released, %d from the system\n",
		m.HeapAlloc, m.HeapInuse, m.HeapIdle, m.HeapReleased, m.HeapSys)
	fmt.Fprintf(&b, "Go stacks: %d bytes in use; other: %d\n", m.StackInuse, m.MSpanSys+m.MCacheSys+m.BuckHashSys+m.GCSys+m.OtherSys)
	fmt.Fprintf(&b, "collections: %d, %d ns of pauses in all\n", m.NumGC, m.PauseTotalNs)
	for _, size := range m.BySize {
		if live := size.Mallocs - size.Frees; live > 0 {
			fmt.Fprintf(&b, "  objects up to %d bytes: %d\n", size.Size, live)
		}
	}
	return b.String()
}
