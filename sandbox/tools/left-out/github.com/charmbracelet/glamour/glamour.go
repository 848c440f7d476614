// Package glamour gives Markdown as it was written. The original has the grammars of three hundred languages, which each start of the engine read.
package glamour

import "github.com/charmbracelet/glamour/ansi"

type TermRenderer struct{}

type TermRendererOption func(*TermRenderer) error

func NewTermRenderer(options ...TermRendererOption) (*TermRenderer, error) {
	return &TermRenderer{}, nil
}

func (*TermRenderer) Render(in string) (string, error) { return in, nil }

func WithAutoStyle() TermRendererOption                     { return nil }
func WithStyles(styles ansi.StyleConfig) TermRendererOption { return nil }
func WithWordWrap(wordWrap int) TermRendererOption          { return nil }
