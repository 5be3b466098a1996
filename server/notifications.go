package server

import (
	"strconv"
	"sync/atomic"

	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/server/config"
)

// notifications publishes what happens to keys, as notify-keyspace-events asks:
// what has happened to a key, on the channel of the key, and to which key
// something has happened, on the channel of the event.
type notifications struct {
	srv    *Server
	wanted atomic.Uint32 // a config.KeyspaceEvents
}

// follow makes a changed notify-keyspace-events act.
func (n *notifications) follow() {
	now := n.srv.cfg.KeyspaceEvents.Get()
	before := config.KeyspaceEvents(n.wanted.Swap(uint32(now)))
	n.srv.store.Attend(reasons(now) - reasons(before))
	n.srv.store.Want(classes(now))
}

// reasons is 1 if there is anything to publish.
func reasons(e config.KeyspaceEvents) int {
	if classes(e) == 0 {
		return 0
	}
	return 1
}

// classes are those of which anything is published.
func classes(e config.KeyspaceEvents) persistence.EventClass {
	if e&(config.EventsByKey|config.EventsByName) == 0 {
		return 0
	}
	return persistence.EventClass(e & config.EventClasses)
}

// Committed implements persistence.Observer.
func (n *notifications) Committed(tx *persistence.Tx, changes []persistence.Change) {
	wanted := config.KeyspaceEvents(n.wanted.Load())
	for i := range changes {
		if ch := &changes[i]; ch.Event != "" && ch.Class&classes(wanted) != 0 {
			n.publish(ch, wanted, tx.WaitOffset)
		}
	}
}

func (n *notifications) publish(ch *persistence.Change, wanted config.KeyspaceEvents, after int64) {
	if wanted&config.EventsByKey != 0 {
		n.srv.pubsub.publish(nil, after, channelTopic, eventChannel("keyspace", ch.Database, string(ch.Key)), []byte(ch.Event))
	}
	if wanted&config.EventsByName != 0 {
		n.srv.pubsub.publish(nil, after, channelTopic, eventChannel("keyevent", ch.Database, ch.Event), ch.Key)
	}
}

func eventChannel(kind string, database int, name string) []byte {
	b := append([]byte("__"), kind...)
	b = strconv.AppendInt(append(b, '@'), int64(database), 10)
	return append(append(b, "__:"...), name...)
}
