package command

// Filter picks rows for COMMAND LIST.
type Filter func(*Spec) bool

// ByPattern keeps the full names that match a glob pattern, in any case of
// letters.
func ByPattern(glob []byte) Filter {
	return func(s *Spec) bool { return matchName(glob, s.fullName) }
}

// ByCategory keeps what an ACL category holds, and nothing if name is none. A
// name is written without its @.
func ByCategory(name []byte) Filter {
	want := CategoryByName(name)
	return func(s *Spec) bool { return s.Categories&want != 0 }
}

// ByModule keeps the commands of a module: none, as Cairn loads no modules.
func ByModule([]byte) Filter {
	return func(*Spec) bool { return false }
}

// List returns the full names of the rows that keep wants, each container
// followed by its subcommands. Subcommands are asked about one by one, whether
// or not their container is kept. A nil keep wants all.
func List(keep Filter) []string {
	var names []string
	Walk(func(s *Spec) {
		if keep == nil || keep(s) {
			names = append(names, s.fullName)
		}
	})
	return names
}
