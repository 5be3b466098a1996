package server

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"net"
	"strconv"
	"syscall"
	"time"

	"github.com/cairndb/cairn/encoding/resp"
	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/types"
)

// migration is a MIGRATE on its way. Other clients are served meanwhile, so a
// key may change after it was sent: it is watched from the moment it is read,
// and deleted here only if it is still the same under its lock; else it is sent
// again. After a few times all writes wait until it is done. So a key is never
// lost, at any moment in which either server ends, and no change of it is.
type migration struct {
	call     *Call
	addr     string
	database []byte
	timeout  time.Duration // for connecting, and for each write and reply
	auth     [][]byte      // what follows AUTH, nil for none
	copies   bool
	replaces bool

	conn       net.Conn
	hangUp     context.CancelFunc
	in         *bufio.Reader
	out        []byte
	refused    error // what the target has said first of a key
	waitOffset int64 // of the deletions
}

const (
	migrateBytes = 4 << 20 // of payloads on their way at one time
	migrateKeys  = 256
	// After migratePatience times the writes wait; after migrateTimes even those
	// that had begun before then should have ended.
	migratePatience = 3
	migrateTimes    = 20
)

// leaving is a key that has been sent.
type leaving struct {
	key     []byte
	watch   watch
	gone    bool // it is not here any more
	sent    bool // a command of it waits for its reply
	arrived bool // and may be deleted here
}

func (m *migration) view(keys [][]byte, fn func(*persistence.Tx) error) error {
	c := m.call
	err := c.Server.store.View(c.Tx, persistence.Keys{Names: keys}, fn)
	if len(c.Tx.Overdue) > 0 {
		c.deleteOverdue()
	}
	return err
}

// move moves all keys of which the target takes a copy. Its error is what it
// says first of another.
func (m *migration) move(keys [][]byte) error {
	err := m.connect()
	defer m.hangUp()
	if err != nil {
		return err
	}
	if err := m.greet(); err != nil {
		return err
	}
	for len(keys) > 0 {
		n, err := m.moveSome(keys)
		if err != nil {
			return err
		}
		keys = keys[n:]
	}
	return m.refused
}

// connect reaches the target. The connection lives until hangUp, or the end of
// the server, which does not wait for others.
func (m *migration) connect() (err error) {
	var ctx context.Context
	ctx, m.hangUp = context.WithCancel(context.Background())
	go func() {
		select {
		case <-m.call.Server.done:
			m.hangUp()
		case <-ctx.Done():
		}
	}()
	dialer := net.Dialer{Timeout: m.timeout}
	if m.conn, err = dialer.DialContext(ctx, "tcp", m.addr); err != nil {
		m.call.Server.verbosef("MIGRATE: %v", err)
		if errors.Is(err, syscall.ECONNREFUSED) {
			return errMigrateWrite // Redis learns of it when it writes
		}
		return errMigrateConnect
	}
	context.AfterFunc(ctx, func() { _ = m.conn.Close() })
	m.in = bufio.NewReader(m.conn)
	return nil
}

func (m *migration) greet() error {
	said := 1
	if m.auth != nil {
		m.out = resp.AppendCommandList(m.out, [][]byte{[]byte("AUTH")}, m.auth)
		said++
	}
	m.out = resp.AppendCommand(m.out, []byte("SELECT"), m.database)
	if err := m.send(); err != nil {
		return err
	}
	for range said {
		if refused, err := m.reply(); err != nil || refused != nil {
			return cmp.Or(err, refused)
		}
	}
	return nil
}

// moveSome moves keys from the front, and returns how many it has dealt with.
func (m *migration) moveSome(keys [][]byte) (n int, err error) {
	all, err := m.read(keys)
	defer m.unwatch(all)
	list := all
	for times := 1; err == nil; times++ {
		if list, err = m.transfer(list); err != nil || len(list) == 0 {
			break
		}
		switch times {
		case migratePatience:
			m.call.Server.pause.freeze()
			defer m.call.Server.pause.thaw()
		case migrateTimes:
			return 0, errMigrateChanges
		}
		err = m.readAgain(list)
	}
	return len(all), err
}

