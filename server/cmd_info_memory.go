package server

import (
	"bytes"
	"fmt"
	"os"
	"runtime/metrics"
)

// memoryFacts are measurements of the process, in bytes.
type memoryFacts struct {
	used     int64 // hot tier, Go objects, block cache
	peak     int64 // of used
	startup  int64 // of used, without the hot tier, when the server had just started
	dataset  int64 // hot tier
	active   int64 // pages that what is used lies in
	resident int64 // of these and of free ones, what the system has not got back
	rss      int64 // of the process, as the system sees it
	clients  int64
}

// usedMemory is what lives in memory at present.
func (s *Server) usedMemory() int64 {
	objects, _, _ := goMemory()
	return s.store.HotBytes() + objects + s.outsideHeap()
}

// notePeak keeps the highest value of usedMemory.
func (s *Server) notePeak() {
	used := s.usedMemory()
	for old := s.stats.peakBytes.Load(); used > old && !s.stats.peakBytes.CompareAndSwap(old, used); {
		old = s.stats.peakBytes.Load()
	}
}

// outsideHeap is the block cache where it does not lie in Go's heap.
func (s *Server) outsideHeap() int64 {
	if !cacheOutsideHeap {
		return 0
	}
	return s.store.CacheBytes()
}

func (s *Server) memoryFacts() memoryFacts {
	s.notePeak()
	objects, spans, mapped := goMemory()
	hot, cache := s.store.HotTier(), s.outsideHeap()
	m := memoryFacts{
		used: hot.UsedBytes + objects + cache, peak: s.stats.peakBytes.Load(), startup: s.startupBytes, dataset: hot.UsedBytes,
		active: hot.UsedBytes + spans + cache, resident: hot.UsedBytes + hot.FreeBytes + mapped + cache,
	}
	m.rss, _ = residentBytes()
	m.peak = max(m.peak, m.used)
	for _, c := range s.everyClient() {
		m.clients += c.memory()
	}
	return m
}

// overhead is what is not data.
func (m *memoryFacts) overhead() int64 { return m.used - m.dataset }

// datasetPercent is the data's part of what came after the start.
func (m *memoryFacts) datasetPercent() float64 {
	return percent(m.dataset, m.used-m.startup)
}

func percent(part, whole int64) float64 { return ratio(part, whole) * 100 }

func ratio(part, whole int64) float64 {
	if whole <= 0 {
		return 0
	}
	return float64(part) / float64(whole)
}

// goMemory is what the Go runtime has: objects, the spans they lie in, and what
// it holds of the system's memory.
func goMemory() (objects, spans, mapped int64) {
	samples := []metrics.Sample{
		{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/memory/classes/heap/unused:bytes"},
		{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"},
	}
	metrics.Read(samples)
	value := func(i int) int64 { return int64(samples[i].Value.Uint64()) }
	return value(0), value(0) + value(1), value(2) - value(3)
}

// residentBytes is the resident set of the process, and what of it is not files;
// 0 if the system does not tell.
func residentBytes() (all, own int64) {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0, 0
	}
	var size, resident, shared int64 // in pages
	if _, err := fmt.Fscan(bytes.NewReader(text), &size, &resident, &shared); err != nil {
		return 0, 0
	}
	page := int64(os.Getpagesize())
	return resident * page, (resident - shared) * page
}

func (s *Server) infoMemory(t *infoText) {
	m := s.memoryFacts()
	t.size("used_memory", m.used)
	t.size("used_memory_rss", m.rss)
	t.size("used_memory_peak", m.peak)
	t.addf("used_memory_peak_perc", "%.2f%%", percent(m.used, m.peak))
	t.add("used_memory_overhead", m.overhead())
	t.add("used_memory_startup", m.startup)
	t.add("used_memory_dataset", m.dataset)
	t.addf("used_memory_dataset_perc", "%.2f%%", m.datasetPercent())
	t.add("allocator_allocated", m.used)
	t.add("allocator_active", m.active)
	t.add("allocator_resident", m.resident)
	t.size("total_system_memory", machineMemory())
	t.infoScripts(s)
	t.size("maxmemory", s.cfg.MaxMemoryBytes.Get())
	t.add("maxmemory_policy", s.cfg.Text("maxmemory-policy"))
	t.infoFragmentation(&m)
	t.zeros("mem_not_counted_for_evict", "mem_replication_backlog", "mem_total_replication_buffers", "mem_clients_slaves")
	t.add("mem_clients_normal", m.clients)
	t.add("mem_cluster_links", 0)
	t.add("mem_aof_buffer", s.unsyncedBytes())
	t.add("mem_allocator", "slab")
	t.zeros("active_defrag_running", "lazyfree_pending_objects", "lazyfreed_objects")
}

// infoScripts: what Lua holds besides the texts is not known one by one.
func (t *infoText) infoScripts(s *Server) {
	scripts, evalBytes := s.scripts.cache.size()
	libraries, functions := s.functions().Count()
	var functionBytes int64
	for _, code := range s.functions().Codes() {
		functionBytes += int64(len(code))
	}
	t.zeros("used_memory_lua", "used_memory_vm_eval")
	t.add("used_memory_lua_human", humanBytes(0))
	t.add("used_memory_scripts_eval", evalBytes)
	t.add("number_of_cached_scripts", scripts)
	t.add("number_of_functions", functions)
	t.add("number_of_libraries", libraries)
	t.zeros("used_memory_vm_functions", "used_memory_vm_total")
	t.add("used_memory_vm_total_human", humanBytes(0))
	t.add("used_memory_functions", functionBytes)
	t.add("used_memory_scripts", evalBytes+functionBytes)
	t.add("used_memory_scripts_human", humanBytes(evalBytes+functionBytes))
}

func (t *infoText) infoFragmentation(m *memoryFacts) {
	for _, f := range []struct {
		ratio, bytes string
		have, need   int64
	}{
		{"allocator_frag_ratio", "allocator_frag_bytes", m.active, m.used},
		{"allocator_rss_ratio", "allocator_rss_bytes", m.resident, m.active},
		{"rss_overhead_ratio", "rss_overhead_bytes", m.rss, m.resident},
		{"mem_fragmentation_ratio", "mem_fragmentation_bytes", m.rss, m.used},
	} {
		t.addf(f.ratio, "%.2f", ratio(f.have, f.need))
		t.add(f.bytes, f.have-f.need)
	}
}

// unsyncedBytes is what the log keeps in memory because it is not known to be
// on disk.
func (s *Server) unsyncedBytes() int64 {
	return max(0, s.store.LogEnd()-s.store.Log().Synced())
}

func databaseName(n int) string { return fmt.Sprintf("db%d", n) }
