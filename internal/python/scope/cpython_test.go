package scope

import (
	"encoding/json"
	"fmt"
	"os"
	"sort"
	"strings"
	"testing"

	"github.com/offlet/offlet/internal/python/ast"
	"github.com/offlet/offlet/internal/python/parser"
	"github.com/offlet/offlet/internal/python/pythontest"
	"github.com/offlet/offlet/internal/python/source"
)

// The flags of CPython's symbol tables.
const (
	defGlobal    = 1
	defLocal     = 2
	defParam     = 4
	defNonlocal  = 8
	use          = 16
	defImport    = 128
	defAnnot     = 256
	defCompIter  = 512
	defTypeParam = 1024

	local          = 1 << 16
	globalExplicit = 2 << 16
	globalImplicit = 3 << 16
	free           = 4 << 16
	cell           = 5 << 16
)

const compared = defGlobal | defLocal | defParam | defNonlocal | use | defImport | defAnnot | defCompIter | defTypeParam | 15<<16

// A table is a scope in the terms of CPython's symtable.
type table struct {
	kind, name string
	line       int
	symbols    map[string]int
	inlined    map[string]bool // names of comprehensions in it that 3.12 inlines
	optional   bool            // such a comprehension, or a scope in an annotation that is never evaluated
}

func (t *table) key() string { return fmt.Sprintf("%s %s line %d", t.kind, t.name, t.line) }

func (t *table) UnmarshalJSON(data []byte) error {
	return json.Unmarshal(data, &[]any{&t.kind, &t.name, &t.line, &t.symbols})
}

type answer struct {
	Path   string
	Error  []any
	Scopes []*table
}

// ourTables puts our scopes in CPython's terms.
func ourTables(f *source.File, info *Info, minor int) []*table {
	// A symbol is a cell if an inner function refers to it. From 3.12 on a
	// comprehension other than a generator expression is inlined, which does not
	// count.
	captured := make(map[int32]bool)
	inlines := func(i int32) bool {
		s := &info.Scopes[i]
		return minor >= 12 && s.Kind == Comprehension && s.Flags&Generator == 0 && !seesClass(info, s.Parent)
	}
	for i := range info.Scopes {
		for _, r := range info.RefsOf(&info.Scopes[i]) {
			if r.Flags&Free == 0 {
				continue
			}
			for j := int32(i); j != info.Symbols[r.Sym].Scope; j = info.Scopes[j].Parent {
				if !inlines(j) {
					captured[r.Sym] = true
				}
			}
		}
	}
	var out []*table
	byIndex := make([]*table, len(info.Scopes))
	for i := range info.Scopes {
		s := &info.Scopes[i]
		t := &table{kind: "function", symbols: make(map[string]int), inlined: make(map[string]bool)}
		byIndex[i] = t
		t.line, _ = f.LineCol(s.Node.Range().Start)
		switch n := s.Node.(type) {
		case *ast.Module:
			t.kind, t.name, t.line = "module", "top", 0
		case *ast.ClassDef:
			t.kind, t.name = "class", n.Name.Name
		case *ast.FunctionDef:
			t.name = n.Name.Name
		case *ast.Lambda:
			t.name = "lambda"
		case *ast.ListComp:
			t.name = "listcomp"
		case *ast.SetComp:
			t.name = "setcomp"
		case *ast.DictComp:
			t.name = "dictcomp"
		case *ast.GeneratorExp:
			t.name = "genexpr"
		case *ast.TypeAlias:
			t.kind, t.name = "type alias", n.Name.Id
		case *ast.TypeParam:
			t.kind, t.name = "type variable", n.Name.Name
			e := n.Bound
			if e == nil {
				e = n.Default
			}
			t.line, _ = f.LineCol(e.Range().Start)
		}
		if s.Kind == TypeParams {
			t.kind = "type parameters"
		}
		for _, r := range info.RefsOf(s) {
			if strings.HasPrefix(r.Name, ".") {
				continue
			}
			v := 0
			set := func(f Flags, bits int) {
				if r.Flags&f != 0 {
					v |= bits
				}
			}
			set(Param, defParam)
			set(Assigned|Def|ClassDef|ExceptName, defLocal)
			set(Annotated, defLocal|defAnnot)
			set(Imported, defImport)
			set(TypeParam, defLocal|defTypeParam)
			set(IterVar, defLocal|defCompIter)
			set(Used, use)
			set(DeclaredGlobal, defGlobal)
			set(DeclaredNonlocal, defNonlocal)
			sym := &info.Symbols[r.Sym]
			switch {
			case r.Flags&DeclaredGlobal != 0:
				v |= globalExplicit
			case r.Flags&Free != 0 && info.Scopes[sym.Scope].Kind == Class && sym.Flags&ClassCell == 0:
				if r.Flags == Free {
					continue // passes through
				}
				v |= globalImplicit // decided at run time
			case r.Flags&Free != 0:
				v |= free
			case sym.Scope == int32(i) && r.Flags&Bound != 0:
				if captured[r.Sym] && s.Kind != Module && s.Kind != Class {
					v |= cell
				} else {
					v |= local
				}
			default:
				v |= globalImplicit
			}
			t.symbols[r.Name] = v
		}
		out = append(out, t)
	}
	// A free name passes through the classes, and the scopes of type parameters
	// in them, between it and its symbol.
	for i := range info.Scopes {
		for _, r := range info.RefsOf(&info.Scopes[i]) {
			sym := &info.Symbols[r.Sym]
			if r.Flags&Free == 0 || info.Scopes[sym.Scope].Kind == Class && sym.Flags&ClassCell == 0 {
				continue
			}
			for j := info.Scopes[i].Parent; j >= 0 && j != sym.Scope; j = info.Scopes[j].Parent {
				if _, ok := byIndex[j].symbols[r.Name]; !ok && info.Scopes[j].Kind != Module && !info.Scopes[j].IsFunction() {
					byIndex[j].symbols[r.Name] = free
				}
			}
		}
	}
	for i := len(info.Scopes) - 1; i > 0; i-- {
		if info.Scopes[i].Flags&Unevaluated != 0 {
			byIndex[i].optional = true
		}
		if inlines(int32(i)) {
			byIndex[i].optional = true
			p := byIndex[info.Scopes[i].Parent]
			for name, v := range byIndex[i].symbols {
				if our := p.symbols[name]; v&(15<<16) == cell && our&(15<<16) == local && p.kind == "function" {
					p.symbols[name] = our&0xffff | cell
				}
				p.inlined[name] = true
			}
			for name := range byIndex[i].inlined {
				p.inlined[name] = true
			}
		}
	}
	return out
}

