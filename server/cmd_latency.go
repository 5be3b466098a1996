package server

func init() {
	bind("latency|latest", latencyLatest)
	bind("latency|history", latencyHistory)
	bind("latency|reset", latencyReset)
	bind("latency|graph", latencyGraph)
	bind("latency|doctor", latencyDoctor)
	bind("latency|histogram", latencyHistogram)
	bind("latency|help", help(latencyHelp))
}

// LATENCY LATEST
func latencyLatest(c *Call) error {
	events := c.Server.latency.all()
	c.Reply.Array(len(events))
	for _, e := range events {
		c.Reply.Array(4)
		c.Reply.BulkString(e.name)
		c.Reply.Int(e.last().atSec)
		c.Reply.Int(e.last().ms)
		c.Reply.Int(e.maxMs)
	}
	return nil
}

// LATENCY HISTORY event
func latencyHistory(c *Call) error {
	e, _ := c.Server.latency.event(string(c.Args[2]))
	c.Reply.Array(len(e.samples))
	for _, s := range e.samples {
		c.Reply.Array(2)
		c.Reply.Int(s.atSec)
		c.Reply.Int(s.ms)
	}
	return nil
}

// LATENCY RESET [event ...]
func latencyReset(c *Call) error {
	m := &c.Server.latency
	if len(c.Args) == 2 {
		c.Reply.Int(int64(m.forgetAll()))
		return nil
	}
	n := int64(0)
	for _, name := range c.Args[2:] {
		if m.forget(string(name)) {
			n++
		}
	}
	c.Reply.Int(n)
	return nil
}

const latencyHelp = `
DOCTOR
    Return a human readable latency analysis report.
GRAPH <event>
    Return an ASCII latency graph for the <event> class.
HISTORY <event>
    Return time-latency samples for the <event> class.
LATEST
    Return the latest latency samples for all events.
RESET [<event> ...]
    Reset latency data of one or more <event> classes.
    (default: reset all data for all event classes)
HISTOGRAM [COMMAND ...]
    Return a cumulative distribution of latencies in the format of a histogram for the specified command names.
    If no commands are specified then all histograms are replied.
`
