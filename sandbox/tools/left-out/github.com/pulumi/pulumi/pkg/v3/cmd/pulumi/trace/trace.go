// Package trace stands for a viewer of the engine's traces: for its developers, who have an official one.
package trace

import (
	"github.com/pulumi/pulumi/pkg/v3/authhelpers"
	"github.com/spf13/cobra"
)

func NewViewTraceCmd() *cobra.Command    { return hidden("view-trace") }
func NewConvertTraceCmd() *cobra.Command { return hidden("convert-trace") }

func hidden(name string) *cobra.Command {
	cmd := authhelpers.LeftOutCommand(name)
	cmd.Hidden = true
	return cmd
}
