package config

import (
	"errors"
	"strings"
)

// KeyspaceEvents says which events of keys are published, and how. The classes are the lower bits, in the order of
// persistence.EventClass.
type KeyspaceEvents uint32

// eventLetters name the classes, lowest bit first, then how they are published.
const eventLetters = "g$lshzxetmdnKE"

// The parts of KeyspaceEvents.
const (
	EventClasses KeyspaceEvents = 1<<12 - 1
	EventsByKey  KeyspaceEvents = 1 << 12 // K: on a channel for each key
	EventsByName KeyspaceEvents = 1 << 13 // E: on a channel for each sort of event
)

// allEvents is what A stands for: all classes but misses (m) and new keys (n).
const allEvents = EventClasses &^ (1<<9 | 1<<11)

var keyspaceEvents = kind[KeyspaceEvents]{
	parse: func(_ KeyspaceEvents, args []string) (events KeyspaceEvents, err error) {
		for _, c := range []byte(args[0]) {
			switch i := strings.IndexByte(eventLetters, c); {
			case c == 'A':
				events |= allEvents
			case i >= 0:
				events |= 1 << i
			default:
				return 0, errors.New("Invalid event class character. Use 'Ag$lshzxeKEtmdn'.")
			}
		}
		return events, nil
	},
	format: formatEvents,
	lines:  func(e KeyspaceEvents) []string { return []string{quote(formatEvents(e))} },
}

// formatEvents spells them as Redis does, which after A has no room for n.
func formatEvents(e KeyspaceEvents) string {
	text, order := "", "g$lshzxetdnKEm"
	if e&allEvents == allEvents {
		text, order = "A", "KEm"
	}
	for _, c := range []byte(order) {
		if e&(1<<strings.IndexByte(eventLetters, c)) != 0 {
			text += string(c)
		}
	}
	return text
}
