package server

import (
	"fmt"
	"log"
	"net"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/persistence/wal"
	"github.com/cairndb/cairn/server/command"
	"github.com/cairndb/cairn/server/config"
)

// Server answers clients from a store.
type Server struct {
	cfg     *config.Config
	store   *persistence.Store
	loops   []*loop
	nextID  atomic.Int64
	clock   clock
	stats   stats
	slowlog slowlog
	renamed map[string]*command.Spec // by rename-command; nil forbids the name
	started time.Time
	runID   string
	applier *Client // carries out what the log holds, at the start

	listeners []*listener

	mu      sync.Mutex
	clients map[int64]*Client

	ticker   *time.Ticker
	done     chan struct{}
	stopOnce sync.Once
	loopsEnd sync.WaitGroup
}

// New opens the data directory of a configuration and recovers what it holds.
func New(cfg *config.Config) (*Server, error) {
	s := &Server{cfg: cfg, clients: map[int64]*Client{}, started: time.Now(), runID: newRunID(), done: make(chan struct{})}
	s.clock.update()
	s.stats.init()
	if err := s.applyRenames(); err != nil {
		return nil, err
	}
	if err := s.openStore(); err != nil {
		return nil, err
	}
	return s, nil
}

func (s *Server) openStore() (err error) {
	s.store, err = persistence.Open(persistence.Options{
		FS: vfs.Default, Dir: s.cfg.Dir.Get(), Databases: int(s.cfg.Databases.Get()),
		MemoryBytes: s.memoryBytes(), Policy: policyOf(s.cfg.AppendFsync.Get()),
		SegmentBytes: s.cfg.LogSegmentBytes.Get(), DirtyBytes: s.cfg.CheckpointDirtyBytes.Get(),
		KeepBytes: s.cfg.ReplBacklogBytes.Get(), Now: time.Now, Logf: s.logf, Background: true,
	})
	if err != nil {
		return err
	}
	start := time.Now()
	r, err := s.store.Recover(s.apply)
	if err != nil {
		return err
	}
	if r.Commands > 0 {
		s.logf("Replayed %d commands (%d bytes of log) in %.3f seconds", r.Commands, r.Bytes, time.Since(start).Seconds())
	}
	return nil
}

func policyOf(f config.Fsync) wal.Policy {
	switch f {
	case config.FsyncAlways:
		return wal.Always
	case config.FsyncEverySec:
		return wal.EverySec
	default:
		return wal.No
	}
}

// memoryBytes is what the process may hold.
func (s *Server) memoryBytes() int64 {
	if n := s.cfg.MaxMemoryBytes.Get(); n > 0 {
		return n
	}
	return machineMemory() / 2
}

// Run listens and serves until Stop, or until listening fails.
func (s *Server) Run() error {
	if err := s.startLoops(); err != nil {
		return err
	}
	if err := s.listen(); err != nil {
		return err
	}
	s.ticker = time.NewTicker(100 * time.Millisecond)
	go s.cron()
	s.logReady()
	s.loopsEnd.Wait()
	return s.store.Close()
}

func (s *Server) logReady() {
	for _, l := range s.listeners {
		s.logf("Ready to accept connections at %s", l.address)
	}
	s.logf("Data in %s, appendfsync %s, memory allowance %d MiB", s.cfg.Dir.Get(), s.cfg.Text("appendfsync"), s.memoryBytes()>>20)
}

// loopCount is how many loops serve. Half of the processors leaves the other
// half to the log, checkpoints and compactions; fewer, busier loops also share
// system calls better than many idle ones.
func loopCount() int { return max(1, runtime.NumCPU()/2) }

func (s *Server) startLoops() error {
	for range loopCount() {
		l, err := newLoop(s)
		if err != nil {
			return err
		}
		s.loops = append(s.loops, l)
		s.loopsEnd.Add(1)
		go func() {
			defer s.loopsEnd.Done()
			l.run()
		}()
	}
	return nil
}

// Stop ends Run: connections are closed, a checkpoint follows.
func (s *Server) Stop() {
	s.stopOnce.Do(func() {
		close(s.done)
		s.closeListeners()
		for _, l := range s.loops {
			l.post(l.stop)
		}
	})
}

// cron does what has to happen from time to time: keys expire, policies
// follow the configuration.
func (s *Server) cron() {
	tx := s.store.Tx()
	for {
		select {
		case <-s.done:
			s.ticker.Stop()
			return
		case <-s.ticker.C:
			s.clock.update()
			s.expireDue(tx)
		}
	}
}

const dueBatch = 1000

// expireDue deletes keys whose time has come and that nobody asks for.
func (s *Server) expireDue(tx *persistence.Tx) {
	now := time.Now().UnixMilli()
	due, err := s.store.DueKeys(now, dueBatch)
	if err != nil {
		s.logf("looking for expired keys: %v", err)
	}
	for _, d := range due {
		tx.NowMs = now
		tx.Select(d.Database)
		err := s.store.Update(tx, persistence.Keys{Names: [][]byte{d.Name}}, func(tx *persistence.Tx) error {
			_, err := tx.Peek(d.Name)
			return err
		})
		if err != nil {
			s.logf("expiring a key: %v", err)
			return
		}
		s.stats.expired.Add(int64(len(tx.Expired)))
	}
}

func (s *Server) register(c *Client) {
	s.mu.Lock()
	s.clients[c.id] = c
	s.mu.Unlock()
}

func (s *Server) forget(c *Client) {
	s.mu.Lock()
	delete(s.clients, c.id)
	s.mu.Unlock()
}

// logf writes a line to the log.
func (s *Server) logf(format string, args ...any) {
	log.New(os.Stdout, "", 0).Printf("%d:M %s * %s", os.Getpid(), time.Now().Format("02 Jan 2006 15:04:05.000"), fmt.Sprintf(format, args...))
}

func isLoopback(a net.Addr) bool {
	t, ok := a.(*net.TCPAddr)
	return ok && t.IP.IsLoopback()
}
