package server

import (
	"fmt"

	"github.com/cairndb/cairn/server/command"
)

// door is how a handler gets at the keys.
type door uint8

const (
	doorNone      door = iota // it needs none, or goes by itself
	doorView                  // reads its keys
	doorUpdate                // reads and changes its keys
	doorUpdateAll             // changes everything
)

// binding is what the server adds to a row of the command table.
type binding struct {
	handle Handler
	door   door
	slow   bool // runs off the loop: it may take long, or waits for the disk
	large  bool // its reply can go out while it is being made
	// Of transactions.
	opens   bool // opens doors by itself
	repeats bool // has no door, yet runs again with each attempt at its transaction
	eager   bool // runs although MULTI was sent
	// listening: allowed to a client that listens under RESP2.
	listening bool
}

// bindings has an entry for each command, by its row's ID.
var bindings = make([]binding, command.IDs())

// bind gives a command its handler. The door follows from the row: commands
// with keys read or change them; what touches everything says so.
func bind(fullName string, h Handler) *binding {
	spec := command.Find([]byte(fullName))
	if spec == nil {
		panic(fmt.Sprintf("no row for command %q", fullName))
	}
	b := &bindings[spec.ID]
	if b.handle != nil {
		panic(fmt.Sprintf("command %q is bound twice", fullName))
	}
	b.handle = h
	if spec.HasKeys() {
		b.door = doorView
		if spec.Flags.Has(command.Write) {
			b.door = doorUpdate
		}
	}
	return b
}

// offLoop marks a command that may take long.
func (b *binding) offLoop() *binding { b.slow = true; return b }

// onAll marks a command that changes everything.
func (b *binding) onAll() *binding { b.door = doorUpdateAll; return b }

// bare marks a command that opens doors by itself.
func (b *binding) bare() *binding { b.door, b.opens = doorNone, true; return b }

// repeatable marks a command without a door that takes part in its transaction
// nevertheless: it may run more than once, and a bare one can do without doors
// of its own. Others run once.
func (b *binding) repeatable() *binding { b.repeats = true; return b }

// atOnce marks a command that is not queued after MULTI.
func (b *binding) atOnce() *binding { b.eager = true; return b }

// whileListening marks a command that a client under RESP2 may send while it
// has subscriptions.
func (b *binding) whileListening() *binding { b.listening = true; return b }

// streams marks a command that reads, and writes its reply from front to back:
// if it is long it goes out while it is being made.
func (b *binding) streams() *binding { b.large = true; return b }

// update marks a command that changes keys although its row says it reads.
func (b *binding) update() *binding { b.door = doorUpdate; return b }
