package command

// RenderDocs writes what COMMAND DOCS has on a command: the map of its
// documentation. The name in front of it is the caller's.
func RenderDocs(w ReplyWriter, s *Spec) {
	w.Map(s.docFields())
	optionalField(w, "summary", s.Summary)
	optionalField(w, "since", s.Since)
	field(w, "group", s.Group)
	optionalField(w, "complexity", s.Complexity)
	if s.DocFlags != 0 {
		w.BulkString("doc_flags")
		statusSet(w, s.DocFlags.Names(), "")
	}
	optionalField(w, "deprecated_since", s.DeprecatedSince)
	optionalField(w, "replaced_by", s.ReplacedBy)
	if len(s.History) > 0 {
		renderHistory(w, s.History)
	}
	if len(s.Args) > 0 {
		renderArgs(w, s.Args)
	}
	if len(s.Sub) > 0 {
		renderSubcommands(w, s.Sub)
	}
}

// docFields counts the fields that RenderDocs writes.
func (s *Spec) docFields() int {
	return 1 + count(
		s.Summary != "", s.Since != "", s.Complexity != "", s.DocFlags != 0,
		s.DeprecatedSince != "", s.ReplacedBy != "",
		len(s.History) > 0, len(s.Args) > 0, len(s.Sub) > 0)
}

func renderHistory(w ReplyWriter, history []Change) {
	w.BulkString("history")
	w.Set(len(history))
	for _, c := range history {
		w.Array(2)
		w.BulkString(c.Since)
		w.BulkString(c.What)
	}
}

func renderSubcommands(w ReplyWriter, subs []*Spec) {
	w.BulkString("subcommands")
	w.Map(len(subs))
	for _, sub := range subs {
		w.BulkString(sub.fullName)
		RenderDocs(w, sub)
	}
}

func renderArgs(w ReplyWriter, args []Arg) {
	w.BulkString("arguments")
	w.Array(len(args))
	for i := range args {
		renderArg(w, &args[i])
	}
}

func renderArg(w ReplyWriter, a *Arg) {
	w.Map(2 + count(
		a.KeySpec >= 0, a.hasToken(), a.Since != "", a.DeprecatedSince != "",
		a.Flags != 0, len(a.Args) > 0))
	field(w, "name", a.Name)
	field(w, "type", a.Type.String())
	if a.KeySpec >= 0 {
		intField(w, "key_spec_index", a.KeySpec)
	}
	if a.hasToken() {
		field(w, "token", a.Token)
	}
	optionalField(w, "since", a.Since)
	optionalField(w, "deprecated_since", a.DeprecatedSince)
	if a.Flags != 0 {
		w.BulkString("flags")
		statusSet(w, a.Flags.Names(), "")
	}
	if len(a.Args) > 0 {
		renderArgs(w, a.Args)
	}
}

// optionalField writes a field unless it is empty.
func optionalField(w ReplyWriter, name, value string) {
	if value != "" {
		field(w, name, value)
	}
}

// count counts the true ones.
func count(conditions ...bool) int {
	n := 0
	for _, c := range conditions {
		if c {
			n++
		}
	}
	return n
}
