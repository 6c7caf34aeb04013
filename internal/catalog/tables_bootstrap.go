//go:build offlet_catalog_bootstrap

package catalog

// builtin stands in for tables.go while that file is generated.
func builtin() *Document { return &Document{} }
