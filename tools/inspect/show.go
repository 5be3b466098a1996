package inspect

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// Write shows a report as tables.
func (r *Report) Write(w io.Writer) error {
	fmt.Fprintf(w, "%s: %d keys, %s\n", r.Source, r.Keys, size(r.Bytes))
	for _, t := range []struct {
		title string
		rows  []Tally
	}{{"type", r.Types}, {"database", r.Databases}, {"expires", r.Expiry}, {"prefix", r.Prefixes}} {
		if err := r.tallies(w, t.title, t.rows); err != nil {
			return err
		}
	}
	for _, t := range []struct {
		title string
		rows  []Big
	}{{"biggest keys", r.LargestBytes}, {"keys of most elements", r.MostElements}} {
		if err := bigs(w, t.title, t.rows); err != nil {
			return err
		}
	}
	return r.files(w)
}

func (r *Report) tallies(w io.Writer, title string, rows []Tally) error {
	if len(rows) == 0 {
		return nil
	}
	fmt.Fprintln(w)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "%s\tkeys\telements\tbytes\tshare of bytes\n", title)
	for _, row := range rows {
		fmt.Fprintf(t, "%s\t%d\t%d\t%s\t%s\n", text(row.Name), row.Keys, row.Elements, size(row.Bytes), bar(row.Bytes, r.Bytes))
	}
	return t.Flush()
}

func bigs(w io.Writer, title string, rows []Big) error {
	if len(rows) == 0 {
		return nil
	}
	fmt.Fprintln(w)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "%s\ttype\tdb\telements\tbytes\n", title)
	for _, row := range rows {
		fmt.Fprintf(t, "%s\t%s\t%d\t%d\t%s\n", text(row.Name), row.Type, row.Database, row.Elements, size(row.Bytes))
	}
	return t.Flush()
}

// files shows nodes, tables and log.
func (r *Report) files(w io.Writer) error {
	total := int64(0)
	for _, n := range r.Leaves {
		total += n
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	if total > 0 {
		fmt.Fprintln(t, "\nnodes of collections\tcount\tshare")
		for i, n := range r.Leaves {
			fmt.Fprintf(t, "%d%% full or more\t%d\t%s\n", 10*i, n, bar(n, total))
		}
	}
	if len(r.Levels) > 0 {
		fmt.Fprintln(t, "\nlevel\ttables\tbytes")
		for _, l := range r.Levels {
			fmt.Fprintf(t, "%s\t%d\t%s\n", l.Name, l.Tables, size(l.Bytes))
		}
	}
	if r.Log != nil {
		fmt.Fprintf(t, "\nlog\toffsets %d to %d\t%d segments of %s\n", r.Log.First, r.Log.End, r.Log.Segments, size(r.Log.FileBytes))
	}
	return t.Flush()
}

const barWidth = 30

// bar shows a part of a whole.
func bar(part, whole int64) string {
	if whole <= 0 {
		return ""
	}
	n := int(float64(part)/float64(whole)*barWidth + 0.5)
	return fmt.Sprintf("%s %d%%", strings.Repeat("█", n)+strings.Repeat("·", barWidth-n), int(float64(part)/float64(whole)*100+0.5))
}

func size(n int64) string {
	v, unit := float64(n), 0
	for ; v >= 1024 && unit < 4; unit++ {
		v /= 1024
	}
	if unit == 0 {
		return fmt.Sprintf("%d B", n)
	}
	return fmt.Sprintf("%.1f %ciB", v, "KMGT"[unit-1])
}

// text makes a name fit to be shown.
func text(name string) string {
	q := fmt.Sprintf("%q", name)
	if inner := q[1 : len(q)-1]; inner == name {
		q = name
	}
	if r := []rune(q); len(r) > 60 {
		q = string(r[:57]) + "..."
	}
	return q
}

func dbName(n int) string { return fmt.Sprint(n) }
