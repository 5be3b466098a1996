package server

import "fmt"

func init() {
	bind("memory|stats", memoryStats).bare().offLoop()
}

// MEMORY STATS
func memoryStats(c *Call) error {
	dbs, err := c.Server.databaseSizes()
	if err != nil {
		return err
	}
	m := c.Server.memoryFacts()
	c.Reply.Map(27 + len(dbs))
	c.overheads(&m)
	for _, d := range dbs {
		c.databaseOverhead(d)
	}
	c.intPair("overhead.total", m.overhead())
	c.datasetFacts(&m, dbs)
	c.allocatorFacts(&m)
	return nil
}

func (c *Call) overheads(m *memoryFacts) {
	c.intPair("peak.allocated", m.peak)
	c.intPair("total.allocated", m.used)
	c.intPair("startup.allocated", m.startup)
	c.intPair("replication.backlog", 0)
	c.intPair("clients.slaves", 0)
	c.intPair("clients.normal", m.clients)
	c.intPair("cluster.links", 0)
	c.intPair("aof.buffer", c.Server.unsyncedBytes())
	c.intPair("lua.caches", 0)
	c.intPair("functions.caches", 0)
}

func (c *Call) datasetFacts(m *memoryFacts, dbs []databaseSize) {
	keys := int64(0)
	for _, d := range dbs {
		keys += d.keys
	}
	c.intPair("keys.count", keys)
	c.intPair("keys.bytes-per-key", m.dataset/max(1, keys))
	c.intPair("dataset.bytes", m.dataset)
	c.doublePair("dataset.percentage", m.datasetPercent())
	c.doublePair("peak.percentage", percent(m.used, m.peak))
}

func (c *Call) allocatorFacts(m *memoryFacts) {
	c.intPair("allocator.allocated", m.used)
	c.intPair("allocator.active", m.active)
	c.intPair("allocator.resident", m.resident)
	c.fragmentation("allocator-fragmentation.ratio", "allocator-fragmentation.bytes", m.active, m.used)
	c.fragmentation("allocator-rss.ratio", "allocator-rss.bytes", m.resident, m.active)
	c.fragmentation("rss-overhead.ratio", "rss-overhead.bytes", m.rss, m.resident)
	c.fragmentation("fragmentation", "fragmentation.bytes", m.rss, m.used)
}

func (c *Call) doublePair(key string, value float64) {
	c.Reply.BulkString(key)
	c.Reply.Double(value)
}

func (c *Call) fragmentation(ratioName, bytesName string, have, need int64) {
	c.doublePair(ratioName, ratio(have, need))
	c.intPair(bytesName, have-need)
}

// databaseSize is a database that has keys.
type databaseSize struct {
	number        int
	keys, expires int64
}

func (s *Server) databaseSizes() ([]databaseSize, error) {
	var list []databaseSize
	for n := range s.store.Databases() {
		keys, expires, err := s.store.Keys(n)
		if err != nil {
			return nil, err
		}
		if keys > 0 {
			list = append(list, databaseSize{n, keys, expires})
		}
	}
	return list, nil
}

// databaseOverhead tells what the index takes for a database. The expire times
// are part of the keys' own records.
func (c *Call) databaseOverhead(d databaseSize) {
	c.Reply.BulkString(fmt.Sprintf("db.%d", d.number))
	c.Reply.Map(3)
	c.intPair("overhead.hashtable.main", c.Server.store.IndexBytes(d.number))
	c.intPair("overhead.hashtable.expires", 0)
	c.intPair("overhead.hashtable.slot-to-keys", 0)
}