func seesClass(info *Info, i int32) bool {
	for {
		s := &info.Scopes[i]
		if s.Kind != TypeParams && s.Kind != TypeAlias && s.Kind != TypeVarBound || s.Parent < 0 {
			return false
		}
		if info.Scopes[s.Parent].Kind == Class {
			return true
		}
		i = s.Parent
	}
}

// differ describes how our table differs from theirs, or returns "".
func (t *table) differ(theirs *table) string {
	var diffs []string
	for name, v := range theirs.symbols {
		switch name {
		case "__classdict__", "__type_params__", "__static_attributes__", "__firstlineno__", "__conditional_annotations__":
			continue
		}
		if strings.HasPrefix(name, ".") {
			continue
		}
		v &= compared
		if v&(15<<16) == globalExplicit && v&defGlobal == 0 {
			v += globalImplicit - globalExplicit // declared in the class around it
		}
		if v&defLocal == 0 {
			v &^= defCompIter // of x in [… for x[0] in …]
		}
		our, ok := t.symbols[name]
		if t.kind == "module" && v&defGlobal != 0 {
			v &^= defLocal
			our &^= defLocal
		}
		if t.inlined[name] {
			if !ok || our&0xffff == 0 {
				continue // what it says of the name is of the inlined comprehension
			}
		}
		if v != our {
			diffs = append(diffs, fmt.Sprintf("%s: CPython %#x, we %#x", name, v, our))
		}
	}
	for name, v := range t.symbols {
		if _, ok := theirs.symbols[name]; !ok {
			diffs = append(diffs, fmt.Sprintf("%s: not in CPython, we %#x", name, v))
		}
	}
	sort.Strings(diffs)
	return strings.Join(diffs, "; ")
}

func normalKind(k string) string {
	switch k {
	case "type parameter", "type parameters":
		return "type parameters"
	case "TypeVar bound", "type variable":
		return "type variable"
	}
	return k
}

// compareTables returns the differences between two sets of tables.
func compareTables(ours, theirs []*table) []string {
	byKey := make(map[string][]*table)
	for _, t := range ours {
		byKey[t.key()] = append(byKey[t.key()], t)
	}
	var diffs []string
	for _, t := range theirs {
		t.kind = normalKind(t.kind)
		if t.kind == "annotation" {
			continue
		}
		list := byKey[t.key()]
		best := "no such scope here"
		at := -1
		for i, o := range list {
			d := o.differ(t)
			if d == "" {
				at = i
				break
			}
			best = d
		}
		if at < 0 {
			diffs = append(diffs, t.key()+": "+best)
			if len(list) > 0 {
				at = 0
			} else {
				continue
			}
		}
		byKey[t.key()] = append(list[:at:at], list[at+1:]...)
	}
	for key, list := range byKey {
		for _, t := range list {
			if t.optional {
				continue
			}
			diffs = append(diffs, key+": only here")
		}
	}
	sort.Strings(diffs)
	return diffs
}

// TestSymtable compares scopes, names and flags with CPython's symtable, for
// every file of the standard library.
func TestSymtable(t *testing.T) {
	py := pythontest.Find(t, parser.Oldest, parser.Newest)
	files := pythontest.Files(t, os.Getenv("OFFLET_LONG_TESTS") != "1", py.Stdlib)
	n, scopes, names, bad, rejected := 0, 0, 0, 0, 0
	py.Lines(t, "testdata/tables.py", nil, files, func(line string) {
		var a answer
		if err := json.Unmarshal([]byte(line), &a); err != nil {
			t.Fatal(err)
		}
		f, err := source.Load(a.Path)
		if err != nil {
			return
		}
		file, err := parser.Parse(f, parser.Options{Version: py.Minor})
		if err != nil {
			return
		}
		n++
		info, err := Analyze(file.Module)
		if err != nil && strings.HasPrefix(err.Error(), "from __future__") {
			return // CPython's compiler says so, not its symtable
		}
		if (err != nil) != (a.Error != nil) {
			t.Errorf("%s: CPython: %v; we: %v", a.Path, a.Error, err)
			return
		}
		if err != nil {
			rejected++
			return
		}
		scopes += len(info.Scopes)
		names += len(info.Refs)
		for i, d := range compareTables(ourTables(f, info, py.Minor), a.Scopes) {
			if i < 3 && bad < 30 {
				t.Errorf("%s: %s", a.Path, d)
			}
			if i == 0 {
				bad++
			}
		}
	})
	t.Logf("Python %s: %d files, %d scopes, %d names compared; %d files differ, %d rejected by both", py.Version, n, scopes, names, bad, rejected)
}
