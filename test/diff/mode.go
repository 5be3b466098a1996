package diff

import (
	"cmp"
	"fmt"
	"math/rand/v2"

	"github.com/cairndb/cairn/test/client"
)

// Mode is what is done to the subject while it answers.
type Mode string

const (
	Hot     Mode = "hot"     // nothing
	Cold    Mode = "cold"    // it evicts everything it can after each command, and checkpoints every few
	Restart Mode = "restart" // it is ended gracefully and started again between commands
	Kill9   Mode = "kill9"   // it is killed and started again between commands
)

// Interrupts tells whether connections are lost in this mode.
func (m Mode) Interrupts() bool { return m == Restart || m == Kill9 }

// defaultRestarts is how often the subject is restarted during one run, on average.
const defaultRestarts = 2

// interruption decides before each step whether the subject is restarted.
type interruption struct {
	pair   *Pair
	chance float64
	rand   *rand.Rand
}

func newInterruption(p *Pair, steps int) *interruption {
	in := &interruption{pair: p, rand: rand.New(rand.NewPCG(p.Seed, 0))}
	if p.Mode.Interrupts() && steps > 0 {
		in.chance = float64(cmp.Or(p.Restarts, defaultRestarts)) / float64(steps)
	}
	return in
}

// maybe restarts the subject, or does nothing.
func (in *interruption) maybe(subject *side) error {
	if in.rand.Float64() >= in.chance {
		return nil
	}
	subject.hangUp()
	if in.pair.Mode == Kill9 {
		return in.pair.Subject.Crash()
	}
	return in.pair.Subject.Restart()
}

// setCold turns the cold mode of the subject on or off, over a connection of its own.
func (p *Pair) setCold(state string) error {
	if p.Mode != Cold {
		return nil
	}
	c, err := client.Dial(p.Subject.Addr(), replyTimeout)
	if err != nil {
		return err
	}
	defer c.Close()
	reply, err := c.Do("DEBUG", "COLD", state)
	if err == nil && reply.IsError() {
		err = fmt.Errorf("DEBUG COLD %s: %s", state, reply)
	}
	return err
}
