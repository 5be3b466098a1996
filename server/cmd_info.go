package server

import (
	"fmt"
	"strings"
)

func init() {
	// Off the loop: counting keys may have to look into the tables.
	bind("info", info).bare().offLoop()
}

// INFO [section ...]
func info(c *Call) error {
	var wanted []string
	for _, a := range c.Args[1:] {
		wanted = append(wanted, strings.ToLower(string(a)))
	}
	c.Reply.Verbatim("txt", c.Server.info(wanted))
	return nil
}

// infoSection is a part of INFO.
type infoSection struct {
	title string
	extra bool // shown only when asked for, or for all
	write func(*Server, *infoText)
}

var infoSections = []infoSection{
	{"Server", false, (*Server).infoServer},
	{"Clients", false, (*Server).infoClients},
	{"Memory", false, (*Server).infoMemory},
	{"Persistence", false, (*Server).infoPersistence},
	{"Stats", false, (*Server).infoStats},
	{"Replication", false, (*Server).infoReplication},
	{"CPU", false, (*Server).infoCPU},
	{"Modules", false, func(*Server, *infoText) {}},
	{"Commandstats", true, (*Server).infoCommands},
	{"Errorstats", false, (*Server).infoErrors},
	{"Latencystats", true, (*Server).infoLatencies},
	{"Cluster", false, func(_ *Server, t *infoText) { t.add("cluster_enabled", 0) }},
	{"Cairn", false, (*Server).infoCairn},
	{"Keyspace", false, (*Server).infoKeyspace},
}

// info is the text of the sections asked for, in the table's order; of none
// asked for, those that are no extras.
func (s *Server) info(wanted []string) string {
	t := &infoText{}
	for _, section := range infoSections {
		if section.isAmong(wanted) {
			t.begin(section.title)
			section.write(s, t)
		}
	}
	return t.b.String()
}

func (s *infoSection) isAmong(wanted []string) bool {
	if len(wanted) == 0 {
		return !s.extra
	}
	for _, w := range wanted {
		switch w {
		case strings.ToLower(s.title), "all", "everything":
			return true
		case "default":
			if !s.extra {
				return true
			}
		}
	}
	return false
}

// infoText builds the text of INFO: sections of name:value lines.
type infoText struct{ b strings.Builder }

func (t *infoText) begin(title string) {
	if t.b.Len() > 0 {
		t.b.WriteString("\r\n")
	}
	t.b.WriteString("# " + title + "\r\n")
}

func (t *infoText) add(name string, value any) { t.addf(name, "%v", value) }

func (t *infoText) addf(name, format string, args ...any) {
	t.b.WriteString(name)
	t.b.WriteByte(':')
	fmt.Fprintf(&t.b, format, args...)
	t.b.WriteString("\r\n")
}

// zeros adds fields of features that are not used.
func (t *infoText) zeros(names ...string) {
	for _, name := range names {
		t.add(name, 0)
	}
}

// size adds a number of bytes, and once more for people.
func (t *infoText) size(name string, bytes int64) {
	t.add(name, bytes)
	t.add(name+"_human", humanBytes(bytes))
}

// flag adds 1 or 0.
func (t *infoText) flag(name string, on bool) {
	if on {
		t.add(name, 1)
	} else {
		t.add(name, 0)
	}
}

// status adds ok or err.
func (t *infoText) status(name string, ok bool) {
	if ok {
		t.add(name, "ok")
	} else {
		t.add(name, "err")
	}
}

// humanBytes is a size in the largest unit that it fills, as Redis writes it.
func humanBytes(n int64) string {
	if n < 1024 {
		return fmt.Sprintf("%dB", n)
	}
	size := float64(n)
	units := "KMGTPE"
	i := -1
	for size >= 1024 && i < len(units)-1 {
		size /= 1024
		i++
	}
	return fmt.Sprintf("%.2f%c", size, units[i])
}
