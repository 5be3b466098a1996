package backup

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"
)

// Listing is what a repository offers.
type Listing struct {
	Backups []*Manifest // oldest first
	Damaged []*DamageError
	Spans   []Span // that can be restored, of the newest backup's line
}

// List reads what backups there are, not whether their files are whole.
func List(ctx context.Context, repo *Repository) (*Listing, error) {
	if err := repo.open(ctx); err != nil {
		return nil, err
	}
	list, damaged, err := repo.manifests(ctx, backupsPrefix)
	if err != nil {
		return nil, err
	}
	l := &Listing{Backups: list, Damaged: damaged}
	if n := len(list); n > 0 {
		l.Spans = lineOf(histories(list), list[n-1].History.ID).spans(list)
	}
	return l, nil
}

// Write shows the listing as a table.
func (l *Listing) Write(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "backup\ttaken\tkeys\ttables\tbytes\tadded\tstored\tto offset\t")
	for _, m := range l.Backups {
		fmt.Fprintf(t, "%s\t%s\t%d\t%d\t%d\t%d\t%d\t%d\t\n", m.ID, showMs(m.TakenMs), m.Keys, len(m.Tables), m.TableBytes(),
			m.AddedBytes, m.StoredBytes, m.End)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, d := range l.Damaged {
		fmt.Fprintf(w, "%v\n", d)
	}
	return WriteSpans(w, l.Spans)
}

// WriteSpans shows which moments can be restored.
func WriteSpans(w io.Writer, spans []Span) (err error) {
	for i, s := range spans {
		text := "any moment can be restored from"
		if i > 0 {
			text = "and, after a gap in the log, from"
		}
		_, err = fmt.Fprintf(w, "%s %v\n", text, s)
	}
	return err
}

// Write shows what a backup has come to.
func (m *Made) Write(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "\tfiles\tbytes\t")
	fmt.Fprintf(t, "tables\t%d\t%d\t\n", len(m.Tables), m.TableBytes())
	fmt.Fprintf(t, "of which copied\t%d\t%d\t\n", m.CopiedTables, m.CopiedBytes)
	fmt.Fprintf(t, "log\t\t%d\t\n", m.LogBytes)
	fmt.Fprintf(t, "stored\t\t%d\t\n", m.StoredBytes)
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "backup %s: %d keys at offset %d, log to offset %d; %.1f seconds\n", m.ID, m.Keys, m.Offset, m.End,
		m.Took.Seconds())
	return err
}

// Write shows what a restore has come to.
func (r *Restored) Write(w io.Writer) error {
	_, err := fmt.Fprintf(w, "restored from backup %s (%d bytes of tables, %d of log) to offset %d, last written at %s; %.1f seconds\n",
		r.Backup.ID, r.Tables, r.LogBytes, r.Offset, showMs(r.LastMs), r.Took.Seconds())
	return err
}

// Write shows what a verification has come to.
func (v *Verified) Write(w io.Writer) error {
	fmt.Fprintf(w, "%d backups, %d files, %d bytes", v.Backups, v.Files, v.Bytes)
	if v.Removed > 0 {
		fmt.Fprintf(w, " (%d more backups were removed meanwhile)", v.Removed)
	}
	if v.Unused > 0 {
		fmt.Fprintf(w, ", of which %d files serve no backup (cairn backup prune removes them)", v.Unused)
	}
	if v.Problems == 0 {
		fmt.Fprintln(w, "; everything is whole")
	} else {
		fmt.Fprintf(w, "; %d are damaged or missing\n", v.Problems)
	}
	return WriteSpans(w, v.Spans)
}

// Write shows what a prune has come to.
func (p *Pruned) Write(w io.Writer) error {
	fmt.Fprintf(w, "%d backups removed, %d kept; %d other files with %d bytes removed\n", p.Removed, p.Kept, p.Files, p.Bytes)
	return WriteSpans(w, p.Spans)
}
