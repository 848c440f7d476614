// Package server stands for a kubelet's API (exec, logs, metrics), which asks nobody who they are. The sandbox gives it no port.
package server

import (
	"context"
	"errors"
)

// Config is what it would answer from.
type Config struct {
	TypedKwokClient, EnableCRDs                                               any
	ClusterPortForwards, PortForwards, ClusterExecs, Execs, ClusterLogs, Logs any
	ClusterAttaches, Attaches, ClusterResourceUsages, ResourceUsages, Metrics any
	DataSource, NodeCacheGetter, PodCacheGetter                               any
}

// Server is never made.
type Server struct{}

var errLeftOut = errors.New("this kwok was built for the sandbox, without a server: --server-address must be empty")

func NewServer(Config) (*Server, error) { return nil, errLeftOut }

func (*Server) InstallHealthz()                      {}
func (*Server) InstallServiceDiscovery()             {}
func (*Server) InstallTracingFilter(any)             {}
func (*Server) InstallDebuggingHandlers()            {}
func (*Server) InstallDebuggingDisabledHandlers()    {}
func (*Server) InstallProfilingHandler(bool, bool)   {}
func (*Server) InstallCRD(context.Context) error     { return errLeftOut }
func (*Server) InstallMetrics(context.Context) error { return errLeftOut }
func (*Server) Run(context.Context, ...string) error { return errLeftOut }
