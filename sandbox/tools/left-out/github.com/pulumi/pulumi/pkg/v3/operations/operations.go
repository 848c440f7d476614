// Package operations stands for the logs of clouds. The engine reads none of other resources, so of those it gives none here either.
package operations

import (
	"context"
	"time"

	"github.com/pulumi/pulumi/pkg/v3/authhelpers"
	"github.com/pulumi/pulumi/pkg/v3/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
)

type LogEntry struct {
	ID        string
	Timestamp int64 // Unix, milliseconds
	Message   string
}

type ResourceFilter string

type LogQuery struct {
	StartTime      *time.Time
	EndTime        *time.Time
	ResourceFilter *ResourceFilter
}

// Resource knows of a stack only whether the engine would read logs for it.
type Resource struct{ hasLogs bool }

func NewResourceTree(all []*resource.State) *Resource {
	for _, it := range all {
		switch it.Type.Package() {
		case "aws", "cloud", "gcp":
			return &Resource{hasLogs: true}
		}
	}
	return &Resource{}
}

func (r *Resource) OperationsProvider(map[config.Key]string) *Resource { return r }

var leftOutAt = time.Now().UnixMilli()

// GetLogs gives the error as an entry, too: `pulumi watch` shows no errors of it, and an entry that it knows only once.
func (r *Resource) GetLogs(context.Context, LogQuery) (*[]LogEntry, error) {
	if !r.hasLogs {
		return &[]LogEntry{}, nil
	}
	err := authhelpers.LeftOut("logs")
	return &[]LogEntry{{ID: "logs", Timestamp: leftOutAt, Message: err.Error()}}, err
}
