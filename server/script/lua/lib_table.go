package lua

var tableLib map[string]Native

func init() {
	tableLib = map[string]Native{
		"concat": tableConcat, "foreach": tableForeach, "foreachi": tableForeachI, "getn": tableGetN,
		"insert": tableInsert, "maxn": tableMaxN, "remove": tableRemove, "setn": tableSetN, "sort": tableSort,
	}
}

func tableConcat(t *Thread) int {
	sep := t.OptString(2, "")
	table := t.CheckTable(1)
	from, to := t.OptInt(3, 1), 0
	if t.Arg(4).IsNil() {
		to = table.Len()
	} else {
		to = t.CheckInt32(4)
	}
	var b buffer
	b.begin(t)
	for i := int(int32(from)); i <= to; i++ {
		v := table.GetInt(i)
		if !isText(v) {
			t.Errorf("invalid value (%s) at index %d in table for 'concat'", v.Kind(), i)
		}
		b.value(v)
		if i < to {
			b.text(sep)
		}
	}
	return b.push()
}

func tableForeach(t *Thread) int {
	table := t.CheckTable(1)
	fn := t.CheckFunction(2).Value()
	k, v, _ := table.Next(Nil)
	for k.p != nil {
		t.rt.spend(1)
		if res := t.callValue2(fn, k, v); res.p != nil {
			return t.Return(res)
		}
		var ok bool
		if k, v, ok = table.Next(k); !ok {
			t.runError("invalid key to 'next'")
		}
	}
	return 0
}

func tableForeachI(t *Thread) int {
	table := t.CheckTable(1)
	n := table.Len()
	fn := t.CheckFunction(2).Value()
	for i := 1; i <= n; i++ {
		t.rt.spend(1)
		if res := t.callValue2(fn, Int(i), table.GetInt(i)); res.p != nil {
			return t.Return(res)
		}
	}
	return 0
}

func tableGetN(t *Thread) int { return t.Return(Int(t.CheckTable(1).Len())) }

func tableMaxN(t *Thread) int {
	table := t.CheckTable(1)
	most := 0.0
	for k, _, _ := table.Next(Nil); k.p != nil; k, _, _ = table.Next(k) {
		if k.isNumber() {
			most = max(most, k.float())
		}
	}
	return t.Return(Number(most))
}

func tableSetN(t *Thread) int {
	t.CheckTable(1)
	t.Errorf("'setn' is obsolete")
	return 0
}

// writable returns the table of the first argument, to be changed.
func (t *Thread) writable(table *Table) *Table {
	if table.readonly {
		t.runError("Attempt to modify a readonly table")
	}
	return table
}

func tableInsert(t *Thread) int {
	table := t.CheckTable(1)
	end := table.Len() + 1
	pos := end
	switch t.NArgs() {
	case 2:
	case 3:
		pos = t.CheckInt32(2)
		end = max(end, pos)
	default:
		t.Errorf("wrong number of arguments to 'insert'")
	}
	v := t.Arg(t.NArgs())
	t.writable(table)
	t.rt.spend(max(0, end-pos) / 8)
	for i := end; i > pos; i-- {
		table.SetInt(t.rt, i, table.GetInt(i-1))
	}
	table.SetInt(t.rt, pos, v)
	return 0
}

func tableRemove(t *Thread) int {
	table := t.CheckTable(1)
	end := table.Len()
	pos := int(int32(t.OptInt(2, end)))
	if pos < 1 || pos > end {
		return 0
	}
	t.Push(table.GetInt(pos))
	t.writable(table)
	t.rt.spend((end - pos) / 8)
	for ; pos < end; pos++ {
		table.SetInt(t.rt, pos, table.GetInt(pos+1))
	}
	table.SetInt(t.rt, end, Nil)
	return 1
}
