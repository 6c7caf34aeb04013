package main

import (
	"bytes"
	"os"
	"testing"
)

// TestTables fails when a *.yaml file was changed without `go generate`.
func TestTables(t *testing.T) {
	want, err := generate("..")
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../tables.go")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("tables.go is not what the *.yaml files say: run `go generate ./internal/catalog`")
	}
}
