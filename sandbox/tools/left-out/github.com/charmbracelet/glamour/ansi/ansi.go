// Package ansi has the styles that nothing is shown in: those that the engine names.
package ansi

type StylePrimitive struct {
	BlockPrefix string
	BlockSuffix string
	Bold        *bool
	Italic      *bool
	Underline   *bool
}

type StyleBlock struct {
	StylePrimitive
	Indent      *uint
	IndentToken *string
}

type StyleList struct {
	StyleBlock
	LevelIndent uint
}

type StyleConfig struct {
	Document    StyleBlock
	BlockQuote  StyleBlock
	Paragraph   StyleBlock
	List        StyleList
	Heading     StyleBlock
	Strong      StylePrimitive
	Emph        StylePrimitive
	Link        StylePrimitive
	LinkText    StylePrimitive
	Item        StylePrimitive
	Enumeration StylePrimitive
	Code        StyleBlock
}
