package server

import (
	"math"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/persistence/wal"
	"github.com/cairndb/cairn/server/acl"
	"github.com/cairndb/cairn/server/command"
	"github.com/cairndb/cairn/server/config"
)

// Server answers clients from a store.
type Server struct {
	cfg      *config.Config
	store    *persistence.Store
	loops    []*loop
	nextID   atomic.Int64
	clock    clock
	log      logger
	stats    stats
	slowlog  slowlog
	latency  latencyMonitor
	watches  watches
	waiters  waiters
	pause    pause
	cold     coldMode
	lured    luredAt
	outbox   outbox
	pubsub   pubsub
	feed     monitorFeed
	events   notifications
	tracking tracking
	scripts  scripts
	replicas replicas
	pacer    pacer
	failover failover
	users    *acl.Registry
	upstream upstream
	secure   *secureFront
	renamed  map[string]*command.Spec // by rename-command; nil forbids the name
	started  time.Time
	runID    string
	applier  *Client           // carries out what the log holds, at the start
	offline  bool              // see OpenOffline
	replay   persistence.Apply // if set, in place of apply, at the start

	supervisor   supervisor
	startupBytes int64       // of memory in use, besides the data, once all was started
	keepExpired  atomic.Bool // the cron leaves keys alone whose time has come
	cronPaused   atomic.Bool // DEBUG PAUSE-CRON

	listeners atomic.Pointer[[]*listener]

	mu      sync.Mutex
	clients map[int64]*Client

	ending   ending
	done     chan struct{}
	stopOnce sync.Once
	loopsEnd sync.WaitGroup
	detached sync.WaitGroup // commands that run off the loops
	workers  workers        // what runs them
}

func newServer(cfg *config.Config) *Server {
	s := &Server{cfg: cfg, clients: map[int64]*Client{}, started: time.Now(), runID: newRunID(), done: make(chan struct{}),
		log: logger{cfg: cfg, out: os.Stdout}}
	s.clock.update()
	s.pacer.srv = s
	s.upstream.counts = newLoopStats()
	s.users = acl.NewRegistry(s.openChannels)
	s.secure = newSecureFront(s)
	return s
}

// New opens the data directory of a configuration and recovers what it holds.
func New(cfg *config.Config) (*Server, error) {
	s := newServer(cfg)
	s.supervisor = findSupervisor(cfg.Supervised.Get())
	if err := checkLog(cfg); err != nil {
		return nil, err
	}
	s.logStart()
	if err := s.fitMaxClients(); err != nil {
		return nil, err
	}
	if err := s.applyRenames(); err != nil {
		return nil, err
	}
	if err := s.openUsers(); err != nil {
		return nil, err
	}
	if err := s.openStore(); err != nil {
		return nil, err
	}
	s.followConfig()
	s.startupBytes = s.usedMemory() - s.store.HotBytes()
	return s, nil
}

func (s *Server) openStore() (err error) {
	o := persistence.Options{
		FS: vfs.Default, Dir: s.cfg.Dir.Get(), Databases: int(s.cfg.Databases.Get()),
		MemoryBytes: s.memoryBytes(), Policy: policyOf(s.cfg.AppendFsync.Get()),
		Follows: !s.cfg.ReplicaOf.Get().IsNobody(), SegmentBytes: s.cfg.LogSegmentBytes.Get(), DirtyBytes: s.cfg.CheckpointDirtyBytes.Get(),
		KeepBytes: s.cfg.ReplBacklogBytes.Get(), BackupLogBytes: s.cfg.BackupLogBytes.Get(), Now: time.Now, Logf: s.logf, Fatal: s.fatal, Background: true,
	}
	if s.offline {
		o.Follows, o.KeepBytes, o.BackupLogBytes = true, math.MaxInt64, math.MaxInt64
	}
	if s.store, err = persistence.Open(o); err != nil {
		return err
	}
	s.watches.store = s.store
	s.outbox.log, s.pubsub.outbox, s.events.srv = s.store.Log(), &s.outbox, s
	s.feed.pubsub.outbox, s.tracking.srv = &s.outbox, s
	s.waiters.srv, s.pause.store, s.replicas.srv, s.upstream.srv, s.failover.srv = s, s.store, s, s, s
	s.store.Observe(s.observers())
	if err := s.prepareScripts(); err != nil {
		return err
	}
	start := time.Now()
	replay := s.replay
	if replay == nil {
		replay = s.apply
	}
	r, err := s.store.Recover(replay)
	if err != nil {
		return err
	}
	if r.Commands > 0 {
		s.logf("Replayed %d commands (%d bytes of log) in %.3f seconds", r.Commands, r.Bytes, time.Since(start).Seconds())
	}
	return nil
}

// fatal ends the process when the store cannot go on.
func (s *Server) fatal(why string) {
	s.warnf("Cannot go on: %s. Nothing acknowledged is lost: start again when that is mended", why)
	os.Exit(1)
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
	s.writePID()
	if m := s.cfg.ReplicaOf.Get(); !m.IsNobody() {
		s.upstream.follow(m)
	}
	var cronEnd sync.WaitGroup
	cronEnd.Go(s.cron)
	s.followSignals()
	s.logReady()
	s.loopsEnd.Wait()
	s.secure.end()
	s.detached.Wait()
	s.workers.end()
	s.upstream.stop()
	s.ending.wait()
	cronEnd.Wait()
	return s.close()
}

// loopCount is how many loops serve. Half of the processors leaves the other
// half to the log, checkpoints and compactions; fewer, busier loops also share
// system calls better than many idle ones.
var loopCount = func() int { return max(1, runtime.NumCPU()/2) }

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

// Stop ends Run: connections are closed, a checkpoint follows. Shutdown is the
// way for those who care whether that can succeed.
func (s *Server) Stop() {
	s.stopOnce.Do(func() {
		s.logStop()
		s.scripts.runs.abort()
		close(s.done)
		s.closeListeners()
		for _, l := range s.loops {
			l.post(l.stop)
		}
	})
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
