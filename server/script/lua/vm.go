package lua

// execute runs the current frame, and those that it calls, until a frame that
// is fresh returns.
func (t *Thread) execute() {
	f := t.frame
enter:
	p := f.fn.proto
	code, k := p.code, p.constants
	base := f.base
	reg := (*[frameRoom]Value)(t.stack[base : base+frameRoom])
	pc := f.pc
	for {
		i := code[pc]
		pc++
		switch i.op() {
		case opMove:
			reg[i.a()] = reg[uint8(i.b())]
		case opConst:
			reg[i.a()] = k[i.x()]
		case opNil:
			clear(reg[i.a() : i.b()+1])
		case opBool:
			reg[i.a()] = Bool(i.b() != 0)
		case opGetUpvalue:
			reg[i.a()] = *f.fn.upvals[i.b()].v
		case opSetUpvalue:
			*f.fn.upvals[i.b()].v = reg[i.a()]
		case opGetGlobal:
			key := k[i.x()]
			g := t.rt.Globals
			v := g.getString(key.str())
			if v.p == nil && g.meta != nil {
				f.pc = pc
				v = t.index(g.Value(), key, -1)
				reg = t.registers(base)
			}
			reg[i.a()] = v
		case opSetGlobal:
			f.pc = pc
			t.setIndex(t.rt.Globals.Value(), k[i.x()], reg[i.a()], -1)
			reg = t.registers(base)
		case opField:
			obj := reg[uint8(i.b())]
			key := k[i.c()]
			if obj.isTable() {
				table := obj.table()
				if v := table.getString(key.str()); v.p != nil || table.meta == nil {
					reg[i.a()] = v
					continue
				}
			}
			f.pc = pc
			v := t.index(obj, key, base+int(uint8(i.b())))
			reg = t.registers(base)
			reg[i.a()] = v
		case opIndex:
			obj := reg[uint8(i.b())]
			key := *operand(reg, k, i.c())
			if obj.isTable() {
				table := obj.table()
				if v := table.Get(key); v.p != nil || table.meta == nil {
					reg[i.a()] = v
					continue
				}
			}
			f.pc = pc
			v := t.index(obj, key, base+int(uint8(i.b())))
			reg = t.registers(base)
			reg[i.a()] = v
		case opSetField:
			obj := reg[i.a()]
			val := *operand(reg, k, i.c())
			f.pc = pc
			if obj.isTable() {
				if table := obj.table(); table.meta == nil && !table.readonly {
					table.Set(t.rt, k[i.b()], val)
					continue
				}
			}
			t.setIndex(obj, k[i.b()], val, base+int(i.a()))
			reg = t.registers(base)
		case opSetIndex:
			obj := reg[i.a()]
			key, val := *operand(reg, k, i.b()), *operand(reg, k, i.c())
			f.pc = pc
			if obj.isTable() {
				table := obj.table()
				if key.isNumber() && table.meta == nil && !table.readonly {
					at := key.float()
					if n := int(at); float64(n) == at && uint(n-1) < uint(len(table.array)) {
						table.array[n-1] = val
						continue
					}
				}
			}
			t.setIndex(obj, key, val, base+int(i.a()))
			reg = t.registers(base)
		case opNewTable:
			reg[i.a()] = t.rt.NewTable(i.sizes()).Value()
		case opSelf:
			obj := reg[uint8(i.b())]
			f.pc = pc
			v := t.index(obj, *operand(reg, k, i.c()), base+int(uint8(i.b())))
			reg = t.registers(base)
			reg[i.a()+1] = obj
			reg[i.a()] = v
		case opAdd:
			l, r := operand(reg, k, i.b()), operand(reg, k, i.c())
			if l.p == &numberTag && r.p == &numberTag {
				reg[i.a()].setFloat(l.float() + r.float())
				continue
			}
			f.pc = pc
			t.slowArith(i, base)
			reg = t.registers(base)
		case opSub:
			l, r := operand(reg, k, i.b()), operand(reg, k, i.c())
			if l.p == &numberTag && r.p == &numberTag {
				reg[i.a()].setFloat(l.float() - r.float())
				continue
			}
			f.pc = pc
			t.slowArith(i, base)
			reg = t.registers(base)
		case opMul:
			l, r := operand(reg, k, i.b()), operand(reg, k, i.c())
			if l.p == &numberTag && r.p == &numberTag {
				reg[i.a()].setFloat(l.float() * r.float())
				continue
			}
			f.pc = pc
			t.slowArith(i, base)
			reg = t.registers(base)
		case opDiv, opMod, opPow:
			l, r := operand(reg, k, i.b()), operand(reg, k, i.c())
			if l.p == &numberTag && r.p == &numberTag {
				reg[i.a()].setFloat(arith(i.op(), l.float(), r.float()))
				continue
			}
			f.pc = pc
			t.slowArith(i, base)
			reg = t.registers(base)
		case opNeg:
			v := &reg[uint8(i.b())]
			if v.p == &numberTag {
				reg[i.a()].setFloat(-v.float())
				continue
			}
			f.pc = pc
			res := t.slowNeg(*v, base+int(uint8(i.b())))
			reg = t.registers(base)
			reg[i.a()] = res
		case opNot:
			reg[i.a()] = Bool(!reg[uint8(i.b())].Truthy())
		case opLen:
			v := reg[uint8(i.b())]
			f.pc = pc
			res := t.length(v, base+int(uint8(i.b())))
			reg = t.registers(base)
			reg[i.a()] = res
		case opConcat:
			f.pc = pc
			v := t.concat(base+i.b(), base+i.c())
			reg = t.registers(base)
			reg[i.a()] = v
		case opJump:
			pc += i.x()
		case opLoop:
			pc += i.x()
			if t.rt.steps--; t.rt.steps < 0 {
				f.pc = pc
				t.rt.ask()
			}
		case opTest:
			if reg[i.a()].Truthy() == (i.b() != 0) {
				pc += i.x()
			}
		case opEqual:
			l, r := *operand(reg, k, i.b()), *operand(reg, k, i.c())
			equal := rawEqual(l, r)
			if !equal && l.isTable() && r.isTable() {
				f.pc = pc
				equal = t.metaEqual(l, r)
				reg = t.registers(base)
			}
			if equal == (i.a() != 0) {
				pc += code[pc].x()
			}
			pc++
		case opLess:
			l, r := operand(reg, k, i.b()), operand(reg, k, i.c())
			var less bool
			if l.p == &numberTag && r.p == &numberTag {
				less = l.float() < r.float()
			} else {
				f.pc = pc
				less = t.less(*l, *r)
				reg = t.registers(base)
			}
			if less == (i.a() != 0) {
				pc += code[pc].x()
			}
			pc++
		case opLessEqual:
			l, r := operand(reg, k, i.b()), operand(reg, k, i.c())
			var less bool
			if l.p == &numberTag && r.p == &numberTag {
				less = l.float() <= r.float()
			} else {
				f.pc = pc
				less = t.lessEqual(*l, *r)
				reg = t.registers(base)
			}
			if less == (i.a() != 0) {
				pc += code[pc].x()
			}
			pc++
		case opCall:
			f.pc = pc
			if t.rt.steps--; t.rt.steps < 0 {
				t.rt.ask()
			}
			at := base + int(i.a())
			if n := i.b(); n > 0 {
				t.top = at + n
			}
			if inner := t.begin(at, i.c()-1); inner != nil {
				f = inner
				goto enter
			}
			if t.status == suspended {
				return
			}
			reg = t.registers(base)
		case opTailCall:
			f.pc = pc
			if t.rt.steps--; t.rt.steps < 0 {
				t.rt.ask()
			}
			if inner := t.tailCall(f, base+int(i.a()), i.b()); inner != nil {
				f = inner
				goto enter
			}
			if t.status == suspended {
				return
			}
			reg = t.registers(base)
		case opReturn:
			f.pc = pc
			if t.finishCompiled(f, base+int(i.a()), i.b()-1) {
				return
			}
			f = t.frame
			goto enter
		case opForPrepare:
			f.pc = pc
			t.prepareFor(base + int(i.a()))
			pc += i.x()
		case opForLoop:
			a := i.a()
			step := reg[a+2].float()
			at := reg[a].float() + step
			limit := reg[a+1].float()
			if step > 0 && at <= limit || step <= 0 && at >= limit {
				pc += i.x()
				reg[a].setFloat(at)
				reg[a+3].setFloat(at)
				if t.rt.steps--; t.rt.steps < 0 {
					f.pc = pc
					t.rt.ask()
				}
			}
		case opForIn:
			f.pc = pc
			if !t.forIn(base+int(i.a()), i.c()) {
				pc++
			}
			reg = t.registers(base)
		case opSetList:
			f.pc = pc
			t.setList(base+int(i.a()), i.b()-1, i.x())
		case opClose:
			t.closeUpvalues(base + int(i.a()))
		case opClosure:
			reg[i.a()] = t.closure(f, p.protos[i.x()], base)
		case opVararg:
			f.pc = pc
			t.varargs(f, base+int(i.a()), i.b()-1)
			reg = t.registers(base)
		}
	}
}

func (t *Thread) registers(base int) *[frameRoom]Value {
	return (*[frameRoom]Value)(t.stack[base : base+frameRoom])
}

// operand is a register or a constant.
func operand(reg *[frameRoom]Value, k []Value, rk int) *Value {
	if rk&constFlag != 0 {
		return &k[rk&^constFlag]
	}
	return &reg[uint8(rk)]
}