// read reads keys from the front, as many as go in one turn.
func (m *migration) read(keys [][]byte) (list []*leaving, err error) {
	for _, key := range keys {
		if len(m.out) > migrateBytes || len(list) == migrateKeys {
			break
		}
		l := &leaving{key: key}
		list = append(list, l)
		if err := m.readOne(l, m.replaces); err != nil {
			return list, err
		}
	}
	return list, nil
}

// readAgain reads keys that have changed since they were sent. Those that are
// gone are taken back.
func (m *migration) readAgain(list []*leaving) error {
	for _, l := range list {
		m.call.Server.watches.drop(&l.watch)
		*l = leaving{key: l.key}
		if err := m.readOne(l, true); err != nil {
			return err
		}
		if l.gone {
			l.sent = true
			m.out = resp.AppendCommand(m.out, []byte("DEL"), l.key)
		}
	}
	return nil
}

// readOne adds the command that makes the key at the target, and watches it.
func (m *migration) readOne(l *leaving, replace bool) error {
	c := m.call
	var payload []byte
	var ttl int64
	err := m.view([][]byte{l.key}, func(tx *persistence.Tx) error {
		r, err := tx.Examine(l.key)
		if err != nil {
			return err
		}
		if l.gone = !r.Exists(); l.gone {
			return nil
		}
		if ttl = r.ExpireAtMs(); ttl != 0 {
			ttl = max(1, ttl-tx.NowMs)
		}
		state := watchedKey{exists: true, expireAtMs: r.ExpireAtMs()}
		if payload, _, err = c.payload(l.key); err == nil {
			c.Server.watches.add(&l.watch, c.dbKey(l.key), state)
		}
		return err
	})
	if err != nil || l.gone {
		return err
	}
	words := [][]byte{[]byte("RESTORE"), l.key, strconv.AppendInt(nil, ttl, 10), payload}
	if replace {
		words = append(words, []byte("REPLACE"))
	}
	m.out = resp.AppendCommand(m.out, words...)
	l.sent = true
	return nil
}

// transfer sends what was read, and deletes here what has arrived there. It
// returns the keys that have changed meanwhile.
func (m *migration) transfer(list []*leaving) (again []*leaving, err error) {
	if err := m.send(); err != nil {
		return nil, err
	}
	var broken error
	for _, l := range list {
		if !l.sent {
			continue
		}
		var refused error
		if refused, broken = m.reply(); broken != nil {
			break // but what has arrived before leaves
		}
		m.refused = cmp.Or(m.refused, refused)
		l.arrived = refused == nil && !l.gone
	}
	if !m.copies {
		again, err = m.deleteArrived(list)
	}
	return again, cmp.Or(broken, err)
}

func (m *migration) deleteArrived(list []*leaving) (again []*leaving, err error) {
	c := m.call
	var names [][]byte
	for _, l := range list {
		if l.arrived {
			names = append(names, l.key)
		}
	}
	if len(names) == 0 {
		return nil, nil
	}
	err = c.Server.store.Update(c.Tx, persistence.Keys{Names: names}, func(tx *persistence.Tx) error {
		var leave [][]byte
		again = nil
		for _, l := range list {
			switch {
			case !l.arrived:
			case l.watch.spoiled.Load():
				again = append(again, l)
			default:
				leave = append(leave, l.key)
			}
		}
		_, err := types.Delete(tx, leave)
		return err
	})
	m.waitOffset = max(m.waitOffset, c.Tx.WaitOffset)
	return again, err
}

func (m *migration) unwatch(list []*leaving) {
	for _, l := range list {
		m.call.Server.watches.drop(&l.watch)
	}
}

func (m *migration) send() error {
	_ = m.conn.SetWriteDeadline(time.Now().Add(m.timeout))
	_, err := m.conn.Write(m.out)
	m.out = m.out[:0]
	if err != nil {
		m.call.Server.verbosef("MIGRATE: %v", err)
		return errMigrateWrite
	}
	return nil
}

// reply reads one; refused is what the target has against it.
func (m *migration) reply() (refused, err error) {
	_ = m.conn.SetReadDeadline(time.Now().Add(m.timeout))
	v, err := resp.ReadValue(m.in)
	switch {
	case err != nil:
		m.call.Server.verbosef("MIGRATE: %v", err)
		return nil, errMigrateRead
	case v.IsError():
		return targetRefused(v.Str), nil
	}
	return nil, nil
}
