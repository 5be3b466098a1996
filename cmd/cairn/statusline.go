package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"golang.org/x/term"
)

// statusLine shows how far something is that has no end of its own: one line that changes on a terminal, else a line now
// and then.
type statusLine struct {
	f        *os.File
	terminal bool

	mu    sync.Mutex
	shown string
	last  time.Time
}

func newStatusLine(f *os.File) *statusLine {
	return &statusLine{f: f, terminal: term.IsTerminal(int(f.Fd()))}
}

const (
	clearLine   = "\r\x1b[K"
	statusEvery = 10 * time.Second // a line, where it is no terminal
	statusLook  = 200 * time.Millisecond
)

// set shows another state.
func (s *statusLine) set(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.terminal:
		fmt.Fprint(s.f, clearLine+text)
	case time.Since(s.last) >= statusEvery:
		s.last = time.Now()
		fmt.Fprintln(s.f, text)
	}
	s.shown = text
}

// say prints a line that stays.
func (s *statusLine) say(line string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.terminal {
		fmt.Fprintln(s.f, line)
		return
	}
	fmt.Fprint(s.f, clearLine+line+"\n"+s.shown)
}

// end leaves nothing of a line that changes.
func (s *statusLine) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.terminal {
		fmt.Fprint(s.f, clearLine)
	}
	s.shown = ""
}

// follow shows the state of a follower until ctx ends, and says once that it has caught up.
func (s *statusLine) follow(ctx context.Context, state func() (received, applied int64, loaded bool)) {
	tick := time.NewTicker(statusLook)
	defer tick.Stop()
	caughtUp := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		received, applied, loaded := state()
		switch behind := received - applied; {
		case !loaded:
			s.set(fmt.Sprintf("loading; %d bytes of changes wait", behind))
		case behind == 0 && !caughtUp:
			caughtUp = true
			s.say("caught up; press Enter on a terminal, or send SIGINT or SIGTERM, to switch over")
		default:
			s.set(fmt.Sprintf("following at offset %d, %d bytes behind", applied, behind))
		}
	}
}

// enough tells when the user has had enough: Enter on a terminal, SIGINT or SIGTERM; and when that comes again.
func enough(ctx context.Context) (wanted, again <-chan struct{}) {
	first, second := make(chan struct{}), make(chan struct{})
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	enter := enterPressed()
	go func() {
		defer signal.Stop(signals)
		for _, c := range []chan struct{}{first, second} {
			select {
			case <-ctx.Done():
				return
			case <-signals:
			case <-enter:
			}
			close(c)
		}
	}()
	return first, second
}

// enterPressed hears of lines on a terminal. Its goroutine waits for the terminal as long as the process lives.
func enterPressed() <-chan struct{} {
	c := make(chan struct{})
	if !term.IsTerminal(int(os.Stdin.Fd())) {
		return c
	}
	go func() {
		in := bufio.NewReader(os.Stdin)
		for {
			if _, err := in.ReadString('\n'); err != nil {
				return
			}
			c <- struct{}{}
		}
	}()
	return c
}
