package diff

// Server is what a run needs of a server under comparison; *proc.Server is one.
type Server interface {
	Addr() string
	Restart() error // ended gracefully and started again, on the same address
	Crash() error   // killed and started again
}

// Pair is the two servers under comparison. It runs one script at a time.
type Pair struct {
	Oracle        Server
	Subject       Server
	Mode          Mode
	Seed          uint64 // of the points of restart
	Restarts      int    // in one run, on average; 0 means 2
	MaxMismatches int    // that end a run; 0 means 20

	// Trace, if not nil, is told each step and what the oracle has answered.
	Trace func(st Step, oracle string)
}

// Run performs the script on both servers, from empty databases on, and returns where they differed.
func (p *Pair) Run(s *Script, proto int) []Mismatch {
	r := &run{pair: p, script: s}
	r.oracle = newSide(p.Oracle.Addr(), proto, s.Slow)
	r.subject = newSide(p.Subject.Addr(), proto, s.Slow)
	defer r.close()
	if r.step(Command("FLUSHALL")); r.failures > 0 {
		return r.mismatches // neither the first nor any later command has a chance
	}
	if err := p.setCold("ON"); err != nil {
		r.note(Step{Source: "cold mode on"}, "", err.Error())
		return r.mismatches
	}
	if r.body() {
		r.steps(closing(r.oracle))
	}
	if err := p.setCold("OFF"); err != nil {
		r.note(Step{Source: "cold mode off"}, "", err.Error())
	}
	return r.mismatches
}
